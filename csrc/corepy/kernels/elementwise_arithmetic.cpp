// Sums, products, quotients, signs, extrema, parts of complex numbers. The formulas are rows of
// ops/elementwise_table.h.
#include "corepy/core/half.h"
#include "corepy/kernels/elementwise.h"
#include "corepy/vec/complex_functions.h"
#include "corepy/vec/next_half.h"

namespace corepy::COREPY_ISA {

COREPY_FOR_EACH_ARITHMETIC_OP(COREPY_DEFINE_FUNCTOR)

// nextafter of float16 or bfloat16, on their bits.
template <std::int16_t Infinity, std::int16_t Nan>
struct next_half_op {
  static constexpr bool raises_flags = false, commutes = false, is_partwise = false;
  template <class V>
  static COREPY_INLINE V apply(V a, V b, std::uint32_t&) {
    return vec::next_half<Infinity, Nan>(a, b);
  }
};
template <>
struct half_functor_of<nextafter_op, DType::float16> {
  using type = next_half_op<0x7c00, float16_nan_bits>;
};
template <>
struct half_functor_of<nextafter_op, DType::bfloat16> {
  using type = next_half_op<0x7f80, bfloat16_nan_bits>;
};

extern constinit const LoopRow arithmetic_loops[] = {
    COREPY_FOR_EACH_ARITHMETIC_OP(COREPY_SHORT_ROW)};

}  // namespace corepy::COREPY_ISA
