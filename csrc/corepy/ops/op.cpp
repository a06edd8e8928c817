// The list of operators with all their columns.
#include "corepy/ops/op.h"

namespace corepy {
namespace {

constexpr std::uint8_t arity_unary = 1, arity_binary = 2, arity_ternary = 3, arity_where = 3;
constexpr const char* operands_unary = "x";
constexpr const char* operands_binary = "x1, x2";
constexpr const char* operands_ternary = "x, min, max";
constexpr const char* operands_where = "condition, x1, x2";

constexpr std::uint16_t none = op_flag_none, view = op_flag_view, composite = op_flag_composite,
                        nondifferentiable = op_flag_nondifferentiable,
                        no_identity = op_flag_no_identity, by_blas = op_flag_blas,
                        of_blas = op_flag_blas | op_flag_composite;

// "(x1, x2)" -> 2, "()" -> 0; `arrays` stands for any number.
constexpr std::uint8_t count_operands(const char* text) {
  if (text[1] == ')') return 0;
  if (text[1] == 'a') return 255;
  std::uint8_t n = 1;
  for (; *text != '\0'; ++text) n = static_cast<std::uint8_t>(n + (*text == ','));
  return n;
}

constexpr bool is_one_ulp(const char* bound) {
  return bound[0] == 'o';
}  // the word `one_ulp`; no formula starts so

#define COREPY_METADATA_ROW(family, name, ...) COREPY_NAMED_ROW(#name, family, __VA_ARGS__)
#define COREPY_NAMED_ROW(name, family, operands, set, promote, result, bound, complex_bound, \
                         flags)                                                              \
  {name,                                                                                     \
   Family::family,                                                                           \
   count_operands(#operands),                                                                \
   #operands,                                                                                \
   dtypes::set,                                                                              \
   Promote::promote,                                                                         \
   ResultRule::result,                                                                       \
   0.0f,                                                                                     \
   #bound,                                                                                   \
   #complex_bound,                                                                           \
   flags,                                                                                    \
   ""},

}  // namespace

constexpr OpInfo op_infos[op_count] = {
#define COREPY_X(arity, name, set, promote, result, bound, complex_bound, ...) \
  {#name,                                                                      \
   Family::elementwise,                                                        \
   arity_##arity,                                                              \
   operands_##arity,                                                           \
   dtypes::set,                                                                \
   Promote::promote,                                                           \
   ResultRule::result,                                                         \
   is_one_ulp(#bound) || is_one_ulp(#complex_bound) ? 1.0f : 0.0f,             \
   is_one_ulp(#bound) ? ulp_bound_name : #bound,                               \
   is_one_ulp(#complex_bound) ? ulp_bound_name : #complex_bound,               \
   none,                                                                       \
   #__VA_ARGS__},
    COREPY_FOR_EACH_ELEMENTWISE_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(name, set, accumulate, result, bound, flags) \
  {#name,                                                     \
   Family::reduction,                                         \
   1,                                                         \
   "x",                                                       \
   dtypes::set,                                               \
   Promote::none,                                             \
   ResultRule::result,                                        \
   0.0f,                                                      \
   #bound,                                                    \
   #bound,                                                    \
   flags,                                                     \
   ""},
        COREPY_FOR_EACH_REDUCTION(COREPY_X)
#undef COREPY_X
#define COREPY_X(...) COREPY_METADATA_ROW(scan, __VA_ARGS__)
            COREPY_FOR_EACH_SCAN_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(...) COREPY_METADATA_ROW(linalg, __VA_ARGS__)
                COREPY_FOR_EACH_LINALG_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(...) COREPY_METADATA_ROW(sorting, __VA_ARGS__)
                    COREPY_FOR_EACH_SORTING_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(...) COREPY_METADATA_ROW(searching, __VA_ARGS__)
                        COREPY_FOR_EACH_SEARCHING_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(...) COREPY_METADATA_ROW(manipulation, __VA_ARGS__)
                            COREPY_FOR_EACH_MANIPULATION_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(...) COREPY_METADATA_ROW(indexing, __VA_ARGS__)
                                COREPY_FOR_EACH_INDEXING_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(...) COREPY_METADATA_ROW(creation, __VA_ARGS__)
                                    COREPY_FOR_EACH_CREATION_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(name, parameters, set, bound)                                           \
  {"random." #name,    Family::random, 0,      "()",   dtypes::set,       Promote::none, \
   ResultRule::option, 0.0f,           #bound, "none", nondifferentiable, ""},
                                        COREPY_FOR_EACH_RANDOM_OP(COREPY_X)
#undef COREPY_X
#define COREPY_X(name, ...) COREPY_NAMED_ROW("fft." #name, fft, __VA_ARGS__)
                                            COREPY_FOR_EACH_FFT_OP(COREPY_X)
#undef COREPY_X
};
static_assert(op_count < 255, "Op is one byte; 255 means none");

std::span<const OpInfo> all_op_infos() noexcept { return op_infos; }

std::string dtype_names(DTypeSet set) {
  std::string text;
  for (int i = 0; i < dtype_count; ++i) {
    const auto d = static_cast<DType>(i);
    if (contains(set, d)) text += (text.empty() ? "" : ", ") + std::string(name_of(d));
  }
  return text;
}

}  // namespace corepy
