// Draws of which every element takes its own 32 or 64 bits of the stream: raw bits, uniform, normal
// and exponential numbers, integers. Draws that take more: corepy/random/rejection.py.
#pragma once

#include "corepy/kernels/random_table.h"
#include "corepy/vec/arithmetic.h"
#include "corepy/vec/math/random_transforms.h"
#include "corepy/vec/philox.h"

namespace corepy::COREPY_ISA::random {

using vec::PhiloxSchedule;
using vec::PhiloxWords;
using vec::Words;

inline constexpr int group_blocks = 8;
inline constexpr int group_vectors = group_blocks / static_cast<int>(lanes<std::uint64_t>);
// How many groups are computed together: as many as registers hold.
inline constexpr int groups_in_flight = group_vectors == 1 ? 4 : 1;
template <class T>
inline constexpr std::int64_t group_length = random_group_bytes / std::int64_t{sizeof(T)};

// Words of `Groups` groups from number `group` on, by vector.
template <int Groups>
COREPY_INLINE void draw_words(const PhiloxSchedule& schedule, std::uint64_t group,
                              PhiloxWords (&out)[Groups * group_vectors]) {
  constexpr int count = Groups * group_vectors;
  Words counter[count], counter_2[count];
  for (int v = 0; v < count; ++v) {
    counter[v] =
        vec::lane_numbers() + (group * group_blocks +
                               std::uint64_t(v) * static_cast<std::uint64_t>(lanes<std::uint64_t>));
    counter_2[v] = Words{} + schedule.counter_2;
  }
  vec::run_philox(schedule, counter, counter_2, out);
}

// Groups of one draw, transformed two vectors of words at a time and stored in their places.
template <int Groups, class T, class Transform>
COREPY_INLINE void draw_groups(const PhiloxSchedule& schedule, std::uint64_t group, T* out,
                               const Transform& transform) {
  PhiloxWords words[Groups * group_vectors];
  draw_words<Groups>(schedule, group, words);
  for (int g = 0; g < Groups; ++g) {
    for (int v = 0; v < group_vectors; ++v) {
      const PhiloxWords& pair = words[g * group_vectors + v];
      T* at = out + g * group_length<T> + v * lanes<T>;
      transform(pair, at, at + group_length<T> / 2);
    }
  }
}

// Transform(words, first, second) writes a vector of elements to each place.
template <class T, class Transform>
COREPY_INLINE void draw_stream(const RandomArgs& args, const Transform& transform) {
  const PhiloxSchedule schedule = vec::schedule_philox(args.key);
  constexpr std::int64_t step = groups_in_flight * group_length<T>;
  T* out = static_cast<T*>(args.out);
  std::uint64_t group = static_cast<std::uint64_t>(args.start / group_length<T>);
  std::int64_t left = args.length;
  for (; left >= step; left -= step, out += step, group += groups_in_flight)
    draw_groups<groups_in_flight>(schedule, group, out, transform);
  for (; left > 0; left -= group_length<T>, out += group_length<T>, ++group) {
    alignas(64) T buffer[group_length<T>];
    draw_groups<1>(schedule, group, buffer, transform);
    const std::int64_t count = left < group_length<T> ? left : group_length<T>;
    std::memcpy(out, buffer, static_cast<std::size_t>(count) * sizeof(T));
  }
}

template <class T>
COREPY_INLINE vec::WordsOf<T> words_of(Words words) {
  return __builtin_bit_cast(vec::WordsOf<T>, words);
}

template <class T>
void draw_bits(const RandomArgs& args) noexcept {
  draw_stream<T>(args, [](const PhiloxWords& words, T* first, T* second) COREPY_LAMBDA_INLINE {
    vec::store(first, vec::from_native<T>(words_of<T>(words.first)));
    vec::store(second, vec::from_native<T>(words_of<T>(words.second)));
  });
}

template <class T>
void draw_uniform(const RandomArgs& args) noexcept {
  const auto& value = args.parameters->value;
  const Vec<T> low(static_cast<T>(value[0])), width(static_cast<T>(value[1])),
      last(static_cast<T>(value[2]));
  const auto scale = [&](Words words) COREPY_LAMBDA_INLINE {
    const Vec<T> u = vec::to_unit_interval(words_of<T>(words));
    return ::xsimd::min(vec::fma(u, width, low), last);
  };
  draw_stream<T>(args, [&](const PhiloxWords& words, T* first, T* second) COREPY_LAMBDA_INLINE {
    vec::store(first, scale(words.first));
    vec::store(second, scale(words.second));
  });
}

template <class T>
void draw_normal(const RandomArgs& args) noexcept {
  const auto& value = args.parameters->value;
  const Vec<T> location(static_cast<T>(value[0])), scale(static_cast<T>(value[1]));
  draw_stream<T>(args, [&](const PhiloxWords& words, T* first, T* second) COREPY_LAMBDA_INLINE {
    const auto pair = vec::to_normal_pair<T>(words_of<T>(words.first), words_of<T>(words.second));
    vec::store(first, vec::fma(pair.x, scale, location));
    vec::store(second, vec::fma(pair.y, scale, location));
  });
}

template <class T>
void draw_exponential(const RandomArgs& args) noexcept {
  const Vec<T> scale(static_cast<T>(args.parameters->value[0]));
  draw_stream<T>(args, [&](const PhiloxWords& words, T* first, T* second) COREPY_LAMBDA_INLINE {
    vec::store(first, vec::negative_log_of_unit(words_of<T>(words.first)) * scale);
    vec::store(second, vec::negative_log_of_unit(words_of<T>(words.second)) * scale);
  });
}

// The index of a word among `count` equally likely ones (0: 2^64 of them): the upper half of the
// 128-bit product, unless the lower half is one of the first 2^64 mod count, which would make some
// indices likelier. Then the element's own next word is tried (D. Lemire, "Fast random integer
// generation in an interval", ACM Trans. Model. Comput. Simul. 29, 2019).
COREPY_COLD inline std::uint64_t pick_again(const RandomKey& key, std::uint64_t element,
                                            std::uint64_t count, std::uint64_t threshold) {
  for (std::uint32_t index = 0;; ++index) {
    const PhiloxBlock block = element_block(key, element, index);
    for (int half = 0; half < 2; ++half) {
      const std::uint64_t word = block.word[2 * half] | std::uint64_t{block.word[2 * half + 1]}
                                                            << 32;
      const auto product = static_cast<unsigned __int128>(word) * count;
      if (static_cast<std::uint64_t>(product) >= threshold)
        return static_cast<std::uint64_t>(product >> 64);
    }
  }
}

template <class T>
void draw_integers(const RandomArgs& args) noexcept {
  constexpr std::int64_t block_length = 256;  // a multiple of the group's 16 words
  const std::uint64_t low = args.parameters->integer[0], count = args.parameters->integer[1];
  const std::uint64_t threshold = count == 0 ? 0 : (0 - count) % count;
  T* out = static_cast<T*>(args.out);
  alignas(64) std::uint64_t words[block_length];
  RandomArgs block = args;
  block.out = words;
  for (std::int64_t done = 0; done < args.length; done += block_length) {
    block.start = args.start + done;
    block.length = args.length - done < block_length ? args.length - done : block_length;
    draw_bits<std::uint64_t>(block);
    for (std::int64_t i = 0; i < block.length; ++i) {
      const auto product = static_cast<unsigned __int128>(words[i]) * count;
      std::uint64_t index = count == 0 ? words[i] : static_cast<std::uint64_t>(product >> 64);
      if (static_cast<std::uint64_t>(product) < threshold) [[unlikely]]
        index = pick_again(args.key, static_cast<std::uint64_t>(block.start + i), count, threshold);
      out[done + i] = static_cast<T>(low + index);
    }
  }
}

}  // namespace corepy::COREPY_ISA::random
