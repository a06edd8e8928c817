// Random draws. A generator's state is a bytearray of 24 bytes, little endian: four 32-bit words of
// the key, then the 64-bit number of its next draw. One of 32 draws parts of larger draws: the last
// eight bytes are the place of their first element.
#include "random.h"

#include <cstring>
#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/random.h"
#include "dtype.h"
#include "errors.h"
#include "operands.h"
#include "tensor.h"
#include "type_name.h"

namespace corepy::python {
namespace {

static_assert(sizeof(RandomState) == 24);
constexpr Py_ssize_t state_bytes = sizeof(RandomState);
constexpr Py_ssize_t part_bytes = state_bytes + sizeof(std::int64_t);

// Borrowed: valid until Python code runs, which may resize it.
RandomState& state_argument(const char* op, PyObject* object) {
  if (!PyByteArray_Check(object) ||
      (PyByteArray_GET_SIZE(object) != state_bytes && PyByteArray_GET_SIZE(object) != part_bytes)) {
    fail(ErrorKind::type, std::string(op) + ": the state is not a generator's (got " +
                              type_name(object) + "; expected a bytearray of 24 or 32 bytes)");
  }
  return *reinterpret_cast<RandomState*>(PyByteArray_AS_STRING(object));
}

// Where a part begins; 0 for a whole draw.
std::int64_t start_of(PyObject* state) {
  std::int64_t start = 0;
  if (PyByteArray_GET_SIZE(state) == part_bytes)
    std::memcpy(&start, PyByteArray_AS_STRING(state) + state_bytes, sizeof start);
  return start;
}

PyObject* wrap_state(const RandomKey& key) {
  const RandomState state{key, 0};
  return checked(
      PyByteArray_FromStringAndSize(reinterpret_cast<const char*>(&state), sizeof state));
}

[[noreturn]] void fail_integer_bound(const char* op, const char* name, PyObject* object,
                                     DType dtype) {
  OwnedRef text(PyObject_Repr(object));
  const char* utf8 = PyUnicode_AsUTF8(text.get());
  fail(ErrorKind::value, std::string(op) + ": " + name + " does not fit the dtype (got " +
                             (utf8 != nullptr ? utf8 : "?") + " for " + name_of(dtype) +
                             "); pass another dtype");
}

// An inclusive bound as 64 bits, in the range of the dtype.
std::uint64_t integer_bound(const char* op, const char* name, PyObject* object, DType dtype) {
  if (!PyIndex_Check(object) || PyBool_Check(object)) {
    fail(ErrorKind::type, std::string(op) + ": " + name + " has the wrong type (got " +
                              type_name(object) + "; expected int)");
  }
  OwnedRef index(PyNumber_Index(object));
  const int bits = 8 * itemsize_of(dtype);
  if (kind_of(dtype) == DTypeKind::unsigned_integer) {
    const unsigned long long value = PyLong_AsUnsignedLongLong(index.get());
    const bool is_outside =
        value == static_cast<unsigned long long>(-1) && PyErr_Occurred() != nullptr;
    if (is_outside) PyErr_Clear();
    if (is_outside || (bits < 64 && value >> bits != 0))
      fail_integer_bound(op, name, object, dtype);
    return value;
  }
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(index.get(), &overflow);
  const long long sign_bits = value >> (bits - 1);
  if (overflow != 0 || (sign_bits != 0 && sign_bits != -1))
    fail_integer_bound(op, name, object, dtype);
  return static_cast<std::uint64_t>(value);
}

void read_numbers(Op op, PyObject* const* objects, RandomRequest& request) {
  const char* name = name_of(op);
  const auto number = [&](int i, const char* parameter) {
    request.value[i] = number_argument(name, parameter, objects[i]);
  };
  switch (op) {
    case Op::random_uniform:
      number(0, "low");
      number(1, "high");
      break;
    case Op::random_normal:
      number(0, "loc");
      number(1, "scale");
      break;
    case Op::random_exponential:
      number(0, "scale");
      break;
    case Op::random_integers:
      request.integer[0] = integer_bound(name, "low", objects[0], request.dtype);
      request.integer[1] = integer_bound(name, "high", objects[1], request.dtype);
      break;
    default:
      break;
  }
}

DType default_dtype_of(Op op) {
  switch (op) {
    case Op::random_bits:
      return DType::uint64;
    case Op::random_integers:
      return DType::int64;
    default:
      return DType::float64;
  }
}

PyObject* run_draw(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  RandomRequest request;
  request.shape = dims_argument(name, "shape", slots[1]);
  request.dtype = optional_dtype(name, slots[2]).value_or(default_dtype_of(op));
  if (op == Op::random_integers && (kind_of(request.dtype) == DTypeKind::boolean ||
                                    kind_of(request.dtype) > DTypeKind::unsigned_integer)) {
    fail(ErrorKind::dtype, std::string(name) + ": unsupported dtype (got " +
                               name_of(request.dtype) + "; expected " +
                               dtype_names(info_of(op).dtypes) + ")");
  }
  read_numbers(op, slots + 3, request);
  RandomState& state = state_argument(name, slots[0]);
  request.start = start_of(slots[0]);
  return checked(wrap(draw(op, state, request)));
}

}  // namespace

const HandlerSpec random_spec{run_draw, {"state", "shape", "dtype", "first", "second"}};

PyObject* core_derive_random_state(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&] {
    constexpr const char* op = "derive_random_state";
    if (nargs != 3) fail(ErrorKind::type, std::string(op) + ": expected (state, purpose, index)");
    const std::int64_t purpose = int_argument(op, "purpose", args[1]);
    OwnedRef number(PyNumber_Index(args[2]));
    const unsigned long long index = PyLong_AsUnsignedLongLong(number.get());
    if (index == static_cast<unsigned long long>(-1) && PyErr_Occurred() != nullptr)
      throw PythonError{};
    return wrap_state(
        derive_key(state_argument(op, args[0]).key, static_cast<KeyPurpose>(purpose), index));
  });
}

PyObject* core_take_random_state(PyObject*, PyObject* object) {
  return guarded([&] {
    RandomState& state = state_argument("take_random_state", object);
    const RandomKey key = derive_key(state.key, KeyPurpose::draw, state.draw_count);
    if (!is_dry_running()) ++state.draw_count;
    return wrap_state(key);
  });
}

}  // namespace corepy::python
