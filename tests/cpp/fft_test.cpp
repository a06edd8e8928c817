// Roots of unity, plans, and the Fourier kernels of every ISA this machine has: against sums in
// long double, and bit by bit against each other. Shapes, layouts and real data are tested in
// Python.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <vector>

#include "available_isas.h"
#include "corepy/dispatch/fft_line.h"
#include "corepy/dispatch/fft_plan.h"
#include "corepy/dispatch/fft_roots.h"
#include "corepy/dispatch/isa.h"
#include "corepy/dispatch/kernel_tables.h"

namespace corepy {
namespace {

const FftKernels& kernels_of(Isa isa) { return *kernel_tables(isa).fft; }

TEST(UnitRoots, AreWithinHalfAnUlpAndMirrored) {
  for (const std::int64_t n : {1, 2, 3, 4, 8, 12, 17, 1000, 1009, 65536}) {
    const UnitRoots roots(n);
    for (std::int64_t j = 0; j < n; j += 1 + n / 500) {
      const UnitRoot root = roots.at(j), mirrored = roots.at((n - j) % n);
      EXPECT_EQ(root.cosine.high, mirrored.cosine.high);
      EXPECT_EQ(root.sine.high, -mirrored.sine.high);
      const long double angle = 2 * std::numbers::pi_v<long double> * j / n;
      EXPECT_NEAR(root.cosine.high, static_cast<double>(std::cos(angle)), 0x1p-53);
      EXPECT_NEAR(root.sine.high, static_cast<double>(std::sin(angle)), 0x1p-53);
      // cos^2 + sin^2 - 1 with 100 bits, as far as long double shows it.
      const long double c = static_cast<long double>(root.cosine.high) + root.cosine.low;
      const long double s = static_cast<long double>(root.sine.high) + root.sine.low;
      EXPECT_NEAR(static_cast<double>(c * c + s * s - 1), 0.0, 0x1p-61);
    }
  }
}

TEST(UnitRoots, WholeQuartersAndEighthsAreExact) {
  const UnitRoots roots(16);
  EXPECT_EQ(roots.at(0).sine.high, 0.0);
  EXPECT_EQ(roots.at(4).cosine.high, 0.0);
  EXPECT_EQ(roots.at(8).cosine.high, -1.0);
  EXPECT_EQ(roots.at(2).cosine.high, roots.at(2).sine.high);
}

template <class T>
std::vector<std::complex<T>> make_line(std::int64_t n) {
  std::vector<std::complex<T>> x(static_cast<std::size_t>(n));
  std::uint64_t state = static_cast<std::uint64_t>(n);
  const auto next = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<T>(static_cast<double>(state >> 40) * 0x1p-24 - 0.5);
  };
  for (auto& value : x) value = {next(), next()};
  return x;
}

template <class T>
std::vector<std::complex<T>> transform(Isa isa, const std::vector<std::complex<T>>& x,
                                       bool inverse) {
  const FftKernels& kernels = kernels_of(isa);
  const auto n = static_cast<std::int64_t>(x.size());
  const bool is_single = sizeof(T) == 4;
  const FftTablesRef tables =
      find_fft_plan("test", n, is_single ? DType::float32 : DType::float64, kernels);
  const FftLine line(is_single ? kernels.of_float32 : kernels.of_float64, tables->plan, sizeof(T));
  const StorageRef workspace = allocate_storage("test", line.workspace_bytes());
  std::vector<std::complex<T>> result(x.size() + 1, std::complex<T>(7, 7));
  line.run(x.data(), result.data(), inverse, 1.0, workspace->data);
  EXPECT_EQ(result.back(), std::complex<T>(7, 7)) << "written past the end";
  result.pop_back();
  return result;
}

template <class T>
double relative_error(const std::vector<std::complex<T>>& x,
                      const std::vector<std::complex<T>>& got, double sign) {
  const auto n = static_cast<std::int64_t>(x.size());
  double error = 0.0, size = 0.0;
  for (std::int64_t k = 0; k < n; ++k) {
    std::complex<long double> sum = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      const long double angle =
          static_cast<long double>(sign) * 2 * std::numbers::pi_v<long double> * (j * k % n) / n;
      sum += std::complex<long double>(x[static_cast<std::size_t>(j)]) *
             std::complex<long double>(std::cos(angle), std::sin(angle));
    }
    const std::complex<double> expected(sum);
    error += std::norm(std::complex<double>(got[static_cast<std::size_t>(k)]) - expected);
    size += std::norm(expected);
  }
  return size == 0.0 ? 0.0 : std::sqrt(error / size);
}

