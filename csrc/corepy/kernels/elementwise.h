// The loops of the elementwise kernels, compiled once per ISA: vector body, then the same functor
// on a partial vector. The formulas stand in ops/elementwise_table.h; each group of them is
// instantiated in kernels/elementwise_<group>.cpp.
#pragma once

#include <cstdint>
#include <type_traits>

#include "corepy/kernels/elementwise_formula.h"
#include "corepy/kernels/elementwise_table.h"
#include "corepy/ops/dtype_set.h"
#include "corepy/vec/elements.h"

namespace corepy::COREPY_ISA {

template <class R>
inline constexpr bool is_mask = false;
template <class U, class A>
inline constexpr bool is_mask<::xsimd::batch_bool<U, A>> = true;

template <class R>
struct element_of_result;  // the element type that a result vector is stored as
template <class U, class A>
struct element_of_result<::xsimd::batch<U, A>> {
  using type = U;
};
template <class U, class A>
struct element_of_result<::xsimd::batch_bool<U, A>> {
  using type = U;  // of the mask's lanes; stored as bytes
};
template <>
struct element_of_result<BoolVec> {
  using type = bool8_t;
};
template <class U>
struct element_of_result<ComplexVec<U>> {
  using type = Complex<U>;
};

template <class R>
COREPY_INLINE void store_result(void* out, std::int64_t i, R r) {
  using U = typename element_of_result<R>::type;
  if constexpr (is_mask<R>) {
    vec::store_mask<U>(static_cast<std::uint8_t*>(out) + i, r);
  } else {
    vec::store<U>(static_cast<U*>(out) + i, r);
  }
}
template <class R>
COREPY_INLINE void store_result_partial(void* out, std::int64_t i, R r, std::int64_t n) {
  using U = typename element_of_result<R>::type;
  if constexpr (is_mask<R>) {
    vec::store_mask_partial<U>(static_cast<std::uint8_t*>(out) + i, r, n);
  } else {
    vec::store_partial<U>(static_cast<U*>(out) + i, r, n);
  }
}

// Reads one operand: the vector at i, or the same element in every lane.
template <class T, bool Splat>
class Operand {
 public:
  using V = typename vec_of<T>::type;
  COREPY_INLINE explicit Operand(const void* p)
      : p_(static_cast<const T*>(p)), splat_(splat_of(p_)) {}
  COREPY_INLINE V at(std::int64_t i) const {
    if constexpr (Splat) {
      return splat_;
    } else {
      return vec::load<T>(p_ + i);
    }
  }
  COREPY_INLINE V at_partial(std::int64_t i, std::int64_t n) const {
    if constexpr (Splat) {
      return splat_;
    } else {
      return vec::load_partial<T>(p_ + i, n);
    }
  }
  // As at_partial; the lanes that are not used hold 1.
  COREPY_INLINE V at_partial_or_one(std::int64_t i, std::int64_t n) const {
    if constexpr (Splat) {
      return splat_;
    } else if constexpr (is_complex_element<T>) {
      return vec::load_partial<T>(p_ + i, n, T{1, 0});
    } else {
      return vec::load_partial<T>(p_ + i, n, T{1});
    }
  }

