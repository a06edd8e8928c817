// Decompositions by LAPACK. A matrix in C order is its transpose in LAPACK's order: each routine is
// given that one, so that nothing is transposed but right-hand sides.
#include "corepy/linalg/lapack.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/decomposition.h"

namespace corepy {
namespace {

// Fortran's calling convention: everything by address, the lengths of texts at the end.
using Length = std::size_t;
template <class E>
struct Routines {
  void (*getrf)(const int*, const int*, E*, const int*, int*, int*);
  void (*getrs)(const char*, const int*, const int*, const E*, const int*, const int*, E*,
                const int*, int*, Length);
  void (*getri)(const int*, E*, const int*, const int*, E*, const int*, int*);
  void (*potrf)(const char*, const int*, E*, const int*, int*, Length);
  void (*gelqf)(const int*, const int*, E*, const int*, E*, E*, const int*, int*);
  void (*orglq)(const int*, const int*, const int*, E*, const int*, const E*, E*, const int*, int*);
};
template <class E>
Routines<E> routines;

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
}

constexpr DecompositionOutcome done = {DecompositionStatus::done, 0};

// One call: its matrices, one after the other, through scratch memory.
template <class E>
class Solver {
 public:
  explicit Solver(const Call& call)
      : call_(call), x_(*call.inputs[0]), m_(extent(x_, 2)), n_(extent(x_, 1)) {
    batch_ = x_.shape;
    batch_.pop_back(), batch_.pop_back();
  }

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
      default:
        each([&](std::int64_t i) { return factor_qr(i); });
        return "gelqf, orglq";
    }
  }

 private:
  static int extent(const Tensor& x, int from_end) {
    return static_cast<int>(x.shape[x.rank() - from_end]);
  }
  E* scratch(StorageRef& storage, std::int64_t count) {
    const std::int64_t bytes =
        std::max<std::int64_t>(count, 1) * static_cast<std::int64_t>(sizeof(E));
    if (!storage || storage->nbytes < bytes) storage = allocate_storage(name_of(call_.op), bytes);
    return reinterpret_cast<E*>(storage->data);
  }
  E* out(int which, std::int64_t number) const {
    const Tensor& result = call_.results()[static_cast<std::size_t>(which)];
    return reinterpret_cast<E*>(result.data()) + number * (result.size() / count_elements(batch_));
  }
  template <class F>
  void each(const F& decompose) {
    const std::int64_t count = count_elements(batch_);
    if (m_ == 0 || n_ == 0) return;  // what is left is empty: accepts() saw to it
    for (std::int64_t i = 0; i < count; ++i) {
      const DecompositionOutcome outcome = decompose(i);
      if (outcome.status != DecompositionStatus::done)
        fail_decomposition(name_of(call_.op), batch_, i, m_, n_, outcome);
    }
  }
  // Matrix `number` of x, in C order.
  void load(E* to, const Tensor& x, std::int64_t number, int rows, int columns) const {
    const std::byte* from = x.data();
    for (int axis = batch_.size() - 1; axis >= 0; --axis) {
      from += number % batch_[axis] * x.strides[axis];
      number /= batch_[axis];
    }
    const std::int64_t row = x.strides[x.rank() - 2], column = x.strides[x.rank() - 1];
    const auto line = static_cast<std::size_t>(columns) * sizeof(E);
    for (int i = 0; i < rows; ++i) {
      if (column == sizeof(E)) {
        std::memcpy(to + static_cast<std::int64_t>(i) * columns, from + i * row, line);
        continue;
      }
      for (int j = 0; j < columns; ++j)
        std::memcpy(to + static_cast<std::int64_t>(i) * columns + j, from + i * row + j * column,
                    sizeof(E));
    }
  }
  DecompositionOutcome eliminate(E* a) {
    pivots_.resize(static_cast<std::size_t>(n_));
    int info = 0;
    routines<E>.getrf(&n_, &n_, a, &n_, pivots_.data(), &info);
    if (info > 0) return {DecompositionStatus::singular, info - 1};
    return done;
  }

  DecompositionOutcome solve(std::int64_t number) {
    const Tensor& b = *call_.inputs[1];
    E* a = scratch(matrix_, static_cast<std::int64_t>(n_) * n_);
    load(a, x_, number, n_, n_);
    const DecompositionOutcome outcome = eliminate(a);
    if (outcome.status != DecompositionStatus::done) return outcome;
    const bool vector = b.rank() == 1;
    const int k = vector ? 1 : extent(b, 1);
    if (k == 0) return done;
    E* x = out(0, number);
    int info = 0;
    if (k == 1) {
      if (vector) {
        for (int i = 0; i < n_; ++i) std::memcpy(x + i, b.data() + i * b.strides[0], sizeof(E));
      } else {
        load(x, b, number, n_, 1);
      }
      routines<E>.getrs("T", &n_, &k, a, &n_, pivots_.data(), x, &n_, &info, 1);
      return done;
    }
    load(x, b, number, n_, k);
    E* turned = scratch(side_, static_cast<std::int64_t>(n_) * k);
    transpose(x, turned, n_, k);
    routines<E>.getrs("T", &n_, &k, a, &n_, pivots_.data(), turned, &n_, &info, 1);
    transpose(turned, x, k, n_);
    return done;
  }
  static void transpose(const E* from, E* to, int rows, int columns) {
    constexpr int tile = 32;
    for (int i0 = 0; i0 < rows; i0 += tile) {
      for (int j0 = 0; j0 < columns; j0 += tile) {
        for (int i = i0; i < std::min(i0 + tile, rows); ++i)
          for (int j = j0; j < std::min(j0 + tile, columns); ++j)
            to[static_cast<std::int64_t>(j) * rows + i] =
                from[static_cast<std::int64_t>(i) * columns + j];
      }
    }
  }

  DecompositionOutcome invert(std::int64_t number) {
    E* a = out(0, number);
    load(a, x_, number, n_, n_);
    const DecompositionOutcome outcome = eliminate(a);
    if (outcome.status != DecompositionStatus::done) return outcome;
    const int size = 64 * n_;
    int info = 0;
    routines<E>.getri(&n_, a, &n_, pivots_.data(), scratch(work_, size), &size, &info);
    return done;
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
    return done;
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
    return done;
  }

  const Call& call_;
  const Tensor& x_;
  int m_, n_;
  Dims batch_;
  std::vector<int> pivots_;
  StorageRef matrix_, side_, work_;
};

bool is_supported(Op op) {
  return op == Op::solve || op == Op::inv || op == Op::cholesky || op == Op::qr;
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
  if (!is_supported(call.op)) return false;
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

const char* run_lapack(const Call& call) {
  switch (call.compute_dtype) {
    case DType::float32:
      return Solver<float>(call).run();
    case DType::float64:
      return Solver<double>(call).run();
    case DType::complex64:
      return Solver<complex64_t>(call).run();
    default:
      return Solver<complex128_t>(call).run();
  }
}

}  // namespace corepy
