// Eigenvalues and singular values by LAPACK, with signs and phases as the native kernels fix them.
#include "corepy/linalg/lapack_spectral.h"

#include <algorithm>
#include <vector>

#include "corepy/linalg/lapack_stack.h"

namespace corepy {
namespace {

constexpr DecompositionOutcome not_finite = {DecompositionStatus::not_finite, 0};

template <class E>
class SpectralSolver : LapackStack<E> {
 public:
  explicit SpectralSolver(const Call& call) : LapackStack<E>(call) {}

  const char* run() {
    switch (call_.op) {
      case Op::eigh:
      case Op::eigvalsh:
        each([&](std::int64_t i) { return find_hermitian_values(i); });
        return is_complex_element<E> ? "heevd" : "syevd";
      case Op::svd:
      case Op::svdvals:
        each([&](std::int64_t i) { return find_singular_values(i); });
        return "gesdd";
      default:
        each([&](std::int64_t i) { return find_eigenvalues(i); });
        return "geev";
    }
  }

 private:
  using Stack = LapackStack<E>;
  using C = ComplexOf<E>;
  using Stack::call_, Stack::x_, Stack::m_, Stack::n_;
  using Stack::each, Stack::load, Stack::transpose;
  using Stack::matrix_, Stack::side_, Stack::work_;
  using Stack::scratch, Stack::real_scratch, Stack::out, Stack::real_out, Stack::complex_out;

  // The lower triangle in C order is the upper one of the conjugate in LAPACK's order, whose
  // vectors are the conjugates of those wanted, each a row of what is left in a.
  DecompositionOutcome find_hermitian_values(std::int64_t number) {
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
    PartOf<E>* values = real_out(0, number);
    E* work = scratch(work_, size);
    const char* job = wants_vectors ? "V" : "N";
    int info = 0;
    integers_.resize(static_cast<std::size_t>(integers));
    if constexpr (is_complex_element<E>) {
      routines<E>.eigh(job, "U", &n_, a, &n_, values, work, &size, real_scratch(side_, real_size),
                       &real_size, integers_.data(), &integers, &info, 1, 1);
    } else {
      routines<E>.eigh(job, "U", &n_, a, &n_, values, work, &size, integers_.data(), &integers,
                       &info, 1, 1);
    }
    if (info != 0) return {DecompositionStatus::not_converged, 0};
    for (std::int64_t k = 0; wants_vectors && k < n; ++k) {
      E* vector = a + k * n;
      turn(vector, n);
      std::transform(vector, vector + n, vector, conjugate<E>);
    }
    if (wants_vectors) transpose(a, out(1, number), n_, n_);
    return decomposed;
  }

  // By the phase that makes its largest component real and positive.
  template <class T>
  static void turn(T* vector, std::int64_t n) {
    const T* largest =
        std::max_element(vector, vector + n, [](T x, T y) { return modulus(x) < modulus(y); });
    const T phase = phase_to_real(*largest);
    for (std::int64_t i = 0; i < n; ++i) vector[i] = multiply(vector[i], phase);
  }

