// Runs the elementwise loops of each ISA that this machine has, by operator name. What the results
// should be is in the tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "corepy/core/dtype.h"
#include "corepy/dispatch/isa.h"
#include "corepy/kernels/elementwise_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_ELEMENTWISE_KERNELS)

namespace corepy::testing_elementwise {

struct NamedRow {
  std::string_view group;
  std::string_view name;
  std::string_view arity;
  const LoopRow* row;
};

struct IsaRows {
  std::string name;
  std::vector<NamedRow> rows;

  Loop find(std::string_view op, DType dtype) const {
    for (const NamedRow& row : rows) {
      if (row.name == op) return row.row->loop[static_cast<int>(dtype)];
    }
    ADD_FAILURE() << "no row " << op;
    return nullptr;
  }
};

// The groups whose formulas are in vec/, and the one that has pow (of integers; the elementary
// functions of vec/math/ have tests of their own).
inline std::vector<IsaRows> available_isas() {
  std::vector<IsaRows> found;
#define COREPY_ROW(arity, op, ...) isa.rows.push_back({group, #op, #arity, next++});
#define COREPY_GROUP(isa_name, group_name, MACRO)       \
  {                                                     \
    const LoopRow* next = isa_name::group_name##_loops; \
    const std::string_view group = #group_name;         \
    COREPY_FOR_EACH_##MACRO##_OP(COREPY_ROW)            \
  }
#define COREPY_X(isa_name)                           \
  if (is_available(Isa::isa_name)) {                 \
    IsaRows isa{#isa_name, {}};                      \
    COREPY_GROUP(isa_name, arithmetic, ARITHMETIC)   \
    COREPY_GROUP(isa_name, comparison, COMPARISON)   \
    COREPY_GROUP(isa_name, bitwise, BITWISE)         \
    COREPY_GROUP(isa_name, rounding, ROUNDING)       \
    COREPY_GROUP(isa_name, selection, SELECTION)     \
    COREPY_GROUP(isa_name, exponential, EXPONENTIAL) \
    found.push_back(std::move(isa));                 \
  }
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
#undef COREPY_GROUP
#undef COREPY_ROW
  return found;
}

// Runs a loop on copies of the operands that lie at odd addresses, so that every test is one of
// misaligned access and of writes beyond the end too.
template <class Out>
std::vector<Out> run_loop(Loop loop,
                          std::initializer_list<std::pair<const void*, std::size_t>> operands,
                          std::int64_t length, std::uint32_t* flags = nullptr) {
  LoopArgs args{};
  args.length = length;
  std::vector<std::vector<unsigned char>> storage;
  int k = 0;
  for (const auto& [data, itemsize] : operands) {
    storage.emplace_back(static_cast<std::size_t>(length) * itemsize + 1);
    std::memcpy(storage.back().data() + 1, data, static_cast<std::size_t>(length) * itemsize);
    args.in[k] = storage.back().data() + 1;
    args.in_stride_bytes[k++] = static_cast<std::int64_t>(itemsize);
  }
  constexpr std::size_t guard_bytes = 128;
  constexpr unsigned char guard = 0xa5;
  const std::size_t out_bytes = static_cast<std::size_t>(length) * sizeof(Out);
  std::vector<unsigned char> out(1 + out_bytes + guard_bytes, guard);
  std::uint32_t collected = 0;
  args.out = out.data() + 1;
  args.flags = &collected;
  loop(args);
  if (flags != nullptr) *flags = collected;
  for (std::size_t i = 0; i < guard_bytes; ++i) {
    EXPECT_EQ(out[1 + out_bytes + i], guard) << "written beyond the end";
  }
  EXPECT_EQ(out[0], guard) << "written before the start";
  std::vector<Out> result(static_cast<std::size_t>(length));
  std::memcpy(static_cast<void*>(result.data()), out.data() + 1, out_bytes);
  return result;
}

template <class Out, class T>
std::vector<Out> run_unary(const IsaRows& isa, std::string_view op, const std::vector<T>& a,
                           std::uint32_t* flags = nullptr) {
  return run_loop<Out>(isa.find(op, dtype_of<T>), {{a.data(), sizeof(T)}},
                       static_cast<std::int64_t>(a.size()), flags);
}
template <class Out, class T>
std::vector<Out> run_binary(const IsaRows& isa, std::string_view op, const std::vector<T>& a,
                            const std::vector<T>& b, std::uint32_t* flags = nullptr) {
  return run_loop<Out>(isa.find(op, dtype_of<T>), {{a.data(), sizeof(T)}, {b.data(), sizeof(T)}},
                       static_cast<std::int64_t>(a.size()), flags);
}

// Every pair of two lists, as two columns.
template <class T>
struct Pairs {
  std::vector<T> a, b;
};
template <class T>
Pairs<T> all_pairs(const std::vector<T>& values) {
  Pairs<T> pairs;
  for (const T& x : values) {
    for (const T& y : values) {
      pairs.a.push_back(x);
      pairs.b.push_back(y);
    }
  }
  return pairs;
}

}  // namespace corepy::testing_elementwise
