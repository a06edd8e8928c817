// A short list of int64 (a shape, strides, axes): inline up to 8 entries, on the heap beyond, at
// most 64.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>

namespace corepy {

inline constexpr int max_rank = 64;  // what the buffer protocol and NumPy allow

class Dims {
 public:
  // Entries beyond the size are not zeroed but for those that records copy: 64 bytes for each of a
  // plan's Dims cost more than a small call's arithmetic.
  Dims() noexcept { inline_[0] = inline_[1] = 0; }
  explicit Dims(int size, std::int64_t fill = 0) {
    reserve_exactly(size);
    std::fill_n(data(), size, fill);
  }
  Dims(std::initializer_list<std::int64_t> values) {
    assign(values.begin(), static_cast<int>(values.size()));
  }
  explicit Dims(std::span<const std::int64_t> values) {
    assign(values.data(), static_cast<int>(values.size()));
  }
  Dims(const Dims& other) { copy(other); }
  Dims(Dims&& other) noexcept { take(other); }
  Dims& operator=(const Dims& other) {
    if (this != &other) {
      release();
      copy(other);
    }
    return *this;
  }
  Dims& operator=(Dims&& other) noexcept {
    if (this != &other) {
      release();
      take(other);
    }
    return *this;
  }
  ~Dims() { release(); }

  int size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  std::int64_t* data() noexcept { return capacity_ > inline_capacity ? heap_ : inline_; }
  const std::int64_t* data() const noexcept {
    return capacity_ > inline_capacity ? heap_ : inline_;
  }
  std::int64_t& operator[](int i) noexcept { return data()[i]; }
  std::int64_t operator[](int i) const noexcept { return data()[i]; }
  std::int64_t* begin() noexcept { return data(); }
  std::int64_t* end() noexcept { return data() + size_; }
  const std::int64_t* begin() const noexcept { return data(); }
  const std::int64_t* end() const noexcept { return data() + size_; }
  // The first `at_most` entries, or all there are; at least two are written.
  void copy_first(std::int64_t* to, int at_most) const noexcept {
    std::memcpy(to, data(), 2 * sizeof(std::int64_t));
    if (size_ > 2) [[unlikely]]
      std::copy_n(data() + 2, std::min(size_, at_most) - 2, to + 2);
  }
  std::int64_t back() const noexcept { return data()[size_ - 1]; }

  void push_back(std::int64_t value) {
    if (size_ == capacity_) grow();
    data()[size_++] = value;
  }
  void pop_back() noexcept { --size_; }
  void insert(int position, std::int64_t value) {
    push_back(value);
    std::rotate(begin() + position, end() - 1, end());
  }
  void erase(int position) {
    std::copy(begin() + position + 1, end(), begin() + position);
    --size_;
  }
  void clear() noexcept { size_ = 0; }

  friend bool operator==(const Dims& a, const Dims& b) noexcept {
    return a.size_ == b.size_ && std::equal(a.begin(), a.end(), b.begin());
  }

 private:
  static constexpr int inline_capacity = 8;

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // bytes that nobody reads
#endif
  // The inline entries are copied whole: a copy of known size is a few vector moves, one of `size_`
  // entries a call.
  void copy(const Dims& other) {
    if (other.capacity_ > inline_capacity) {
      assign(other.data(), other.size_);
      return;
    }
    size_ = other.size_;
    std::memcpy(inline_, other.inline_, sizeof inline_);
  }
  void assign(const std::int64_t* values, int n) {
    reserve_exactly(n);
    if (n > 0) std::memcpy(data(), values, static_cast<std::size_t>(n) * sizeof(std::int64_t));
  }
  void reserve_exactly(int n) {
    size_ = n;
    if (n > inline_capacity) {
      heap_ = new std::int64_t[static_cast<std::size_t>(n)];
      capacity_ = n;
    }
  }
  void grow() {
    const int capacity = capacity_ * 2;
    auto* bigger = new std::int64_t[static_cast<std::size_t>(capacity)];
    std::copy(begin(), end(), bigger);
    release();
    heap_ = bigger;
    capacity_ = capacity;
  }
  void release() noexcept {
    if (capacity_ > inline_capacity) delete[] heap_;
    capacity_ = inline_capacity;
  }
  void take(Dims& other) noexcept {
    size_ = other.size_;
    capacity_ = other.capacity_;
    if (capacity_ > inline_capacity) {
      heap_ = other.heap_;
      other.capacity_ = inline_capacity;
      other.size_ = 0;
    } else {
      std::memcpy(inline_, other.inline_, sizeof inline_);
    }
  }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

  std::int32_t size_ = 0;
  std::int32_t capacity_ = inline_capacity;
  union {
    std::int64_t inline_[inline_capacity];
    std::int64_t* heap_;
  };
};

// "(2, 3)", "(4,)", "()": as Python prints a tuple.
std::string to_string(const Dims& dims);

}  // namespace corepy
