// The raw tensor type: life of the object, operators as type slots, attributes.
#include "tensor.h"

#include <structmember.h>

#include <cstddef>
#include <new>
#include <string>

#include "conversion.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/elementwise.h"
#include "corepy/dispatch/linalg.h"
#include "corepy/dispatch/manipulation.h"
#include "dtype.h"
#include "errors.h"
#include "foreign_operand.h"
#include "interchange.h"
#include "operands.h"
#include "tensor_indexing.h"

namespace corepy::python {

PyTypeObject* raw_type_pointer = nullptr;
PyTypeObject* public_type_pointer = nullptr;

namespace {

PyObject* allocate(PyTypeObject* type, Tensor&& tensor, RecordId record) noexcept {
  // Not tp_alloc, which would first zero what is then constructed. From Python 3.11 on every class
  // written in Python has the garbage collector's header, and its deallocator reads it. Users'
  // subclasses may have slots, which must start as zeros.
  PyObject* self;
  if (type == public_type_pointer) [[likely]] {
    self = PyType_IS_GC(type) ? reinterpret_cast<PyObject*>(PyObject_GC_New(TensorObject, type))
                              : reinterpret_cast<PyObject*>(PyObject_New(TensorObject, type));
  } else {
    self = type->tp_alloc(type, 0);
  }
  if (self == nullptr) return nullptr;
  auto* object = reinterpret_cast<TensorObject*>(self);
  new (&object->tensor) Tensor(std::move(tensor));
  object->record = record;
  object->weakrefs = nullptr;
  return self;
}

void tensor_dealloc(PyObject* self) {
  auto* object = reinterpret_cast<TensorObject*>(self);
  PyTypeObject* type = Py_TYPE(self);
  if (object->weakrefs != nullptr) PyObject_ClearWeakRefs(self);
  object->tensor.~Tensor();
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* tensor_new(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  static const char* names[] = {"obj", "dtype", "copy", nullptr};
  PyObject *object = nullptr, *dtype = nullptr, *copy = nullptr;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "O|O$O:Tensor", const_cast<char**>(names), &object,
                                  &dtype, &copy) == 0) {
    return nullptr;
  }
  return guarded([&] {
    const RecordId before = last_record_id();
    Tensor tensor = tensor_from_object("Tensor", object, optional_dtype("Tensor", dtype),
                                       optional_bool("Tensor", "copy", copy));
    const RecordId after = last_record_id();  // that of a copy or conversion, where one was needed
    return checked(
        allocate(type, std::move(tensor), after.sequence != before.sequence ? after : RecordId{}));
  });
}

// ---- operators

// Whether the class of the operand that is no tensor has the same slot.
template <auto slot>
bool other_has(PyObject* a, PyObject* b) noexcept {
  const PyNumberMethods* methods = Py_TYPE(is_tensor(a) ? b : a)->tp_as_number;
  return methods != nullptr && methods->*slot != nullptr;
}

bool are_plain_tensors(PyObject* a, PyObject* b) noexcept {
  return Py_TYPE(a) == tensor_type() && Py_TYPE(b) == tensor_type();
}

// Of two tensors, or a tensor and a number.
template <Op op>
PyObject* run_binary(PyObject* a, PyObject* b) {
  if (are_plain_tensors(a, b)) [[likely]] {
    return guarded([&] {
      const Tensor* inputs[] = {&tensor_of(a), &tensor_of(b)};
      return wrap(elementwise(op, inputs));
    });
  }
  return guarded([&] {
    PyObject* objects[] = {a, b};
    const Operands operands(name_of(op), objects, 2);
    return wrap(elementwise(op, operands.view()));
  });
}

template <Op op, auto slot>
PyObject* binary_slot(PyObject* a, PyObject* b) {
  if (!are_plain_tensors(a, b) && (!is_operand(a) || !is_operand(b)))
    return decline_operands(op, a, b, other_has<slot>(a, b));
  return run_binary<op>(a, b);
}

}  // namespace

void refuse_lost_write(const char* op, const Tensor& target) {
  if (target.storage.is_alone() || !current_settings().strict()) return;
  fail(
      ErrorKind::strict,
      std::string(op) +
          ": the write would change this tensor alone (got one that shares its memory with another "
          "tensor or an export; strict mode allows no such write); write to the whole with a key, "
          "or copy explicitly with corepy.copy");
}

