// The one enum and list of operators, concatenated from the family tables. Questions about an
// operator are asked here; there are no parallel lists.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "corepy/core/dtype.h"
#include "corepy/ops/creation_table.h"
#include "corepy/ops/dtype_set.h"
#include "corepy/ops/elementwise_table.h"
#include "corepy/ops/fft_table.h"
#include "corepy/ops/indexing_table.h"
#include "corepy/ops/linalg_table.h"
#include "corepy/ops/manipulation_table.h"
#include "corepy/ops/random_table.h"
#include "corepy/ops/reduction_table.h"
#include "corepy/ops/scan_table.h"
#include "corepy/ops/searching_table.h"
#include "corepy/ops/sorting_table.h"

namespace corepy {

enum class Op : std::uint8_t {
#define COREPY_X(arity, name, ...) name,
  COREPY_FOR_EACH_ELEMENTWISE_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(name, ...) name,
      COREPY_FOR_EACH_REDUCTION(COREPY_X) COREPY_FOR_EACH_SCAN_OP(COREPY_X)
          COREPY_FOR_EACH_LINALG_OP(COREPY_X) COREPY_FOR_EACH_SORTING_OP(COREPY_X)
              COREPY_FOR_EACH_SEARCHING_OP(COREPY_X) COREPY_FOR_EACH_MANIPULATION_OP(COREPY_X)
                  COREPY_FOR_EACH_INDEXING_OP(COREPY_X) COREPY_FOR_EACH_CREATION_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(name, ...) random_##name,
                      COREPY_FOR_EACH_RANDOM_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(name, ...) fft_##name,
                          COREPY_FOR_EACH_FFT_OP(COREPY_X)
#undef COREPY_X
};

#define COREPY_X(...) +1
inline constexpr int elementwise_op_count = 0 COREPY_FOR_EACH_ELEMENTWISE_OP(COREPY_X);
inline constexpr int scan_start = elementwise_op_count COREPY_FOR_EACH_REDUCTION(COREPY_X);
inline constexpr int op_count = scan_start COREPY_FOR_EACH_SCAN_OP(COREPY_X)
    COREPY_FOR_EACH_LINALG_OP(COREPY_X) COREPY_FOR_EACH_SORTING_OP(COREPY_X)
        COREPY_FOR_EACH_SEARCHING_OP(COREPY_X) COREPY_FOR_EACH_MANIPULATION_OP(COREPY_X)
            COREPY_FOR_EACH_INDEXING_OP(COREPY_X) COREPY_FOR_EACH_CREATION_OP(COREPY_X)
                COREPY_FOR_EACH_RANDOM_OP(COREPY_X) COREPY_FOR_EACH_FFT_OP(COREPY_X);
#undef COREPY_X

enum class Family : std::uint8_t {
  elementwise,
  reduction,
  scan,
  linalg,
  sorting,
  searching,
  manipulation,
  indexing,
  creation,
  random,
  fft
};

enum class Promote : std::uint8_t { none, to_float };
enum class ResultRule : std::uint8_t { same, boolean, real, accumulate, int64, option };
enum OpFlag : std::uint16_t {
  op_flag_none = 0,
  op_flag_view = 1,       // shares the operand's storage where it can: no kernel runs
  op_flag_composite = 2,  // one public record, child records in a log
  op_flag_nondifferentiable = 4,
  op_flag_no_identity = 8,  // a reduction that an empty axis makes an error
  op_flag_blas = 16,        // policy BLAS has a library for it, or for a part of it
};

// The name of bounds that are counted in ulp: this very object, so that asking is comparing
// pointers.
inline constexpr char ulp_bound_name[] = "ulp";

struct OpInfo {
  const char* name;
  Family family;
  std::uint8_t input_count;  // 255: any number
  const char* operands;      // "x1, x2"
  DTypeSet dtypes;
  Promote promote;
  ResultRule result;
  float ulp;                  // the bound where one of these is ulp_bound_name
  const char* bound;          // "exact", ulp_bound_name, or a formula's name
  const char* complex_bound;  // "none", "exact", ulp_bound_name (of each part), or a formula's name
  std::uint16_t flags;
  const char* formula;  // elementwise: the row's expression; else ""
};

extern const OpInfo op_infos[op_count];
inline const OpInfo& info_of(Op op) noexcept { return op_infos[static_cast<int>(op)]; }
inline const char* name_of(Op op) noexcept { return info_of(op).name; }
std::span<const OpInfo> all_op_infos() noexcept;

// A row's bound in ulp of a result. Half precision: half an ulp of its own rounding, and the bound
// of the float32 result before it, which has that many more bits.
constexpr float ulp_bound(float ulp, DType result) noexcept {
  if (ulp == 0 || !is_half(result)) return ulp;
  return 0.5f + ulp * (result == DType::float16 ? 0x1p-13f : 0x1p-16f);
}

// "float32, float64": the dtypes of a set, for messages.
std::string dtype_names(DTypeSet set);

// The index of an elementwise operator, a reduction or a scan in its family's kernel tables.
constexpr int elementwise_index(Op op) { return static_cast<int>(op); }
constexpr int reduction_index(Op op) { return static_cast<int>(op) - elementwise_op_count; }
constexpr int scan_index(Op op) { return static_cast<int>(op) - scan_start; }
#define COREPY_X(...) +1
constexpr int random_index(Op op) {
  return static_cast<int>(op) -
         (op_count - (0 COREPY_FOR_EACH_RANDOM_OP(COREPY_X) COREPY_FOR_EACH_FFT_OP(COREPY_X)));
}
#undef COREPY_X

}  // namespace corepy
