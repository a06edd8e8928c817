// Measures the float32 elementary functions against the C library's float64 ones: over all 2^32
// arguments, or every n-th, and over pairs for those of two arguments. Prints each one's largest
// error with the argument in hex. ctest runs it over a small part of the arguments; a full pass
// takes a minute or two per function. How to run it: docs/topics/accuracy.md.
#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cinttypes>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/elementwise_table.h"
#include "float32_pairs.h"

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

// f(-x) is f(x), -f(x), or neither.
enum class Symmetry { none, even, odd };

struct Function {
  const char* name;
  int arity;
  Symmetry symmetry;
  std::function<double(double, double)> reference;
};

#define COREPY_UNARY(name, symmetry) \
  {#name, 1, Symmetry::symmetry, [](double x, double) { return std::name(x); }}
#define COREPY_BINARY(name) \
  {#name, 2, Symmetry::none, [](double x, double y) { return std::name(x, y); }}
const std::vector<Function>& functions() {
  static const std::vector<Function> all = {COREPY_UNARY(exp, none),
                                            COREPY_UNARY(expm1, none),
                                            COREPY_UNARY(log, none),
                                            COREPY_UNARY(log1p, none),
                                            COREPY_UNARY(log2, none),
                                            COREPY_UNARY(log10, none),
                                            COREPY_UNARY(sin, odd),
                                            COREPY_UNARY(cos, even),
                                            COREPY_UNARY(tan, odd),
                                            COREPY_UNARY(asin, odd),
                                            COREPY_UNARY(acos, none),
                                            COREPY_UNARY(atan, odd),
                                            COREPY_UNARY(sinh, odd),
                                            COREPY_UNARY(cosh, even),
                                            COREPY_UNARY(tanh, odd),
                                            COREPY_UNARY(asinh, odd),
                                            COREPY_UNARY(acosh, none),
                                            COREPY_UNARY(atanh, odd),
                                            COREPY_UNARY(sqrt, none),
                                            COREPY_BINARY(atan2),
                                            COREPY_BINARY(hypot),
                                            COREPY_BINARY(pow),
                                            {"logaddexp", 2, Symmetry::none, logaddexp_reference}};
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
  // different: on another ISA; asymmetric: f(-x) is not what symmetry says
  std::uint64_t count = 0, misrounded = 0, different = 0, asymmetric = 0;

  void join(const Worst& other) {
    if (other.error_ulp > error_ulp) {
      error_ulp = other.error_ulp;
      x = other.x;
      y = other.y;
      got = other.got;
    }
    count += other.count;
    misrounded += other.misrounded;
    different += other.different;
    asymmetric += other.asymmetric;
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

constexpr std::uint64_t all_bits = 0xFFFFFFFF, positive_bits = 0x7FFFFFFF;

struct Options {
  std::uint64_t first_bits = 0, last_bits = all_bits, stride = 1;
  std::uint64_t part = 0, parts = 1;  // of the blocks
  unsigned threads = 1;
  bool compare_isas = false;
  std::string isa;
  std::vector<std::string> names;
};

constexpr std::uint64_t block = 1 << 14;

// Whether f(-x) is compared with f(x), and only x >= 0 with the reference.
bool uses_symmetry(const Function& function, const Options& options) {
  return function.symmetry != Symmetry::none && options.first_bits == 0 &&
         options.last_bits == all_bits;
}

std::uint64_t argument_count(const Function& function, const Options& options) {
  const std::uint64_t last = uses_symmetry(function, options) ? positive_bits : options.last_bits;
  return (last - options.first_bits) / options.stride + 1;
}

struct Arguments {
  std::vector<float> x, y;
};

// Block number `b` of the arguments: of all float32 by their bits, or of pairs.
Arguments make_arguments(const Function& function, const Options& options, std::uint64_t b) {
  const std::uint64_t first = b * block;
  const std::uint64_t count = std::min(block, argument_count(function, options) - first);
  Arguments arguments{std::vector<float>(count), std::vector<float>(count)};
  PairSource pairs(function.name, b + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (function.arity == 2) {
      pairs.next(arguments.x[i], arguments.y[i]);
    } else {
      arguments.x[i] = std::bit_cast<float>(
          static_cast<std::uint32_t>(options.first_bits + (first + i) * options.stride));
    }
  }
  return arguments;
}

std::uint64_t count_different(const std::vector<float>& a, const std::vector<float>& b) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += !is_same(a[i], b[i]);
  return count;
}

// How many f(-x) are not f(x) or -f(x), as the function's symmetry has it.
std::uint64_t count_asymmetric(const Function& function, const IsaLoops& isa, std::vector<float> x,
                               const std::vector<float>& of_x) {
  std::vector<float> of_minus_x(x.size());
  for (float& value : x) value = -value;
  run_loop(isa.find(function.name), 1, x, x, of_minus_x);
  if (function.symmetry == Symmetry::odd) {
    for (float& value : of_minus_x) value = -value;
  }
  return count_different(of_x, of_minus_x);
}

Worst compare_to_reference(const Function& function, const Arguments& arguments,
                           const std::vector<float>& got) {
  const bool is_logaddexp = std::strcmp(function.name, "logaddexp") == 0;
  Worst worst;
  worst.count = got.size();
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double expected = function.reference(arguments.x[i], arguments.y[i]);
    if (is_same(got[i], static_cast<float>(expected))) continue;
    if (is_logaddexp && std::isnan(expected)) continue;
    ++worst.misrounded;
    const double error = error_ulp(got[i], expected);
    if (error > worst.error_ulp) {
      worst.error_ulp = error;
      worst.x = arguments.x[i];
      worst.y = arguments.y[i];
      worst.got = got[i];
    }
  }
  return worst;
}

Worst check_block(const Function& function, const std::vector<IsaLoops>& isas,
                  const Options& options, std::uint64_t b) {
  const Arguments arguments = make_arguments(function, options, b);
  std::vector<float> got(arguments.x.size()), other(arguments.x.size());
  run_loop(isas[0].find(function.name), function.arity, arguments.x, arguments.y, got);
  Worst worst = compare_to_reference(function, arguments, got);
  for (std::size_t k = 1; options.compare_isas && k < isas.size(); ++k) {
    run_loop(isas[k].find(function.name), function.arity, arguments.x, arguments.y, other);
    worst.different += count_different(got, other);
  }
  if (uses_symmetry(function, options)) {
    worst.asymmetric = count_asymmetric(function, isas[0], arguments.x, got);
    worst.count *= 2;
    worst.misrounded *= 2;
  }
  return worst;
}

// Says on stderr how far a function is, every few seconds.
class Progress {
 public:
  Progress(const char* name, std::uint64_t total) : name_(name), total_(total) {}

  void add_block() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++done_;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::seconds(5)) return;
    last_ = now;
    std::fprintf(stderr, "%s %.0f %%\n", name_,
                 100.0 * static_cast<double>(done_) / static_cast<double>(total_));
  }

 private:
  const char* name_;
  std::uint64_t total_, done_ = 0;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
};

