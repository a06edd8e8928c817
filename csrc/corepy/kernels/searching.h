// Binary search of many needles in one ascending row. The promises are in searching_table.h.
//
// Every needle takes the same halvings of the row, so that a group of them goes down together:
// their loads wait for memory at the same time, no branch depends on what is compared, and ISAs
// that gather load for several at once.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "corepy/core/dtype.h"
#include "corepy/kernels/searching_table.h"
#include "corepy/vec/lanes.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::searching {

inline constexpr int group_size = 16;

// What an element is compared as; a bool as 0 or 1, whatever its byte.
template <class T>
using Value = std::conditional_t<std::is_same_v<T, bool8_t>, std::uint8_t, T>;

// Rows may lie at any address.
template <class T>
COREPY_INLINE Value<T> load_value(const void* row, std::int64_t i) {
  Value<T> value;
  std::memcpy(&value, static_cast<const unsigned char*>(row) + i * std::int64_t{sizeof(T)},
              sizeof(T));
  if constexpr (std::is_same_v<T, bool8_t>) return value != 0 ? 1 : 0;
  return value;
}

// Whether an element comes before a needle that is not NaN. NaN elements never do: they come last.
template <bool Upper, class V>
COREPY_INLINE bool precedes(V element, V needle) {
  return Upper ? element <= needle : element < needle;
}

// The places of a group of needles that are not NaN. After each halving a needle's place lies in
// [base, base + left].
template <class T, bool Upper>
COREPY_INLINE void find_group(const void* sorted, std::int64_t n, const Value<T>* needles,
                              std::int64_t* places) {
  std::int64_t base[group_size] = {};
  for (std::int64_t left = n; left > 1;) {
    const std::int64_t half = left / 2;
    for (int w = 0; w < group_size; ++w) {
      const Value<T> element = load_value<T>(sorted, base[w] + half - 1);
      base[w] += precedes<Upper>(element, needles[w]) ? half : 0;
    }
    left -= half;
  }
  for (int w = 0; w < group_size; ++w) {
    places[w] = base[w] + (precedes<Upper>(load_value<T>(sorted, base[w]), needles[w]) ? 1 : 0);
  }
}

// How many elements are not NaN.
template <class T>
std::int64_t count_numbers(const void* sorted, std::int64_t n) {
  if constexpr (!std::is_floating_point_v<T>) return n;
  Value<T> largest[group_size];
  constexpr Value<T> infinity = std::numeric_limits<Value<T>>::infinity();
  for (Value<T>& each : largest) each = infinity;
  std::int64_t places[group_size];
  find_group<T, true>(sorted, n, largest, places);
  return places[0];
}

// Calls visit(i, needle, place) for every needle, n > 0.
template <class T, bool Upper, class Visit>
COREPY_INLINE void visit_places(const SearchArgs& args, Visit visit) {
  const std::int64_t nan_place = Upper ? args.n : count_numbers<T>(args.sorted, args.n);
  for (std::int64_t start = 0; start < args.count; start += group_size) {
    const std::int64_t rest = args.count - start;
    const int size = rest < group_size ? static_cast<int>(rest) : group_size;
    Value<T> needles[group_size] = {};
    for (int w = 0; w < size; ++w) needles[w] = load_value<T>(args.needles, start + w);
    std::int64_t places[group_size];
    find_group<T, Upper>(args.sorted, args.n, needles, places);
    for (int w = 0; w < size; ++w) {
      const bool is_nan = needles[w] != needles[w];
      visit(start + w, needles[w], is_nan ? nan_place : places[w]);
    }
  }
}

template <class T>
void find(const SearchArgs& args) noexcept {
  auto* out = static_cast<std::int64_t*>(args.out);
  const auto write = [=](std::int64_t i, Value<T>, std::int64_t place) { out[i] = place; };
  if (args.n == 0) {
    for (std::int64_t i = 0; i < args.count; ++i) out[i] = 0;
  } else if (args.upper) {
    visit_places<T, true>(args, write);
  } else {
    visit_places<T, false>(args, write);
  }
}

