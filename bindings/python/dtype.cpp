// The Python type of dtypes, and the many names under which Python code asks for one.
#include "dtype.h"

#include <bit>
#include <cstring>
#include <string>

#include "errors.h"

namespace corepy::python {
namespace {

struct DTypeObject {
  PyObject_HEAD DType dtype;
};

PyTypeObject* dtype_type = nullptr;
PyObject* dtype_objects[dtype_count] = {};  // immortal: created once, never released

DType dtype_of_object(PyObject* self) noexcept {
  return reinterpret_cast<DTypeObject*>(self)->dtype;
}
bool is_dtype_object(PyObject* object) noexcept { return Py_TYPE(object) == dtype_type; }

const char* kind_letter(DType dtype) noexcept {
  switch (kind_of(dtype)) {
    case DTypeKind::boolean:
      return "b";
    case DTypeKind::signed_integer:
      return "i";
    case DTypeKind::unsigned_integer:
      return "u";
    case DTypeKind::real_floating:
      return "f";
    case DTypeKind::complex_floating:
      return "c";
  }
  return "";
}

PyObject* get_name(PyObject* self, void*) {
  return PyUnicode_FromString(name_of(dtype_of_object(self)));
}
PyObject* get_kind(PyObject* self, void*) {
  return PyUnicode_FromString(kind_letter(dtype_of_object(self)));
}
PyObject* get_itemsize(PyObject* self, void*) {
  return PyLong_FromLong(itemsize_of(dtype_of_object(self)));
}
PyObject* get_bits(PyObject* self, void*) {
  return PyLong_FromLong(dtype_infos[static_cast<int>(dtype_of_object(self))].bits);
}

PyObject* bfloat16_of_numpy(PyObject* numpy) {
  OwnedRef type(ml_dtypes_bfloat16("numpy_dtype"));
  return checked(PyObject_CallMethod(numpy, "dtype", "O", type.get()));
}

PyObject* get_numpy_dtype(PyObject* self, void*) {
  return guarded([&] {
    OwnedRef numpy(PyImport_ImportModule("numpy"));
    if (dtype_of_object(self) == DType::bfloat16) return bfloat16_of_numpy(numpy.get());
    return checked(PyObject_CallMethod(numpy.get(), "dtype", "s", name_of(dtype_of_object(self))));
  });
}

PyObject* dtype_repr(PyObject* self) {
  return PyUnicode_FromFormat("corepy.%s", name_of(dtype_of_object(self)));
}
PyObject* dtype_str(PyObject* self) { return get_name(self, nullptr); }

// Pickled as the global corepy.<name>, so that it comes back as the same object.
PyObject* dtype_reduce(PyObject* self, PyObject*) { return get_name(self, nullptr); }

// The dtype of that public name, or nothing.
std::optional<DType> find_dtype(const char* name) noexcept {
  for (int i = 0; i < dtype_count; ++i) {
    if (std::strcmp(name_of(static_cast<DType>(i)), name) == 0) return static_cast<DType>(i);
  }
  return std::nullopt;
}

// The text of object.<attribute>, or empty where there is none or it is no string. Throws
// PythonError for other failures.
std::string text_attribute(PyObject* object, const char* attribute) {
  PyObject* value = PyObject_GetAttrString(object, attribute);
  if (value == nullptr) {
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) throw PythonError{};
    PyErr_Clear();
    return {};
  }
  const char* text = PyUnicode_Check(value) ? PyUnicode_AsUTF8(value) : "";
  std::string result = text != nullptr ? text : "";
  Py_DECREF(value);
  if (text == nullptr) throw PythonError{};
  return result;
}

// Recognised by what it offers, so that NumPy need not be imported: a dtype instance has a name and
// a byte order.
struct NumpyDType {
  std::string name;
  bool is_native;
};
std::optional<NumpyDType> read_numpy_dtype(PyObject* object) {
  if (PyType_Check(object) || PyUnicode_Check(object)) return std::nullopt;
  const std::string order = text_attribute(object, "byteorder");
  if (order.size() != 1) return std::nullopt;
  const char foreign = std::endian::native == std::endian::little ? '>' : '<';
  return NumpyDType{text_attribute(object, "name"), order[0] != foreign};
}

PyObject* dtype_richcompare(PyObject* self, PyObject* other, int comparison) {
  if (comparison != Py_EQ && comparison != Py_NE) Py_RETURN_NOTIMPLEMENTED;
  return guarded([&]() -> PyObject* {
    bool equal = self == other;
    if (!equal && PyUnicode_Check(other) != 0) {
      equal = PyUnicode_CompareWithASCIIString(other, name_of(dtype_of_object(self))) == 0;
    } else if (!equal && !is_dtype_object(other)) {
      const auto numpy = read_numpy_dtype(other);
      if (!numpy) Py_RETURN_NOTIMPLEMENTED;
      equal = numpy->is_native && numpy->name == name_of(dtype_of_object(self));
    }
    return PyBool_FromLong(equal == (comparison == Py_EQ));
  });
}

Py_hash_t dtype_hash(PyObject* self) {
  return 0x636f7265 + static_cast<Py_hash_t>(dtype_of_object(self));
}

PyGetSetDef dtype_getset[] = {
    {"name", get_name, nullptr, "The name: 'float32', 'bool' ...", nullptr},
    {"kind", get_kind, nullptr,
     "'b' bool, 'i' signed, 'u' unsigned, 'f' real floating, 'c' complex.", nullptr},
    {"itemsize", get_itemsize, nullptr, "Bytes per element.", nullptr},
    {"bits", get_bits, nullptr, "Bits per element.", nullptr},
    {"dtype", get_numpy_dtype, nullptr,
     "The NumPy dtype; imports NumPy. Makes numpy.dtype(corepy.float32) work.", nullptr},
    {"__numpy_dtype__", get_numpy_dtype, nullptr, "The NumPy dtype (NumPy 2.4's protocol).",
     nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyMethodDef dtype_methods[] = {{"__reduce__", dtype_reduce, METH_NOARGS, nullptr},
                               {nullptr, nullptr, 0, nullptr}};

constexpr const char* dtype_doc =
    "The type of a tensor's elements: corepy.float32 and so on. There is one object per dtype.\n\n"
    "A dtype equals itself, its name, and the NumPy dtype of that name in native byte order (their "
    "hashes differ).";

PyType_Slot dtype_slots[] = {{Py_tp_doc, const_cast<char*>(dtype_doc)},
                             {Py_tp_repr, reinterpret_cast<void*>(dtype_repr)},
                             {Py_tp_str, reinterpret_cast<void*>(dtype_str)},
                             {Py_tp_richcompare, reinterpret_cast<void*>(dtype_richcompare)},
                             {Py_tp_hash, reinterpret_cast<void*>(dtype_hash)},
                             {Py_tp_getset, dtype_getset},
                             {Py_tp_methods, dtype_methods},
                             {0, nullptr}};

PyType_Spec dtype_spec = {
    "corepy.DType", sizeof(DTypeObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION, dtype_slots};

[[noreturn]] void reject_dtype(const char* op, PyObject* object) {
  std::string names;
  for (int i = 0; i < dtype_count; ++i) {
    if (i > 0) names += ", ";
    names += name_of(static_cast<DType>(i));
  }
  OwnedRef text(PyObject_Repr(object));
  const char* repr = PyUnicode_AsUTF8(text.get());
  if (repr == nullptr) throw PythonError{};
  fail(ErrorKind::dtype, std::string(op) + ": not a dtype of corepy (got " + repr +
                             "; expected one of " + names + ")");
}

std::optional<DType> dtype_from_type(const char* op, PyObject* type) {
  if (type == reinterpret_cast<PyObject*>(&PyBool_Type)) return DType::bool_;
  if (type == reinterpret_cast<PyObject*>(&PyLong_Type)) return DType::int64;
  if (type == reinterpret_cast<PyObject*>(&PyFloat_Type)) return DType::float64;
  if (type == reinterpret_cast<PyObject*>(&PyComplex_Type)) return DType::complex128;
  // ml_dtypes.bfloat16, which NumPy knows once that package is imported.
  if (text_attribute(type, "__module__") == "ml_dtypes") {
    const std::string name = text_attribute(type, "__name__");
    return name == "bfloat16" ? find_dtype(name.c_str()) : std::nullopt;
  }
  // numpy.float32 and the like: who holds one has imported NumPy, so NumPy can say which dtype it
  // means.
  if (text_attribute(type, "__module__") != "numpy") return std::nullopt;
  PyObject* numpy = PyDict_GetItemString(PyImport_GetModuleDict(), "numpy");
  if (numpy == nullptr) return std::nullopt;
  PyObject* dtype = PyObject_CallMethod(numpy, "dtype", "O", type);
  if (dtype == nullptr) {
    PyErr_Clear();
    reject_dtype(op, type);
  }
  OwnedRef owned(dtype);
  return find_dtype(text_attribute(dtype, "name").c_str());
}

std::optional<DType> dtype_from_numpy(const char* op, PyObject* object) {
  const auto numpy = read_numpy_dtype(object);
  if (!numpy) return std::nullopt;
  if (!numpy->is_native) {
    fail(ErrorKind::dtype, std::string(op) +
                               ": dtypes have this machine's byte order (got a byte-swapped " +
                               numpy->name + "; expected " + numpy->name + " in native order)");
  }
  return find_dtype(numpy->name.c_str());
}

}  // namespace

PyObject* ml_dtypes_bfloat16(const char* op) {
  PyObject* module = PyImport_ImportModule("ml_dtypes");
  if (module == nullptr) {
    if (!PyErr_ExceptionMatches(PyExc_ImportError)) throw PythonError{};
    PyErr_Clear();
    fail(ErrorKind::unsupported,
         std::string(op) +
             ": NumPy has no bfloat16 of its own (got a machine without the package ml_dtypes, "
             "which adds it); install ml_dtypes, or convert with corepy.astype(x, corepy.float32)");
  }
  OwnedRef owned(module);
  return checked(PyObject_GetAttrString(module, "bfloat16"));
}

int add_dtype_type(PyObject* module) {
  return guarded_int([&] {
    if (dtype_type == nullptr) {
      dtype_type = reinterpret_cast<PyTypeObject*>(checked(PyType_FromSpec(&dtype_spec)));
      for (int i = 0; i < dtype_count; ++i) {
        auto* object = PyObject_New(DTypeObject, dtype_type);
        if (object == nullptr) throw PythonError{};
        object->dtype = static_cast<DType>(i);
        dtype_objects[i] = reinterpret_cast<PyObject*>(object);
      }
    }
    return PyModule_AddObjectRef(module, "DType", reinterpret_cast<PyObject*>(dtype_type));
  });
}

PyObject* dtype_object(DType dtype) noexcept {
  PyObject* object = dtype_objects[static_cast<int>(dtype)];
  Py_INCREF(object);
  return object;
}

DType dtype_from_python(const char* op, PyObject* object) {
  if (is_dtype_object(object)) return dtype_of_object(object);
  std::optional<DType> found;
  if (PyUnicode_Check(object)) {
    const char* name = PyUnicode_AsUTF8(object);
    if (name == nullptr) {
      PyErr_Clear();  // lone surrogates: no dtype is named so
    } else {
      found = find_dtype(name);
    }
  } else if (PyType_Check(object)) {
    found = dtype_from_type(op, object);
  } else {
    found = dtype_from_numpy(op, object);
  }
  if (!found) reject_dtype(op, object);
  return *found;
}

std::optional<DType> optional_dtype(const char* op, PyObject* object) {
  if (object == nullptr || object == Py_None) return std::nullopt;
  return dtype_from_python(op, object);
}

}  // namespace corepy::python
