// A stack of matrices through one decomposition kernel.
#include "corepy/dispatch/decomposition.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <string>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/dispatch/workspace.h"

namespace corepy {
namespace {

// About how many operations one matrix takes.
double count_flops(const MatrixStack& stack) {
  const auto m = static_cast<double>(stack.m), n = static_cast<double>(stack.n);
  const double parts = is_complex(stack.compute) ? 4.0 : 1.0;
  switch (stack.which) {
    case Decomposition::solve:
      return parts * (n * n * n * 2 / 3 + 2 * n * n * static_cast<double>(stack.k) + 1);
    case Decomposition::determinant:
      return parts * (n * n * n * 2 / 3 + 1);
    case Decomposition::cholesky:
      return parts * (n * n * n / 3 + 1);
    case Decomposition::qr:
      return parts * (4 * m * n * std::min(m, n) + 1);
    case Decomposition::eigh:
      return parts * (9 * n * n * n + 1);
    case Decomposition::svd:
      return parts * (20 * m * n * std::min(m, n) + 1);
    case Decomposition::eig:
      return parts * (25 * n * n * n + 1);
  }
  return 0;
}

// The services of one matrix at a time: products on this thread in memory of its own, or, where the
// matrix has the region to itself, by all threads.
class Services {
 public:
  void open(const char* op, const MatmulKernels& products, BlockingRegion* own_region) {
    op_ = op, products_ = &products, region_ = own_region;
  }
  DecompositionServices table() { return {&multiply, &proceed, this}; }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }
  std::int64_t workspace_bytes() const { return bytes_; }

 private:
  // Products from here on are worth several threads.
  static constexpr double shared_flops = 4e6;
  // Longer ones are cut also for one thread, which looks for interrupts in between.
  static constexpr double long_flops = 8e9;
  static constexpr std::int64_t least_rows = 112;

  static bool multiply(void* context, const ProductArgs& args, DType dtype) noexcept {
    auto& self = *static_cast<Services*>(context);
    const ProductKernel& kernel = self.products_->kernel[static_cast<int>(dtype)];
    try {
      const double flops = 2.0 * static_cast<double>(args.m) * static_cast<double>(args.n) *
                           static_cast<double>(args.k);
      if (self.region_ != nullptr && args.m >= 2 * least_rows &&
          flops >= (self.region_->thread_count() > 1 ? shared_flops : long_flops)) {
        self.multiply_shared(args, kernel, flops);
      } else {
        ProductArgs call = args;
        call.workspace = self.ensure(kernel.workspace_bytes(args));
        kernel.run(call);
      }
      self.poll(flops);
      return true;
    } catch (...) {
      self.error_ = std::current_exception();
      return false;
    }
  }
  static bool proceed(void* context, std::int64_t flops) noexcept {
    auto& self = *static_cast<Services*>(context);
    try {
      self.poll(static_cast<double>(flops));
      return true;
    } catch (...) {
      self.error_ = std::current_exception();
      return false;
    }
  }
  // After so much work; products are most of a large elimination's.
  void poll(double flops) {
    if (region_ != nullptr) region_->poll(static_cast<std::int64_t>(std::min(flops, 1e18) / 4));
  }

