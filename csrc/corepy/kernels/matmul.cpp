// The matmul kernels of one ISA: which path a product takes, and the table that dispatch reads.
#include "corepy/kernels/matmul_integer.h"
#include "corepy/kernels/matmul_packed.h"
#include "corepy/kernels/matmul_small.h"
#include "corepy/kernels/matmul_table.h"
#include "corepy/kernels/matmul_vector_strips.h"

namespace corepy::COREPY_ISA {
namespace {

enum class Path { empty, vector, columns, small, packed };

// A few columns, each a matrix times a vector, where vectors of columns would be half empty or
// more, or where columns of B would have to be turned first. For A that lies contiguous along k, in
// long lanes. Limits: narrow products of matmul_benchmark.
template <class E>
bool is_few_columns(const ProductArgs& args) noexcept {
  using T = matmul::ScalarOf<E>;
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  if (args.count != 1 || matmul::lane_count<T>(args.k) == 1 ||
      args.a_column_stride_bytes != itemsize) {
    return false;
  }
  constexpr std::int64_t most_turned = 32 / itemsize, near_bytes = std::int64_t{1} << 18;
  if (!is_complex_element<E> && args.b_row_stride_bytes == itemsize && args.n <= most_turned &&
      args.m * args.k * itemsize <= near_bytes) {
    return true;
  }
  constexpr std::int64_t most = matmul::smaller(3, lanes<T> / (2 * matmul::parts_of<E>));
  constexpr std::int64_t least_rows = 16;
  return args.n <= most && args.m >= least_rows;
}

// The same product as a stack of one column each.
ProductArgs as_columns(ProductArgs args, std::int64_t itemsize) noexcept {
  args.count = args.n;
  args.n = 1;
  args.a_step_bytes = 0;
  args.b_step_bytes = args.b_column_stride_bytes;
  args.c_step_bytes = itemsize;
  return args;
}

template <class E>
inline constexpr bool is_inexact = std::is_floating_point_v<E> || is_complex_element<E>;
template <class E>
inline constexpr bool has_small_path = std::is_same_v<matmul::StoredOf<E>, matmul::ScalarOf<E>>;

template <class E>
Path path_of(const ProductArgs& args) noexcept {
  if (args.m == 0 || args.n == 0) return Path::empty;
  if (is_inexact<E> && args.k > 0 && (args.m == 1 || args.n == 1)) {
    // In stacks of tiny products with a vector, the setting out of each counts.
    constexpr std::int64_t tiny = 8;
    const bool is_tiny = args.m <= tiny && args.n <= tiny && args.k <= tiny && args.m * args.n > 1;
    if (args.count == 1 || !is_tiny) return Path::vector;
  }
  if constexpr (is_inexact<E>) {
    if (is_few_columns<E>(args)) return Path::columns;
  } else {
    if (matmul::is_integer_vector_product<E>(args)) return Path::vector;
  }
  if (matmul::is_small<E>(args)) return Path::small;
  return Path::packed;
}

template <class E>
void run(const ProductArgs& args) noexcept {
  matmul::StopCheck stop(args);
  switch (path_of<E>(args)) {
    case Path::empty:
      return;
    case Path::vector:
      if constexpr (is_inexact<E>) {
        matmul::multiply_vectors<E>(args, stop);
      } else {
        matmul::multiply_integer_vectors<E>(args, stop);
      }
      return;
    case Path::columns:
      if constexpr (is_inexact<E>) matmul::multiply_vectors<E>(as_columns(args, sizeof(E)), stop);
      return;
    case Path::small:
      if constexpr (has_small_path<E>) matmul::multiply_small<E>(args, stop);
      return;
    case Path::packed:
      return matmul::multiply_packed<E>(args, stop);
  }
}

template <class E>
std::int64_t workspace_bytes(const ProductArgs& args) noexcept {
  switch (path_of<E>(args)) {
    case Path::vector:
      if constexpr (is_inexact<E>) return matmul::vector_workspace_bytes<E>(args);
      return 0;
    case Path::columns:
      if constexpr (is_inexact<E>)
        return matmul::vector_workspace_bytes<E>(as_columns(args, sizeof(E)));
      return 0;
    case Path::packed:
      return matmul::plan_packed<E>(args.m, args.n, args.k).workspace_bytes();
    case Path::small:
      if constexpr (has_small_path<E>) return matmul::small_workspace_bytes<E>(args);
      return 0;
    case Path::empty:
      break;
  }
  return 0;
}

template <class E>
const char* variant(const ProductArgs& args) noexcept {
  switch (path_of<E>(args)) {
    case Path::vector:
      return args.m == 1 && args.n == 1 ? "dot" : args.n == 1 ? "matrix_vector" : "vector_matrix";
    case Path::columns:
      return "matrix_vectors";
    case Path::small:
      return "small";
    case Path::packed:
      return "packed";
    case Path::empty:
      break;
  }
  return "empty";
}

// Integers wrap, so signed ones are computed as unsigned; bool has no product in the array API, and
// half precision comes as float32.
template <class E>
struct KernelElement {
  using type = E;
};
template <class E>
  requires std::is_integral_v<E>
struct KernelElement<E> {
  using type = std::make_unsigned_t<E>;
};

template <class E>
constexpr ProductKernel kernel_of() {
  if constexpr (std::is_same_v<E, bool8_t> || is_half_element<E>) {
    return {nullptr, nullptr, nullptr};
  } else {
    using K = typename KernelElement<E>::type;
    return {&run<K>, &workspace_bytes<K>, &variant<K>};
  }
}

}  // namespace

extern constinit const MatmulKernels matmul_kernels = {{
#define COREPY_X(name, type, ...) kernel_of<type>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
}};

}  // namespace corepy::COREPY_ISA
