// What this machine can do at most: arithmetic in registers, reading, writing with and without the
// caches, and the mixed streams of elementwise work. A shared library that ../limits.py compiles
// for one ISA (its flags choose the vector width) and calls through ctypes; it shares no code with
// corepy, since it is what corepy is held to.
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#if defined(_WIN32)
#define LIMITS_EXPORT extern "C" __declspec(dllexport)
#else
#define LIMITS_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
#elif defined(__AVX2__)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif

template <class T>
struct VectorOf {
  typedef T type __attribute__((vector_size(vector_bytes)));
};
using Words = VectorOf<std::int64_t>::type;

// Writes a line that nobody will read soon: it need not be fetched before, nor kept after.
inline void store_past_caches(Words* target, Words value) {
#if defined(__AVX512F__)
  _mm512_stream_si512(reinterpret_cast<__m512i*>(target), reinterpret_cast<__m512i>(value));
#elif defined(__AVX2__)
  _mm256_stream_si256(reinterpret_cast<__m256i*>(target), reinterpret_cast<__m256i>(value));
#elif defined(__SSE2__)
  _mm_stream_si128(reinterpret_cast<__m128i*>(target), reinterpret_cast<__m128i>(value));
#elif defined(__clang__)
  __builtin_nontemporal_store(value, target);
#else
  *target = value;
#endif
}

// Streamed stores are not ordered with others; a caller may read what was written.
inline void finish_stores() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

// Enough independent chains to cover the latency of two units, and few enough for 16 registers.
template <class T>
double run_multiply_add(double operations) {
  using Vector = typename VectorOf<T>::type;
  constexpr int chains = 12;
  constexpr double per_turn = 2.0 * chains * vector_bytes / sizeof(T);
  Vector sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = Vector{} + static_cast<T>(i);
  const Vector factor = Vector{} + static_cast<T>(0.999), term = Vector{} + static_cast<T>(0.5);
  for (auto turns = static_cast<std::int64_t>(operations / per_turn); turns > 0; --turns) {
    for (int i = 0; i < chains; ++i) sums[i] = sums[i] * factor + term;
  }
  Vector total{};
  for (const Vector& sum : sums) total += sum;
  return static_cast<double>(total[0]);
}

// Per step: `Wide` vectors of each of two arrays, `Narrow` of a mask, `Out` of the result.
template <int Wide, int Narrow, int Out, bool PastCaches>
void run_stream(const Words* a, const Words* b, const Words* mask, Words* out, std::int64_t steps) {
  for (std::int64_t step = 0; step < steps; ++step) {
    Words first{};
    if constexpr (Narrow > 0) first = mask[step];
    Words all = first;
    for (int i = 0; i < Wide; ++i) {
      const Words value = a[step * Wide + i] + b[step * Wide + i];
      if constexpr (Out < Wide) {
        all ^= value;
      } else {
        const Words result = value ^ first;
        if constexpr (PastCaches) {
          store_past_caches(out + step * Out + i, result);
        } else {
          out[step * Out + i] = result;
        }
      }
    }
    if constexpr (Out < Wide) {
      if constexpr (PastCaches) {
        store_past_caches(out + step, all);
      } else {
        out[step] = all;
      }
    }
  }
  if constexpr (PastCaches) finish_stores();
}

template <bool PastCaches>
void fill(Words* out, std::int64_t count, std::int64_t value) {
  const Words written = Words{} + value;
  for (std::int64_t i = 0; i < count; ++i) {
    if constexpr (PastCaches) {
      store_past_caches(out + i, written);
    } else {
      out[i] = written;
      // Else the loop becomes a call of memset, which chooses for itself.
      asm volatile("" ::: "memory");
    }
  }
  if constexpr (PastCaches) finish_stores();
}

}  // namespace

LIMITS_EXPORT std::int64_t limits_vector_bytes() { return vector_bytes; }

LIMITS_EXPORT double limits_multiply_add(int item_bytes, double operations) {
  return item_bytes == 4 ? run_multiply_add<float>(operations)
                         : run_multiply_add<double>(operations);
}

LIMITS_EXPORT std::int64_t limits_read(const void* data, std::int64_t bytes, std::int64_t repeats) {
  constexpr int chains = 8;
  // Two places at once keep more of the prefetchers busy than one.
  const auto* words = static_cast<const Words*>(data);
  const std::int64_t half = bytes / vector_bytes / 2;
  Words sums[chains] = {};
  for (; repeats > 0; --repeats) {
    for (std::int64_t i = 0; i + chains / 2 <= half; i += chains / 2) {
      for (int k = 0; k < chains / 2; ++k) {
        sums[2 * k] += words[i + k];
        sums[2 * k + 1] += words[half + i + k];
      }
    }
    asm volatile("" ::: "memory");
  }
  Words total{};
  for (const Words& sum : sums) total += sum;
  return total[0];
}

LIMITS_EXPORT void limits_write(void* out, std::int64_t bytes, int past_caches,
                                std::int64_t repeats) {
  auto* words = static_cast<Words*>(out);
  for (; repeats > 0; --repeats) {
    if (past_caches != 0) {
      fill<true>(words, bytes / vector_bytes, repeats);
    } else {
      fill<false>(words, bytes / vector_bytes, repeats);
    }
  }
}

// The stream with the given number of vectors per step; -1 where there is no such stream.
LIMITS_EXPORT int limits_stream(int wide, int narrow, int past_caches, const void* a, const void* b,
                                const void* mask, void* out, std::int64_t steps,
                                std::int64_t repeats) {
  const auto *left = static_cast<const Words*>(a), *right = static_cast<const Words*>(b),
             *chosen = static_cast<const Words*>(mask);
  auto* written = static_cast<Words*>(out);
  decltype(&run_stream<1, 0, 1, true>) run = nullptr;
  if (wide == 1 && narrow == 0)
    run = past_caches != 0 ? run_stream<1, 0, 1, true> : run_stream<1, 0, 1, false>;
  if (wide == 4) run = narrow == 0 ? run_stream<4, 0, 1, true> : run_stream<4, 1, 4, true>;
  if (wide == 8) run = narrow == 0 ? run_stream<8, 0, 1, true> : run_stream<8, 1, 8, true>;
  if (run == nullptr) return -1;
  for (; repeats > 0; --repeats) {
    run(left, right, chosen, written, steps);
    asm volatile("" ::: "memory");
  }
  return 0;
}
