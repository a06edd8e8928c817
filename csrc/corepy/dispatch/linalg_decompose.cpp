// The paths of matrix decompositions: shapes and dtypes of their results, backend, kernel, record.
#include "corepy/dispatch/linalg_decompose.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/decomposition.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/elementwise.h"
#include "corepy/ops/infer.h"

namespace corepy {
namespace {

void check_matrix(const char* op, const char* name, const Tensor& x, bool square) {
  const int r = x.rank();
  if (r < 2) {
    fail(ErrorKind::shape, std::string(op) + ": a matrix, or a stack of them, is needed (got " +
                               name + " of shape " + to_string(x.shape) +
                               "; expected at least two axes)");
  }
  if (square && x.shape[r - 1] != x.shape[r - 2]) {
    fail(ErrorKind::shape, std::string(op) + ": the matrices are not square (got " + name +
                               " of shape " + to_string(x.shape) +
                               "; expected two equal last extents)");
  }
}

Dims without_last(const Dims& dims, int count) {
  Dims result = dims;
  for (int i = 0; i < count; ++i) result.pop_back();
  return result;
}
Dims with_last(const Dims& batch, std::initializer_list<std::int64_t> last) {
  Dims result = batch;
  for (const std::int64_t extent : last) result.push_back(extent);
  return result;
}

DType complex_of(DType d) {
  return d == DType::float32 ? DType::complex64 : d == DType::float64 ? DType::complex128 : d;
}

// One operator of one operand from here to its record.
class Path {
 public:
  Path(Op op, const Tensor& x, bool square) : operation_(op), x_(x) {
    operation_.add_operand(x);
    check_matrix(operation_.name(), "x", x, square);
    const DType dtypes[] = {x.dtype};
    compute_ = infer_dtypes(op, dtypes).compute;
    operation_.set_bound(compute_);
    batch_ = without_last(x.shape, 2);
    m_ = x.shape[x.rank() - 2], n_ = x.shape[x.rank() - 1];
  }
  Operation& operation() { return operation_; }
  DType compute() const { return compute_; }
  DType real() const { return real_of(compute_); }
  const Dims& batch() const { return batch_; }
  std::int64_t m() const { return m_; }
  std::int64_t n() const { return n_; }

  void add_result(std::initializer_list<std::int64_t> last, DType dtype) {
    results_.push_back(operation_.allocate_result(with_last(batch_, last), dtype));
  }
  // Another backend's results, where one serves the policy; then nothing is left to do.
  bool is_left_to_native(std::span<const Option> options) {
    isa_ = operation_.choose();
    options_ = options;
    return operation_.is_left_to_native(isa_, call());
  }
  // `results`: in the kernel's order, of which some may be without storage.
  void run(Decomposition which, std::span<Tensor> results, bool option, const char* variant) {
    operation_.set_variant(variant);
    const int r = x_.rank();
    MatrixStack stack{};
    stack.which = which, stack.compute = compute_;
    stack.m = m_, stack.n = n_, stack.k = n_;
    stack.option = option;
    stack.batch = batch_;
    stack.a = x_;
    stack.a_batch_strides = without_last(x_.strides, 2);
    stack.a_row = x_.strides[r - 2], stack.a_column = x_.strides[r - 1];
    stack.results = results;
    decompose(operation_, isa_, stack);
  }
  std::vector<Tensor> finish() {
    if (operation_.record().backend == native_backend && operation_.wants_verify())
      operation_.verify(call());
    operation_.finish(results_[0]);
    return std::move(results_);
  }
  std::vector<Tensor>& results() { return results_; }

 private:
  Call call() {
    inputs_[0] = &x_;
    return {operation_.record().op, inputs_,  options_,
            results_.data(),        compute_, static_cast<int>(results_.size())};
  }

