// hypot: the length of (x, y) without overflow or underflow on the way.
#pragma once

#include "corepy/vec/math/double_double.h"

namespace corepy::COREPY_ISA::vec {

// sqrt(x^2 + y^2) with the squares in double-double; both squares neither overflow nor, where it
// counts, underflow.
COREPY_INLINE Doubles root_of_squares(Doubles x, Doubles y) {
  const DoubleDouble root = square_root(add(multiply_exactly(x, x), multiply_exactly(y, y)));
  return root.hi + root.lo;
}

// sqrt(x^2 + y^2). Error at most 0.51 ulp, of a subnormal result 0.75 ulp. hypot(+-inf, y) = inf
// even for y = nan; else nan gives nan.
COREPY_INLINE Doubles hypot(Doubles x, Doubles y) {
  const Doubles x_size = magnitude_of(x), y_size = magnitude_of(y);
  const Doubles larger = select<double>(x_size > y_size, x_size, y_size);
  constexpr double huge = 0x1p500, tiny = 0x1p-400, scale_up = 0x1p600;
  if (!vec::any<double>(~((larger < Doubles(huge)) & (larger > Doubles(tiny))))) {
    return root_of_squares(x, y);
  }
  // Scaling by a power of two is exact where it counts, so the other lanes have the bits of the
  // plain path.
  const auto choose = [&](double if_huge, double if_tiny) COREPY_LAMBDA_INLINE {
    return select<double>(larger >= Doubles(huge), Doubles(if_huge),
                          select<double>(larger <= Doubles(tiny), Doubles(if_tiny), Doubles(1)));
  };
  const Doubles scale = choose(1 / scale_up, scale_up), unscale = choose(scale_up, 1 / scale_up);
  const Doubles result = root_of_squares(x * scale, y * scale) * unscale;
  return select<double>(is_infinite(x) | is_infinite(y), Doubles(infinity), result);
}

// sqrt(x^2 + y^2). Error at most 0.51 ulp. Special cases as for float64.
COREPY_INLINE Floats hypot(Floats x, Floats y) {
  return compute_in_double(
      x, y,
      [](Doubles v, Doubles w)
          COREPY_LAMBDA_INLINE {  // the squares of float32 values are exact in float64
            const Doubles result = ::xsimd::sqrt(vec::fma(v, v, w * w));
            if (!vec::any<double>(~(result < Doubles(infinity)))) return result;
            return select<double>(is_infinite(v) | is_infinite(w), Doubles(infinity), result);
          });
}

}  // namespace corepy::COREPY_ISA::vec
