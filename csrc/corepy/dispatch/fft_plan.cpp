// Plans of Fourier transforms and their cache.
#include "corepy/dispatch/fft_plan.h"

#include <algorithm>
#include <cstddef>
#include <list>
#include <mutex>
#include <vector>
#ifndef _WIN32
#include <pthread.h>
#endif

#include "corepy/core/storage.h"
#include "corepy/dispatch/fft_line.h"
#include "corepy/dispatch/fft_roots.h"

namespace corepy {
namespace {

// Up to here a column's passes need no second half; beyond it vectors would be empty.
constexpr std::int64_t longest_column = 32;
// Beyond it roots between the halves are products of two tables.
constexpr std::int64_t longest_root_table = std::int64_t{1} << 16;
constexpr int small_primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31};

// ---- lengths ----

std::int64_t without_small_primes(std::int64_t n) noexcept {
  for (const int prime : small_primes) {
    while (n % prime == 0) n /= prime;
  }
  return n;
}

std::int64_t round_up(std::int64_t n, std::int64_t multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

// n = n1 n2 with the least work on rows that fill blocks, the more equal factors among equals.
std::int64_t choose_first_factor(std::int64_t n, std::int64_t part_itemsize) {
  const std::int64_t width = fft_block_columns(part_itemsize);
  std::int64_t best = 0, best_cost = 0;
  for (std::int64_t low = 2; low * low <= n; ++low) {
    if (n % low != 0) continue;
    for (const std::int64_t n1 : {low, n / low}) {
      const std::int64_t n2 = n / n1;
      const std::int64_t cost = n1 * round_up(n2, width) + round_up(n1, width) * n2;
      if (best == 0 || cost <= best_cost) best = n1, best_cost = cost;
    }
  }
  return best;
}

// The least length >= n of the form 2^k, 3 2^k, 5 2^k or 9 2^k: fast, for the chirp's convolution.
std::int64_t convolution_length(std::int64_t n) {
  std::int64_t best = 0;
  for (const std::int64_t factor : {1, 3, 5, 9}) {
    std::int64_t length = factor;
    while (length < n) length *= 2;
    if (best == 0 || length < best) best = length;
  }
  return best;
}

std::vector<int> choose_radices(std::int64_t n) {
  std::vector<int> radices;
  int twos = 0;
  for (; n % 2 == 0; n /= 2) ++twos;
  for (const int prime : small_primes) {
    for (; n % prime == 0; n /= prime) radices.push_back(prime);
  }
  if (twos == 1) radices.push_back(2);
  const int fours = twos % 3 == 2 ? 1 : twos % 3 == 1 && twos > 1 ? 2 : 0;
  for (int i = 0; i < fours; ++i) radices.push_back(4);
  for (int i = 2 * fours; i + 3 <= twos; i += 3) radices.push_back(8);
  return radices;
}

// ---- tables ----

// One block of memory, handed out front to back; the first walk over it only counts.
class TableMemory {
 public:
  // Room for `count` numbers of type T, or null while counting.
  template <class T>
  T* take(std::int64_t count) {
    void* place = storage_ ? storage_->data + used_ : nullptr;
    used_ += round_up(count * std::int64_t{sizeof(T)}, 64);
    return static_cast<T*>(place);
  }
  void allocate(const char* op) {
    bytes_ = used_;
    used_ = 0;
    if (bytes_ > 0) storage_ = allocate_storage(op, bytes_);
  }
  std::int64_t bytes() const noexcept { return bytes_; }

 private:
  StorageRef storage_;
  std::int64_t used_ = 0, bytes_ = 0;
};

// Roots as they are made, with a look at interrupts every few milliseconds.
class RootWriter {
 public:
  RootWriter(std::int64_t n, BlockingRegion* region) : roots_(n), region_(region) {}
  template <class T>
  void write_pair(std::int64_t j, T* pair) {
    roots_.write_pair(j, pair);
    if (++count_ % roots_per_poll == 0 && region_ != nullptr)
      region_->poll(roots_per_poll * bytes_per_root);
  }

 private:
  static constexpr std::int64_t roots_per_poll = std::int64_t{1} << 14;
  static constexpr std::int64_t bytes_per_root = 1024;  // moved at memory speed in as much time
  UnitRoots roots_;
  BlockingRegion* region_;
  std::int64_t count_ = 0;
};

template <class T>
void write_radix_roots(int radix, T* pairs) {
  const UnitRoots roots(radix);
  for (int j = 0; j < radix; ++j) {
    const UnitRoot root = roots.at(j);
    pairs[2 * j] = static_cast<T>(root.cosine.high);
    pairs[2 * j + 1] = static_cast<T>(root.sine.high);
  }
}

template <class T>
class PlanTables final : public FftTables {
 public:
  PlanTables(const char* op, std::int64_t length, const FftKernels& kernels, BlockingRegion* region)
      : region_(region) {
    plan.length = length;
    plan.kind = fft_kind(length);
    if (plan.kind == FftKind::bluestein) {
      make_chirp(op, kernels);
    } else {
      make_factors();
      memory_.allocate(op);
      make_factors();
    }
    bytes = memory_.bytes();
    region_ = nullptr;
  }
  // An outline.
  explicit PlanTables(std::int64_t length) : region_(nullptr) {
    plan.length = length;
    plan.kind = fft_kind(length);
    if (plan.kind == FftKind::bluestein) {
      inner_ = std::make_shared<PlanTables<T>>(convolution_length(2 * length - 1));
      plan.inner = &inner_->plan;
    } else {
      make_factors();
    }
  }

 private:
  // Both walks take the same memory; only the second writes.
  void make_factors() {
    if (plan.kind == FftKind::columns) {
      make_columns(plan.first, plan.length);
      while (plan.first.pass_count < 2)  // a copy: from the operand to a buffer, then to the result
        plan.first.pass[plan.first.pass_count++] = {1, plan.length, 1, nullptr, nullptr};
      return;
    }
    const std::int64_t n1 = choose_first_factor(plan.length, sizeof(T));
    make_columns(plan.first, n1);
    make_columns(plan.second, plan.length / n1);
    make_step_roots();
  }

  void make_columns(FftColumns& columns, std::int64_t length) {
    columns.length = length;
    columns.pass_count = 0;
    std::int64_t stride = 1;
    for (const int radix : choose_radices(length)) {
      const std::int64_t count = length / stride / radix;
      T* twiddles = memory_.take<T>((count - 1) * (radix - 1) * 2);
      T* roots = radix % 2 == 1 ? memory_.take<T>(2 * radix) : nullptr;
      if (twiddles != nullptr || roots != nullptr) {
        RootWriter units(radix * count, region_);
        for (std::int64_t p = 1; p < count; ++p) {
          for (int k = 1; k < radix; ++k)
            units.write_pair(p * k, twiddles + 2 * ((p - 1) * (radix - 1) + k - 1));
        }
        if (roots != nullptr) write_radix_roots(radix, roots);
      }
      columns.pass[columns.pass_count++] = {radix, stride, count, twiddles, roots};
      stride *= radix;
    }
  }

  void make_step_roots() {
    const std::int64_t n1 = plan.first.length, n2 = plan.second.length;
    const std::int64_t width = fft_block_columns(sizeof(T)), blocks = (n2 + width - 1) / width;
    const bool in_pairs = plan.length > longest_root_table;
    T* rows = memory_.take<T>((in_pairs ? 1 : blocks) * n1 * 2 * width);
    T* pairs = in_pairs ? memory_.take<T>(blocks * n1 * 2) : nullptr;
    plan.step_roots = rows;
    plan.step_blocks = pairs;
    if (rows == nullptr) return;
    RootWriter units(plan.length, region_);
    for (std::int64_t block = 0; block < (in_pairs ? 1 : blocks); ++block) {
      for (std::int64_t k1 = 0; k1 < n1; ++k1, rows += 2 * width) {
        for (std::int64_t c = 0; c < width; ++c) {
          T pair[2];
          units.write_pair(k1 * (block * width + c) % plan.length, pair);
          rows[c] = pair[0];
          rows[width + c] = pair[1];
        }
      }
    }
    if (pairs == nullptr) return;
    for (std::int64_t block = 0; block < blocks; ++block) {
      for (std::int64_t k1 = 0; k1 < n1; ++k1, pairs += 2)
        units.write_pair(k1 * block * width % plan.length, pairs);
    }
  }

  // exp(-pi i j^2 / n), and the transform of its conjugate, both ends of a period, over the
  // period: in float64 also for float32.
  void make_chirp(const char* op, const FftKernels& kernels) {
    const std::int64_t n = plan.length, period = convolution_length(2 * n - 1);
    inner_ = find_fft_plan(op, period, sizeof(T) == 4 ? DType::float32 : DType::float64, kernels,
                           region_);
    plan.inner = &inner_->plan;
    for (int walk = 0; walk < 2; ++walk) {
      if (walk == 1) memory_.allocate(op);
      auto* chirp = memory_.take<T>(2 * n);
      auto* spectrum = memory_.take<T>(2 * period);
      plan.chirp = chirp;
      plan.spectrum = spectrum;
      if (walk == 0) continue;
      const StorageRef wide = allocate_storage(op, 2 * period * 8);
      auto* values = reinterpret_cast<double*>(wide->data);
      std::fill_n(values, 2 * period, 0.0);
      RootWriter units(2 * n, region_);
      for (std::int64_t j = 0, square = 0; j < n; square = (square + 2 * j + 1) % (2 * n), ++j) {
        units.write_pair(square, chirp + 2 * j);
        double pair[2];
        units.write_pair(square, pair);
        for (const std::int64_t place : {j, (period - j) % period}) {
          values[2 * place] = pair[0];
          values[2 * place + 1] = -pair[1];
        }
      }
      transform_in_place(op, period, kernels, values);
      const double scale = 1.0 / static_cast<double>(period);
      for (std::int64_t i = 0; i < 2 * period; ++i) spectrum[i] = static_cast<T>(values[i] * scale);
    }
  }

  void transform_in_place(const char* op, std::int64_t length, const FftKernels& kernels,
                          double* values) const {
    const FftTablesRef wide = find_fft_plan(op, length, DType::float64, kernels, region_);
    const FftLine line{kernels.of_float64, wide->plan, 8};
    const StorageRef workspace = allocate_storage(op, line.workspace_bytes());
    line.run_polled(region_, values, values, workspace->data);
  }

  BlockingRegion* region_;  // while the tables are made
  TableMemory memory_;
  FftTablesRef inner_;
};

template <class T>
class RealTables final : public FftTables {
 public:
  RealTables(const char* op, std::int64_t length, BlockingRegion* region) {
    const std::int64_t count = length / 4;
    memory_.take<T>(2 * count);
    memory_.allocate(op);
    T* roots = memory_.take<T>(2 * count);
    real_roots = roots;
    bytes = memory_.bytes();
    if (count == 0) return;
    RootWriter units(length, region);
    for (std::int64_t k = 1; k <= count; ++k) {
      T pair[2];
      units.write_pair(k, pair);
      roots[k - 1] = pair[1];  // -i (re + i im) = im - i re
      roots[count + k - 1] = -pair[0];
    }
  }

 private:
  TableMemory memory_;
};

// ---- the cache ----

struct Key {
  std::int64_t length;
  DType part;
  bool is_real;
  friend bool operator==(const Key&, const Key&) = default;
};

class Cache {
 public:
  FftTablesRef find(const Key& key) {
    const std::lock_guard lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      if (!(entry->key == key)) continue;
      entries_.splice(entries_.begin(), entries_, entry);
      return entry->tables;
    }
    return nullptr;
  }

  // What falls out is destroyed after the lock is released.
  void keep(const Key& key, const FftTablesRef& tables) {
    if (tables->bytes > fft_cache_limit_bytes) return;
    std::list<Entry> added{{key, tables}}, dropped;
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (entry.key == key) return;  // another thread was first
    }
    entries_.splice(entries_.begin(), added);
    bytes_ += tables->bytes;
    while (bytes_ > fft_cache_limit_bytes || entries_.size() > most_entries) {
      bytes_ -= entries_.back().tables->bytes;
      dropped.splice(dropped.begin(), entries_, std::prev(entries_.end()));
    }
  }