// Up to this many elements are compared with every needle, in whole vectors; more are searched.
inline constexpr std::int64_t compare_max_length = 64;

template <class T>
void compare_with_each(const SearchArgs args) {
  using Hit = typename vec::integer_of_size<sizeof(T)>::type;  // as wide as T: vectorised
  constexpr int tile = 64;
  auto* out = static_cast<std::uint8_t*>(args.out);
  for (std::int64_t start = 0; start < args.count; start += tile) {
    const std::int64_t rest = args.count - start;
    const int size = rest < tile ? static_cast<int>(rest) : tile;
    Value<T> needles[tile] = {};
    for (int w = 0; w < size; ++w) needles[w] = load_value<T>(args.needles, start + w);
    Hit hits[tile] = {};
    for (std::int64_t i = 0; i < args.n; ++i) {
      const Value<T> element = load_value<T>(args.sorted, i);
      for (int w = 0; w < tile; ++w) hits[w] |= needles[w] == element ? 1 : 0;
    }
    for (int w = 0; w < size; ++w) out[start + w] = (hits[w] != 0) != args.inverted ? 1 : 0;
  }
}

template <class T>
void contains(const SearchArgs& args) noexcept {
  auto* out = static_cast<std::uint8_t*>(args.out);
  const SearchArgs row = args;
  if (row.n == 0) {
    for (std::int64_t i = 0; i < row.count; ++i) out[i] = row.inverted ? 1 : 0;
    return;
  }
  if (row.n <= compare_max_length) return compare_with_each<T>(row);
  visit_places<T, false>(row, [=](std::int64_t i, Value<T> needle, std::int64_t place) {
    const std::int64_t near = place < row.n ? place : row.n - 1;
    const bool found = load_value<T>(row.sorted, near) == needle;
    out[i] = found != row.inverted ? 1 : 0;
  });
}

// The place in a table that begins at `least`; huge for integers below it.
template <class T>
COREPY_INLINE std::uint64_t table_place(const void* row, std::int64_t i, std::uint64_t least) {
  return static_cast<std::uint64_t>(load_value<T>(row, i)) - least;
}

// Bounds are checked though the table was made for the elements: other code may share their memory.
template <class T>
void mark(const MarkArgs& args) noexcept {
  const MarkArgs a = args;
  for (std::int64_t i = 0; i < a.count; ++i) {
    const std::uint64_t place = table_place<T>(a.elements, i, a.least);
    if (place < a.size) a.table[place] = 1;
  }
}

template <class T>
void look_up(const SearchArgs& args) noexcept {
  const SearchArgs a = args;
  const auto* table = static_cast<const std::uint8_t*>(a.sorted);
  const auto size = static_cast<std::uint64_t>(a.n);
  auto* out = static_cast<std::uint8_t*>(a.out);
  const std::uint8_t inverted = a.inverted ? 1 : 0;
  for (std::int64_t i = 0; i < a.count; ++i) {
    const std::uint64_t place = table_place<T>(a.needles, i, a.least);
    const bool is_inside = place < size;
    const std::uint8_t found = table[is_inside ? place : 0];  // no branch on data
    out[i] = static_cast<std::uint8_t>((is_inside ? found : 0) ^ inverted);
  }
}

template <class T>
constexpr SearchKernel search_kernel() {
  if constexpr (is_complex_element<T> || is_half_element<T>) {
    return {nullptr, nullptr, nullptr, nullptr};
  } else if constexpr (std::is_integral_v<T>) {
    return {&find<T>, &contains<T>, &mark<T>, &look_up<T>};
  } else {
    return {&find<T>, &contains<T>, nullptr, nullptr};
  }
}

}  // namespace corepy::COREPY_ISA::searching