 private:
  static COREPY_INLINE V splat_of(const T* p) {
    if constexpr (Splat) {
      T value;
      std::memcpy(&value, p, sizeof value);  // foreign memory may be misaligned
      return vec::broadcast<T>(value);
    } else {
      (void)p;
      return V{};
    }
  }
  const T* p_;
  V splat_;
};

// How far ahead lines are asked for: 16 of them. Nearer they come late, further they are evicted
// before their use (measured with add at 1e5 float64 elements on Zen 5: 0.82 of the time without).
inline constexpr std::int64_t prefetch_distance_bytes = 1024;

// Full vectors of f, stored past the caches; returns where it stopped. Masks gather in a block
// first: their few bytes at a time would leave the write-combining buffers half full.
template <class R, class F>
COREPY_INLINE std::int64_t stream_lanes(const LoopArgs& args, std::int64_t w, F f) {
  using U = typename element_of_result<R>::type;
  std::int64_t i = 0;
  if constexpr (is_mask<R>) {
    constexpr std::int64_t block = 512;
    auto* out = static_cast<std::uint8_t*>(args.out);
    alignas(64) std::uint8_t bytes[block];
    for (; i + block <= args.length; i += block) {
      for (std::int64_t j = 0; j < block; j += w) vec::store_mask<U>(bytes + j, f(i + j));
      for (std::int64_t j = 0; j < block; j += vec_of<std::uint8_t>::size)
        vec::stream(out + i + j, vec::load<std::uint8_t>(bytes + j));
    }
  } else {
    for (; i + w <= args.length; i += w) vec::stream(static_cast<U*>(args.out) + i, f(i));
  }
  vec::stream_fence();
  return i;
}

// Full steps of some vectors of f from `i` on; returns where it stopped. Ahead: lines of what is
// read and written are asked for early; addresses beyond an operand's end are never read, since a
// prefetch cannot fault.
template <class T, int Inputs, bool Ahead, class F>
COREPY_INLINE std::int64_t step_lanes(const LoopArgs& args, std::int64_t i, F f) {
  constexpr std::int64_t w = vec_of<T>::size;
  using R = decltype(f(i));
  using U = typename element_of_result<R>::type;
  constexpr std::int64_t step = w * (is_mask<R> ? vec::mask_group<U> : 2);
  // Copies: the result could, for all the compiler knows, overwrite the arguments.
  const std::int64_t n = args.length;
  auto* const out = static_cast<std::conditional_t<is_mask<R>, std::uint8_t, U>*>(args.out);
  const char* ahead[Inputs];
  std::int64_t stride[Inputs];
  for (int k = 0; k < Inputs; ++k) {
    stride[k] = args.in_stride_bytes[k];
    ahead[k] = static_cast<const char*>(args.in[k]) + i * stride[k] + prefetch_distance_bytes;
  }
  for (; i + step <= n; i += step) {
    if constexpr (Ahead) {
      for (int k = 0; k < Inputs; ++k) {
        for (std::int64_t j = 0; j < step * static_cast<std::int64_t>(sizeof(T)); j += 64)
          __builtin_prefetch(ahead[k] + j, 0);
        ahead[k] += step * stride[k];
      }
    }
    if constexpr (is_mask<R>) {
      R masks[vec::mask_group<U>];
      for (std::int64_t j = 0; j < vec::mask_group<U>; ++j) masks[j] = f(i + j * w);
      vec::store_mask_group<U>(out + i, masks);
    } else {
      if constexpr (Ahead) {
        const char* p = reinterpret_cast<const char*>(out + i) + prefetch_distance_bytes;
        for (std::int64_t j = 0; j < step * static_cast<std::int64_t>(sizeof(U)); j += 64)
          __builtin_prefetch(p + j, 1);
      }
      const R r0 = f(i), r1 = f(i + w);
      store_result(out, i, r0);
      store_result(out, i + w, r1);
    }
  }
  return i;
}

// Asks for the lines of all inputs some way behind element i: three of them beside the result are
// more than the hardware looks ahead for (`where` at 1e7: 0.65 to 0.75 of the time on Zen 5).
template <int Inputs>
COREPY_INLINE void prefetch_inputs(const LoopArgs& args, std::int64_t i) {
  constexpr std::int64_t bytes = 4096;
  for (int k = 0; k < Inputs; ++k)
    __builtin_prefetch(static_cast<const char*>(args.in[k]) + i * args.in_stride_bytes[k] + bytes);
}

// Whether the result of a large call goes past the caches.
COREPY_INLINE bool is_streamed(const LoopArgs& args) {
  return args.memory == MemoryHint::stream &&
         (reinterpret_cast<std::uintptr_t>(args.out) & 63u) == 0;
}

// r = f(i) for all full vectors, f_partial(i, n) for the rest.
template <class T, int Inputs, class F, class P>
COREPY_INLINE void run_lanes(const LoopArgs& args, F f, P f_partial) {
  constexpr std::int64_t w = vec_of<T>::size;
  using R = decltype(f(std::int64_t{0}));
  const std::int64_t n = args.length;
  std::int64_t i = 0;
  if (args.memory != MemoryHint::cached) [[unlikely]] {
    if (args.memory == MemoryHint::prefetch) {
      i = step_lanes<T, Inputs, true>(args, i, f);
    } else if (is_streamed(args)) {
      i = stream_lanes<R>(args, w, f);
    }
  }
  i = step_lanes<T, Inputs, false>(args, i, f);
  // What fills no vector is computed with elements before it once more, where these are still what
  // they were: a partial vector costs more than a short row.
  bool is_fresh = n >= w;
  for (int k = 0; k < Inputs; ++k) is_fresh = is_fresh && args.out != args.in[k];
  for (; i < n && (i + w <= n || is_fresh); i += w) {
    if (i + w > n) i = n - w;
    store_result(args.out, i, f(i));
  }
  if (i < n) store_result_partial(args.out, i, f_partial(i, n - i), n - i);
}

// As run_lanes, one vector at a time: for formulas so long that unrolling them only costs compile
// time, and for operands that choose at each load.
template <class T, bool Streamed = false, class F, class P>
COREPY_INLINE void run_lanes_simple(const LoopArgs& args, F f, P f_partial) {
  constexpr std::int64_t w = vec_of<T>::size;
  const std::int64_t n = args.length;
  std::int64_t i = 0;
  if constexpr (Streamed) i = stream_lanes<decltype(f(i))>(args, w, f);
  for (; i + w <= n; i += w) store_result(args.out, i, f(i));
  if (i < n) store_result_partial(args.out, i, f_partial(i, n - i), n - i);
}

// Flags are kept in a register and written back once.
template <class F, class T, bool Short>
COREPY_INLINE void unary_body(const LoopArgs& args) {
  const Operand<T, false> a(args.in[0]);
  std::uint32_t flags = 0;
  const auto full = [&](std::int64_t i) COREPY_LAMBDA_INLINE { return F::apply(a.at(i), flags); };
  const auto part = [&](std::int64_t i, std::int64_t n)
                        COREPY_LAMBDA_INLINE { return F::apply(a.at_partial(i, n), flags); };
  if constexpr (Short) {
    run_lanes<T, 1>(args, full, part);
  } else {
    run_lanes_simple<T>(args, full, part);
  }
  *args.flags |= flags;
}

// Complex numbers of a loop as twice as many real ones.
COREPY_INLINE LoopArgs parts_of(const LoopArgs& args) {
  LoopArgs parts = args;
  parts.length *= 2;
  for (std::int64_t& stride : parts.in_stride_bytes) stride /= 2;
  return parts;
}

template <class F, class T, bool Short>
void unary_loop(const LoopArgs& args) noexcept {
  if constexpr (is_complex_element<T> && F::is_partwise) {
    unary_loop<F, PartOf<T>, Short>(parts_of(args));
  } else {
    unary_body<F, T, Short>(args);
  }
}

// `first` is the first operand's place. Not inlined, since loops that mirror each other share it.
template <class F, class T, class A, class B, bool Short>
void binary_body(const LoopArgs& args, int first) noexcept {
  const A a(args.in[first]);
  const B b(args.in[1 - first]);
  std::uint32_t flags = 0;
  const auto full = [&](std::int64_t i)
                        COREPY_LAMBDA_INLINE { return F::apply(a.at(i), b.at(i), flags); };
  const auto part = [&](std::int64_t i, std::int64_t n) COREPY_LAMBDA_INLINE {
    if constexpr (F::raises_flags) {
      return F::apply(a.at_partial(i, n), b.at_partial_or_one(i, n), flags);
    } else {
      return F::apply(a.at_partial(i, n), b.at_partial(i, n), flags);
    }
  };
  if constexpr (Short) {
    run_lanes<T, 2>(args, full, part);
  } else {
    run_lanes_simple<T>(args, full, part);
  }
  *args.flags |= flags;
}

// F of the operands in their order, or mirrored: of the second and the first. A repeated operand is
// kept in a register, as the second one where the formula commutes.
template <class F, class T, bool Short, bool Mirrored>
void binary_loop(const LoopArgs& args) noexcept {
  using One = Operand<T, true>;
  using Many = Operand<T, false>;
  constexpr int a = Mirrored ? 1 : 0;
  constexpr int b = 1 - a;
  if (args.in_stride_bytes[b] == 0 && args.length > 1) {
    binary_body<F, T, Many, One, Short>(args, a);
  } else if (args.in_stride_bytes[a] == 0 && args.length > 1) {
    if constexpr (F::commutes && !is_complex_element<T>) {
      binary_body<F, T, Many, One, Short>(args, b);
    } else {
      binary_body<F, T, One, Many, Short>(args, a);
    }
  } else if constexpr (is_complex_element<T> && F::is_partwise) {
    using Parts = Operand<PartOf<T>, false>;
    binary_body<F, PartOf<T>, Parts, Parts, Short>(parts_of(args), a);
  } else {
    binary_body<F, T, Many, Many, Short>(args, a);
  }
}

// Three operands, each repeated or not: the choice is made per load, which the branch predictor
// makes free.
template <class T>
class AnyOperand {
 public:
  using V = typename vec_of<T>::type;
  COREPY_INLINE AnyOperand(const void* p, bool splat)
      : p_(static_cast<const T*>(p)), splat_(p), is_splat_(splat) {}
  COREPY_INLINE V at(std::int64_t i) const {
    return is_splat_ ? splat_.at(i) : vec::load<T>(p_ + i);
  }
  COREPY_INLINE V at_partial(std::int64_t i, std::int64_t n) const {
    return is_splat_ ? splat_.at(i) : vec::load_partial<T>(p_ + i, n);
  }

