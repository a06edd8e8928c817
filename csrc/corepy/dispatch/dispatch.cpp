// The frame of every operation.
#include "corepy/dispatch/dispatch.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include "corepy/core/error.h"
#include "corepy/core/half.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/planned_storage.h"

namespace corepy {

HostHooks host_hooks;

namespace {

void select_isa(IsaChoice& choice, const Settings& settings) noexcept {
  const bool forced = settings.isa() != auto_isa;
  choice.head.isa = forced ? static_cast<Isa>(settings.isa()) : best_isa();
  for (int i = 0; i < isa_count; ++i) {
    const auto isa = static_cast<Isa>(i);
    if (isa == choice.head.isa) continue;
    choice.reject(i, !is_available(isa) ? Reason::cpu_lacks_feature
                     : forced           ? Reason::other_isa_forced
                                        : Reason::slower_isa);
  }
}

void reject_backends(IsaChoice& choice, Policy policy) noexcept {
  const bool wants_reproducible = policy == Policy::AUTO || policy == Policy::SIMD;
  for (const Policy other : {Policy::BLAS, Policy::GPU, Policy::REFERENCE}) {
    if (other == policy) continue;
    const auto backends = registered_backends();
    int index = -1;
    for (std::size_t i = 1; i < backends.size(); ++i) {
      if (backends[i].policy == other) index = static_cast<int>(i);
    }
    if (index < 0) continue;
    choice.reject(isa_count + index,
                  wants_reproducible && !backends[static_cast<std::size_t>(index)].reproducible
                      ? Reason::policy_reproducible
                      : Reason::policy_named_other);
  }
}

void select(IsaChoice& choice, const Settings& settings) noexcept {
  choice.head = {};
  choice.head.policy = settings.policy();
  choice.head.backend = native_backend;
  choice.head.reproducible = true;
  choice.head.result_stored = 1;
  choice.head.threads = 1;
  choice.head.variant = "";
  choice.head.bound = "exact";
  select_isa(choice, settings);
  reject_backends(choice, settings.policy());
}

// What a choice rests on, beside the backends there are.
std::uint64_t key_of(const Settings& settings) noexcept {
  return settings.word &
         (Settings::mask_of(Settings::policy_field) | Settings::mask_of(Settings::isa_field));
}

bool is_current(const IsaChoice& choice, const Settings& settings) noexcept {
  return choice.key == key_of(settings) &&
         choice.backend_count == registered_backend_count.load(std::memory_order_acquire);
}

bool is_finite(float value) noexcept { return std::isfinite(value); }
bool is_finite(double value) noexcept { return std::isfinite(value); }
bool is_finite(Float16 value) noexcept { return std::isfinite(expand_half(value)); }
bool is_finite(BFloat16 value) noexcept { return std::isfinite(expand_half(value)); }

template <class T>
bool scan_nonfinite(const Tensor& tensor, int axis, const std::byte* data,
                    int components) noexcept {
  if (axis == tensor.rank()) {
    for (int i = 0; i < components; ++i) {
      T value;
      std::memcpy(&value, data + i * static_cast<int>(sizeof(T)), sizeof(T));
      if (!is_finite(value)) return true;
    }
    return false;
  }
  // The elements that a broadcast repeats are one.
  const std::int64_t extent =
      tensor.strides[axis] == 0 && tensor.shape[axis] > 1 ? 1 : tensor.shape[axis];
  for (std::int64_t i = 0; i < extent; ++i) {
    if (scan_nonfinite<T>(tensor, axis + 1, data + i * tensor.strides[axis], components))
      return true;
  }
  return false;
}

bool has_nonfinite(const Tensor& tensor) noexcept {
  switch (tensor.dtype) {
    case DType::float32:
      return scan_nonfinite<float>(tensor, 0, tensor.data(), 1);
    case DType::float64:
      return scan_nonfinite<double>(tensor, 0, tensor.data(), 1);
    case DType::float16:
      return scan_nonfinite<Float16>(tensor, 0, tensor.data(), 1);
    case DType::bfloat16:
      return scan_nonfinite<BFloat16>(tensor, 0, tensor.data(), 1);
    case DType::complex64:
      return scan_nonfinite<float>(tensor, 0, tensor.data(), 2);
    case DType::complex128:
      return scan_nonfinite<double>(tensor, 0, tensor.data(), 2);
    default:
      return false;
  }
}

// What every tensor must keep: all its elements lie inside its storage. Asked under
// `settings.debug`.
void check_inside_storage(const char* op, const Tensor& tensor) {
  if (tensor.size() == 0 || tensor.storage->is_foreign())
    return;  // foreign extents were checked on import
  std::int64_t low = tensor.offset_bytes, high = tensor.offset_bytes + tensor.itemsize();
  for (int i = 0; i < tensor.rank(); ++i) {
    const std::int64_t reach = (tensor.shape[i] - 1) * tensor.strides[i];
    (reach < 0 ? low : high) += reach;
  }
  if (low >= 0 && high <= tensor.storage->nbytes) return;
  fail(ErrorKind::backend, std::string(op) +
                               ": internal error: the result leaves its storage (got bytes " +
                               std::to_string(low) + " to " + std::to_string(high) + " of " +
                               std::to_string(tensor.storage->nbytes) + "); please report it");
}

}  // namespace

Operation::Operation(Op op, const char* composition)
    : settings_{process_settings.load(std::memory_order_relaxed)} {
  ThreadRecords* const thread = thread_records_pointer;
  if (thread == nullptr || (thread->depth | thread->dry_runs | thread->suspended) != 0 ||
      settings_overlay_used.load(std::memory_order_relaxed) || settings_.debug() ||
      active_log_count.load(std::memory_order_relaxed) > 0 ||
      !is_current(thread->choice, settings_) || float_environment_.differs()) [[unlikely]] {
    begin_watched(op, composition);
    return;
  }
  thread->depth = 1;
  thread_ = thread;
  begin(thread->slot(thread->sequence + 1), thread->choice, op, composition);
}

inline void Operation::begin(DispatchRecord& record, const IsaChoice& choice, Op op,
                             const char* composition) noexcept {
  record_ = &record;
  static_cast<RecordHead&>(record) = choice.head;
  if (composition != nullptr) record.composition = composition;
  record.op = op;
}

void Operation::begin_watched(Op op, const char* composition) noexcept {
  settings_ = current_settings();
  thread_ = &thread_records();
  dry_run_ = thread_->dry_runs > 0;
  IsaChoice& choice = thread_->choice;
  if (!is_current(choice, settings_)) {
    choice.key = key_of(settings_);
    choice.backend_count = registered_backend_count.load(std::memory_order_acquire);
    select(choice, settings_);
  }
  const int depth = thread_->depth++;
  begin(thread_->open_record(depth), choice, op, composition);
  if (float_environment_.differs()) record_->flags = record_float_environment_reset;
  const bool is_logged = active_log_count.load(std::memory_order_relaxed) > 0;
  start_ns_ = is_logged ? steady_now_ns() : 0;
  is_watched_ = depth > 0 || dry_run_ || thread_->suspended > 0 || is_logged || settings_.debug();
}

void Operation::note_copy(std::int64_t bytes, const char* what) {
  record_->copied_bytes += bytes;
  if (settings_.strict()) {
    fail(ErrorKind::strict,
         std::string(name()) + ": a hidden copy was needed (got " + what + ", " +
             std::to_string(bytes) +
             " bytes; strict mode allows none); copy explicitly with corepy.copy");
  }
  if (bytes >= blocking_work_bytes && host_hooks.warn_performance != nullptr) {
    host_hooks.warn_performance((std::string(name()) + ": a hidden copy of " +
                                 std::to_string(bytes) + " bytes was needed (" + what + ")")
                                    .c_str());
  }
}

void Operation::note_peak(const HeldPeak& held, std::span<const Tensor> results) noexcept {
  std::int64_t bytes = held.bytes_above_start();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Storage* storage = results[i].storage.get();
    const bool is_counted =
        std::any_of(results.begin(), results.begin() + static_cast<std::ptrdiff_t>(i),
                    [storage](const Tensor& earlier) { return earlier.storage.get() == storage; });
    if (storage != nullptr && !is_counted) bytes -= storage->block_bytes;
  }
  record_->workspace_bytes = std::max<std::int64_t>(bytes, 0);
}