  // x itself in LAPACK's order: the order of the values is then the one that LAPACK's users know.
  DecompositionOutcome find_eigenvalues(std::int64_t number) {
    const std::int64_t n = n_;
    const bool wants_vectors = call_.op == Op::eig;
    E* loaded = scratch(side_, n * n);
    load(loaded, x_, number, n_, n_);
    if (!std::all_of(loaded, loaded + n * n, is_finite<E>)) return not_finite;
    E* a = scratch(matrix_, n * n);
    transpose(loaded, a, n_, n_);
    E* vectors = loaded;  // each a row, in C order; of a real matrix: its real or imaginary part
    C* values = complex_out(0, number);
    const int info = wants_vectors ? call_eig(a, values, vectors) : call_eig(a, values, nullptr);
    if (info != 0) return {DecompositionStatus::not_converged, n - info};
    if (wants_vectors) store_vectors(values, vectors, complex_out(1, number));
    return decomposed;
  }
  // geev's info. vectors: null for none.
  int call_eig(E* a, C* values, E* vectors) {
    const char* job = vectors != nullptr ? "V" : "N";
    const auto n = static_cast<std::size_t>(n_);
    reals_.resize(2 * n);
    PartOf<E>* reals = reals_.data();
    E unused{};
    E* right = vectors != nullptr ? vectors : &unused;
    int size = -1, info = 0;
    const auto call = [&](E* work) {
      if constexpr (is_complex_element<E>) {
        routines<E>.eig("N", job, &n_, a, &n_, values, &unused, &n_, right, &n_, work, &size, reals,
                        &info, 1, 1);
      } else {
        routines<E>.eig("N", job, &n_, a, &n_, reals, reals + n, &unused, &n_, right, &n_, work,
                        &size, &info, 1, 1);
      }
    };
    E wanted{};
    call(&wanted);
    size = rounded_up(wanted);
    call(scratch(work_, size));
    if constexpr (!is_complex_element<E>) {
      for (std::size_t i = 0; i < n; ++i) values[i] = {reals[i], reals[n + i]};
    }
    return info;
  }
  // As columns of the result, turned. A real matrix' complex pair has one vector and its conjugate,
  // whose parts lie one after the other.
  void store_vectors(const C* values, const E* vectors, C* result) {
    const std::int64_t n = n_;
    std::vector<C> vector(static_cast<std::size_t>(n));
    const auto store = [&](std::int64_t column) {
      for (std::int64_t i = 0; i < n; ++i)
        result[i * n + column] = vector[static_cast<std::size_t>(i)];
    };
    for (std::int64_t k = 0; k < n; ++k) {
      const E* row = vectors + k * n;
      const bool pair = !is_complex_element<E> && values[k].im != 0;
      for (std::int64_t i = 0; i < n; ++i) {
        C& x = vector[static_cast<std::size_t>(i)];
        if constexpr (is_complex_element<E>) {
          x = row[i];
        } else {
          x = {row[i], pair ? row[n + i] : 0};
        }
      }
      turn(vector.data(), n);
      store(k);
      if (!pair) continue;
      std::transform(vector.begin(), vector.end(), vector.begin(), conjugate<C>);
      store(++k);
    }
  }
  // A size of workspace as a routine says it, which was rounded to E.
  static int rounded_up(E wanted) {
    return static_cast<int>(1.001 * static_cast<double>(modulus(wanted))) + 64;
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
    PartOf<E>* values = real_out(wants_vectors ? 1 : 0, number);
    E unused{};
    E* u = wants_vectors ? out(0, number) : &unused;
    E* vh = wants_vectors ? out(2, number) : &unused;
    const int columns = is_full ? m_ : static_cast<int>(least);  // of U
    const char* job = is_full ? "A" : wants_vectors ? "S" : "N";
    integers_.resize(static_cast<std::size_t>(8 * least));
    [[maybe_unused]] PartOf<E>* reals = nullptr;
    if constexpr (is_complex_element<E>) {
      const std::int64_t count = 5 * least * least + 7 * least;
      reals = real_scratch(side_, std::max(count, 2 * (most + least) * least + least));
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
    size = rounded_up(wanted);
    call(scratch(work_, size));
    if (info != 0) return {DecompositionStatus::not_converged, 0};
    if (wants_vectors) fix_phases(u, vh, columns, least);
    return decomposed;
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

  std::vector<int> integers_;
  std::vector<PartOf<E>> reals_;
};

}  // namespace

template <class E>
const char* run_spectral(const Call& call) {
  return SpectralSolver<E>(call).run();
}
template const char* run_spectral<float>(const Call&);
template const char* run_spectral<double>(const Call&);
template const char* run_spectral<complex64_t>(const Call&);
template const char* run_spectral<complex128_t>(const Call&);

}  // namespace corepy
