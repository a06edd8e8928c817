// Sines and cosines in double-double arithmetic (Dekker, "A floating-point technique for extending
// the available precision", 1971).
#include "corepy/dispatch/fft_roots.h"

namespace corepy {
namespace {

DoubleDouble quick_two_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

DoubleDouble two_sum(double a, double b) {
  const double sum = a + b, part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

// The product and its rounding error, by halves of 26 bits; operands are far from overflow.
DoubleDouble two_product(double a, double b) {
  constexpr double splitter = 134217729.0;  // 2^27 + 1
  const double scaled_a = splitter * a, high_a = scaled_a - (scaled_a - a), low_a = a - high_a;
  const double scaled_b = splitter * b, high_b = scaled_b - (scaled_b - b), low_b = b - high_b;
  const double product = a * b;
  return {product, ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b};
}

DoubleDouble add(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble high = two_sum(a.high, b.high), low = two_sum(a.low, b.low);
  const DoubleDouble sum = quick_two_sum(high.high, high.low + low.high);
  return quick_two_sum(sum.high, sum.low + low.low);
}

DoubleDouble negate(DoubleDouble a) { return {-a.high, -a.low}; }

DoubleDouble multiply(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = two_product(a.high, b.high);
  return quick_two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

DoubleDouble divide(DoubleDouble a, double b) {
  const double quotient = a.high / b;
  const DoubleDouble product = two_product(quotient, b);
  const double rest = ((a.high - product.high) - product.low) + a.low;
  return quick_two_sum(quotient, rest / b);
}

// The root at the angle (pi / 2) r / n, at most pi / 4: Taylor series.
UnitRoot evaluate(std::int64_t r, std::int64_t n) {
  constexpr DoubleDouble half_pi{1.5707963267948966, 6.123233995736766e-17};
  constexpr int last_power = 31;  // (pi / 4)^31 / 31! < 2^-123
  const DoubleDouble fraction = divide({static_cast<double>(r), 0.0}, static_cast<double>(n));
  const DoubleDouble angle = multiply(half_pi, fraction);
  DoubleDouble sum[2] = {{1.0, 0.0}, angle}, term = angle;
  for (int power = 2; power <= last_power; ++power) {
    term = divide(multiply(term, angle), power);
    DoubleDouble& target = sum[power % 2];
    target = add(target, power % 4 < 2 ? term : negate(term));
  }
  return {sum[0], sum[1]};
}

UnitRoot rotate(const UnitRoot& a, const UnitRoot& b) {
  return {add(multiply(a.cosine, b.cosine), negate(multiply(a.sine, b.sine))),
          add(multiply(a.sine, b.cosine), multiply(a.cosine, b.sine))};
}

}  // namespace

UnitRoots::UnitRoots(std::int64_t n) : n_(n), step_(1) {
  while (step_ * step_ * 2 < n) step_ *= 2;
  for (std::int64_t r = 0; r <= n / 2; r += step_) coarse_.push_back(evaluate(r, n));
  for (std::int64_t r = 0; r < step_; ++r) fine_.push_back(evaluate(r, n));
}

UnitRoot UnitRoots::at(std::int64_t j) const noexcept {
  // 4 j = quarter n + r: the angle is `quarter` right angles and (pi / 2) r / n.
  const std::int64_t quarter = 4 * j / n_, r = 4 * j - quarter * n_;
  const bool is_mirrored = 2 * r > n_;
  const std::int64_t near = is_mirrored ? n_ - r : r;
  UnitRoot root = coarse_[static_cast<std::size_t>(near / step_)];
  if (near % step_ != 0) root = rotate(root, fine_[static_cast<std::size_t>(near % step_)]);
  if (is_mirrored) root = {root.sine, root.cosine};
  switch (quarter) {
    case 0:
      return root;
    case 1:
      return {negate(root.sine), root.cosine};
    case 2:
      return {negate(root.cosine), negate(root.sine)};
    default:
      return {root.sine, negate(root.cosine)};
  }
}

}  // namespace corepy
