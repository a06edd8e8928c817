// Roots of unity, rounded to nearest but for one in some millions: the tables of Fourier plans. The
// plans are in fft_plan.cpp.
#pragma once

#include <cstdint>
#include <vector>

namespace corepy {

struct DoubleDouble {
  double high, low;
};
struct UnitRoot {
  DoubleDouble cosine, sine;
};

// cos(2 pi j / n) and sin(2 pi j / n) with some 100 bits: sums and products of IEEE additions and
// multiplications in a fixed order, and no library's sine, so that the bits are the same
// everywhere. Eighths of the circle are mirrored exactly.
class UnitRoots {
 public:
  explicit UnitRoots(std::int64_t n);
  UnitRoot at(std::int64_t j) const noexcept;  // 0 <= j < n

  // exp(-2 pi i j / n) as a pair of T.
  template <class T>
  void write_pair(std::int64_t j, T* pair) const noexcept {
    const UnitRoot root = at(j);
    pair[0] = static_cast<T>(root.cosine.high);
    pair[1] = static_cast<T>(-root.sine.high);
  }

 private:
  // Of the angle (pi / 2) r / n, r <= n / 2: coarse[r / step] times fine[r % step].
  std::int64_t n_, step_;
  std::vector<UnitRoot> coarse_, fine_;
};

}  // namespace corepy
