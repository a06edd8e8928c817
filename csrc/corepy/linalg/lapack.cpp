// Decompositions by LAPACK: loading it, what it takes, and the direct ones. A matrix in C order is
// its transpose in LAPACK's order: each routine is given that one, so that nothing is transposed
// but right-hand sides.
#include "corepy/linalg/lapack.h"

#include <limits>
#include <vector>

#include "corepy/linalg/lapack_spectral.h"
#include "corepy/linalg/lapack_stack.h"

namespace corepy {
namespace {

template <class E>
void load_routines(void* (*find)(void*, const char*), void* handle, char letter) {
  const auto load = [&](auto& routine, const char* rest) {
    const std::string name = letter + std::string(rest) + "_";
    routine =
        reinterpret_cast<std::remove_reference_t<decltype(routine)>>(find(handle, name.c_str()));
  };
  Routines<E>& r = routines<E>;
  load(r.getrf, "getrf"), load(r.getrs, "getrs"), load(r.getri, "getri"), load(r.potrf, "potrf");
  load(r.gelqf, "gelqf"), load(r.orglq, is_complex_element<E> ? "unglq" : "orglq");
  load(r.eigh, is_complex_element<E> ? "heevd" : "syevd"), load(r.svd, "gesdd");
  load(r.eig, "geev");
}

template <class E>
class DirectSolver : LapackStack<E> {
 public:
  explicit DirectSolver(const Call& call) : LapackStack<E>(call) {}

  const char* run() {
    switch (call_.op) {
      case Op::solve:
        each([&](std::int64_t i) { return solve(i); });
        return "getrf, getrs";
      case Op::inv:
        each([&](std::int64_t i) { return invert(i); });
        return "getrf, getri";
      case Op::cholesky:
        each([&](std::int64_t i) { return factor_definite(i); });
        return "potrf";
      case Op::qr:
        each([&](std::int64_t i) { return factor_qr(i); });
        return "gelqf, orglq";
      default:
        each([&](std::int64_t i) { return find_determinant(i); });
        return "getrf";
    }
  }

 private:
  using Stack = LapackStack<E>;
  using Stack::call_, Stack::x_, Stack::m_, Stack::n_;
  using Stack::each, Stack::extent, Stack::load, Stack::transpose, Stack::scratch, Stack::out;
  using Stack::matrix_, Stack::side_, Stack::work_;

  DecompositionOutcome eliminate(E* a) {
    pivots_.resize(static_cast<std::size_t>(n_));
    int info = 0;
    routines<E>.getrf(&n_, &n_, a, &n_, pivots_.data(), &info);
    if (info > 0) return {DecompositionStatus::singular, info - 1};
    return decomposed;
  }

  DecompositionOutcome solve(std::int64_t number) {
    const Tensor& b = *call_.inputs[1];
    E* a = scratch(matrix_, static_cast<std::int64_t>(n_) * n_);
    load(a, x_, number, n_, n_);
    const DecompositionOutcome outcome = eliminate(a);
    if (outcome.status != DecompositionStatus::done) return outcome;
    const bool vector = b.rank() == 1;
    const int k = vector ? 1 : extent(b, 1);
    if (k == 0) return decomposed;
    E* x = out(0, number);
    int info = 0;
    if (k == 1) {
      if (vector) {
        for (int i = 0; i < n_; ++i) std::memcpy(x + i, b.data() + i * b.strides[0], sizeof(E));
      } else {
        load(x, b, number, n_, 1);
      }
      routines<E>.getrs("T", &n_, &k, a, &n_, pivots_.data(), x, &n_, &info, 1);
      return decomposed;
    }
    load(x, b, number, n_, k);
    E* turned = scratch(side_, static_cast<std::int64_t>(n_) * k);
    transpose(x, turned, n_, k);
    routines<E>.getrs("T", &n_, &k, a, &n_, pivots_.data(), turned, &n_, &info, 1);
    transpose(turned, x, k, n_);
    return decomposed;
  }
  DecompositionOutcome invert(std::int64_t number) {
    E* a = out(0, number);
    load(a, x_, number, n_, n_);
    const DecompositionOutcome outcome = eliminate(a);
    if (outcome.status != DecompositionStatus::done) return outcome;
    const int size = 64 * n_;
    int info = 0;
    routines<E>.getri(&n_, a, &n_, pivots_.data(), scratch(work_, size), &size, &info);
    return decomposed;
  }

  // The lower triangle in C order is the upper one of the conjugate in LAPACK's order, whose factor
  // read in C order is the lower one wanted; so for the upper.
  DecompositionOutcome factor_definite(std::int64_t number) {
    const bool upper = std::get<bool>(call_.options[0].value);
    E* a = out(0, number);
    load(a, x_, number, n_, n_);
    int info = 0;
    routines<E>.potrf(upper ? "L" : "U", &n_, a, &n_, &info, 1);
    if (info > 0) return {DecompositionStatus::indefinite, info - 1};
    for (int i = 0; i < n_; ++i) {
      E* row = a + static_cast<std::int64_t>(i) * n_;
      std::fill(upper ? row : row + i + 1, upper ? row + i : row + n_, E{});
    }
    return decomposed;
  }

