// The canonical bytes of a tensor: C order, little endian, every NaN the same quiet one (payload
// and sign are not part of the reproducibility guarantee), True always the byte 1 (shared foreign
// memory may hold any other byte that is not 0).
#include "digest.h"

#include <bit>
#include <cstring>

#include "corepy/core/half.h"
#include "corepy/dispatch/manipulation.h"
#include "corepy/dispatch/thread_records.h"
#include "errors.h"
#include "operands.h"
#include "tensor.h"

namespace corepy::python {
namespace {

template <class T>
bool is_nan(T value) {
  if constexpr (is_half_element<T>) {
    return is_nan(expand_half(value));
  } else {
    return value != value;
  }
}

template <class Bits, class T>
void unify_nans(std::byte* data, std::int64_t count, Bits quiet_nan) {
  for (std::int64_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, data + i * static_cast<std::int64_t>(sizeof(T)), sizeof value);
    if (is_nan(value))
      std::memcpy(data + i * static_cast<std::int64_t>(sizeof(T)), &quiet_nan, sizeof quiet_nan);
  }
}

static_assert(std::endian::native == std::endian::little,
              "swap bytes here on a big-endian machine");

}  // namespace

PyObject* core_canonical_bytes(PyObject*, PyObject* object) {
  return guarded([&] {
    const Tensor& tensor = tensor_argument("digest", "x", object);
    const SuspendedRecords suspended;
    // A cast to itself: C order, truths as 0 and 1.
    const Tensor contiguous = astype(tensor, tensor.dtype, true);
    const std::int64_t bytes = contiguous.nbytes();
    std::byte* data = contiguous.data();
    switch (real_of(tensor.dtype)) {
      case DType::float16:
        unify_nans<std::uint16_t, Float16>(data, bytes / 2, float16_nan_bits);
        break;
      case DType::bfloat16:
        unify_nans<std::uint16_t, BFloat16>(data, bytes / 2, bfloat16_nan_bits);
        break;
      case DType::float32:
        unify_nans<std::uint32_t, float>(data, bytes / 4, 0x7fc00000u);
        break;
      case DType::float64:
        unify_nans<std::uint64_t, double>(data, bytes / 8, 0x7ff8000000000000u);
        break;
      default:
        break;
    }
    return checked(PyBytes_FromStringAndSize(reinterpret_cast<const char*>(contiguous.data()),
                                             static_cast<Py_ssize_t>(bytes)));
  });
}

}  // namespace corepy::python
