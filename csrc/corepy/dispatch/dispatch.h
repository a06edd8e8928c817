// The frame of every operation: settings, floating-point environment, record, choice of backend and
// ISA, publication. The families' own paths (dispatch/elementwise.cpp, reduction.cpp ...) are
// written inside this frame.
#pragma once

#include <cstdint>
#include <span>

#include "corepy/core/settings.h"
#include "corepy/core/tensor.h"
#include "corepy/dispatch/backend.h"
#include "corepy/dispatch/isa.h"
#include "corepy/dispatch/record.h"
#include "corepy/dispatch/thread_records.h"
#include "corepy/ops/op.h"
#include "corepy/runtime/allocator.h"
#include "corepy/runtime/float_environment.h"

namespace corepy {

// What the host language supplies. The defaults do nothing, so that the core runs without Python.
struct HostHooks {
  void* (*release_lock)() = nullptr;  // before long work; returns what reacquire_lock needs
  void (*reacquire_lock)(void*) = nullptr;
  bool (*is_interrupted)() =
      nullptr;  // Ctrl-C and the like; the host then holds the pending exception
  void (*warn_performance)(const char* message) = nullptr;  // may throw Error
  void (*verify)(const Call& call) = nullptr;  // compares with the oracle; throws Error
};
extern HostHooks host_hooks;

// Small operations are mostly this frame. What nearly all of them run is inline or a leaf; what an
// operation needs that is a part of another, logged, a dry run and the like (`is_watched_`), or
// that runs under another policy, stands apart.
class Operation {
 public:
  explicit Operation(Op op) : Operation(op, nullptr) {}
  ~Operation() { --thread_->depth; }
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  // Of the public operation, whose child this may be: errors name what the user called.
  const char* name() const noexcept {
    return name_of(is_watched_ ? thread_->open_record(0) : *record_);
  }
  const Settings& settings() const noexcept { return settings_; }
  DispatchRecord& record() noexcept { return *record_; }
  bool is_dry_run() const noexcept { return dry_run_; }
  // Whether x can be written in place, or, in a dry run, what stands for it.
  bool can_write(const Tensor& x) const noexcept {
    return dry_run_ ? x.storage.is_alone() : x.storage.is_unique();
  }

  void add_operand(const Tensor& tensor, Layout layout) noexcept {
    const std::uint32_t i = record_->operand_count++;
    if (i < std::uint32_t{record_max_operands}) fill_operand(record_->operands[i], tensor, layout);
  }
  void add_operand(const Tensor& tensor) noexcept { add_operand(tensor, layout_of(tensor)); }

  // States the row's bound for a result that is computed in `compute`.
  void set_bound(DType compute) noexcept { set_bound(compute, compute); }
  void set_bound(DType compute, DType result) noexcept {
    record_->compute_dtype = compute;
    if (!is_floating(compute)) return;
    const OpInfo& info = info_of(record_->op);
    record_->bound = is_complex(compute) ? info.complex_bound : info.bound;
    if (record_->bound == ulp_bound_name) record_->ulp = ulp_bound(info.ulp, result);
  }
  void set_exact() noexcept {
    record_->bound = "exact";
    record_->ulp = 0;
  }
  // Records a hidden copy or cast: an error under `strict`, a PerformanceWarning when large.
  void note_copy(std::int64_t bytes, const char* what);
  // Of an operation that makes tensors on its way, all since `held` began: what they take at most,
  // its fresh results apart, is its workspace.
  void note_peak(const HeldPeak& held, std::span<const Tensor> results) noexcept;
  void note_peak(const HeldPeak& held, const Tensor& result) noexcept {
    note_peak(held, {&result, 1});
  }
  void note_cast(std::int64_t bytes) noexcept { record_->cast_bytes += bytes; }
  void note_flag(RecordFlag flag) noexcept { record_->flags |= flag; }
  // Raises under `strict` for a documented leniency (mixed-kind promotion, integers to float64).
  void note_promotion(RecordFlag flag, const char* what);