  std::int64_t bytes() noexcept {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

  std::int64_t clear() noexcept {
    std::list<Entry> dropped;
    const std::lock_guard lock(mutex_);
    dropped.swap(entries_);
    const std::int64_t freed = bytes_;
    bytes_ = 0;
    return freed;
  }

  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  static constexpr std::size_t most_entries = 256;  // a search through them is short
  struct Entry {
    Key key;
    FftTablesRef tables;
  };
  std::mutex mutex_;
  std::list<Entry> entries_;  // the last used first
  std::int64_t bytes_ = 0;
};

Cache& cache();

// Never destroyed: a thread may transform while the process ends. Forking waits for the lock, or
// the child would have nobody to release it.
Cache* make_cache() {
  auto* made = new Cache;
#ifndef _WIN32
  pthread_atfork([] { cache().lock(); }, [] { cache().unlock(); }, [] { cache().unlock(); });
#endif
  return made;
}

Cache& cache() {
  static Cache* const made = make_cache();
  return *made;
}

template <class Make>
FftTablesRef find_or_make(const Key& key, const Make& make) {
  if (FftTablesRef found = cache().find(key)) return found;
  FftTablesRef made = make();  // without the lock: it takes a while
  cache().keep(key, made);
  return made;
}

}  // namespace

FftKind fft_kind(std::int64_t length) noexcept {
  if (without_small_primes(length) != 1) return FftKind::bluestein;
  return length <= longest_column ? FftKind::columns : FftKind::four_step;
}

FftTablesRef find_fft_plan(const char* op, std::int64_t length, DType part,
                           const FftKernels& kernels, BlockingRegion* region) {
  return find_or_make({length, part, false}, [&]() -> FftTablesRef {
    if (part == DType::float32)
      return std::make_shared<PlanTables<float>>(op, length, kernels, region);
    return std::make_shared<PlanTables<double>>(op, length, kernels, region);
  });
}

FftTablesRef outline_fft_plan(std::int64_t length, DType part) {
  if (part == DType::float32) return std::make_shared<PlanTables<float>>(length);
  return std::make_shared<PlanTables<double>>(length);
}

FftTablesRef find_real_roots(const char* op, std::int64_t length, DType part,
                             BlockingRegion* region) {
  return find_or_make({length, part, true}, [&]() -> FftTablesRef {
    if (part == DType::float32) return std::make_shared<RealTables<float>>(op, length, region);
    return std::make_shared<RealTables<double>>(op, length, region);
  });
}

std::int64_t fft_cache_bytes() noexcept { return cache().bytes(); }
std::int64_t clear_fft_cache() noexcept { return cache().clear(); }

}  // namespace corepy