Worst check(const Function& function, const std::vector<IsaLoops>& isas, const Options& options) {
  const std::uint64_t blocks = (argument_count(function, options) + block - 1) / block;
  Progress progress(function.name, (blocks + options.parts - 1) / options.parts);
  std::atomic<std::uint64_t> next{options.part};
  std::vector<Worst> found(options.threads);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < options.threads; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t b = next.fetch_add(options.parts); b < blocks;
           b = next.fetch_add(options.parts)) {
        found[t].join(check_block(function, isas, options, b));
        progress.add_block();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Worst worst;
  for (const Worst& w : found) worst.join(w);
  return worst;
}

// ---- the program ----

constexpr char usage[] =
    "usage: exhaustive_float32 [--stride N] [--from BITS] [--to BITS] [--threads N] [--part K/N]\n"
    "                          [--isa NAME] [--compare] [FUNCTION ...]\n"
    "  --stride N   every N-th of the 2^32 arguments (as many pairs for two arguments); 1 is all\n"
    "  --from, --to the first and last argument's bits, e.g. 0x3f800000 for 1; without them, of "
    "odd\n"
    "               and even functions f(-x) is compared with f(x), and f(x >= 0) with the truth\n"
    "  --part K/N   the K-th of N parts, for as many processes\n"
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
    } else if (word == "--part") {
      const std::string text = value();
      char slash = 0, rest = 0;
      if (std::sscanf(text.c_str(), "%" SCNu64 "%c%" SCNu64 "%c", &options.part, &slash,
                      &options.parts, &rest) != 3 ||
          slash != '/' || options.part < 1 || options.part > options.parts)
        fail("--part: not of the form K/N: " + text);
      --options.part;
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
  if (options.last_bits > all_bits || options.first_bits > options.last_bits)
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
  if (worst.asymmetric > 0)
    std::printf("; %llu asymmetric", static_cast<unsigned long long>(worst.asymmetric));
  std::printf("\n");
  std::fflush(stdout);
  return worst.error_ulp <= 1 && worst.different == 0 && worst.asymmetric == 0;
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