  // The native ISA to use, or no_isa where another backend serves the policy (then call
  // run_backend). Fills in what was rejected and why. `has_simd_kernel`: whether the native kernels
  // use vectors at all (policy SIMD asks).
  Isa choose(bool has_simd_kernel = true) {
    if (settings_.policy() != Policy::AUTO) [[unlikely]]
      return choose_for_policy(has_simd_kernel);
    runs_kernel_ = true;
    return record_->isa;
  }
  // The native ISA, after another backend declined the call (policy BLAS serves matmul only).
  Isa choose_native() noexcept;
  // For results that are views or allocations: nothing is computed, so every policy gets the same.
  void choose_no_kernel(const char* variant) noexcept;
  void set_variant(const char* variant) noexcept { record_->variant = variant; }
  // A composite operator: takes backend, ISA, kernel and bound from its last child on this thread.
  void adopt_child(DType compute) noexcept;
  // True for every other one of this thread's operations that ask.
  bool alternate() noexcept;
  // Runs the call on the backend that `choose` found.
  void run_backend(const Call& call);
  // With what `choose` gave: runs the call on another backend where there is one. Whether the
  // result is still to be made natively, then on `isa`.
  bool is_left_to_native(Isa& isa, const Call& call);

  // A fresh result; in a dry run zeros that take no memory and must not be written.
  Tensor allocate_result(const Dims& shape, DType dtype);
  // Memory that the operation gives back; in a dry run the same.
  StorageRef allocate_scratch(std::int64_t nbytes);

  // With settings.verify: compares with the oracle.
  void verify(const Call& call);
  bool wants_verify() const noexcept;

  // Publishes the record; the operation is done.
  void finish(const Tensor& result) { finish(result, Layout::contiguous); }
  void finish(const Tensor& result, Layout layout) {
    fill_operand(record_->result, result, layout);
    if (!runs_kernel_) {
      record_->compute_dtype = result.dtype;
      record_no_kernel();
    }
    publish(&result);
  }

 private:
  friend class Composition;
  Operation(Op op, const char* composition);
  void begin_watched(Op op, const char* composition) noexcept;
  void begin(DispatchRecord& record, const IsaChoice& choice, Op op,
             const char* composition) noexcept;
  Isa choose_for_policy(bool has_simd_kernel);
  // `result` may be null.
  void publish(const Tensor* result) {
    if (is_watched_) [[unlikely]]
      publish_watched(result);
    else
      record_->sequence = ++thread_->sequence;
  }
  void publish_watched(const Tensor* result);
  void report_to(DispatchRecord& parent) const noexcept;
  bool rounds() const noexcept;

  DefaultFloatEnvironment float_environment_;
  Settings settings_;
  ThreadRecords* thread_;
  DispatchRecord* record_;
  const Backend* backend_;  // of an operation for which choose() found no ISA
  std::int64_t start_ns_;   // of watched ones
  bool is_watched_ = false;
  bool dry_run_ = false;
  // Kept here too: asked of the record, isa and backend are loaded as one word, which waits 4 ns
  // for the two stores of one byte each.
  bool runs_kernel_ = false;
  bool asked_for_turn_ = false;

  // Nothing was chosen, so nothing was rejected.
  void record_no_kernel() noexcept {
    record_->isa = no_isa;
    record_->rejection_count = 0;
  }
};

// A function that the host wrote of several operations: they are its children, and its record says
// what they came to. `name` is static text.
class Composition : public Operation {
 public:
  explicit Composition(const char* name);
  ~Composition();
  // `result` is null where the function returns no tensor. The results are there still, and
  // nothing else that the function took but what it is to keep.
  void finish(const Tensor* result);

 private:
  HeldPeak held_;
};

// Whether a DryRun is alive on this thread: then nothing may be written.
bool is_dry_running() noexcept;

// While alive, operations of this thread choose and record but run nothing (cp.explain).
class DryRun {
 public:
  DryRun();
  ~DryRun();
  DryRun(const DryRun&) = delete;
  DryRun& operator=(const DryRun&) = delete;
  // The record of the last public operation of the dry run, or null.
  const DispatchRecord* record() const noexcept;

 private:
  bool outer_has_record_;  // of the dry run that this one is in, which keeps it
};

}  // namespace corepy
