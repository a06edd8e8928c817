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
#include "corepy/linalg/lapack_numbers.h"

namespace corepy {
namespace {

// Fortran's calling convention: everything by address, the lengths of texts at the end.
using Length = std::size_t;

// Complex routines take one workspace of real numbers more.
template <class E, bool = is_complex_element<E>>
struct SpectralRoutines {
  void (*eigh)(const char*, const char*, const int*, E*, const int*, E*, E*, const int*, int*,
               const int*, int*, Length, Length);
  void (*svd)(const char*, const int*, const int*, E*, const int*, E*, E*, const int*, E*,
              const int*, E*, const int*, int*, int*, Length);
};
template <class E>
struct SpectralRoutines<E, true> {
  void (*eigh)(const char*, const char*, const int*, E*, const int*, PartOf<E>*, E*, const int*,
               PartOf<E>*, const int*, int*, const int*, int*, Length, Length);
  void (*svd)(const char*, const int*, const int*, E*, const int*, PartOf<E>*, E*, const int*, E*,
              const int*, E*, const int*, PartOf<E>*, int*, int*, Length);
};

template <class E>
struct Routines : SpectralRoutines<E> {
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
  load(r.eigh, is_complex_element<E> ? "heevd" : "syevd"), load(r.svd, "gesdd");
}

constexpr DecompositionOutcome done = {DecompositionStatus::done, 0};
constexpr DecompositionOutcome not_finite = {DecompositionStatus::not_finite, 0};

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
      case Op::det:
      case Op::slogdet:
        each([&](std::int64_t i) { return find_determinant(i); });
        return "getrf";
      case Op::eigh:
      case Op::eigvalsh:
        each([&](std::int64_t i) { return find_eigenvalues(i); });
        return is_complex_element<E> ? "heevd" : "syevd";
      case Op::svd:
      case Op::svdvals:
        each([&](std::int64_t i) { return find_singular_values(i); });
        return "gesdd";
      default:
        each([&](std::int64_t i) { return factor_qr(i); });
        return "gelqf, orglq";
    }
  }

 private:
  static int extent(const Tensor& x, int from_end) {
    return static_cast<int>(x.shape[x.rank() - from_end]);
  }
  template <class T = E>
  T* scratch(StorageRef& storage, std::int64_t count) {
    const std::int64_t bytes =
        std::max<std::int64_t>(count, 1) * static_cast<std::int64_t>(sizeof(T));
    if (!storage || storage->nbytes < bytes) storage = allocate_storage(name_of(call_.op), bytes);
    return reinterpret_cast<T*>(storage->data);
  }
  template <class T = E>
  T* out(int which, std::int64_t number) const {
    const Tensor& result = call_.results()[static_cast<std::size_t>(which)];
    return reinterpret_cast<T*>(result.data()) + number * (result.size() / count_elements(batch_));
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
    if (call_.op == Op::slogdet) *out<PartOf<E>>(1, number) = product.log_modulus();
    return done;
  }

  // The lower triangle in C order is the upper one of the conjugate in LAPACK's order, whose
  // vectors are the conjugates of those wanted, each a row of what is left in a.
  DecompositionOutcome find_eigenvalues(std::int64_t number) {
    const std::int64_t n = n_;
    const bool wants_vectors = call_.op == Op::eigh;
    E* a = scratch(matrix_, n * n);
    load(a, x_, number, n_, n_);
    for (std::int64_t i = 0; i < n; ++i) {
      if (!std::all_of(a + i * n, a + i * n + i + 1, is_finite<E>)) return not_finite;
    }
    const auto size = static_cast<int>(std::max(2 * n * n + 6 * n + 1, 66 * n + 1));
    const int real_size = static_cast<int>(2 * n * n + 5 * n + 1);
    const int integers = 3 + 5 * n_;
    PartOf<E>* values = out<PartOf<E>>(0, number);
    E* work = scratch(work_, size);
    const char* job = wants_vectors ? "V" : "N";
    int info = 0;
    integers_.resize(static_cast<std::size_t>(integers));
    if constexpr (is_complex_element<E>) {
      routines<E>.eigh(job, "U", &n_, a, &n_, values, work, &size,
                       scratch<PartOf<E>>(side_, real_size), &real_size, integers_.data(),
                       &integers, &info, 1, 1);
    } else {
      routines<E>.eigh(job, "U", &n_, a, &n_, values, work, &size, integers_.data(), &integers,
                       &info, 1, 1);
    }
    if (info != 0) return {DecompositionStatus::not_converged, 0};
    for (std::int64_t k = 0; wants_vectors && k < n; ++k) {
      E* vector = a + k * n;
      const E* largest =
          std::max_element(vector, vector + n, [](E x, E y) { return modulus(x) < modulus(y); });
      const E phase = phase_to_real(*largest);
      for (std::int64_t i = 0; i < n; ++i) vector[i] = conjugate(multiply(vector[i], phase));
    }
    if (wants_vectors) transpose(a, out(1, number), n_, n_);
    return done;
  }

  // x**T = Vh**T S U**T in LAPACK's order: its factors as they lie there, read in C order, are Vh
  // and U.
  DecompositionOutcome find_singular_values(std::int64_t number) {
    const bool wants_vectors = call_.op == Op::svd;
    const bool is_full = wants_vectors && std::get<bool>(call_.options[0].value);
    const std::int64_t least = std::min(m_, n_), most = std::max(m_, n_);
    E* a = scratch(matrix_, static_cast<std::int64_t>(m_) * n_);
    load(a, x_, number, m_, n_);
    if (!std::all_of(a, a + static_cast<std::int64_t>(m_) * n_, is_finite<E>)) return not_finite;
    PartOf<E>* values = out<PartOf<E>>(wants_vectors ? 1 : 0, number);
    E unused{};
    E* u = wants_vectors ? out(0, number) : &unused;
    E* vh = wants_vectors ? out(2, number) : &unused;
    const int columns = is_full ? m_ : static_cast<int>(least);  // of U
    const char* job = is_full ? "A" : wants_vectors ? "S" : "N";
    integers_.resize(static_cast<std::size_t>(8 * least));
    [[maybe_unused]] PartOf<E>* reals = nullptr;
    if constexpr (is_complex_element<E>) {
      const std::int64_t count = 5 * least * least + 7 * least;
      reals = scratch<PartOf<E>>(side_, std::max(count, 2 * (most + least) * least + least));
    }
    int size = -1, info = 0;
    const auto call = [&](E* work) {
      if constexpr (is_complex_element<E>) {
        routines<E>.svd(job, &n_, &m_, a, &n_, values, vh, &n_, u, &columns, work, &size, reals,
                        integers_.data(), &info, 1);
      } else {
        routines<E>.svd(job, &n_, &m_, a, &n_, values, vh, &n_, u, &columns, work, &size,
                        integers_.data(), &info, 1);
      }
    };
    E wanted{};
    call(&wanted);
    size = static_cast<int>(1.001 * static_cast<double>(modulus(wanted))) + 64;  // it was rounded
    call(scratch(work_, size));
    if (info != 0) return {DecompositionStatus::not_converged, 0};
    if (wants_vectors) fix_phases(u, vh, columns, least);
    return done;
  }

  // The largest component of each column of U becomes real and positive.
  void fix_phases(E* u, E* vh, std::int64_t columns, std::int64_t pairs) {
    std::vector<E> largest(u, u + columns);
    for (std::int64_t i = 1; i < m_; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) {
        E& best = largest[static_cast<std::size_t>(j)];
        if (modulus(u[i * columns + j]) > modulus(best)) best = u[i * columns + j];
      }
    }
    for (E& one : largest) one = phase_to_real(one);
    for (std::int64_t i = 0; i < m_; ++i) {
      for (std::int64_t j = 0; j < columns; ++j)
        u[i * columns + j] = multiply(u[i * columns + j], largest[static_cast<std::size_t>(j)]);
    }
    for (std::int64_t j = 0; j < pairs; ++j) {
      const E phase = conjugate(largest[static_cast<std::size_t>(j)]);
      for (std::int64_t i = 0; i < n_; ++i) vh[j * n_ + i] = multiply(vh[j * n_ + i], phase);
    }
  }

  const Call& call_;
  const Tensor& x_;
  int m_, n_;
  Dims batch_;
  std::vector<int> pivots_, integers_;
  StorageRef matrix_, side_, work_;
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
    case Op::eigh:
    case Op::svd:
      return 12;
    default:
      return 0;
  }
}

bool is_spectral(Op op) {
  return op == Op::eigh || op == Op::eigvalsh || op == Op::svd || op == Op::svdvals;
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