 private:
  const T* p_;
  Operand<T, true> splat_;
  bool is_splat_;
};

template <class F, class T, bool Streamed>
void ternary_body(const LoopArgs& args) noexcept {
  const AnyOperand<T> a(args.in[0], args.in_stride_bytes[0] == 0),
      b(args.in[1], args.in_stride_bytes[1] == 0), c(args.in[2], args.in_stride_bytes[2] == 0);
  run_lanes_simple<T, Streamed>(
      args,
      [&](std::int64_t i) COREPY_LAMBDA_INLINE { return F::apply(a.at(i), b.at(i), c.at(i)); },
      [&](std::int64_t i, std::int64_t n) COREPY_LAMBDA_INLINE {
        return F::apply(a.at_partial(i, n), b.at_partial(i, n), c.at_partial(i, n));
      });
}

template <class F, class T, bool Short>
void ternary_loop(const LoopArgs& args) noexcept {
  is_streamed(args) ? ternary_body<F, T, true>(args) : ternary_body<F, T, false>(args);
}

// where: the first operand is bool, whatever T is.
template <class F, class T, bool Streamed>
void where_body(const LoopArgs& args) noexcept {
  using M = typename mask_element_of<T>::type;
  const auto* condition = static_cast<const std::uint8_t*>(args.in[0]);
  const bool splat = args.in_stride_bytes[0] == 0;
  std::uint8_t repeated[vec_of<T>::size];
  for (std::uint8_t& byte : repeated) byte = *condition;
  const AnyOperand<T> a(args.in[1], args.in_stride_bytes[1] == 0),
      b(args.in[2], args.in_stride_bytes[2] == 0);
  run_lanes_simple<T, Streamed>(
      args,
      [&](std::int64_t i) COREPY_LAMBDA_INLINE {
        if constexpr (Streamed) prefetch_inputs<3>(args, i);
        return F::apply(vec::load_mask<M>(splat ? repeated : condition + i), a.at(i), b.at(i));
      },
      [&](std::int64_t i, std::int64_t n) COREPY_LAMBDA_INLINE {
        return F::apply(vec::load_mask_partial<M>(splat ? repeated : condition + i, n),
                        a.at_partial(i, n), b.at_partial(i, n));
      });
}

template <class F, class T, bool Short>
void where_loop(const LoopArgs& args) noexcept {
  is_streamed(args) ? where_body<F, T, true>(args) : where_body<F, T, false>(args);
}

// The row of one operator: a loop for every dtype of its set that is computed in itself. Half
// precision is not (ops/infer.h), but `where` moves it, and some functors work on its bits.
template <class T, bool Signless>
struct loop_element {
  using type = T;
};
template <class T>
  requires std::is_signed_v<T> && std::is_integral_v<T>
struct loop_element<T, true> {
  using type = std::make_unsigned_t<T>;
};
// `where` moves bits of one width alike.
template <class T>
struct moved_element : loop_element<T, true> {};
template <>
struct moved_element<float> : moved_element<std::uint32_t> {};
template <>
struct moved_element<double> : moved_element<std::uint64_t> {};
template <>
struct moved_element<complex64_t> : moved_element<std::uint64_t> {};
template <>
struct moved_element<Float16> : moved_element<std::uint16_t> {};
template <>
struct moved_element<BFloat16> : moved_element<std::uint16_t> {};

// Specialised with a type `type`, a functor over vectors of int16, where F has one for the bits of
// a dtype of half precision.
template <class F, DType D>
struct half_functor_of {};

template <class F, DType D, bool Short>
consteval Loop unary_loop_of() {
  return &unary_loop<F, typename loop_element<Element<D>, F::ignores_sign>::type, Short>;
}
template <class F, DType D, bool Short>
consteval Loop binary_loop_of() {
  using T = typename loop_element<Element<D>, F::ignores_sign>::type;
  if constexpr (requires { typename F::mirror; }) {
    return &binary_loop<typename F::mirror, T, Short, true>;
  } else {
    return &binary_loop<F, T, Short, false>;
  }
}
template <class F, DType D, bool Short>
consteval Loop half_loop_of() {
  if constexpr (requires { typename half_functor_of<F, D>::type; }) {
    return &binary_loop<typename half_functor_of<F, D>::type, std::int16_t, Short, false>;
  } else {
    return nullptr;
  }
}
template <class F, DType D, bool Short>
consteval Loop ternary_loop_of() {
  return &ternary_loop<F, Element<D>, Short>;
}
template <class F, DType D, bool Short>
consteval Loop where_loop_of() {
  return &where_loop<F, typename moved_element<Element<D>>::type, Short>;
}
#define COREPY_DEFINE_ROW(arity, takes_half)                           \
  template <class F, DTypeSet Set, bool Short, DType D>                \
  consteval Loop arity##_entry() {                                     \
    if constexpr (contains(Set, D) && (takes_half || !is_half(D))) {   \
      return arity##_loop_of<F, D, Short>();                           \
    } else {                                                           \
      return half_loop_of<F, D, Short>();                              \
    }                                                                  \
  }                                                                    \
  template <class F, DTypeSet Set, bool Short>                         \
  consteval LoopRow arity##_row() {                                    \
    return LoopRow{{COREPY_FOR_EACH_DTYPE(COREPY_ROW_ENTRY_##arity)}}; \
  }
#define COREPY_ROW_ENTRY_unary(name, ...) unary_entry<F, Set, Short, DType::name>(),
#define COREPY_ROW_ENTRY_binary(name, ...) binary_entry<F, Set, Short, DType::name>(),
#define COREPY_ROW_ENTRY_ternary(name, ...) ternary_entry<F, Set, Short, DType::name>(),
#define COREPY_ROW_ENTRY_where(name, ...) where_entry<F, Set, Short, DType::name>(),
COREPY_DEFINE_ROW(unary, false)
COREPY_DEFINE_ROW(binary, false)
COREPY_DEFINE_ROW(ternary, false)
COREPY_DEFINE_ROW(where, true)
#undef COREPY_DEFINE_ROW

// Specialised with a type `mirror` where F(a, b) is mirror(b, a): then F has no loops of its own.
template <class F>
struct mirror_of {};

// The functor of a row.
#define COREPY_FUNCTOR_unary(name, ...)                                       \
  struct name##_op {                                                          \
    static constexpr bool ignores_sign = formula::ignores_sign(#__VA_ARGS__); \
    static constexpr bool is_partwise = formula::is_partwise(#__VA_ARGS__);   \
    template <class V>                                                        \
    static COREPY_INLINE auto apply(V a, std::uint32_t& flags) {              \
      (void)flags;                                                            \
      return __VA_ARGS__;                                                     \
    }                                                                         \
  };
#define COREPY_FUNCTOR_binary(name, ...)                                      \
  struct name##_op : mirror_of<name##_op> {                                   \
    static constexpr bool raises_flags = formula::raises_flags(#__VA_ARGS__); \
    static constexpr bool ignores_sign = formula::ignores_sign(#__VA_ARGS__); \
    static constexpr bool commutes = formula::commutes(#__VA_ARGS__);         \
    static constexpr bool is_partwise = formula::is_partwise(#__VA_ARGS__);   \
    template <class V>                                                        \
    static COREPY_INLINE auto apply(V a, V b, std::uint32_t& flags) {         \
      (void)flags;                                                            \
      return __VA_ARGS__;                                                     \
    }                                                                         \
  };
#define COREPY_FUNCTOR_ternary(name, ...)            \
  struct name##_op {                                 \
    template <class V>                               \
    static COREPY_INLINE auto apply(V a, V b, V c) { \
      return __VA_ARGS__;                            \
    }                                                \
  };
#define COREPY_FUNCTOR_where(name, ...)              \
  struct name##_op {                                 \
    template <class M, class V>                      \
    static COREPY_INLINE auto apply(M m, V a, V b) { \
      return __VA_ARGS__;                            \
    }                                                \
  };

#define COREPY_DEFINE_FUNCTOR(arity, name, set, promote, result, bound, complex_bound, ...) \
  COREPY_FUNCTOR_##arity(name, __VA_ARGS__)
#define COREPY_SHORT_ROW(arity, name, set, ...) arity##_row<name##_op, dtypes::set, true>(),
#define COREPY_LONG_ROW(arity, name, set, ...) arity##_row<name##_op, dtypes::set, false>(),

}  // namespace corepy::COREPY_ISA
