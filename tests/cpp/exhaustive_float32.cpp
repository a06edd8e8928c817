// Measures the float32 elementary functions against the C library's float64 ones: over all 2^32
// arguments, or every n-th, and over pairs for those of two arguments. Prints each one's largest
// error with the argument in hex. A program of its own, not a test that ctest runs: a full pass
// takes minutes. How to run it: docs/topics/accuracy.md.
#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/elementwise_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_ELEMENTWISE_KERNELS)

namespace corepy {
namespace {

// ---- the functions ----

double logaddexp_reference(double x, double y) {
  if (std::isnan(x) || std::isnan(y)) return x + y;
  const double larger = std::max(x, y), smaller = std::min(x, y);
  if (std::isinf(larger)) return larger;
  // nearer to 0 than this, the sum cancels: there the C++ tests have cases of their own
  const double result = larger + std::log1p(std::exp(smaller - larger));
  return std::fabs(result) < 1e-3 ? std::numeric_limits<double>::quiet_NaN() : result;
}

struct Function {
  const char* name;
  int arity;
  std::function<double(double, double)> reference;
};

#define COREPY_UNARY(name) {#name, 1, [](double x, double) { return std::name(x); }}
#define COREPY_BINARY(name) {#name, 2, [](double x, double y) { return std::name(x, y); }}
const std::vector<Function>& functions() {
  static const std::vector<Function> all = {COREPY_UNARY(exp),
                                            COREPY_UNARY(expm1),
                                            COREPY_UNARY(log),
                                            COREPY_UNARY(log1p),
                                            COREPY_UNARY(log2),
                                            COREPY_UNARY(log10),
                                            COREPY_UNARY(sin),
                                            COREPY_UNARY(cos),
                                            COREPY_UNARY(tan),
                                            COREPY_UNARY(asin),
                                            COREPY_UNARY(acos),
                                            COREPY_UNARY(atan),
                                            COREPY_UNARY(sinh),
                                            COREPY_UNARY(cosh),
                                            COREPY_UNARY(tanh),
                                            COREPY_UNARY(asinh),
                                            COREPY_UNARY(acosh),
                                            COREPY_UNARY(atanh),
                                            COREPY_UNARY(sqrt),
                                            COREPY_BINARY(atan2),
                                            COREPY_BINARY(hypot),
                                            COREPY_BINARY(pow),
                                            {"logaddexp", 2, logaddexp_reference}};
  return all;
}
#undef COREPY_UNARY
#undef COREPY_BINARY

// ---- the kernels ----

struct IsaLoops {
  std::string name;
  std::vector<std::pair<std::string, const LoopRow*>> rows;

