// Nested lists and tuples of numbers and arrays to tensors, and tensors to nested lists.
#include "sequence.h"

#include <exception>
#include <string>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/manipulation.h"
#include "errors.h"
#include "import_array.h"
#include "scalar.h"
#include "tensor.h"
#include "type_name.h"

namespace corepy::python {
namespace {

// An element, or an array that stands for several. Numbers are borrowed from the tuples that the
// reader keeps.
struct Leaf {
  PyObject* number;  // null: the next array
  ScalarKind kind;
};

// Reads the whole structure before anything is allocated. Every sequence is first copied into a
// tuple: exporters run code of their own, which may change the lists under us.
class SequenceReader {
 public:
  explicit SequenceReader(const char* op) : op_(op) {}
  void read(PyObject* sequence) { read_sequence(sequence); }

  const Dims& shape() const noexcept { return shape_; }
  DType infer_dtype(bool& mixed_kind) const;
  Tensor build(DType dtype, std::int64_t& cast_bytes) const;

 private:
  void read_item(PyObject* item);
  void read_sequence(PyObject* sequence);
  void read_number(PyObject* number, ScalarKind kind);
  void read_array(Tensor array, bool swapped_bytes);
  void expect_extent(int axis, std::int64_t extent);
  void end_shape(int rank);
  void reserve_numbers();
  std::string position() const;
  int depth() const noexcept { return path_.size(); }
  [[noreturn]] void reject_ragged(const std::string& got, const std::string& expected) const;