template <class T>
void check_length(std::int64_t n) {
  const auto x = make_line<T>(n);
  const double unit = sizeof(T) == 4 ? 0x1p-24 : 0x1p-53;
  const std::vector<Isa> isas = available_isas();
  for (const bool inverse : {false, true}) {
    const auto expected = transform<T>(isas.front(), x, inverse);
    EXPECT_LT(relative_error(x, expected, inverse ? 1 : -1), 8 * unit) << n;
    for (const Isa isa : isas) {
      const auto got = transform<T>(isa, x, inverse);
      EXPECT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(got[0])), 0)
          << n << " " << name_of(isa);
    }
  }
}

TEST(FftKernels, EveryLengthIsRightAndTheSameOnEveryIsa) {
  for (std::int64_t n = 1; n <= 70; ++n) {
    check_length<float>(n);
    check_length<double>(n);
  }
  for (const std::int64_t n : {97, 121, 125, 128, 169, 210, 243, 256, 343, 480, 961, 1000, 1009}) {
    check_length<float>(n);
    check_length<double>(n);
  }
}

TEST(FftKernels, RootsInPairsGiveTheSameOnEveryIsa) {
  const auto x = make_line<float>(3 << 16);
  const std::vector<Isa> isas = available_isas();
  const auto expected = transform<float>(isas.front(), x, false);
  for (const Isa isa : isas) {
    const auto got = transform<float>(isa, x, false);
    EXPECT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(got[0])), 0);
  }
  const auto back = transform<float>(isas.front(), expected, true);
  for (std::size_t i = 0; i < x.size(); i += 997) {
    EXPECT_NEAR(back[i].real() / static_cast<float>(x.size()), x[i].real(), 1e-6);
    EXPECT_NEAR(back[i].imag() / static_cast<float>(x.size()), x[i].imag(), 1e-6);
  }
}

TEST(FftPlans, KindsAreAFunctionOfTheLength) {
  EXPECT_EQ(fft_kind(1), FftKind::columns);
  EXPECT_EQ(fft_kind(31), FftKind::columns);
  EXPECT_EQ(fft_kind(33), FftKind::four_step);
  EXPECT_EQ(fft_kind(31 * 31 * 32), FftKind::four_step);
  EXPECT_EQ(fft_kind(37), FftKind::bluestein);
  EXPECT_EQ(fft_kind(2 * 1009), FftKind::bluestein);
}

TEST(FftPlans, TheCacheIsBoundedAndCanBeCleared) {
  const FftKernels& kernels = kernels_of(available_isas().front());
  clear_fft_cache();
  const FftTablesRef held = find_fft_plan("test", 60000, DType::float64, kernels);
  EXPECT_EQ(find_fft_plan("test", 60000, DType::float64, kernels), held);
  for (std::int64_t n = 50000; n < 56000; n += 64) {
    find_fft_plan("test", n, DType::float64, kernels);
    EXPECT_LE(fft_cache_bytes(), fft_cache_limit_bytes);
  }
  EXPECT_NE(find_fft_plan("test", 60000, DType::float64, kernels), held);  // it had fallen out
  EXPECT_EQ(held->plan.length, 60000);                                     // and still is whole
  EXPECT_GT(clear_fft_cache(), 0);
  EXPECT_EQ(fft_cache_bytes(), 0);
}

}  // namespace
}  // namespace corepy
