// What masks choose.
#include "corepy/dispatch/indexing_mask.h"

#include <algorithm>
#include <numeric>

#include "corepy/dispatch/copy.h"

namespace corepy {
namespace {

// Masks are worked on in chunks of this many elements: counted, and then each chunk knows where its
// own chosen elements lie.
constexpr std::int64_t chunk_length = std::int64_t{1} << 18;

std::int64_t count_chunks(std::int64_t length) {
  return (length + chunk_length - 1) / chunk_length;
}

const std::uint8_t* bytes_of(const Tensor& mask) {
  return reinterpret_cast<const std::uint8_t*>(mask.data());
}

// Turns flat positions, ascending, into coordinates: the last axis' in place of the positions.
void split_positions(const Dims& shape, std::int64_t count, std::int64_t* coordinates) {
  const int rank = shape.size();
  std::int64_t* last = coordinates + (rank - 1) * count;
  const std::int64_t length = shape[rank - 1];
  Dims row(rank);
  std::int64_t row_start = 0, row_end = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t position = last[i];
    if (position >= row_end) {
      std::int64_t rest = position / length;
      row_start = rest * length;
      row_end = row_start + length;
      for (int axis = rank - 2; axis >= 0; --axis) {
        row[axis] = rest % shape[axis];
        rest /= shape[axis];
      }
    }
    for (int axis = 0; axis < rank - 1; ++axis) coordinates[axis * count + i] = row[axis];
    last[i] = position - row_start;
  }
}

void locate(BlockingRegion& region, const MaskKernels& kernels, const Tensor& mask,
            const MaskCounts& counts, std::int64_t* out) {
  const std::int64_t length = mask.size();
  region.run(count_chunks(length), [&](std::int64_t chunk, int) noexcept {
    const std::int64_t start = chunk * chunk_length;
    const std::int64_t before = counts[static_cast<std::size_t>(chunk)];
    kernels.locate(bytes_of(mask) + start, std::min(chunk_length, length - start), start,
                   out + before, counts[static_cast<std::size_t>(chunk) + 1] - before);
  });
}

}  // namespace

Tensor read_mask(Operation& operation, const Tensor& mask) {
  if (mask.is_contiguous() && !mask.storage->is_foreign()) return mask;
  Tensor result = empty_tensor(operation.name(), mask.shape, DType::bool_);
  assign_now(operation, result, mask);  // what is chosen has a shape that a dry run tells, too
  return result;
}

MaskCounts count_true(Operation& operation, const KernelTables& tables, const Tensor& mask) {
  const MaskKernels& kernels = *tables.indexing->masks;
  const std::int64_t length = mask.size(), chunks = count_chunks(length);
  MaskCounts counts(static_cast<std::size_t>(chunks) + 1);
  BlockingRegion region(operation, mask.nbytes(), {});
  const auto count = [&](std::int64_t chunk, int) noexcept {
    const std::int64_t start = chunk * chunk_length;
    counts[static_cast<std::size_t>(chunk) + 1] =
        kernels.count(bytes_of(mask) + start, std::min(chunk_length, length - start));
  };
  region.run(chunks, count);
  const bool is_counted = operation.is_dry_run() && !mask.storage->is_planned;  // else zeros
  for (std::int64_t chunk = 0; is_counted && chunk < chunks; ++chunk) count(chunk, 0);
  std::partial_sum(counts.begin(), counts.end(), counts.begin());
  return counts;
}

Tensor locate_true_flat(Operation& operation, const KernelTables& tables, const Tensor& mask,
                        const MaskCounts& counts) {
  Tensor result = operation.allocate_result({counts.back()}, DType::int64);
  BlockingRegion region(operation, mask.nbytes() + result.nbytes(), {});
  locate(region, *tables.indexing->masks, mask, counts,
         reinterpret_cast<std::int64_t*>(result.data()));
  return result;
}

std::vector<Tensor> locate_true(Operation& operation, const KernelTables& tables,
                                const Tensor& mask) {
  const MaskCounts counts = count_true(operation, tables, mask);
  const int rank = mask.rank();
  const std::int64_t count = counts.back();
  const Tensor all = operation.allocate_result({rank, count}, DType::int64);
  auto* out = reinterpret_cast<std::int64_t*>(all.data());
  BlockingRegion region(operation, mask.nbytes() + all.nbytes(), {});
  locate(region, *tables.indexing->masks, mask, counts, out + (rank - 1) * count);
  if (rank > 1 && !operation.is_dry_run()) split_positions(mask.shape, count, out);
  std::vector<Tensor> positions;
  for (int axis = 0; axis < rank; ++axis) {
    positions.push_back(all.view({count}, {all.itemsize()}, axis * count * all.itemsize()));
  }
  return positions;
}

void run_masked(BlockingRegion& region, const Tensor& mask, const MaskCounts& counts,
                const MaskedRow& row) {
  const std::int64_t length = mask.size();
  region.run(count_chunks(length), [&](std::int64_t chunk, int) noexcept {
    const std::int64_t start = chunk * chunk_length;
    const std::int64_t before = counts[static_cast<std::size_t>(chunk)];
    row.loop({std::min(chunk_length, length - start), bytes_of(mask) + start,
              row.all + start * row.itemsize, row.chosen + before * row.chosen_stride_bytes,
              counts[static_cast<std::size_t>(chunk) + 1] - before});
  });
}

}  // namespace corepy
