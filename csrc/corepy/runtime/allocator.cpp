// The caching allocator: size classes, a small per-thread cache over one shared cache.
#include "corepy/runtime/allocator.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#ifdef __linux__
#include <sys/mman.h>
#endif
#ifndef _WIN32
#include <pthread.h>
#endif

#include "corepy/core/error.h"

namespace corepy {
namespace {

// Four classes per power of two from 128 bytes: at most 25% waste. From 8 MiB every class is a
// whole number of huge pages; the rest of a smaller one stays on small pages.
constexpr std::int64_t smallest_block_bytes = 128;
constexpr std::int64_t page_bytes = 4096;
constexpr std::int64_t paged_block_bytes = 8 * page_bytes;
constexpr std::int64_t huge_page_bytes = std::int64_t{1} << 21;
constexpr std::int64_t huge_block_bytes = 2 * huge_page_bytes;
constexpr int class_count = 4 * 57;

int class_of(std::int64_t bytes) noexcept {
  if (bytes <= smallest_block_bytes) return 0;
  const auto n = static_cast<std::uint64_t>(bytes - 1);
  const int exponent = 63 - std::countl_zero(n);  // 2^exponent <= n
  const int quarter =
      static_cast<int>((n >> (exponent - 2)) & 3);  // which quarter of [2^e, 2^(e+1))
  return 4 * (exponent - 7) + quarter + 1;
}

std::int64_t class_bytes(int index) noexcept {
  if (index == 0) return smallest_block_bytes;
  const int exponent = (index - 1) / 4 + 7, quarter = (index - 1) % 4 + 1;
  return (std::int64_t{1} << exponent) + (std::int64_t{quarter} << (exponent - 2));
}

struct FreeBlock {
  FreeBlock* next;
};

struct SharedCache {
  std::mutex mutex;
  FreeBlock* head[class_count] = {};
  std::atomic<std::int64_t> used{0}, peak{0}, cached{0}, allocations{0}, reuses{0};
  std::atomic<std::int64_t> budget{std::int64_t{1} << 30}, limit{-1};
};

SharedCache& shared();

// Never destroyed: storages may outlive static destruction (module teardown order is not ours). A
// fork while another thread holds the lock would leave the child without anyone to release it, so
// forking waits for the lock.
SharedCache* make_shared_cache() {
  auto* cache = new SharedCache;
#ifndef _WIN32
  pthread_atfork([] { shared().mutex.lock(); }, [] { shared().mutex.unlock(); },
                 [] { shared().mutex.unlock(); });
#endif
  return cache;
}

SharedCache& shared() {
  static SharedCache* const cache = make_shared_cache();
  return *cache;
}

// Blocks up to 4 KiB skip the lock: a few of each class stay with the thread that freed them. Its
// counters are folded into the shared ones now and then, since six locked increments would cost as
// much as a small operation: the statistics are exact for the calling thread and lag by at most 64
// KiB for each other one.
constexpr int local_class_count = 4 * 5 + 1;
constexpr int local_depth = 16;
constexpr std::int64_t fold_bytes = 1 << 16;

// Beyond every peak: nobody watches.
constexpr std::int64_t unwatched = std::int64_t{1} << 62;

struct LocalCache {
  FreeBlock* head[local_class_count] = {};
  int depth[local_class_count] = {};
  std::int64_t used = 0, cached = 0, allocations = 0, reuses = 0;
  std::int64_t rise_above = fold_bytes;  // `used` at which a fold or a new peak is due
  std::int64_t folded = 0;               // of `used`, what left it by folding; and what is planned
  std::int64_t peak = unwatched;

