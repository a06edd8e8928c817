// Measures the errors of the float64 elementary functions against MPFR, on random points of several
// kinds and on lists of hard ones. Not a test: math_accuracy_test.cpp holds the functions to what
// this program found; float32 is measured by exhaustive_float32.cpp.
//
//   sampled_float64 [--count N] [--seed N] [--isa NAME] [--points FILE] [function ...]
//
// FILE has one argument per line, or two separated by a comma, as C's hexadecimal constants; other
// lines are passed over.
#include <mpfr.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "corepy/core/dtype.h"
#include "corepy/dispatch/isa.h"
#include "corepy/kernels/elementwise_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_ELEMENTWISE_KERNELS)

namespace corepy {
namespace {

constexpr double most_ulp = 1;

// ---- functions ----

struct Function {
  std::string name;
  int (*unary)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
  int (*binary)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);
};

const std::vector<Function>& all_functions() {
#define COREPY_UNARY(name) {#name, mpfr_##name, nullptr}
#define COREPY_BINARY(name)     \
  {                             \
    #name, nullptr, mpfr_##name \
  }
  static const std::vector<Function> all = {
      COREPY_UNARY(exp),   COREPY_UNARY(expm1), COREPY_UNARY(log),  COREPY_UNARY(log1p),
      COREPY_UNARY(log2),  COREPY_UNARY(log10), COREPY_UNARY(sin),  COREPY_UNARY(cos),
      COREPY_UNARY(tan),   COREPY_UNARY(asin),  COREPY_UNARY(acos), COREPY_UNARY(atan),
      COREPY_UNARY(sinh),  COREPY_UNARY(cosh),  COREPY_UNARY(tanh), COREPY_UNARY(asinh),
      COREPY_UNARY(acosh), COREPY_UNARY(atanh), COREPY_BINARY(pow), COREPY_BINARY(atan2),
      COREPY_BINARY(hypot)};
#undef COREPY_UNARY
#undef COREPY_BINARY
  return all;
}

Loop find_loop(const std::string& wanted_isa, const std::string& op) {
#define COREPY_ROW(arity, row, ...)                                    \
  if (op == #row) return next->loop[static_cast<int>(DType::float64)]; \
  ++next;
#define COREPY_X(isa_name)                                                              \
  if (is_available(Isa::isa_name) && (wanted_isa.empty() || wanted_isa == #isa_name)) { \
    const LoopRow* next = isa_name::exponential_loops;                                  \
    COREPY_FOR_EACH_EXPONENTIAL_OP(COREPY_ROW)                                          \
    next = isa_name::trigonometric_loops;                                               \
    COREPY_FOR_EACH_TRIGONOMETRIC_OP(COREPY_ROW)                                        \
  }
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
#undef COREPY_ROW
  return nullptr;
}

// ---- points ----

struct Points {
  std::vector<double> x, y;

  void add(double a, double b) {
    x.push_back(a);
    y.push_back(b);
  }
};

class PointSource {
 public:
  explicit PointSource(std::uint64_t seed) : random_(seed) {}

  static constexpr int kinds = 7;

  void add_unary(int kind, Points& points) {
    // where formulas change, and zeros and poles
    static constexpr double seams[] = {0.0078125,  0.0216608, 0.03125,   0.109375, 0.125,
                                       0.34657359, 0.5,       0.6931472, 0.78539,  1.5707963,
                                       14,         20,        22};
    const double near = unit() * std::ldexp(1.0, -static_cast<int>(random_() % 50));
    double x = 0;
    switch (kind) {
      case 0:
        x = std::bit_cast<double>(random_());
        break;
      case 1:
        x = of_magnitude(-60, 12);
        break;
      case 2:
        x = unit();
        break;
      case 3:
        x = 10 * unit();
        break;
      case 4:
        x = 750 * unit();
        break;
      case 5:
        x = with_any_sign(1 + near);
        break;
      default:
        x = with_any_sign(seams[random_() % std::size(seams)] *
                          static_cast<double>(1 + random_() % 64) * (1 + near));
    }
    points.add(x, 0);
  }

  void add_pow(int kind, Points& points) {
    double x = std::fabs(of_magnitude(-1022, 1023));
    double reach = 750 * unit();  // y ln x
    if (kind == 1) x = 1 + 0.05 * unit();
    if (kind == 2) x = 1 + unit() * std::ldexp(1.0, -static_cast<int>(random_() % 50));
    if (kind == 3) x = std::fabs(of_magnitude(-1074, -1000));
    if (kind == 4) reach = std::copysign(708, reach) * (1 + 0.05 * unit());
    if (kind == 5) {
      points.add(of_magnitude(-40, 40), std::nearbyint(20 * unit()));
    } else if (kind == 6) {
      points.add(std::fabs(std::bit_cast<double>(random_())), std::bit_cast<double>(random_()));
    } else {
      points.add(x, reach / std::log(x));
    }
  }

  void add_pair(int kind, Points& points) {
    const double near = unit() * std::ldexp(1.0, -static_cast<int>(random_() % 50));
    double x = of_magnitude(-60, 60), y = of_magnitude(-60, 60);
    if (kind == 1) x = std::bit_cast<double>(random_()), y = std::bit_cast<double>(random_());
    if (kind == 2) x = unit(), y = unit();
    if (kind == 3) x = of_magnitude(-1022, 1023), y = x * std::exp(8 * unit());
    if (kind == 4) y = x * (1 + near);
    if (kind == 5) y = x * std::ldexp(1 + near, static_cast<int>(random_() % 9) - 4);
    if (kind == 6) x = of_magnitude(-1074, -990), y = of_magnitude(-1074, -990);
    points.add(x, with_any_sign(y));
  }

 private:
  double unit() { return std::uniform_real_distribution<double>(-1, 1)(random_); }
  double with_any_sign(double x) { return (random_() & 1) != 0 ? x : -x; }
  double of_magnitude(int lowest, int highest) {
    const auto range = static_cast<std::uint64_t>(highest - lowest + 1);
    const double significand = 1 + static_cast<double>(random_() >> 12) * 0x1p-52;
    return with_any_sign(std::ldexp(significand, lowest + static_cast<int>(random_() % range)));
  }

  std::mt19937_64 random_;
};

Points read_points(const std::string& path) {
  Points points;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    char* end = nullptr;
    const double x = std::strtod(line.c_str(), &end);
    if (end == line.c_str()) continue;
    const std::size_t comma = line.find(',');
    points.add(x, comma == std::string::npos ? 0 : std::strtod(line.c_str() + comma + 1, nullptr));
  }
  return points;
}

// ---- errors ----

// True values, to 64 bits more than float64 has.
class Reference {
 public:
  Reference() {
    mpfr_inits2(53, x_, y_, nullptr);
    mpfr_inits2(53 + 64, value_, difference_, nullptr);
  }
  ~Reference() { mpfr_clears(x_, y_, value_, difference_, nullptr); }
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  // The error of `got` in ulp; infinite where one is infinite or NaN and not the other, or a zero
  // has the wrong sign.
  double error_ulp(const Function& function, double x, double y, double got) {
    mpfr_set_d(x_, x, MPFR_RNDN);
    mpfr_set_d(y_, y, MPFR_RNDN);
    if (function.binary != nullptr) {
      function.binary(value_, x_, y_, MPFR_RNDN);
    } else {
      function.unary(value_, x_, MPFR_RNDN);
    }
    const double rounded = mpfr_get_d(value_, MPFR_RNDN);
    if (std::isnan(rounded) || std::isnan(got)) {
      return std::isnan(rounded) == std::isnan(got) ? 0 : INFINITY;
    }
    if (got == rounded)
      return got == 0 && std::signbit(got) != std::signbit(rounded) ? INFINITY : rest(got);
    if (mpfr_inf_p(value_)) return INFINITY;
    // infinity stands for the power of two that is next
    if (std::isinf(got)) return std::fabs(rounded) == largest ? 0.5 : INFINITY;
    return rest(got);
  }

 private:
  static constexpr double largest = 0x1.fffffffffffffp1023;

  double rest(double got) {
    if (std::isinf(got)) return 0;
    mpfr_sub_d(difference_, value_, got, MPFR_RNDN);
    if (mpfr_zero_p(difference_)) return 0;
    const auto exponent =
        std::max<mpfr_exp_t>(mpfr_zero_p(value_) ? mpfr_get_emin() : mpfr_get_exp(value_), -1021);
    mpfr_mul_2si(difference_, difference_, 53 - exponent, MPFR_RNDN);
    return std::fabs(mpfr_get_d(difference_, MPFR_RNDN));
  }

  mpfr_t x_, y_, value_, difference_;
};

double run_and_report(const Function& function, Loop loop, const Points& points,
                      const std::string& kind) {
  std::vector<double> result(points.x.size());
  std::uint32_t flags = 0;
  LoopArgs args{};
  args.length = static_cast<std::int64_t>(result.size());
  args.in[0] = points.x.data();
  args.in[1] = points.y.data();
  args.in_stride_bytes[0] = args.in_stride_bytes[1] = sizeof(double);
  args.out = result.data();
  args.flags = &flags;
  loop(args);
  Reference reference;
  double worst = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double error = reference.error_ulp(function, points.x[i], points.y[i], result[i]);
    if (error > worst) worst = error, at = i;
  }
  if (!result.empty()) {
    std::printf("%-6s %-8s %9zu points, largest error %.4f ulp at (%a, %a)\n",
                function.name.c_str(), kind.c_str(), result.size(), worst, points.x[at],
                points.y[at]);
  }
  return worst;
}

struct Options {
  std::int64_t count = 1000000;
  std::uint64_t seed = 1;
  std::string isa, points;
  std::vector<std::string> functions;
};

Options read_options(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const char* value = i + 1 < count ? words[i + 1] : "";
    if (word.rfind("--", 0) != 0) {
      options.functions.push_back(word);
      continue;
    }
    if (word == "--count") options.count = std::atoll(value);
    if (word == "--seed") options.seed = static_cast<std::uint64_t>(std::atoll(value));
    if (word == "--isa") options.isa = value;
    if (word == "--points") options.points = value;
    ++i;
  }
  return options;
}

