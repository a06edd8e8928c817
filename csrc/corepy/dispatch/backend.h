// The contract of a backend and the registry of backends. The built-in ones (native kernels,
// OpenBLAS, the reference oracle) go through the same struct as a plugin does.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <variant>

#include "corepy/core/settings.h"
#include "corepy/core/tensor.h"
#include "corepy/dispatch/record.h"
#include "corepy/ops/op.h"

namespace corepy {

// An option of a call, named as in the array API. Text is static.
using OptionValue = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, Dims,
                                 DType, const char*>;
struct Option {
  const char* name;
  OptionValue value;
};

// A call as a backend sees it: operands checked, the results' dtypes and shapes inferred and
// allocated (contiguous).
struct Call {
  Op op;
  std::span<const Tensor* const> inputs;
  std::span<const Option> options;
  Tensor* result;  // the first of result_count
  DType compute_dtype;
  int result_count = 1;

  std::span<Tensor> results() const { return {result, static_cast<std::size_t>(result_count)}; }
};

struct Backend {
  const char* name;  // static text
  Policy policy;     // the policy that asks for it
  bool reproducible;
  // Whether it can run the call; false with a reason where not.
  bool (*accepts)(const Call& call, void* context, Reason& reason);
  // Runs it; fills the results' memory or replaces them by tensors of the same dtypes and shapes.
  // May throw Error. Returns static text naming the kernel.
  const char* (*run)(const Call& call, void* context);
  void* context;  // the backend's own, passed back to it
  // What an accepted call costs, as bytes moved at memory speed, of a backend that needs no lock of
  // the host's: that is released for long calls. Null: the lock is kept.
  std::int64_t (*work_bytes)(const Call& call) = nullptr;
};

inline constexpr std::uint8_t native_backend = 0;

// Adds a backend; its index is its place in records. At most 8, never removed.
std::uint8_t register_backend(const Backend& backend);
std::span<const Backend> registered_backends() noexcept;
// How many there are: what a cached choice compares with.
extern std::atomic<std::size_t> registered_backend_count;
// The backend that serves `policy`, or null. backend_loader_hook, set by the host, is asked to make
// it available first.
const Backend* find_backend(Policy policy);
extern bool (*backend_loader_hook)(Policy policy);

}  // namespace corepy
