// The canonical bytes of a tensor: C order, little endian, every NaN the same quiet one (payload
// and sign are not part of the reproducibility guarantee), True always the byte 1 (shared foreign
// memory may hold any other byte that is not 0).
#include "digest.h"

#include <bit>
#include <cstring>

#include "corepy/dispatch/manipulation.h"
#include "corepy/dispatch/thread_records.h"
#include "errors.h"
#include "operands.h"
#include "tensor.h"

namespace corepy::python {
namespace {

template <class Bits, class T>
void unify_nans(std::byte* data, std::int64_t count, Bits quiet_nan) {
  for (std::int64_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, data + i * static_cast<std::int64_t>(sizeof(T)), sizeof value);
    if (value != value)
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
    if (is_floating(tensor.dtype)) {
      if (real_of(tensor.dtype) == DType::float32) {
        unify_nans<std::uint32_t, float>(contiguous.data(), bytes / 4, 0x7fc00000u);
      } else {
        unify_nans<std::uint64_t, double>(contiguous.data(), bytes / 8, 0x7ff8000000000000u);
      }
    }
    return checked(PyBytes_FromStringAndSize(reinterpret_cast<const char*>(contiguous.data()),
                                             static_cast<Py_ssize_t>(bytes)));
  });
}

}  // namespace corepy::python