void Operation::note_promotion(RecordFlag flag, const char* what) {
  record_->flags |= flag;
  if (settings_.strict()) {
    fail(ErrorKind::strict, std::string(name()) + ": operands would be converted implicitly (got " +
                                what +
                                "; strict mode allows no conversion); convert with corepy.astype");
  }
}

Isa Operation::choose_for_policy(bool has_simd_kernel) {
  const Policy policy = settings_.policy();
  if (policy == Policy::SIMD) {
    if (!has_simd_kernel) {
      fail(ErrorKind::backend,
           std::string(name()) +
               ": policy SIMD asks for a vector kernel and there is none (got policy "
               "SIMD; expected AUTO, which runs the scalar kernel)");
    }
    return choose_native();
  }
  record_->isa = no_isa;
  backend_ = find_backend(policy);
  if (backend_ == nullptr) {
    fail(ErrorKind::backend,
         std::string(name()) + ": no backend is installed for this policy (got policy " +
             name_of(policy) + "; expected AUTO, SIMD or an installed backend's)");
  }
  return no_isa;
}

void Operation::adopt_child(DType compute) noexcept {
  ThreadRecords& records = thread_records();
  const DispatchRecord& child = records.open_record(records.depth);
  record_->backend = child.backend;
  record_->isa = child.isa;
  runs_kernel_ = child.isa != no_isa || child.backend != native_backend;
  record_->variant = child.variant;
  record_->reproducible = record_->reproducible && child.reproducible;
  record_->rejection_count = child.rejection_count;
  std::memcpy(record_->rejections, child.rejections, sizeof record_->rejections);
  record_->workspace_bytes = child.workspace_bytes;
  record_->flags |= child.flags;
  set_bound(compute);
}