  Operation operation_;
  const Tensor x_;
  const Tensor* inputs_[1] = {};
  std::span<const Option> options_;
  DType compute_;
  Dims batch_;
  std::int64_t m_, n_;
  std::vector<Tensor> results_;
  Isa isa_ = no_isa;
};

template <class T>
T scale_by_power(T x, std::int64_t e) {
  e = std::clamp<std::int64_t>(e, -6000, 6000);
  constexpr T up = static_cast<T>(0x1p100), down = static_cast<T>(0x1p-100);
  for (; e > 100; e -= 100) x *= up;
  for (; e < -100; e += 100) x *= down;
  for (; e > 0; --e) x *= 2;
  for (; e < 0; ++e) x *= static_cast<T>(0.5);
  return x;
}

// The three results of the determinant's kernel.
struct Determinants {
  Tensor phase, modulus, exponent;
};
Determinants find_determinants(Path& path) {
  Operation& operation = path.operation();
  Determinants found = {operation.allocate_result(path.batch(), path.compute()),
                        operation.allocate_result(path.batch(), path.real()),
                        operation.allocate_result(path.batch(), DType::int64)};
  Tensor results[] = {found.phase, found.modulus, found.exponent};
  path.run(Decomposition::determinant, results, false, "lu");
  return found;
}

template <class E, class T>
void multiply_determinants(const Determinants& found, const Tensor& result) {
  const auto* phase = reinterpret_cast<const T*>(found.phase.data());
  const auto* modulus = reinterpret_cast<const T*>(found.modulus.data());
  const auto* exponent = reinterpret_cast<const std::int64_t*>(found.exponent.data());
  auto* out = reinterpret_cast<T*>(result.data());
  constexpr int parts = sizeof(E) / sizeof(T);
  for (std::int64_t i = 0; i < found.modulus.size(); ++i) {
    for (int p = 0; p < parts; ++p)
      out[i * parts + p] = scale_by_power(phase[i * parts + p] * modulus[i], exponent[i]);
  }
}

// log(modulus) + exponent * log(2), in float64 and rounded once more for float32.
template <class T>
void add_logarithms(const Tensor& logarithms, const Tensor& exponent, const Tensor& result) {
  constexpr double log_2 = 0x1.62e42fefa39efp-1;
  const auto* logs = reinterpret_cast<const double*>(logarithms.data());
  const auto* exponents = reinterpret_cast<const std::int64_t*>(exponent.data());
  auto* out = reinterpret_cast<T*>(result.data());
  for (std::int64_t i = 0; i < logarithms.size(); ++i)
    out[i] = static_cast<T>(logs[i] + static_cast<double>(exponents[i]) * log_2);
}

Tensor logarithm_of(const Tensor& x, const char* op) {
  Tensor wide = x;
  if (x.dtype != DType::float64) {
    wide = empty_tensor(op, x.shape, DType::float64);
    for (std::int64_t i = 0; i < x.size(); ++i) {
      const double value = reinterpret_cast<const float*>(x.data())[i];
      std::memcpy(wide.data() + i * 8, &value, 8);
    }
  }
  const Tensor* operands[] = {&wide};
  return elementwise(Op::log, operands);
}

}  // namespace

Tensor cholesky(const Tensor& x, bool upper) {
  Path path(Op::cholesky, x, true);
  path.add_result({path.n(), path.n()}, path.compute());
  const Option options[] = {{"upper", upper}};
  if (path.is_left_to_native(options))
    path.run(Decomposition::cholesky, path.results(), upper, "cholesky");
  return path.finish()[0];
}

Tensor det(const Tensor& x) {
  Path path(Op::det, x, true);
  path.add_result({}, path.compute());
  if (path.is_left_to_native({})) {
    const Determinants found = find_determinants(path);
    if (!path.operation().is_dry_run()) {
      const Tensor& result = path.results()[0];
      switch (path.compute()) {
        case DType::float32:
          multiply_determinants<float, float>(found, result);
          break;
        case DType::float64:
          multiply_determinants<double, double>(found, result);
          break;
        case DType::complex64:
          multiply_determinants<complex64_t, float>(found, result);
          break;
        default:
          multiply_determinants<complex128_t, double>(found, result);
      }
    }
  }
  return path.finish()[0];
}

std::vector<Tensor> slogdet(const Tensor& x) {
  Path path(Op::slogdet, x, true);
  path.add_result({}, path.compute());
  path.add_result({}, path.real());
  if (path.is_left_to_native({})) {
    const Determinants found = find_determinants(path);
    if (!path.operation().is_dry_run()) {
      path.results()[0] = found.phase;
      const Tensor logarithms = logarithm_of(found.modulus, path.operation().name());
      if (path.real() == DType::float32) {
        add_logarithms<float>(logarithms, found.exponent, path.results()[1]);
      } else {
        add_logarithms<double>(logarithms, found.exponent, path.results()[1]);
      }
    }
  }
  return path.finish();
}

Tensor inv(const Tensor& x) {
  Path path(Op::inv, x, true);
  path.add_result({path.n(), path.n()}, path.compute());
  if (path.is_left_to_native({})) path.run(Decomposition::solve, path.results(), false, "lu");
  return path.finish()[0];
}

Tensor solve(const Tensor& x1, const Tensor& x2) {
  Operation operation(Op::solve);
  operation.add_operand(x1);
  operation.add_operand(x2);
  check_matrix("solve", "x1", x1, true);
  const bool vector = x2.rank() == 1;
  if (!vector) check_matrix("solve", "x2", x2, false);
  const DType operand_dtypes[] = {x1.dtype, x2.dtype};
  const InferredDTypes dtypes = infer_dtypes(Op::solve, operand_dtypes);
  if (dtypes.mixed_kind)
    operation.note_promotion(record_mixed_kind_promotion, "dtypes of different kinds");
  operation.set_bound(dtypes.compute);
  const int r1 = x1.rank(), r2 = x2.rank();
  MatrixStack stack{};
  stack.which = Decomposition::solve, stack.compute = dtypes.compute;
  stack.m = stack.n = x1.shape[r1 - 1];
  stack.k = vector ? 1 : x2.shape[r2 - 1];
  if (x2.shape[vector ? 0 : r2 - 2] != stack.n) {
    fail(ErrorKind::shape, "solve: the right-hand side has another number of rows (got shapes " +
                               to_string(x1.shape) + " and " + to_string(x2.shape) + "; expected " +
                               std::to_string(stack.n) + " rows)");
  }
  const Dims batch1 = without_last(x1.shape, 2), batch2 = without_last(x2.shape, vector ? 1 : 2);
  const Dims* batches[] = {&batch1, &batch2};
  stack.batch = broadcast_shapes("solve", batches);
  Isa isa = operation.choose();
  Tensor result = operation.allocate_result(
      vector ? with_last(stack.batch, {stack.n}) : with_last(stack.batch, {stack.n, stack.k}),
      dtypes.compute);
  const Tensor* inputs[] = {&x1, &x2};
  const Call call{Op::solve, inputs, {}, &result, dtypes.compute};
  if (operation.is_left_to_native(isa, call)) {
    operation.set_variant("lu");
    stack.a = x1.dtype == dtypes.compute ? x1 : as_contiguous(operation, x1, dtypes.compute);
    stack.b = x2.dtype == dtypes.compute ? x2 : as_contiguous(operation, x2, dtypes.compute);
    stack.a_row = stack.a.strides[r1 - 2], stack.a_column = stack.a.strides[r1 - 1];
    stack.b_row = stack.b.strides[vector ? 0 : r2 - 2];
    stack.b_column = vector ? 0 : stack.b.strides[r2 - 1];
    stack.a_batch_strides =
        broadcast_strides("solve", batch1, without_last(stack.a.strides, 2), stack.batch);
    stack.b_batch_strides = broadcast_strides(
        "solve", batch2, without_last(stack.b.strides, vector ? 1 : 2), stack.batch);
    stack.results = {&result, 1};
    decompose(operation, isa, stack);
    if (operation.wants_verify()) operation.verify(call);
  }
  operation.finish(result);
  return result;
}

std::vector<Tensor> qr(const Tensor& x, bool complete) {
  Path path(Op::qr, x, false);
  const std::int64_t k = complete ? path.m() : std::min(path.m(), path.n());
  path.add_result({path.m(), k}, path.compute());
  path.add_result({k, path.n()}, path.compute());
  const Option options[] = {{"mode", complete ? "complete" : "reduced"}};
  if (path.is_left_to_native(options))
    path.run(Decomposition::qr, path.results(), complete, "householder");
  return path.finish();
}

namespace {
const char* eigh_variant(std::int64_t n) {
  return n > largest_undivided ? "tridiagonal_divide" : "tridiagonal_ql";
}
}  // namespace

std::vector<Tensor> eigh(const Tensor& x) {
  Path path(Op::eigh, x, true);
  path.add_result({path.n()}, path.real());
  path.add_result({path.n(), path.n()}, path.compute());
  if (path.is_left_to_native({}))
    path.run(Decomposition::eigh, path.results(), false, eigh_variant(path.n()));
  return path.finish();
}

Tensor eigvalsh(const Tensor& x) {
  Path path(Op::eigvalsh, x, true);
  path.add_result({path.n()}, path.real());
  if (path.is_left_to_native({})) {
    Tensor results[] = {path.results()[0], Tensor{}};
    path.run(Decomposition::eigh, results, false, eigh_variant(path.n()));
  }
  return path.finish()[0];
}

std::vector<Tensor> svd(const Tensor& x, bool full_matrices) {
  Path path(Op::svd, x, false);
  const std::int64_t m = path.m(), n = path.n(), k = std::min(m, n);
  path.add_result({m, full_matrices ? m : k}, path.compute());
  path.add_result({k}, path.real());
  path.add_result({full_matrices ? n : k, n}, path.compute());
  const Option options[] = {{"full_matrices", full_matrices}};
  if (path.is_left_to_native(options))
    path.run(Decomposition::svd, path.results(), full_matrices, "bidiagonal_qr");
  return path.finish();
}

Tensor svdvals(const Tensor& x) {
  Path path(Op::svdvals, x, false);
  path.add_result({std::min(path.m(), path.n())}, path.real());
  if (path.is_left_to_native({})) {
    Tensor results[] = {Tensor{}, path.results()[0], Tensor{}};
    path.run(Decomposition::svd, results, false, "bidiagonal_qr");
  }
  return path.finish()[0];
}

std::vector<Tensor> eig(const Tensor& x) {
  Path path(Op::eig, x, true);
  path.add_result({path.n()}, complex_of(path.compute()));
  path.add_result({path.n(), path.n()}, complex_of(path.compute()));
  if (path.is_left_to_native({}))
    path.run(Decomposition::eig, path.results(), false, "hessenberg_qr");
  return path.finish();
}

Tensor eigvals(const Tensor& x) {
  Path path(Op::eigvals, x, true);
  path.add_result({path.n()}, complex_of(path.compute()));
  if (path.is_left_to_native({})) {
    Tensor results[] = {path.results()[0], Tensor{}};
    path.run(Decomposition::eig, results, false, "hessenberg_qr");
  }
  return path.finish()[0];
}

}  // namespace corepy
