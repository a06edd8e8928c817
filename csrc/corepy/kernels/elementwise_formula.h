// What the text of an elementwise formula tells of it at compile time: which loops formulas share,
// and what the unused lanes of a partial vector hold. The loops are in kernels/elementwise.h.
#pragma once

#include <cstddef>

namespace corepy::formula {

// Whether `text` begins with `word`; the character after it, or null.
consteval const char* skip(const char* text, const char* word) {
  while (*word != '\0') {
    if (*text++ != *word++) return nullptr;
  }
  return text;
}

// Whether a formula names `flags`: then the unused lanes of a partial second operand hold 1, the
// one value that raises none (no zero divisor, no negative count).
consteval bool raises_flags(const char* text) {
  for (; *text != '\0'; ++text) {
    if (skip(text, "flags") != nullptr) return true;
  }
  return false;
}

// Functions that give the same bits for a signed integer as for the unsigned one of its bits: the
// signed one then needs no loop of its own.
inline constexpr const char* signless_functions[] = {
    "add",    "bitwise_and", "bitwise_invert", "bitwise_or", "bitwise_xor", "ceil",
    "conj",   "equal",       "floor",          "is_true",    "isfinite",    "isinf",
    "isnan",  "logical_not", "multiply",       "negative",   "real",        "round",
    "square", "subtract",    "trunc",
};

inline constexpr const char* signless_text[] = {"(", ")", ", ", " & ", " | ", " ^ ", "a", "b"};

// Whether a formula is made of such functions and of operators on masks only.
consteval bool ignores_sign(const char* text) {
  while (*text != '\0') {
    const char* next = nullptr;
    if (const char* name = skip(text, "vec::")) {
      for (const char* function : signless_functions) {
        const char* end = skip(name, function);
        if (end != nullptr && *end == '(') next = end;
      }
    } else {
      for (const char* harmless : signless_text) {
        if (const char* end = skip(text, harmless)) next = end;
      }
    }
    if (next == nullptr) return false;
    text = next;
  }
  return true;
}

// Formulas that give real numbers the same bits with their operands exchanged, but for which of two
// NaNs they return.
inline constexpr const char* symmetric_formulas[] = {
    "vec::add(a, b)",
    "vec::multiply(a, b)",
    "vec::minimum(a, b)",
    "vec::maximum(a, b)",
    "vec::equal(a, b)",
    "vec::logical_not(vec::equal(a, b))",
    "vec::bitwise_and(a, b)",
    "vec::bitwise_or(a, b)",
    "vec::bitwise_xor(a, b)",
    "vec::is_true(a) & vec::is_true(b)",
    "vec::is_true(a) | vec::is_true(b)",
    "vec::is_true(a) ^ vec::is_true(b)",
};

// Formulas that treat the parts of a complex number as two real numbers.
inline constexpr const char* partwise_formulas[] = {
    "a",
    "vec::add(a, b)",
    "vec::negative(a)",
    "vec::subtract(a, b)",
};

template <std::size_t Count>
consteval bool is_one_of(const char* text, const char* const (&formulas)[Count]) {
  for (const char* formula : formulas) {
    const char* end = skip(text, formula);
    if (end != nullptr && *end == '\0') return true;
  }
  return false;
}
consteval bool commutes(const char* text) { return is_one_of(text, symmetric_formulas); }
consteval bool is_partwise(const char* text) { return is_one_of(text, partwise_formulas); }

}  // namespace corepy::formula