void replace_tensor(TensorObject& object, Tensor&& result) noexcept {
  if (is_dry_running()) return;
  object.tensor = std::move(result);
  object.record = last_record_id();
}

bool is_temporary(PyObject* object) noexcept {
#if PY_VERSION_HEX >= 0x030E0000
  return PyUnstable_Object_IsUniqueReferencedTemporary(object) != 0;
#else
  return Py_REFCNT(object) == 1;
#endif
}

bool is_only_sharer(const Tensor& tensor, const Tensor& of) noexcept {
  const Storage* storage = of.storage.get();
  return tensor.storage.get() == storage && !storage->is_foreign() &&
         storage->references.load(std::memory_order_acquire) == 2;
}

namespace {

// Under `strict`: in `x -= x[0]` the only other tensor is the operand, which nobody sees
// afterwards.
void refuse_lost_inplace_write(const char* op, PyObject* self, PyObject* other) {
  if (is_temporary(self)) return;
  const Tensor& target = tensor_of(self);
  if (is_tensor(other) && is_temporary(other) && is_only_sharer(tensor_of(other), target)) return;
  refuse_lost_write(op, target);
}

template <Op op>
PyObject* inplace_slot(PyObject* self, PyObject* other) {
  if (!is_operand(other)) {
    // In subclasses CPython puts this function into sq_inplace_concat as well, whose NotImplemented
    // would be the result.
    if constexpr (op == Op::add) return PyNumber_Add(self, other);
    Py_RETURN_NOTIMPLEMENTED;
  }
  return guarded([&] {
    refuse_lost_inplace_write(name_of(op), self, other);
    PyObject* objects[] = {self, other};
    const Operands operands(name_of(op), objects, 2);
    auto* object = reinterpret_cast<TensorObject*>(self);
    Tensor result = elementwise(op, operands.view(), &object->tensor);
    replace_tensor(*object, std::move(result));
    Py_INCREF(self);
    return self;
  });
}

template <Op op>
PyObject* unary_slot(PyObject* self) {
  return guarded([&] {
    const Tensor* inputs[] = {&tensor_of(self)};
    return wrap(elementwise(op, inputs));
  });
}

PyObject* power_slot(PyObject* a, PyObject* b, PyObject* modulus) {
  if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
  return binary_slot<Op::pow, &PyNumberMethods::nb_power>(a, b);
}
PyObject* inplace_power_slot(PyObject* self, PyObject* other, PyObject* modulus) {
  if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
  return inplace_slot<Op::pow>(self, other);
}

PyObject* matmul_slot(PyObject* a, PyObject* b) {
  if (!is_tensor(a) || !is_tensor(b)) {
    return decline_operands(Op::matmul, a, b,
                            other_has<&PyNumberMethods::nb_matrix_multiply>(a, b));
  }
  return guarded([&] { return wrap(matmul(tensor_of(a), tensor_of(b))); });
}
PyObject* inplace_matmul_slot(PyObject* self, PyObject* other) {
  if (!is_tensor(other)) Py_RETURN_NOTIMPLEMENTED;
  return guarded([&] {
    auto* object = reinterpret_cast<TensorObject*>(self);
    refuse_lost_inplace_write("matmul", self, other);
    Tensor result = matmul(object->tensor, tensor_of(other));
    if (result.shape != object->tensor.shape || result.dtype != object->tensor.dtype) {
      fail(ErrorKind::shape, "matmul: an in-place product must keep shape and dtype (got " +
                                 to_string(result.shape) + " " + name_of(result.dtype) +
                                 "; expected " + to_string(object->tensor.shape) + " " +
                                 name_of(object->tensor.dtype) + ")");
    }
    replace_tensor(*object, std::move(result));
    Py_INCREF(self);
    return self;
  });
}

template <Op op>
PyObject* compare(PyObject* a, PyObject* b) {
  // Python compares identities where both sides decline == and !=: a silent False for an array of
  // another library, and for a list; bytearray compares any memory.
  if (!is_operand(b)) {
    if (!is_sequence_of_elements(b) && !is_foreign_array(b)) Py_RETURN_NOTIMPLEMENTED;
    return guarded([&]() -> PyObject* { refuse_mixture(op, a, b); });
  }
  return run_binary<op>(a, b);
}

PyObject* compare_slot(PyObject* a, PyObject* b, int operation) {
  switch (operation) {
    case Py_LT:
      return compare<Op::less>(a, b);
    case Py_LE:
      return compare<Op::less_equal>(a, b);
    case Py_EQ:
      return compare<Op::equal>(a, b);
    case Py_NE:
      return compare<Op::not_equal>(a, b);
    case Py_GT:
      return compare<Op::greater>(a, b);
    default:
      return compare<Op::greater_equal>(a, b);
  }
}

// ---- attributes

PyObject* tuple_from(const Dims& dims) {
  OwnedRef tuple(PyTuple_New(dims.size()));
  for (int i = 0; i < dims.size(); ++i)
    PyTuple_SET_ITEM(tuple.get(), i, checked(PyLong_FromLongLong(dims[i])));
  return tuple.release();
}

PyObject* get_dtype(PyObject* self, void*) { return dtype_object(tensor_of(self).dtype); }
PyObject* get_numpy_dtype(PyObject* self, void*) {
  return guarded([&] {
    OwnedRef dtype(dtype_object(tensor_of(self).dtype));
    return checked(PyObject_GetAttrString(dtype.get(), "__numpy_dtype__"));
  });
}
PyObject* get_shape(PyObject* self, void*) {
  return guarded([&] { return tuple_from(tensor_of(self).shape); });
}
PyObject* get_strides(PyObject* self, void*) {
  return guarded([&] { return tuple_from(tensor_of(self).strides); });
}
PyObject* get_ndim(PyObject* self, void*) { return PyLong_FromLong(tensor_of(self).rank()); }
PyObject* get_size(PyObject* self, void*) { return PyLong_FromLongLong(tensor_of(self).size()); }
PyObject* get_itemsize(PyObject* self, void*) {
  return PyLong_FromLongLong(tensor_of(self).itemsize());
}
PyObject* get_nbytes(PyObject* self, void*) {
  return PyLong_FromLongLong(tensor_of(self).nbytes());
}
PyObject* get_device(PyObject*, void*) { return PyUnicode_InternFromString("cpu"); }
PyObject* get_matrix_transpose(PyObject* self, void*) {
  return guarded([&] { return wrap(matrix_transpose(tensor_of(self))); });
}
PyObject* get_transpose(PyObject* self, void*) {
  return guarded([&] {
    const Tensor& x = tensor_of(self);
    if (x.rank() != 2) {
      fail(ErrorKind::shape,
           "T: only a matrix is transposed by .T (got shape " + to_string(x.shape) +
               "; expected two axes); use corepy.permute_dims, or .mT for a stack of matrices");
    }
    return wrap(matrix_transpose(x));
  });
}

// Assignments that NumPy has and tensors do not.
int refuse_assignment(PyObject*, PyObject*, void* closure) {
  return guarded_int([&]() -> int {
    fail_with_class("ArgumentAttributeError", static_cast<const char*>(closure));
  });
}
constexpr char shape_is_fixed[] =
    "shape: a tensor's shape cannot be assigned (got an assignment to x.shape; expected x = "
    "x.reshape(shape))";
constexpr char dtype_is_fixed[] =
    "dtype: a tensor's dtype cannot be assigned (got an assignment to x.dtype; expected x = "
    "x.astype(dtype), or x = x.view(dtype) for the same bits)";
void* text(const char* message) { return const_cast<char*>(message); }

PyGetSetDef getset[] = {
    {"dtype", get_dtype, refuse_assignment, "The element type.", text(dtype_is_fixed)},
    {"shape", get_shape, refuse_assignment, "The extents, a tuple of ints.", text(shape_is_fixed)},
    {"strides", get_strides, nullptr, "Bytes from one element to the next along each axis.",
     nullptr},
    {"ndim", get_ndim, nullptr, "The number of axes.", nullptr},
    {"size", get_size, nullptr, "The number of elements.", nullptr},
    {"itemsize", get_itemsize, nullptr, "Bytes per element.", nullptr},
    {"nbytes", get_nbytes, nullptr, "size * itemsize, in bytes.", nullptr},
    {"device", get_device, nullptr, "Where the elements live: 'cpu'.", nullptr},
    {"__array_interface__", tensor_array_interface, nullptr,
     "NumPy's description of the memory, read-only.", nullptr},
    {"__numpy_dtype__", get_numpy_dtype, nullptr,
     "The NumPy dtype of the elements (NumPy 2.4's protocol), by which jax.numpy.asarray takes it.",
     nullptr},
    {"T", get_transpose, nullptr, "The transpose of a matrix, a view.", nullptr},
    {"mT", get_matrix_transpose, nullptr, "The transpose of the last two axes, a view.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

template <class F>
PyCFunction as_method(F function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

PyMethodDef methods[] = {
    {"__dlpack__", as_method(tensor_dlpack), METH_FASTCALL | METH_KEYWORDS,
     "Exports the tensor as a DLPack capsule, read-only."},
    {"__dlpack_device__", tensor_dlpack_device, METH_NOARGS, "The DLPack device: (1, 0), the CPU."},
    {"__arrow_c_array__", as_method(tensor_arrow_array), METH_FASTCALL | METH_KEYWORDS,
     "Exports the tensor as Arrow capsules: its schema and its array."},
    {"__arrow_c_schema__", tensor_arrow_schema, METH_NOARGS,
     "The tensor's Arrow type as a capsule."},
    {"__array__", as_method(tensor_array), METH_FASTCALL | METH_KEYWORDS,
     "The tensor as a read-only NumPy array."},
    {"numpy", tensor_numpy, METH_NOARGS,
     "The tensor as a read-only NumPy array over the same memory."},
    {"tolist", tensor_tolist, METH_NOARGS, "The elements as nested lists of Python scalars."},
    {"item", as_method(tensor_item), METH_FASTCALL,
     "The only element as a Python scalar, or the one at an index: x.item(1, 2), x.item(5)."},
    {"__complex__", tensor_complex, METH_NOARGS, "The only element as a complex number."},
    {nullptr, nullptr, 0, nullptr}};

PyMemberDef members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(TensorObject, weakrefs), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};

template <class F>
void* slot(F function) {
  return reinterpret_cast<void*>(function);
}

PyType_Slot slots[] = {
    {Py_tp_doc, const_cast<char*>("The native tensor; corepy.Tensor is its public subclass.")},
    {Py_tp_new, slot(tensor_new)},
    {Py_tp_dealloc, slot(tensor_dealloc)},
    {Py_tp_hash, slot(PyObject_HashNotImplemented)},
    {Py_tp_richcompare, slot(compare_slot)},
    {Py_tp_iter, slot(tensor_iter)},
    {Py_tp_getset, getset},
    {Py_tp_methods, methods},
    {Py_tp_members, members},
    {Py_mp_length, slot(tensor_length)},
    {Py_mp_subscript, slot(tensor_getitem)},
    {Py_mp_ass_subscript, slot(tensor_setitem)},
    {Py_sq_item, slot(tensor_sequence_item)},
    {Py_bf_getbuffer, slot(tensor_getbuffer)},
    {Py_bf_releasebuffer, slot(tensor_releasebuffer)},
    {Py_nb_add, slot(binary_slot<Op::add, &PyNumberMethods::nb_add>)},
    {Py_nb_subtract, slot(binary_slot<Op::subtract, &PyNumberMethods::nb_subtract>)},
    {Py_nb_multiply, slot(binary_slot<Op::multiply, &PyNumberMethods::nb_multiply>)},
    {Py_nb_true_divide, slot(binary_slot<Op::divide, &PyNumberMethods::nb_true_divide>)},
    {Py_nb_floor_divide, slot(binary_slot<Op::floor_divide, &PyNumberMethods::nb_floor_divide>)},
    {Py_nb_remainder, slot(binary_slot<Op::remainder, &PyNumberMethods::nb_remainder>)},
    {Py_nb_power, slot(power_slot)},
    {Py_nb_and, slot(binary_slot<Op::bitwise_and, &PyNumberMethods::nb_and>)},
    {Py_nb_or, slot(binary_slot<Op::bitwise_or, &PyNumberMethods::nb_or>)},
    {Py_nb_xor, slot(binary_slot<Op::bitwise_xor, &PyNumberMethods::nb_xor>)},
    {Py_nb_lshift, slot(binary_slot<Op::bitwise_left_shift, &PyNumberMethods::nb_lshift>)},
    {Py_nb_rshift, slot(binary_slot<Op::bitwise_right_shift, &PyNumberMethods::nb_rshift>)},
    {Py_nb_matrix_multiply, slot(matmul_slot)},
    {Py_nb_negative, slot(unary_slot<Op::negative>)},
    {Py_nb_positive, slot(unary_slot<Op::positive>)},
    {Py_nb_absolute, slot(unary_slot<Op::abs>)},
    {Py_nb_invert, slot(unary_slot<Op::bitwise_invert>)},
    {Py_nb_inplace_add, slot(inplace_slot<Op::add>)},
    {Py_nb_inplace_subtract, slot(inplace_slot<Op::subtract>)},
    {Py_nb_inplace_multiply, slot(inplace_slot<Op::multiply>)},
    {Py_nb_inplace_true_divide, slot(inplace_slot<Op::divide>)},
    {Py_nb_inplace_floor_divide, slot(inplace_slot<Op::floor_divide>)},
    {Py_nb_inplace_remainder, slot(inplace_slot<Op::remainder>)},
    {Py_nb_inplace_power, slot(inplace_power_slot)},
    {Py_nb_inplace_and, slot(inplace_slot<Op::bitwise_and>)},
    {Py_nb_inplace_or, slot(inplace_slot<Op::bitwise_or>)},
    {Py_nb_inplace_xor, slot(inplace_slot<Op::bitwise_xor>)},
    {Py_nb_inplace_lshift, slot(inplace_slot<Op::bitwise_left_shift>)},
    {Py_nb_inplace_rshift, slot(inplace_slot<Op::bitwise_right_shift>)},
    {Py_nb_inplace_matrix_multiply, slot(inplace_matmul_slot)},
    {Py_nb_bool, slot(tensor_bool)},
    {Py_nb_int, slot(tensor_int)},
    {Py_nb_float, slot(tensor_float)},
    {Py_nb_index, slot(tensor_index)},
    {0, nullptr}};

PyType_Spec spec = {"corepy._core.TensorBase", sizeof(TensorObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

}  // namespace

// Python gives every class it creates to the garbage collector, for the sake of cycles through an
// instance's own references. A tensor has none, and corepy.Tensor adds no slot: collecting them
// would cost a header per object, a visit per collection and a third of a small operation's time. A
// user's subclass with attributes of its own is collected as usual.
void exempt_from_collection(PyTypeObject* type) noexcept {
  if (type->tp_basicsize != sizeof(TensorObject) || type->tp_dictoffset != 0) return;
  type->tp_flags &= ~static_cast<unsigned long>(Py_TPFLAGS_HAVE_GC);
  type->tp_traverse = nullptr;
  type->tp_clear = nullptr;
  type->tp_free = PyObject_Free;
  type->tp_dealloc = tensor_dealloc;
  PyType_Modified(type);
}

void set_tensor_type(PyTypeObject* type) noexcept {
  exempt_from_collection(type);
  Py_INCREF(type);
  Py_XSETREF(public_type_pointer, type);
}

PyObject* wrap(Tensor&& tensor) noexcept {
  return allocate(public_type_pointer, std::move(tensor), last_record_id());
}

PyObject* wrap_unrecorded(Tensor&& tensor) noexcept {
  return allocate(public_type_pointer, std::move(tensor), RecordId{});
}

PyObject* wrap_all(std::vector<Tensor>&& tensors) {
  OwnedRef tuple(PyTuple_New(static_cast<Py_ssize_t>(tensors.size())));
  for (std::size_t i = 0; i < tensors.size(); ++i)
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), checked(wrap(std::move(tensors[i]))));
  return tuple.release();
}

int add_tensor_type(PyObject* module) {
  raw_type_pointer =
      reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &spec, nullptr));
  if (raw_type_pointer == nullptr) return -1;
  set_tensor_type(raw_type_pointer);
  return PyModule_AddType(module, raw_type_pointer);
}

}  // namespace corepy::python