  // x**T = L Q' in LAPACK's order, so x = Q'**T L**T: both as they lie there, read in C order.
  DecompositionOutcome factor_qr(std::int64_t number) {
    const int k = extent(call_.results()[0], 1), count = std::min(m_, n_);
    const std::int64_t room = static_cast<std::int64_t>(m_) * std::max(n_, k);
    E* a = scratch(matrix_, room);
    load(a, x_, number, m_, n_);
    E* tau = scratch(side_, count);
    const int size = 64 * std::max({m_, n_, k});
    E* work = scratch(work_, size);
    int info = 0;
    routines<E>.gelqf(&n_, &m_, a, &n_, tau, work, &size, &info);
    E* r = out(1, number);  // k x n
    for (int i = 0; i < k; ++i) {
      for (int j = 0; j < n_; ++j)
        r[static_cast<std::int64_t>(i) * n_ + j] =
            j >= i && i < m_ ? a[static_cast<std::int64_t>(i) * n_ + j] : E{};
    }
    E* q = out(0, number);  // m x k in C order, k x m in LAPACK's
    for (int i = 0; i < m_; ++i) {
      for (int j = 0; j < k; ++j)
        q[static_cast<std::int64_t>(i) * k + j] =
            j < count ? a[static_cast<std::int64_t>(i) * n_ + j] : E{};
    }
    routines<E>.orglq(&k, &m_, &count, q, &k, tau, work, &size, &info);
    return decomposed;
  }

  // The transpose has the same determinant.
  DecompositionOutcome find_determinant(std::int64_t number) {
    E* a = scratch(matrix_, static_cast<std::int64_t>(n_) * n_);
    load(a, x_, number, n_, n_);
    eliminate(a);  // a zero pivot makes the product zero
    Scaled<E> product = scaled(from_real<E>(1));
    for (int i = 0; i < n_; ++i) {
      product.multiply_by(scaled(a[static_cast<std::int64_t>(i) * n_ + i]));
      if (pivots_[static_cast<std::size_t>(i)] != i + 1) product.negate();
    }
    *out(0, number) = call_.op == Op::det ? product.value() : product.phase();
    if (call_.op == Op::slogdet) *Stack::real_out(1, number) = product.log_modulus();
    return decomposed;
  }

  std::vector<int> pivots_;
};

// About how many operations an n x n matrix takes, as a multiple of n**3; 0: not by LAPACK.
double work_of(Op op) {
  switch (op) {
    case Op::det:
    case Op::slogdet:
    case Op::cholesky:
      return 1;
    case Op::solve:
    case Op::inv:
      return 2;
    case Op::qr:
    case Op::eigvalsh:
    case Op::svdvals:
      return 4;
    case Op::eigvals:
      return 10;
    case Op::eigh:
    case Op::svd:
      return 12;
    case Op::eig:
      return 25;
    default:
      return 0;
  }
}

bool is_spectral(Op op) {
  return op == Op::eig || op == Op::eigvals || op == Op::eigh || op == Op::eigvalsh ||
         op == Op::svd || op == Op::svdvals;
}

template <class E>
const char* run_on(const Call& call) {
  return is_spectral(call.op) ? run_spectral<E>(call) : DirectSolver<E>(call).run();
}

}  // namespace

void load_lapack(void* (*find)(void* handle, const char* name), void* handle) {
  load_routines<float>(find, handle, 's');
  load_routines<double>(find, handle, 'd');
  load_routines<complex64_t>(find, handle, 'c');
  load_routines<complex128_t>(find, handle, 'z');
}

bool lapack_accepts(const Call& call, Reason& reason) {
  reason = Reason::op_unsupported;
  if (work_of(call.op) == 0) return false;
  reason = Reason::dtype_unsupported;
  for (const Tensor* input : call.inputs) {
    if (input->dtype != call.compute_dtype) return false;
  }
  reason = Reason::layout_unsupported;
  const Tensor& x = *call.inputs[0];
  constexpr std::int64_t most = std::numeric_limits<int>::max() / 64;
  for (const Tensor* input : call.inputs) {
    for (int i = std::max(input->rank() - 2, 0); i < input->rank(); ++i) {
      if (input->shape[i] > most || input->shape[i] == 0) return false;
    }
  }
  if (x.size() == 0) return false;
  // Their workspaces are counted in 32 bits.
  constexpr std::int64_t most_spectral = 16000;
  if (is_spectral(call.op) &&
      std::min(x.shape[x.rank() - 1], x.shape[x.rank() - 2]) > most_spectral)
    return false;
  if (call.op != Op::solve) return true;
  // One right-hand side for each matrix: what is broadcast stays with the native kernels.
  const Tensor& b = *call.inputs[1];
  if (b.rank() == 1) return x.rank() == 2;
  if (b.rank() != x.rank()) return false;
  for (int i = 0; i < x.rank() - 2; ++i) {
    if (b.shape[i] != x.shape[i]) return false;
  }
  return true;
}

std::int64_t lapack_work_bytes(const Call& call) {
  const Tensor& x = *call.inputs[0];
  const std::int64_t least = std::min(x.shape[x.rank() - 1], x.shape[x.rank() - 2]);
  const double flops = work_of(call.op) * static_cast<double>(x.size()) *
                       static_cast<double>(least) * (is_complex(call.compute_dtype) ? 4 : 1);
  return static_cast<std::int64_t>(std::min(flops / 4, 1e18));
}

const char* run_lapack(const Call& call) {
  switch (call.compute_dtype) {
    case DType::float32:
      return run_on<float>(call);
    case DType::float64:
      return run_on<double>(call);
    case DType::complex64:
      return run_on<complex64_t>(call);
    default:
      return run_on<complex128_t>(call);
  }
}

}  // namespace corepy