  Loop find(const std::string& op) const {
    for (const auto& [row_name, row] : rows) {
      if (row_name == op) return row->loop[static_cast<int>(DType::float32)];
    }
    return nullptr;
  }
};

std::vector<IsaLoops> available_isas() {
  std::vector<IsaLoops> found;
#define COREPY_ROW(arity, op, ...) isa.rows.emplace_back(#op, next++);
#define COREPY_X(isa_name)                            \
  if (is_available(Isa::isa_name)) {                  \
    IsaLoops isa{#isa_name, {}};                      \
    const LoopRow* next = isa_name::arithmetic_loops; \
    COREPY_FOR_EACH_ARITHMETIC_OP(COREPY_ROW)         \
    next = isa_name::exponential_loops;               \
    COREPY_FOR_EACH_EXPONENTIAL_OP(COREPY_ROW)        \
    next = isa_name::trigonometric_loops;             \
    COREPY_FOR_EACH_TRIGONOMETRIC_OP(COREPY_ROW)      \
    found.push_back(std::move(isa));                  \
  }
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
#undef COREPY_ROW
  return found;
}

void run_loop(Loop loop, int arity, const std::vector<float>& x, const std::vector<float>& y,
              std::vector<float>& result) {
  std::uint32_t flags = 0;
  LoopArgs args{};
  args.length = static_cast<std::int64_t>(x.size());
  args.in[0] = x.data();
  args.in_stride_bytes[0] = sizeof(float);
  if (arity == 2) {
    args.in[1] = y.data();
    args.in_stride_bytes[1] = sizeof(float);
  }
  args.out = result.data();
  args.flags = &flags;
  loop(args);
}

// ---- errors ----

struct Worst {
  double error_ulp = 0;
  float x = 0, y = 0, got = 0;
  std::uint64_t count = 0, misrounded = 0, different = 0;

  void join(const Worst& other) {
    const std::uint64_t counts[] = {count + other.count, misrounded + other.misrounded,
                                    different + other.different};
    if (other.error_ulp > error_ulp) *this = other;
    count = counts[0];
    misrounded = counts[1];
    different = counts[2];
  }
};

bool is_same(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

constexpr double wrong = 1e9;  // a NaN, infinity or sign that should not be

// |got - expected| in units in the last place of a float32 next to `expected`; an infinity counts
// as 2^128.
double error_ulp(float got, double expected) {
  if (std::isnan(got) || std::isnan(expected) || std::isinf(expected)) return wrong;
  if (std::signbit(got) != std::signbit(expected)) return wrong;
  int exponent;
  std::frexp(expected, &exponent);
  exponent = std::max(exponent, std::numeric_limits<float>::min_exponent);
  const double value = std::isinf(got) ? std::copysign(0x1p128, got) : static_cast<double>(got);
  return std::fabs(value - expected) /
         std::ldexp(1.0, exponent - std::numeric_limits<float>::digits);
}

// ---- arguments ----

// Pairs of every kind in turn: any two numbers; of one size; and, for pow, with results that are
// finite, bases also next to 1.
class PairSource {
 public:
  PairSource(std::string op, std::uint64_t seed) : is_pow_(op == "pow"), random_(seed) {}

  void next(float& x, float& y) {
    switch (turn_++ % 4) {
      case 0:
        x = std::bit_cast<float>(static_cast<std::uint32_t>(random_()));
        y = std::bit_cast<float>(static_cast<std::uint32_t>(random_()));
        return;
      case 1:
        x = static_cast<float>(10 * unit_(random_));
        y = static_cast<float>(10 * unit_(random_));
        return;
      case 2:
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
  bool is_pow_;
  std::mt19937_64 random_;
  std::uniform_real_distribution<double> unit_{-1, 1};
  std::uint64_t turn_ = 0;
};

struct Options {
  std::uint64_t first_bits = 0, last_bits = 0xFFFFFFFF, stride = 1;
  unsigned threads = 1;
  bool compare_isas = false;
  std::string isa;
  std::vector<std::string> names;
};

constexpr std::uint64_t block = 1 << 14;

std::uint64_t argument_count(const Options& options) {
  return (options.last_bits - options.first_bits) / options.stride + 1;
}

// Block number `b` of the arguments: of all float32 by their bits, or of pairs.
Worst check_block(const Function& function, const std::vector<IsaLoops>& isas,
                  const Options& options, std::uint64_t b) {
  const std::uint64_t first = b * block;
  const std::uint64_t count = std::min(block, argument_count(options) - first);
  std::vector<float> x(count), y(count), got(count), other(count);
  PairSource pairs(function.name, b + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (function.arity == 2) {
      pairs.next(x[i], y[i]);
    } else {
      x[i] = std::bit_cast<float>(
          static_cast<std::uint32_t>(options.first_bits + (first + i) * options.stride));
    }
  }
  Worst worst;
  worst.count = count;
  run_loop(isas[0].find(function.name), function.arity, x, y, got);
  for (std::size_t k = 1; options.compare_isas && k < isas.size(); ++k) {
    run_loop(isas[k].find(function.name), function.arity, x, y, other);
    for (std::uint64_t i = 0; i < count; ++i) worst.different += !is_same(got[i], other[i]);
  }
  const bool is_logaddexp = std::strcmp(function.name, "logaddexp") == 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const double expected = function.reference(x[i], y[i]);
    if (is_same(got[i], static_cast<float>(expected))) continue;
    if (is_logaddexp && std::isnan(expected)) continue;
    ++worst.misrounded;
    const double error = error_ulp(got[i], expected);
    if (error > worst.error_ulp) {
      worst.error_ulp = error;
      worst.x = x[i];
      worst.y = y[i];
      worst.got = got[i];
    }
  }
  return worst;
}

Worst check(const Function& function, const std::vector<IsaLoops>& isas, const Options& options) {
  const std::uint64_t blocks = (argument_count(options) + block - 1) / block;
  std::atomic<std::uint64_t> next{0};
  std::vector<Worst> found(options.threads);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < options.threads; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t b = next++; b < blocks; b = next++)
        found[t].join(check_block(function, isas, options, b));
    });
  }
  for (std::thread& thread : threads) thread.join();
  Worst worst;
  for (const Worst& w : found) worst.join(w);
  return worst;
}

// ---- the program ----

constexpr char usage[] =
    "usage: exhaustive_float32 [--stride N] [--from BITS] [--to BITS] [--threads N] [--isa NAME]\n"
    "                          [--compare] [FUNCTION ...]\n"
    "  --stride N   every N-th of the 2^32 arguments (as many pairs for two arguments); 1 is all\n"
    "  --from, --to the first and last argument's bits, e.g. 0x3f800000 for 1\n"
    "  --isa NAME   the kernels to measure; without it the best that this machine has\n"
    "  --compare    count results whose bits differ on any other ISA of this machine\n";

[[noreturn]] void fail(const std::string& text) {
  std::fprintf(stderr, "%s\n%s", text.c_str(), usage);
  std::exit(2);
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&] {
      if (++i == argc) fail(word + ": a value is missing");
      return std::string(argv[i]);
    };
    const auto number = [&] {
      const std::string text = value();
      char* end = nullptr;
      const std::uint64_t n = std::strtoull(text.c_str(), &end, 0);
      if (end == text.c_str() || *end != 0) fail(word + ": not a number: " + text);
      return n;
    };
    if (word == "--stride") {
      options.stride = std::max<std::uint64_t>(number(), 1);
    } else if (word == "--from") {
      options.first_bits = number();
    } else if (word == "--to") {
      options.last_bits = number();
    } else if (word == "--threads") {
      options.threads = std::max(static_cast<unsigned>(number()), 1u);
    } else if (word == "--isa") {
      options.isa = value();
    } else if (word == "--compare") {
      options.compare_isas = true;
    } else if (word.starts_with("-")) {
      fail(word + ": no such option");
    } else {
      options.names.push_back(word);
    }
  }
  if (options.last_bits > 0xFFFFFFFF || options.first_bits > options.last_bits)
    fail("--from must not be above --to, and --to has 32 bits");
  return options;
}