  // Rows of a product are independent: cutting changes no bit.
  void multiply_shared(const ProductArgs& args, const ProductKernel& kernel, double flops) {
    const std::int64_t threads = region_->thread_count();
    const auto parts = std::max(threads, static_cast<std::int64_t>(flops / long_flops));
    const std::int64_t rows = std::max((args.m + parts - 1) / parts, least_rows);
    const std::int64_t tasks = (args.m + rows - 1) / rows;
    const auto piece = [&](std::int64_t task) {
      ProductArgs call = args;
      call.m = std::min(rows, args.m - task * rows);
      call.a = static_cast<const std::byte*>(args.a) + task * rows * args.a_row_stride_bytes;
      call.c = static_cast<std::byte*>(args.c) + task * rows * args.c_row_stride_bytes;
      return call;
    };
    std::int64_t needed = 0;
    for (std::int64_t task = 0; task < tasks; ++task)
      needed = std::max(needed, kernel.workspace_bytes(piece(task)));
    needed = (needed + 63) / 64 * 64;
    auto* memory = static_cast<std::byte*>(ensure(needed * region_->thread_count(tasks)));
    region_->run(tasks, [&](std::int64_t task, int slot) noexcept {
      ProductArgs call = piece(task);
      call.workspace = memory == nullptr ? nullptr : memory + slot * needed;
      kernel.run(call);
    });
  }
  void* ensure(std::int64_t needed) {
    if (needed > bytes_) {
      bytes_ = 0;
      storage_ = {};  // first, so that both are never there at once
      storage_ = allocate_storage(op_, needed);
      bytes_ = needed;
    }
    return bytes_ > 0 ? storage_->data : nullptr;
  }

  const char* op_ = nullptr;
  const MatmulKernels* products_ = nullptr;
  BlockingRegion* region_ = nullptr;
  StorageRef storage_;
  std::int64_t bytes_ = 0;
  std::exception_ptr error_;
};

Dims index_of(std::int64_t number, const Dims& batch) {
  Dims index(batch.size());
  for (int i = batch.size() - 1; i >= 0; --i) {
    index[i] = number % batch[i];
    number /= batch[i];
  }
  return index;
}

// The stack as the tasks see it.
class Run {
 public:
  Run(const DecompositionKernel& kernel, const MatrixStack& stack, std::int64_t count)
      : kernel_(kernel), stack_(stack), count_(count), failed_(count) {}

  DecompositionArgs args() const {
    DecompositionArgs args{};
    args.m = stack_.m, args.n = stack_.n, args.k = stack_.k;
    args.option = stack_.option;
    args.a_row_stride_bytes = stack_.a_row, args.a_column_stride_bytes = stack_.a_column;
    args.b_row_stride_bytes = stack_.b_row, args.b_column_stride_bytes = stack_.b_column;
    for (std::size_t i = 0; i < stack_.results.size(); ++i)
      args.out[i] = stack_.results[i].storage ? stack_.results[i].data() : nullptr;
    return args;
  }
  void decompose_one(std::int64_t number, void* workspace, Services& services) noexcept {
    if (number > failed_.load(std::memory_order_relaxed)) return;  // an earlier one failed
    DecompositionArgs call = args();
    const Dims index = index_of(number, stack_.batch);
    call.a = offset_of(stack_.a, stack_.a_batch_strides, index);
    if (stack_.b.storage) call.b = offset_of(stack_.b, stack_.b_batch_strides, index);
    for (std::size_t i = 0; i < stack_.results.size(); ++i) {
      if (call.out[i] == nullptr) continue;
      const std::int64_t bytes = stack_.results[i].nbytes() / count_;
      call.out[i] = static_cast<std::byte*>(call.out[i]) + number * bytes;
    }
    call.workspace = workspace;
    call.services = services.table();
    const DecompositionOutcome outcome = kernel_.run(call);
    if (outcome.status != DecompositionStatus::done) note_failure(number, outcome);
  }
  void check(const char* op) const {
    const std::int64_t number = failed_.load();
    if (number < count_) fail_decomposition(op, stack_.batch, number, stack_.m, stack_.n, outcome_);
  }

 private:
  static const std::byte* offset_of(const Tensor& x, const Dims& strides, const Dims& index) {
    const std::byte* data = x.data();
    for (int i = 0; i < index.size(); ++i) data += index[i] * strides[i];
    return data;
  }
  // The first matrix that fails is named, whatever the order in which they are taken.
  void note_failure(std::int64_t number, const DecompositionOutcome& outcome) noexcept {
    while (lock_.test_and_set(std::memory_order_acquire)) {
    }
    if (number < failed_.load()) {
      failed_.store(number);
      outcome_ = outcome;
    }
    lock_.clear(std::memory_order_release);
  }