  std::int64_t held() const noexcept { return folded + used; }
  void watch(std::int64_t from) noexcept {
    peak = from;
    rise_above = std::min(fold_bytes, peak - folded);
  }
  void rise() noexcept {
    watch(std::max(peak, held()));
    if (used > fold_bytes) fold();
  }
  void fold() noexcept;
  ~LocalCache();
};
// A plain pointer: a thread_local with a destructor would run its guard on every access. Null
// before the thread's first allocation and after its end, when blocks go straight to the shared
// cache.
thread_local constinit LocalCache* local_pointer = nullptr;

LocalCache* make_local_cache() noexcept {
  thread_local bool made = false;
  if (made) return nullptr;
  made = true;
  struct Owner {
    LocalCache cache;
    ~Owner() { local_pointer = nullptr; }
  };
  thread_local Owner owner;
  local_pointer = &owner.cache;
  return local_pointer;
}
inline LocalCache* local_cache() noexcept {
  return local_pointer != nullptr ? local_pointer : make_local_cache();
}

void raise_peak(SharedCache& cache, std::int64_t used) noexcept {
  std::int64_t peak = cache.peak.load(std::memory_order_relaxed);
  while (used > peak && !cache.peak.compare_exchange_weak(peak, used, std::memory_order_relaxed)) {
  }
}

void LocalCache::fold() noexcept {
  SharedCache& cache = shared();
  const std::int64_t delta = std::exchange(used, 0);
  folded += delta;
  watch(peak);
  raise_peak(cache, cache.used.fetch_add(delta) + delta);
  cache.cached.fetch_add(std::exchange(cached, 0));
  cache.allocations.fetch_add(std::exchange(allocations, 0));
  cache.reuses.fetch_add(std::exchange(reuses, 0));
}

void* system_allocate(std::int64_t bytes) noexcept {
  // Larger blocks begin at a page: were a result's address a few lines above its operand's, modulo
  // 4 KiB, each load would be taken to depend on the store before it (int16 negative of 100 000
  // elements, Zen 5: half the speed).
  const auto alignment = static_cast<std::size_t>(bytes >= huge_block_bytes    ? huge_page_bytes
                                                  : bytes >= paged_block_bytes ? page_bytes
                                                                               : 64);
  // C asks for a multiple of the alignment (macOS and the sanitizers insist); block sizes are
  // multiples of 32.
  const std::size_t rounded =
      (static_cast<std::size_t>(bytes) + alignment - 1) / alignment * alignment;
  void* block = std::aligned_alloc(alignment, rounded);
#ifdef __linux__
  if (block != nullptr && bytes >= huge_block_bytes)
    madvise(block, static_cast<std::size_t>(bytes / huge_page_bytes * huge_page_bytes),
            MADV_HUGEPAGE);
#endif
  return block;
}

void push_shared(SharedCache& cache, void* block, int index) noexcept {
  const std::int64_t bytes = class_bytes(index);
  if (cache.cached.load(std::memory_order_relaxed) + bytes >
      cache.budget.load(std::memory_order_relaxed)) {
    std::free(block);
    return;
  }
  const std::lock_guard lock(cache.mutex);
  auto* free_block = ::new (block) FreeBlock{cache.head[index]};
  cache.head[index] = free_block;
  cache.cached.fetch_add(bytes, std::memory_order_relaxed);
}

void* pop_shared(SharedCache& cache, int index) noexcept {
  const std::lock_guard lock(cache.mutex);
  FreeBlock* block = cache.head[index];
  if (block == nullptr) return nullptr;
  cache.head[index] = block->next;
  cache.cached.fetch_sub(class_bytes(index), std::memory_order_relaxed);
  return block;
}

LocalCache::~LocalCache() {
  for (int i = 0; i < local_class_count; ++i) {
    while (head[i] != nullptr) {
      FreeBlock* block = head[i];
      head[i] = block->next;
      cached -= class_bytes(i);
      push_shared(shared(), block, i);
    }
  }
  fold();
}

// Takes the first block of a class from this thread's list, or null.
void* pop_local(LocalCache& cache, int index) noexcept {
  FreeBlock* block = cache.head[index];
  if (block == nullptr) return nullptr;
  cache.head[index] = block->next;
  --cache.depth[index];
  cache.cached -= class_bytes(index);
  return block;
}

void fold_local() noexcept {
  if (LocalCache* cache = local_cache()) cache->fold();
}

[[noreturn]] void fail_limit(const char* op, std::int64_t bytes, std::int64_t limit,
                             std::int64_t used) {
  fail(ErrorKind::memory_limit, std::string(op) +
                                    ": the memory limit would be exceeded (got a request for " +
                                    std::to_string(bytes) + " bytes with " + std::to_string(used) +
                                    " in use; expected at most " + std::to_string(limit) +
                                    "); raise it with corepy.memory.limit(...) or free tensors");
}

void check_limit(const char* op, std::int64_t bytes) {
  const std::int64_t limit = shared().limit.load(std::memory_order_relaxed);
  if (limit < 0) return;
  fold_local();
  const std::int64_t used = shared().used.load();
  if (used + bytes > limit) fail_limit(op, bytes, limit, used);
}

// Counts a block that was really handed out: a refused request is no use of memory.
void count_use(LocalCache* local, std::int64_t bytes, bool reused) noexcept {
  if (local == nullptr) {
    shared().used.fetch_add(bytes);
    return;
  }
  local->used += bytes;
  ++local->allocations;
  local->reuses += reused ? 1 : 0;
  if (local->used > local->rise_above) local->rise();
}

[[noreturn]] void fail_memory(const char* op, std::int64_t bytes) {
  fail(ErrorKind::memory_limit,
       std::string(op) + ": out of memory (got a request for " + std::to_string(bytes) +
           " bytes; expected what the system can give); free tensors or use smaller ones");
}

void* allocate_from_system(const char* op, std::int64_t bytes) {
  void* block = system_allocate(bytes);
  if (block == nullptr) {
    trim_memory();
    block = system_allocate(bytes);
  }
  if (block == nullptr) fail_memory(op, bytes);
  return block;
}

}  // namespace

void* allocate_block(const char* op, std::int64_t& block_bytes) {
  if (block_bytes > (std::int64_t{1} << 61)) fail_memory(op, block_bytes);
  const int index = class_of(block_bytes);
  block_bytes = class_bytes(index);
  check_limit(op, block_bytes);
  LocalCache* local = local_cache();
  void* block = local != nullptr && index < local_class_count ? pop_local(*local, index) : nullptr;
  if (block == nullptr) block = pop_shared(shared(), index);
  const bool reused = block != nullptr;
  if (!reused) block = allocate_from_system(op, block_bytes);
  count_use(local, block_bytes, reused);
  return block;
}

void free_block(void* block, std::int64_t block_bytes) noexcept {
  const int index = class_of(block_bytes);
  LocalCache* local = local_cache();
  if (local == nullptr) {
    shared().used.fetch_sub(block_bytes);
    push_shared(shared(), block, index);
    return;
  }
  local->used -= block_bytes;
  if (local->used < -fold_bytes) local->fold();
  if (index < local_class_count && local->depth[index] < local_depth) {
    local->head[index] = ::new (block) FreeBlock{local->head[index]};
    ++local->depth[index];
    local->cached += block_bytes;
  } else {
    push_shared(shared(), block, index);
  }
}

std::int64_t block_bytes_of(std::int64_t bytes) noexcept { return class_bytes(class_of(bytes)); }

void count_planned_bytes(std::int64_t bytes) noexcept {
  LocalCache* local = local_cache();
  if (local == nullptr) return;
  local->folded += bytes;
  local->watch(std::max(local->peak, local->held()));
}

HeldPeak::HeldPeak() noexcept {
  LocalCache* local = local_cache();
  if (local == nullptr) return;
  outer_peak_ = local->peak;
  start_ = local->held();
  local->watch(local->held());
}

HeldPeak::~HeldPeak() {
  if (LocalCache* local = local_cache()) local->watch(std::max(outer_peak_, local->peak));
}

std::int64_t HeldPeak::bytes_above_start() const noexcept {
  const LocalCache* local = local_cache();
  return local == nullptr ? 0 : local->peak - start_;
}

std::int64_t HeldPeak::bytes_above_now() const noexcept {
  const LocalCache* local = local_cache();
  return local == nullptr ? 0 : local->peak - local->held();
}

MemoryStats memory_stats() noexcept {
  fold_local();
  SharedCache& cache = shared();
  return {cache.used,  cache.peak,        cache.cached, cache.budget,
          cache.limit, cache.allocations, cache.reuses};
}

void reset_peak_memory() noexcept {
  fold_local();
  shared().peak = shared().used.load();
}

std::int64_t trim_memory() noexcept {
  SharedCache& cache = shared();
  std::int64_t freed = 0;
  LocalCache* local = local_cache();
  for (int i = 0; local != nullptr && i < local_class_count;
       ++i) {  // another thread's go back when it ends
    while (void* block = pop_local(*local, i)) {
      freed += class_bytes(i);
      std::free(block);
    }
  }
  fold_local();
  for (int i = 0; i < class_count; ++i) {
    while (void* block = pop_shared(cache, i)) {
      freed += class_bytes(i);
      std::free(block);
    }
  }
  return freed;
}

void set_memory_budget(std::int64_t bytes) noexcept {
  shared().budget = bytes;
  fold_local();
  if (shared().cached.load() > bytes) trim_memory();
}

void set_memory_limit(std::int64_t bytes) noexcept { shared().limit = bytes; }

}  // namespace corepy