bool print_worst(const Function& function, const Worst& worst, bool compare_isas) {
  std::printf("%-10s %.4f ulp", function.name, worst.error_ulp);
  if (worst.error_ulp > 0) {
    std::printf(" at 0x%08x", std::bit_cast<std::uint32_t>(worst.x));
    if (function.arity == 2) std::printf(", 0x%08x", std::bit_cast<std::uint32_t>(worst.y));
    std::printf(" (%a", static_cast<double>(worst.x));
    if (function.arity == 2) std::printf(", %a", static_cast<double>(worst.y));
    std::printf(") = %a", static_cast<double>(worst.got));
  }
  std::printf("; %llu of %llu not correctly rounded",
              static_cast<unsigned long long>(worst.misrounded),
              static_cast<unsigned long long>(worst.count));
  if (compare_isas) std::printf("; %llu differ", static_cast<unsigned long long>(worst.different));
  std::printf("\n");
  std::fflush(stdout);
  return worst.error_ulp <= 1 && worst.different == 0;
}

int run(int argc, char** argv) {
  const Options options = parse(argc, argv);
  std::vector<IsaLoops> isas = available_isas();
  if (!options.isa.empty()) {
    const auto wanted = std::find_if(isas.begin(), isas.end(),
                                     [&](const IsaLoops& isa) { return isa.name == options.isa; });
    if (wanted == isas.end()) fail(options.isa + ": this machine has no such ISA");
    std::rotate(isas.begin(), wanted, wanted + 1);
  }
  for (const std::string& name : options.names) {
    if (std::none_of(functions().begin(), functions().end(),
                     [&](const Function& f) { return f.name == name; }))
      fail(name + ": no such function");
  }
  std::printf("float32 on %s, every %llu. argument\n", isas[0].name.c_str(),
              static_cast<unsigned long long>(options.stride));
  bool is_good = true;
  for (const Function& function : functions()) {
    const bool is_wanted =
        options.names.empty() ||
        std::count(options.names.begin(), options.names.end(), function.name) > 0;
    if (is_wanted)
      is_good &= print_worst(function, check(function, isas, options), options.compare_isas);
  }
  return is_good ? 0 : 1;
}

}  // namespace
}  // namespace corepy

int main(int argc, char** argv) { return corepy::run(argc, argv); }
