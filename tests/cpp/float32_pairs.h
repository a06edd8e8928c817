// Pairs of float32 arguments for the functions of two. What is measured on them is in
// exhaustive_float32.cpp.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

namespace corepy {

// Where functions of two arguments have special cases, and next to such; with either sign.
inline constexpr float special[] = {0,
                                    0x1p-149f,
                                    0x1.fffffcp-127f,
                                    0x1p-126f,
                                    0x1p-25f,
                                    0x1p-12f,
                                    0.5f,
                                    0x1.fffffep-1f,
                                    1,
                                    0x1.000002p+0f,
                                    1.5f,
                                    2,
                                    2.5f,
                                    3,
                                    4,
                                    5,
                                    127,
                                    128,
                                    149,
                                    150,
                                    0x1p12f,
                                    0x1p23f,
                                    0x1.000002p+23f,
                                    0x1p24f,
                                    0x1.000002p+24f,
                                    0x1p63f,
                                    0x1p127f,
                                    0x1.fffffep+127f,
                                    INFINITY,
                                    NAN};

// Pairs of every kind in turn: any two numbers; special ones; of one size; and, for pow, with
// results that are finite, bases also next to 1.
class PairSource {
 public:
  PairSource(std::string op, std::uint64_t seed) : is_pow_(op == "pow"), random_(seed) {}

  void next(float& x, float& y) {
    switch (turn_++ % 5) {
      case 0:
        x = std::bit_cast<float>(static_cast<std::uint32_t>(random_()));
        y = std::bit_cast<float>(static_cast<std::uint32_t>(random_()));
        return;
      case 1:
        x = static_cast<float>(10 * unit_(random_));
        y = static_cast<float>(10 * unit_(random_));
        return;
      case 2:
        x = next_special();
        y = next_special();
        return;
      case 3:
        x = static_cast<float>(std::exp(86 * unit_(random_)));
        y = x * static_cast<float>(std::exp(6 * unit_(random_)));
        break;
      default:
        x = 1 + static_cast<float>(std::ldexp(unit_(random_), -static_cast<int>(random_() % 24)));
        y = x + static_cast<float>(unit_(random_));
    }
    constexpr double largest_log = 104;  // of the results: some are 0, some infinite
    if (is_pow_) {
      const double log = std::max(std::fabs(std::log(std::fabs(static_cast<double>(x)))), 1e-9);
      y = static_cast<float>(largest_log * unit_(random_) / log);
    } else {
      if (random_() & 1) x = -x;
      if (random_() & 1) y = -y;
    }
  }

 private:
  float next_special() {
    const std::uint64_t bits = random_();
    const float value = special[(bits >> 1) % std::size(special)];
    return (bits & 1) != 0 ? -value : value;
  }

  bool is_pow_;
  std::mt19937_64 random_;
  std::uniform_real_distribution<double> unit_{-1, 1};
  std::uint64_t turn_ = 0;
};

}  // namespace corepy
