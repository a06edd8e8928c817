// Arguments of operators as C++ values: tensors, Python scalars beside tensors, axes, shapes,
// flags.
#pragma once

#include <Python.h>

#include <optional>

#include "conversion.h"
#include "corepy/core/dims.h"
#include "corepy/core/tensor.h"
#include "errors.h"
#include "tensor.h"

namespace corepy::python {

// The operands of one call: tensors are borrowed, NumPy's scalars become rank-0 tensors of their
// own dtype, and Python scalars rank-0 tensors of the dtype that the standard gives them beside
// these.
class Operands {
 public:
  static constexpr std::size_t capacity = 3;
  // Takes `count` objects, of which the first `fixed` (where's condition) do not promote with the
  // rest. Fails with ArgumentTypeError for what is neither a tensor nor a scalar.
  Operands(const char* op, PyObject* const* objects, std::size_t count, std::size_t fixed = 0);
  std::span<const Tensor* const> view() const noexcept { return {pointers_, count_}; }
  const Tensor& operator[](std::size_t i) const noexcept { return *pointers_[i]; }

 private:
  std::size_t count_;
  const Tensor* pointers_[capacity];
  std::optional<Tensor> scalars_[capacity];
};

// Whether a dunder takes the object at all (else it returns NotImplemented).
bool is_operand(PyObject* object) noexcept;

const Tensor& tensor_argument(const char* op, const char* name, PyObject* object);
// A tensor, or an int or nested lists of ints as one.
Tensor positions_argument(const char* op, const char* name, PyObject* object);
bool bool_argument(const char* op, const char* name, PyObject* object);
std::int64_t int_argument(const char* op, const char* name, PyObject* object);
// The number of a diagonal: any integer, for beyond 64 bits each lies outside of every matrix.
std::int64_t diagonal_argument(const char* op, const char* name, PyObject* object);
// Whether it is a complex number: Python's, NumPy's or a rank-0 tensor.
bool is_complex_number(PyObject* object) noexcept;
double float_argument(const char* op, const char* name, PyObject* object);
// The same where a truth value is a mistake.
double number_argument(const char* op, const char* name, PyObject* object);
Complex<double> complex_argument(const char* op, const char* name, PyObject* object);
// An int or a sequence of ints.
Dims dims_argument(const char* op, const char* name, PyObject* object);
std::optional<Dims> optional_dims(const char* op, const char* name,
                                  PyObject* object);  // None: nothing
std::optional<bool> optional_bool(const char* op, const char* name, PyObject* object);
std::optional<std::int64_t> optional_int(const char* op, const char* name, PyObject* object);
// Only "cpu" and None are devices of this version.
void check_device(const char* op, PyObject* object);
bool is_given(PyObject* object) noexcept;  // neither null nor None

}  // namespace corepy::python
