// What every solver by LAPACK works with: the library's routines, and one call's stack of matrices,
// taken one after the other through scratch memory.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include "corepy/dispatch/backend.h"
#include "corepy/dispatch/decomposition.h"
#include "corepy/linalg/lapack_numbers.h"

namespace corepy {

// Fortran's calling convention: everything by address, the lengths of texts at the end.
using FortranLength = std::size_t;

// Complex routines take one workspace of real numbers more, and eig's values in one array, not two.
template <class E, bool = is_complex_element<E>>
struct SpectralRoutines {
  void (*eigh)(const char*, const char*, const int*, E*, const int*, E*, E*, const int*, int*,
               const int*, int*, FortranLength, FortranLength);
  void (*svd)(const char*, const int*, const int*, E*, const int*, E*, E*, const int*, E*,
              const int*, E*, const int*, int*, int*, FortranLength);
  void (*eig)(const char*, const char*, const int*, E*, const int*, E*, E*, E*, const int*, E*,
              const int*, E*, const int*, int*, FortranLength, FortranLength);
};
template <class E>
struct SpectralRoutines<E, true> {
  void (*eigh)(const char*, const char*, const int*, E*, const int*, PartOf<E>*, E*, const int*,
               PartOf<E>*, const int*, int*, const int*, int*, FortranLength, FortranLength);
  void (*svd)(const char*, const int*, const int*, E*, const int*, PartOf<E>*, E*, const int*, E*,
              const int*, E*, const int*, PartOf<E>*, int*, int*, FortranLength);
  void (*eig)(const char*, const char*, const int*, E*, const int*, E*, E*, const int*, E*,
              const int*, E*, const int*, PartOf<E>*, int*, FortranLength, FortranLength);
};

template <class E>
struct Routines : SpectralRoutines<E> {
  void (*getrf)(const int*, const int*, E*, const int*, int*, int*);
  void (*getrs)(const char*, const int*, const int*, const E*, const int*, const int*, E*,
                const int*, int*, FortranLength);
  void (*getri)(const int*, E*, const int*, const int*, E*, const int*, int*);
  void (*potrf)(const char*, const int*, E*, const int*, int*, FortranLength);
  void (*gelqf)(const int*, const int*, E*, const int*, E*, E*, const int*, int*);
  void (*orglq)(const int*, const int*, const int*, E*, const int*, const E*, E*, const int*, int*);
};
template <class E>
inline Routines<E> routines;

inline constexpr DecompositionOutcome decomposed = {DecompositionStatus::done, 0};

template <class E>
using ComplexOf = std::conditional_t<std::is_same_v<PartOf<E>, float>, complex64_t, complex128_t>;

template <class E>
class LapackStack {
 protected:
  explicit LapackStack(const Call& call)
      : call_(call), x_(*call.inputs[0]), m_(extent(x_, 2)), n_(extent(x_, 1)) {
    batch_ = x_.shape;
    batch_.pop_back(), batch_.pop_back();
  }
  static int extent(const Tensor& x, int from_end) {
    return static_cast<int>(x.shape[x.rank() - from_end]);
  }
  E* scratch(StorageRef& storage, std::int64_t count) { return ensure<E>(storage, count); }
  PartOf<E>* real_scratch(StorageRef& storage, std::int64_t count) {
    return ensure<PartOf<E>>(storage, count);
  }
  // Where the result of one matrix goes.
  E* out(int which, std::int64_t number) const { return result<E>(which, number); }
  PartOf<E>* real_out(int which, std::int64_t number) const {
    return result<PartOf<E>>(which, number);
  }
  ComplexOf<E>* complex_out(int which, std::int64_t number) const {
    return result<ComplexOf<E>>(which, number);
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

  const Call& call_;
  const Tensor& x_;
  int m_, n_;
  StorageRef matrix_, side_, work_;

 private:
  template <class T>
  T* ensure(StorageRef& storage, std::int64_t count) {
    const std::int64_t bytes =
        std::max<std::int64_t>(count, 1) * static_cast<std::int64_t>(sizeof(T));
    if (!storage || storage->nbytes < bytes) storage = allocate_storage(name_of(call_.op), bytes);
    return reinterpret_cast<T*>(storage->data);
  }
  template <class T>
  T* result(int which, std::int64_t number) const {
    const Tensor& x = call_.results()[static_cast<std::size_t>(which)];
    return reinterpret_cast<T*>(x.data()) + number * (x.size() / count_elements(batch_));
  }

  Dims batch_;
};

}  // namespace corepy
