// The dispatch record: what was asked, what ran, what was rejected and why. Plain enums and
// numbers; filling one allocates nothing and reads no clock. Text is made from it elsewhere
// (corepy/backend/explain.py).
#pragma once

#include <cstdint>
#include <vector>

#include "corepy/core/dtype.h"
#include "corepy/core/settings.h"
#include "corepy/core/tensor.h"
#include "corepy/dispatch/isa.h"
#include "corepy/ops/op.h"

namespace corepy {

// Raised whenever any result of the default policy may change (docs/topics/reproducibility.md).
inline constexpr int numerics_revision = 7;

enum class Layout : std::uint8_t { contiguous, permuted, broadcast, strided, scalar };
constexpr const char* name_of(Layout layout) {
  constexpr const char* names[] = {"contiguous", "permuted", "broadcast", "strided", "scalar"};
  return names[static_cast<int>(layout)];
}

// Why a candidate did not run. The sentences are in corepy/backend/wording.py.
enum class Reason : std::uint8_t {
  cpu_lacks_feature,    // detail: the ISA's missing CPU feature
  other_isa_forced,     // settings force another ISA
  slower_isa,           // a better ISA runs
  policy_reproducible,  // the policy asks for reproducible bits
  policy_named_other,   // the policy names another backend
  dtype_unsupported,    // the backend has no kernel for this dtype
  op_unsupported,       // the backend does not implement the operator
  layout_unsupported,   // the backend cannot take these strides without a copy
  rank_unsupported,     // the backend takes single matrices only
};

// Candidates are the ISAs, in order, and then the registered backends.
struct Rejection {
  std::uint8_t candidate;
  Reason reason;
};

inline constexpr int record_max_rank = 8;
inline constexpr int record_max_operands = 4;
inline constexpr int record_max_rejections = 12;

// What recording costs is mostly its stores, so that what is known together is stored together.
struct OperandRecord {
  std::uint32_t type;                   // dtype, layout and rank, a byte each
  std::int64_t shape[record_max_rank];  // cut above that rank

  DType dtype() const noexcept { return static_cast<DType>(type & 0xff); }
  Layout layout() const noexcept { return static_cast<Layout>(type >> 8 & 0xff); }
  int rank() const noexcept { return static_cast<int>(type >> 16); }
};

enum RecordFlag : std::uint32_t {
  record_float_environment_reset = 1u
      << 0,  // rounding mode or FTZ/DAZ was not the default: set for the call, then restored
  record_integer_divide_by_zero = 1u << 1,
  record_mixed_kind_promotion = 1u << 2,  // a pair of dtypes that the standard leaves undefined
  record_integer_to_float = 1u
      << 3,  // integer operands of a floating function were converted to float64
  record_copy_on_write = 1u << 4,
  record_gil_released = 1u << 5,
  record_nonfinite_result = 1u << 6,  // found by a log's value check
  record_dry_run = 1u << 7,
};

// What an operation begins with depends on the settings alone: it is prepared once and copied, with
// the ISA that kernels would run on and why no other.
struct RecordHead {
  std::uint64_t sequence;
  const char* composition;  // static text: the name of a function of several operations that has
                            // no row in the tables; else null
  Op op;                    // of no meaning for a composition
  Policy policy;
  std::uint8_t backend;  // index of the registered backends; 0 is `native`
  Isa isa;               // no_isa for views and backends that have none
  bool reproducible;
  std::uint8_t rejection_count;
  std::uint8_t result_stored;  // 0 where there is none
  bool has_rounded;            // of a composition: a part has rounded numbers
  bool has_blas_part;          // of a composition: a part is one that policy BLAS has a library for
  DType compute_dtype;
  std::uint16_t threads;
  std::uint32_t operand_count;  // inputs seen (may be more than are stored)
  std::uint32_t child_count;
  std::uint32_t flags;
  const char* variant;  // the kernel: static text
  const char* bound;    // "exact", "ulp", "parts" or a formula's name: static text
  float ulp;
  std::int64_t copied_bytes;  // hidden copies: layout changes, copy on write
  std::int64_t cast_bytes;    // of these operands, bytes written by dtype conversion
  std::int64_t workspace_bytes;
  Rejection rejections[record_max_rejections];
};

struct DispatchRecord : RecordHead {
  OperandRecord result;
  OperandRecord operands[record_max_operands];
};

inline const char* name_of(const DispatchRecord& record) noexcept {
  return record.composition != nullptr ? record.composition : name_of(record.op);
}
// Whether policy BLAS has a library for it, or for a part of it.
inline bool may_use_blas(const DispatchRecord& record) noexcept {
  if (record.composition != nullptr) return record.has_blas_part;
  return (info_of(record.op).flags & op_flag_blas) != 0;
}

Layout layout_of(const Tensor& tensor) noexcept;
inline void fill_operand(OperandRecord& operand, const Tensor& tensor, Layout layout) noexcept {
  operand.type = static_cast<std::uint32_t>(tensor.dtype) |
                 static_cast<std::uint32_t>(layout) << 8 |
                 static_cast<std::uint32_t>(tensor.rank()) << 16;
  tensor.shape.copy_first(operand.shape, record_max_rank);
}

// Names a record: the thread that made it and its number there. A tensor keeps one to find its own
// record again.
struct RecordId {
  std::uint32_t thread = 0;
  std::uint64_t sequence = 0;  // 0: none
};

// The calling thread's last published record, or null.
const DispatchRecord* last_record() noexcept;
// The record of that id, while the calling thread made it and still holds it (the last 64 are
// kept); else null.
const DispatchRecord* find_record(RecordId id) noexcept;
// Of the calling thread's last published record, or of the composition that it is in; none while
// records are suspended.
RecordId last_record_id() noexcept;

// A log collects every finished record of all threads, children of composite operators included,
// with timings.
struct LogEntry {
  DispatchRecord record;
  std::int64_t start_ns, end_ns;  // steady clock, since the log was made
  std::uint32_t thread;
  std::uint16_t depth;  // 0: a public operation; 1: a child of a composite one; and so on
};
class RecordLog {
 public:
  RecordLog(std::size_t capacity, bool check_values) noexcept;
  ~RecordLog();
  RecordLog(const RecordLog&) = delete;
  RecordLog& operator=(const RecordLog&) = delete;
  void start();
  void stop() noexcept;
  std::vector<LogEntry> entries() const;
  std::int64_t dropped_count() const noexcept;
  void append(const LogEntry& entry);

 private:
  std::size_t capacity_;
  bool check_values_;
  bool started_ = false;
  std::int64_t origin_ns_;
  std::int64_t dropped_ = 0;
  std::vector<LogEntry> entries_;
};

}  // namespace corepy
