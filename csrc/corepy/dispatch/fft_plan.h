// Plans of Fourier transforms: how a length is factored, the tables of roots, and the cache of
// plans. What a plan means is in kernels/fft_table.h.
#pragma once

#include <cstdint>
#include <memory>

#include "corepy/core/dtype.h"
#include "corepy/kernels/fft_table.h"

namespace corepy {

class BlockingRegion;

// How a length is transformed: a function of the length alone.
FftKind fft_kind(std::int64_t length) noexcept;

// A plan, or the roots that real data of a length need besides; kept alive by whoever uses it.
struct FftTables {
  FftPlan plan{};
  const void* real_roots = nullptr;  // for a real length 2 h, see FftRealArgs
  std::int64_t bytes = 0;            // of tables
  virtual ~FftTables() = default;
};
using FftTablesRef = std::shared_ptr<const FftTables>;

// The plan of a complex transform in float32 or float64, from the cache or made now. `kernels` of
// any ISA: the same bits. Fails with MemoryLimitError. Tables of long lines take a while to make:
// `region`, where there is one, is asked for interrupts meanwhile.
FftTablesRef find_fft_plan(const char* op, std::int64_t length, DType part,
                           const FftKernels& kernels, BlockingRegion* region = nullptr);
// The same without its tables, for what is asked of a plan before it runs.
FftTablesRef outline_fft_plan(std::int64_t length, DType part);
// The roots for real data of an even length.
FftTablesRef find_real_roots(const char* op, std::int64_t length, DType part,
                             BlockingRegion* region = nullptr);

// The cache keeps the plans that were used last, up to a number of bytes. `clear` gives back what
// no running transform holds.
inline constexpr std::int64_t fft_cache_limit_bytes = std::int64_t{64} << 20;
std::int64_t fft_cache_bytes() noexcept;
std::int64_t clear_fft_cache() noexcept;

}  // namespace corepy