bool Operation::alternate() noexcept {
  if (!asked_for_turn_) thread_->turn = !thread_->turn;
  asked_for_turn_ = true;
  return thread_->turn;
}

Isa Operation::choose_native() noexcept {
  runs_kernel_ = true;
  return record_->isa = thread_->choice.head.isa;
}

void Operation::choose_no_kernel(const char* variant) noexcept {
  record_->variant = variant;
  set_exact();
}

void Operation::run_backend(const Call& call) {
  Reason reason = Reason::op_unsupported;
  const auto index = static_cast<std::uint8_t>(backend_ - registered_backends().data());
  if (!backend_->accepts(call, backend_->context, reason)) {
    // BLAS covers matrix products and decompositions: everything else falls to the native kernels,
    // and the record says so.
    record_->rejections[record_->rejection_count++] = {static_cast<std::uint8_t>(isa_count + index),
                                                       reason};
    backend_ = nullptr;
    return;
  }
  record_->backend = index;
  runs_kernel_ = true;
  record_->reproducible = backend_->reproducible;
  const std::int64_t work_bytes =
      backend_->work_bytes != nullptr ? backend_->work_bytes(call) : std::int64_t{0};
  const BlockingRegion region(*this, work_bytes, call.inputs);
  if (dry_run_) return;
  Call pinned = call;
  pinned.inputs = region.operands();
  const HeldPeak held;
  record_->variant = backend_->run(pinned, backend_->context);
  record_->workspace_bytes += held.bytes_above_now();  // of our allocator; its own is its own
}

bool Operation::is_left_to_native(Isa& isa, const Call& call) {
  if (isa != no_isa) return true;
  run_backend(call);
  if (record_->backend != native_backend) return false;
  isa = choose_native();
  return true;
}

// In a dry run a result is zeros that take no memory, so that nothing is computed, and still all
// that is asked of it can be answered.
Tensor Operation::allocate_result(const Dims& shape, DType dtype) {
  if (!dry_run_) return empty_tensor(name(), shape, dtype);
  const std::int64_t itemsize = itemsize_of(dtype);
  const std::int64_t nbytes = count_elements(name(), shape, itemsize) * itemsize;
  return Tensor{plan_storage(name(), nbytes), 0, dtype, shape, contiguous_strides(shape, itemsize)};
}

StorageRef Operation::allocate_scratch(std::int64_t nbytes) {
  return dry_run_ ? plan_storage(name(), nbytes) : allocate_storage(name(), nbytes);
}

bool Operation::wants_verify() const noexcept {
  return settings_.verify() && !dry_run_ && thread_records().suspended == 0 &&
         host_hooks.verify != nullptr && record_->policy != Policy::REFERENCE;
}