  const DecompositionKernel& kernel_;
  const MatrixStack& stack_;
  std::int64_t count_;
  std::atomic<std::int64_t> failed_;
  std::atomic_flag lock_ = ATOMIC_FLAG_INIT;
  DecompositionOutcome outcome_{};
};

}  // namespace

void fail_decomposition(const char* op, const Dims& batch, std::int64_t number, std::int64_t m,
                        std::int64_t n_columns, const DecompositionOutcome& outcome) {
  std::string which = "the matrix";
  if (!batch.empty()) which = "matrix " + to_string(index_of(number, batch)) + " of the batch";
  const std::string detail = std::to_string(outcome.detail), n = std::to_string(n_columns);
  std::string text = std::string(op) + ": " + which;
  switch (outcome.status) {
    case DecompositionStatus::singular:
      text += " is singular (got a zero in place of pivot " + detail + "; expected " + n +
              " nonzero pivots); a least-squares answer is corepy.linalg.pinv's";
      break;
    case DecompositionStatus::indefinite:
      text += " is not positive definite (got a leading minor of order " +
              std::to_string(outcome.detail + 1) + " that is not positive; expected all " + n +
              " to be)";
      break;
    case DecompositionStatus::not_finite:
      text += " has a NaN or an infinity (got one; expected finite numbers)";
      break;
    default:
      text += " did not converge (got " + detail + " values; expected " +
              std::to_string(std::min(m, n_columns)) + ")";
  }
  fail(ErrorKind::linalg, text);
}

void decompose(Operation& operation, Isa isa, const MatrixStack& stack) {
  const KernelTables& tables = kernel_tables(isa);
  const DecompositionKernel& kernel = tables.decomposition.at(stack.which, stack.compute);
  const std::int64_t count = count_elements(stack.batch);
  if (count == 0) return;
  // Beyond this a matrix is worth all threads, and a look at interrupts within it.
  constexpr double own_flops = 2e8, flops_per_task = 2e5;
  const double flops = count_flops(stack);
  const Tensor* pinned[] = {&stack.a, &stack.b};
  BlockingRegion region(
      operation, static_cast<std::int64_t>(std::min(flops * static_cast<double>(count), 1e18) / 4),
      std::span<const Tensor* const>(pinned, stack.b.storage ? 2 : 1));
  const bool one_by_one = flops >= own_flops;
  const auto group = static_cast<std::int64_t>(
      std::min(std::max(flops_per_task / std::max(flops, 1.0), 1.0), 1e9));
  const std::int64_t tasks = one_by_one ? 1 : (count + group - 1) / group;
  const int slots = region.thread_count(tasks);
  Run run(kernel, stack, count);
  const SlotWorkspaces workspaces(operation, region, tasks, kernel.workspace_bytes(run.args()));
  if (operation.is_dry_run()) {  // what a matrix' own products take is known when they run
    return region.note_threads(one_by_one ? region.thread_count() : tasks);
  }
  std::vector<Services> services(static_cast<std::size_t>(slots));
  for (Services& one : services)
    one.open(operation.name(), *tables.matmul, one_by_one ? &region : nullptr);
  if (one_by_one) {
    for (std::int64_t i = 0; i < count; ++i) {
      run.decompose_one(i, workspaces.at(0), services[0]);
      services[0].rethrow();
    }
  } else {
    region.run(tasks, [&](std::int64_t task, int slot) noexcept {
      const std::int64_t end = std::min(count, (task + 1) * group);
      for (std::int64_t i = task * group; i < end; ++i)
        run.decompose_one(i, workspaces.at(slot), services[static_cast<std::size_t>(slot)]);
    });
  }
  for (const Services& one : services) {
    one.rethrow();
    operation.record().workspace_bytes += one.workspace_bytes();
  }
  run.check(operation.name());
}

}  // namespace corepy
