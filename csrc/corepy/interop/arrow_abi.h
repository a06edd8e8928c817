// The binary interface of Arrow's C data and C stream interfaces: plain structs, written from the
// published specification (https://arrow.apache.org/docs/format/CDataInterface.html). Nothing is
// called or converted here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace corepy::arrow {

inline constexpr std::int64_t flag_nullable = 2;

// `release` is null in a struct that was released, or moved elsewhere. Releasing one releases its
// children, never the struct's own memory.
struct Schema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  Schema** children;
  Schema* dictionary;
  void (*release)(Schema* self);
  void* private_data;
};

struct Array {
  std::int64_t length;
  std::int64_t null_count;  // -1: not counted
  std::int64_t offset;      // in elements, for every buffer
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;  // the first: validity bits, or null where nothing is null
  Array** children;
  Array* dictionary;
  void (*release)(Array* self);
  void* private_data;
};

// The functions return 0 or an errno value. The end is an array whose `release` is null.
struct ArrayStream {
  int (*get_schema)(ArrayStream* self, Schema* out);
  int (*get_next)(ArrayStream* self, Array* out);
  const char* (*get_last_error)(ArrayStream* self);
  void (*release)(ArrayStream* self);
  void* private_data;
};

static_assert(sizeof(void*) != 8 ||
              (sizeof(Schema) == 72 && sizeof(Array) == 80 && sizeof(ArrayStream) == 40 &&
               offsetof(Schema, release) == 56 && offsetof(Array, release) == 64));

// A struct that is ours, and is released at the end of the scope.
template <class Struct>
class Owned {
 public:
  Owned() noexcept = default;
  // Moves the contents of a struct here: its holder sees it as released.
  explicit Owned(Struct& source) noexcept : value_(source) { source.release = nullptr; }
  Owned(Owned&& other) noexcept : value_(other.value_) { other.value_.release = nullptr; }
  Owned& operator=(Owned&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Owned() {
    if (value_.release != nullptr) value_.release(&value_);
  }
  Struct* get() noexcept { return &value_; }
  Struct* operator->() noexcept { return &value_; }
  const Struct& operator*() const noexcept { return value_; }

 private:
  Struct value_{};
};

}  // namespace corepy::arrow