void Operation::verify(const Call& call) { host_hooks.verify(call); }

// Whether the result is made of rounded numbers, each once where the bound is exact. Two such parts
// round twice.
bool Operation::rounds() const noexcept {
  if (record_->composition != nullptr) return record_->has_rounded;
  const Family family = info_of(record_->op).family;
  const bool moves = family == Family::manipulation || family == Family::indexing ||
                     family == Family::creation || family == Family::sorting ||
                     family == Family::searching;
  return !moves && runs_kernel_ && record_->result_stored != 0 &&
         is_floating(record_->result.dtype());
}

// What a part was is true of the whole.
void Operation::report_to(DispatchRecord& parent) const noexcept {
  if (&parent == record_) return;  // nested deeper than records are kept
  ++parent.child_count;
  parent.reproducible = parent.reproducible && record_->reproducible;
  parent.copied_bytes += record_->copied_bytes;
  parent.cast_bytes += record_->cast_bytes;
  if (parent.composition == nullptr) return;  // its path takes the rest by adopt_child
  parent.flags |= record_->flags & ~std::uint32_t{record_nonfinite_result};
  parent.threads = std::max(parent.threads, record_->threads);
  if (std::string_view(record_->bound) != "exact" || (parent.has_rounded && rounds()))
    parent.bound = "parts";
  parent.has_rounded = parent.has_rounded || rounds();
  parent.has_blas_part = parent.has_blas_part || may_use_blas(*record_);
  if (!runs_kernel_) return;
  parent.backend = record_->backend;
  parent.isa = record_->isa;
  parent.compute_dtype = record_->compute_dtype;
  parent.rejection_count = record_->rejection_count;
  std::memcpy(parent.rejections, record_->rejections, sizeof parent.rejections);
}

void Operation::publish_watched(const Tensor* result) {
  if (settings_.debug() && result != nullptr) check_inside_storage(name(), *result);
  ThreadRecords& records = *thread_;
  const int depth = records.depth - 1;
  if (dry_run_) {
    record_->flags |= record_dry_run;
    if (depth == 0) {
      records.dry_record = *record_;
      records.dry_record_filled = true;
    } else {
      report_to(records.open_record(depth - 1));
    }
    return;
  }
  if (records.suspended > 0) return;
  if (start_ns_ > 0 && active_log_count.load(std::memory_order_relaxed) > 0) {
    record_->sequence = records.sequence + 1;  // children have their public operation's
    if (value_checking_log_count.load(std::memory_order_relaxed) > 0 && result != nullptr &&
        has_nonfinite(*result)) {
      record_->flags |= record_nonfinite_result;
    }
    append_to_logs(
        {*record_, start_ns_, steady_now_ns(), records.thread, static_cast<std::uint16_t>(depth)});
  }
  if (depth == 0) {
    record_->sequence = ++records.sequence;
  } else {
    report_to(records.open_record(depth - 1));
  }
}

Composition::Composition(const char* name) : Operation(Op{}, name) {
  record_->variant = "composition";
  record_->compute_dtype = DType::bool_;  // until a part or the result says another
  record_no_kernel();
  ++thread_->compositions;
}

Composition::~Composition() { --thread_->compositions; }

void Composition::finish(const Tensor* result) {
  runs_kernel_ = record_->isa != no_isa || record_->backend != native_backend;
  record_->workspace_bytes = held_.bytes_above_now();
  if (result != nullptr) {
    Operation::finish(*result, layout_of(*result));
  } else {
    record_->result_stored = 0;
    publish(nullptr);
  }
}

bool is_dry_running() noexcept { return thread_records().dry_runs > 0; }

DryRun::DryRun() {
  ThreadRecords& records = thread_records();
  ++records.dry_runs;
  outer_has_record_ = records.dry_record_filled;
  records.dry_record_filled = false;
}
DryRun::~DryRun() {
  ThreadRecords& records = thread_records();
  --records.dry_runs;
  records.dry_record_filled = records.dry_record_filled || outer_has_record_;
}
const DispatchRecord* DryRun::record() const noexcept {
  ThreadRecords& records = thread_records();
  return records.dry_record_filled ? &records.dry_record : nullptr;
}

}  // namespace corepy