double measure(const Function& function, Loop loop, const Options& options) {
  if (!options.points.empty()) {
    return run_and_report(function, loop, read_points(options.points), "file");
  }
  PointSource source(options.seed);
  double worst = 0;
  for (int kind = 0; kind < PointSource::kinds; ++kind) {
    Points points;
    for (std::int64_t i = 0; i < options.count / PointSource::kinds; ++i) {
      if (function.unary != nullptr) {
        source.add_unary(kind, points);
      } else if (function.name == "pow") {
        source.add_pow(kind, points);
      } else {
        source.add_pair(kind, points);
      }
    }
    worst = std::max(worst, run_and_report(function, loop, points, "kind " + std::to_string(kind)));
  }
  return worst;
}

int run(const Options& options) {
  double worst = 0;
  for (const Function& function : all_functions()) {
    const auto& wanted = options.functions;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), function.name) == wanted.end()) {
      continue;
    }
    const Loop loop = find_loop(options.isa, function.name);
    if (loop == nullptr) {
      std::fprintf(stderr, "no %s for ISA %s\n", function.name.c_str(), options.isa.c_str());
      return 2;
    }
    worst = std::max(worst, measure(function, loop, options));
  }
  return worst <= most_ulp ? 0 : 1;
}

}  // namespace
}  // namespace corepy

int main(int count, char** words) { return corepy::run(corepy::read_options(count, words)); }
