// The BLAS backend: loading, and matmul through cblas_?gemm. Decompositions are in lapack.cpp.
#include "corepy/linalg/openblas.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <optional>

#include "corepy/core/error.h"
#include "corepy/dispatch/backend.h"
#include "corepy/linalg/lapack.h"
#include "corepy/ops/loop_plan.h"
#ifndef _WIN32
#include <dlfcn.h>
#endif

namespace corepy {
namespace {

// The standard CBLAS interface with 32-bit integers; scipy-openblas32 prefixes its symbols.
enum : int { cblas_row_major = 101, cblas_no_trans = 111, cblas_trans = 112 };
using Sgemm = void (*)(int, int, int, int, int, int, float, const float*, int, const float*, int,
                       float, float*, int);
using Dgemm = void (*)(int, int, int, int, int, int, double, const double*, int, const double*, int,
                       double, double*, int);

struct Library {
  Sgemm sgemm = nullptr;
  Dgemm dgemm = nullptr;
};
Library library;

// A matrix as BLAS takes it: unit stride along rows or columns, the other stride in elements.
struct BlasMatrix {
  int trans, leading;
};

std::optional<BlasMatrix> as_blas(std::int64_t rows, std::int64_t columns, std::int64_t row_stride,
                                  std::int64_t column_stride, std::int64_t itemsize) {
  constexpr std::int64_t int_max = std::numeric_limits<int>::max();
  if (rows > int_max || columns > int_max) return std::nullopt;
  const auto leading = [&](std::int64_t stride, std::int64_t extent,
                           std::int64_t other_extent) -> std::optional<int> {
    if (extent <= 1) return static_cast<int>(std::max<std::int64_t>(other_extent, 1));
    if (stride <= 0 || stride % itemsize != 0) return std::nullopt;
    const std::int64_t elements = stride / itemsize;
    if (elements < other_extent || elements > int_max) return std::nullopt;
    return static_cast<int>(std::max<std::int64_t>(elements, 1));
  };
  if (column_stride == itemsize || columns <= 1) {
    if (const auto ld = leading(row_stride, rows, columns)) return BlasMatrix{cblas_no_trans, *ld};
  }
  if (row_stride == itemsize || rows <= 1) {
    if (const auto ld = leading(column_stride, columns, rows)) return BlasMatrix{cblas_trans, *ld};
  }
  return std::nullopt;
}

struct Problem {
  int m, n, k;
  BlasMatrix a, b;
};

// One product of rank-2 operands; stacks and vectors stay with the native kernels.
std::optional<Problem> plan(const Tensor& a, const Tensor& b) {
  if (a.rank() != 2 || b.rank() != 2) return std::nullopt;
  const auto left = as_blas(a.shape[0], a.shape[1], a.strides[0], a.strides[1], a.itemsize());
  const auto right = as_blas(b.shape[0], b.shape[1], b.strides[0], b.strides[1], b.itemsize());
  if (!left || !right) return std::nullopt;
  return Problem{static_cast<int>(a.shape[0]), static_cast<int>(b.shape[1]),
                 static_cast<int>(a.shape[1]), *left, *right};
}

bool accepts(const Call& call, void*, Reason& reason) {
  reason = Reason::op_unsupported;
  if (call.op != Op::matmul) return lapack_accepts(call, reason);
  reason = Reason::dtype_unsupported;
  const Tensor &a = *call.inputs[0], &b = *call.inputs[1];
  if (!is_real_floating(call.compute_dtype) || a.dtype != call.compute_dtype ||
      b.dtype != call.compute_dtype)
    return false;
  reason = a.rank() == 2 && b.rank() == 2 ? Reason::layout_unsupported : Reason::rank_unsupported;
  return plan(a, b).has_value();
}

std::int64_t work_bytes(const Call& call) {
  if (call.op != Op::matmul) return lapack_work_bytes(call);
  const Tensor &a = *call.inputs[0], &b = *call.inputs[1];
  const double flops = 2.0 * static_cast<double>(a.size()) * static_cast<double>(b.shape[1]);
  return static_cast<std::int64_t>(std::min(flops / 4, 1e18));
}

const char* run(const Call& call, void*) {
  if (call.op != Op::matmul) return run_lapack(call);
  const Tensor &a = *call.inputs[0], &b = *call.inputs[1], &c = *call.result;
  const Problem p = *plan(a, b);
  const int ldc = p.n > 1 ? p.n : 1;
  if (c.size() == 0) return "gemm";
  if (call.compute_dtype == DType::float32) {
    library.sgemm(cblas_row_major, p.a.trans, p.b.trans, p.m, p.n, p.k, 1.0f,
                  reinterpret_cast<const float*>(a.data()), p.a.leading,
                  reinterpret_cast<const float*>(b.data()), p.b.leading, 0.0f,
                  reinterpret_cast<float*>(c.data()), ldc);
    return "sgemm";
  }
  library.dgemm(cblas_row_major, p.a.trans, p.b.trans, p.m, p.n, p.k, 1.0,
                reinterpret_cast<const double*>(a.data()), p.a.leading,
                reinterpret_cast<const double*>(b.data()), p.b.leading, 0.0,
                reinterpret_cast<double*>(c.data()), ldc);
  return "dgemm";
}

#ifndef _WIN32
// OpenBLAS starts its threads while it is loaded, as many as OPENBLAS_NUM_THREADS says: so it says
// 1, for that moment only.
class OneThreadEnvironment {
 public:
  OneThreadEnvironment() {
    if (const char* value = std::getenv(name)) saved_ = value;
    setenv(name, "1", 1);
  }
  ~OneThreadEnvironment() {
    if (saved_) {
      setenv(name, saved_->c_str(), 1);
    } else {
      unsetenv(name);
    }
  }
  OneThreadEnvironment(const OneThreadEnvironment&) = delete;
  OneThreadEnvironment& operator=(const OneThreadEnvironment&) = delete;

 private:
  static constexpr const char* name = "OPENBLAS_NUM_THREADS";
  std::optional<std::string> saved_;
};

void* open_library(const std::string& path) {
  const OneThreadEnvironment environment;
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    fail(ErrorKind::backend,
         "openblas: the library cannot be loaded (got " + std::string(dlerror()) + ")");
  return handle;
}

void* find_symbol(void* handle, const std::string& name) {
  if (void* symbol = dlsym(handle, ("scipy_" + name).c_str())) return symbol;
  if (void* symbol = dlsym(handle, name.c_str())) return symbol;
  fail(ErrorKind::backend, "openblas: the library has no symbol " + name);
}
#endif

}  // namespace

void load_openblas(const std::string& path) {
#ifdef _WIN32
  fail(ErrorKind::unsupported,
       "openblas: policy BLAS is not available on Windows in this version (got " + path + ")");
#else
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  if (library.sgemm != nullptr) return;
  void* handle = open_library(path);
  library.dgemm = reinterpret_cast<Dgemm>(find_symbol(handle, "cblas_dgemm"));
  library.sgemm = reinterpret_cast<Sgemm>(find_symbol(handle, "cblas_sgemm"));
  load_lapack(
      [](void* library_handle, const char* name) { return find_symbol(library_handle, name); },
      handle);
  register_backend({"openblas", Policy::BLAS, false, accepts, run, nullptr, work_bytes});
#endif
}

}  // namespace corepy