  const char* op_;
  Dims shape_;
  int rank_ = -1;  // known once the first element was reached
  Dims path_;      // the indices that lead to the item being read
  std::vector<OwnedRef> kept_;
  std::vector<Leaf> leaves_;
  std::vector<Tensor> arrays_;
  bool has_number_ = false, has_negative_ = false, has_above_int64_ = false,
       has_above_uint64_ = false;
  ScalarKind kind_ = ScalarKind::boolean;
};

std::string SequenceReader::position() const {
  std::string text;
  for (std::int64_t index : path_) {
    text += '[';  // not one sum: GCC 12 warns of its inlined insertion
    text += std::to_string(index) + ']';
  }
  return text;
}

void SequenceReader::reject_ragged(const std::string& got, const std::string& expected) const {
  fail(ErrorKind::shape, std::string(op_) + ": ragged nested sequence (got " + got + " at " +
                             position() + "; expected " + expected + ")");
}

// Notes that an item at `axis` has `extent` entries, or compares with what was seen before.
void SequenceReader::expect_extent(int axis, std::int64_t extent) {
  if (axis < shape_.size()) {
    if (shape_[axis] == extent) return;
    reject_ragged("lengths " + std::to_string(shape_[axis]) + " and " + std::to_string(extent),
                  "equal lengths");
  }
  if (rank_ >= 0) reject_ragged("a sequence", "a number, as before");
  if (axis >= max_rank) {
    fail(ErrorKind::shape, std::string(op_) + ": nested too deeply (got more than " +
                               std::to_string(max_rank) +
                               " levels; expected at most that); does a list contain itself?");
  }
  shape_.push_back(extent);
}

// Notes that elements have been reached, below `rank` levels of sequences.
void SequenceReader::end_shape(int rank) {
  if (rank_ < 0) rank_ = rank;
  if (rank_ != rank)
    reject_ragged("a number",
                  "a sequence of length " + std::to_string(shape_[rank]) + ", as before");
}

// Shared sublists can make a small structure stand for more numbers than fit in memory: better to
// find out at once.
void SequenceReader::reserve_numbers() {
  const std::int64_t n = count_elements(op_, shape_, static_cast<std::int64_t>(sizeof(Leaf)));
  try {
    leaves_.reserve(static_cast<std::size_t>(n));
  } catch (const std::exception&) {
    fail(ErrorKind::memory_limit, std::string(op_) +
                                      ": not enough memory for the sequence (got shape " +
                                      to_string(shape_) + ")");
  }
}

void SequenceReader::read_number(PyObject* number, ScalarKind kind) {
  if (rank_ < 0 && depth() == shape_.size()) reserve_numbers();
  end_shape(depth());
  has_number_ = true;
  if (kind > kind_) kind_ = kind;
  if (kind == ScalarKind::integer) {
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(number, &overflow);
    has_negative_ = has_negative_ || overflow < 0 || (overflow == 0 && value < 0);
    if (overflow > 0) {
      has_above_int64_ = true;
      PyLong_AsUnsignedLongLong(number);
      has_above_uint64_ = has_above_uint64_ || PyErr_Occurred() != nullptr;
      PyErr_Clear();
    }
  }
  leaves_.push_back({number, kind});
}

void SequenceReader::read_array(Tensor array, bool swapped_bytes) {
  for (int i = 0; i < array.rank(); ++i) expect_extent(depth() + i, array.shape[i]);
  end_shape(depth() + array.rank());
  if (swapped_bytes) {
    Tensor native = empty_tensor(op_, array.shape, array.dtype);
    gather_elements(native.data(), array, true);
    array = std::move(native);
  }
  leaves_.push_back({nullptr, ScalarKind::boolean});
  arrays_.push_back(std::move(array));
}

void SequenceReader::read_sequence(PyObject* sequence) {
  // Also polls for Ctrl-C: shared sublists can make a small structure stand for an enormous one.
  if (PyErr_CheckSignals() != 0) throw PythonError{};
  kept_.emplace_back(PySequence_Tuple(sequence));
  PyObject* items = kept_.back().get();
  const Py_ssize_t n = PyTuple_GET_SIZE(items);
  const int axis = depth();
  expect_extent(axis, n);
  if (n == 0) end_shape(axis + 1);
  path_.push_back(0);
  for (Py_ssize_t i = 0; i < n; ++i) {
    path_[axis] = i;
    read_item(PyTuple_GET_ITEM(items, i));
  }
  path_.pop_back();
}

void SequenceReader::read_item(PyObject* item) {
  if (is_sequence(item)) return read_sequence(item);
  // NumPy's float64 and complex128 scalars are floats too, but bring their dtype along as an array.
  const bool is_plain = PyFloat_CheckExact(item) || PyLong_CheckExact(item) || PyBool_Check(item) ||
                        PyComplex_CheckExact(item);
  if (!is_plain) {
    if (is_tensor(item)) return read_array(tensor_of(item), false);
    if (auto array = import_array(op_, item))
      return read_array(std::move(array->tensor), array->swapped_bytes);
  }
  if (const auto kind = scalar_kind_of(item)) return read_number(item, *kind);
  fail(ErrorKind::dtype, std::string(op_) + ": a sequence's element is no number (got " +
                             type_name(item) + " at " + position() +
                             "; expected bool, int, float, complex, or an array)");
}

DType SequenceReader::infer_dtype(bool& mixed_kind) const {
  if (arrays_.empty()) {
    if (!has_number_) return DType::float64;
    if (kind_ == ScalarKind::integer && has_above_int64_ && !has_negative_ && !has_above_uint64_)
      return DType::uint64;
    return default_scalar_dtype(kind_);
  }
  DType dtype = arrays_[0].dtype;
  for (const Tensor& array : arrays_) {
    bool mixed = false;
    dtype = promote_dtypes(op_, dtype, array.dtype, mixed);
    mixed_kind = mixed_kind || mixed;
  }
  if (has_number_) {
    bool mixed = false;
    dtype = scalar_dtype_beside(kind_, dtype, mixed);
    mixed_kind = mixed_kind || mixed;
  }
  return dtype;
}

Tensor SequenceReader::build(DType dtype, std::int64_t& cast_bytes) const {
  Tensor result = empty_tensor(op_, shape_, dtype);
  std::byte* destination = result.data();
  const int itemsize = itemsize_of(dtype);
  auto array = arrays_.begin();
  for (const Leaf& leaf : leaves_) {
    if (leaf.number != nullptr) {
      store_scalar(op_, leaf.number, leaf.kind, dtype, destination);
      destination += itemsize;
      continue;
    }
    const bool is_cast = array->dtype != dtype;
    const Tensor converted = is_cast ? astype(*array, dtype, true) : *array;
    gather_elements(destination, converted, false);
    destination += converted.nbytes();
    if (is_cast) cast_bytes += converted.nbytes();
    ++array;
  }
  return result;
}

PyObject* list_axis(const Tensor& tensor, int axis, const std::byte* data) {
  if (axis == tensor.rank()) return checked(load_scalar(tensor.dtype, data));
  const std::int64_t n = tensor.shape[axis];
  OwnedRef list(PyList_New(static_cast<Py_ssize_t>(n)));
  for (std::int64_t i = 0; i < n; ++i) {
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i),
                    list_axis(tensor, axis + 1, data + i * tensor.strides[axis]));
  }
  return list.release();
}

}  // namespace

Tensor tensor_from_sequence(const char* op, PyObject* sequence, std::optional<DType> dtype,
                            ConversionNotes& notes) {
  SequenceReader reader(op);
  reader.read(sequence);
  const DType result_dtype = dtype ? *dtype : reader.infer_dtype(notes.mixed_kind);
  Tensor result = reader.build(result_dtype, notes.cast_bytes);
  notes.source = "sequence";
  return result;
}

PyObject* to_nested_list(const Tensor& tensor) { return list_axis(tensor, 0, tensor.data()); }

}  // namespace corepy::python
