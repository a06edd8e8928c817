// The dtype that tensors, dtypes and Python scalars have together: the rules of ops/promotion.h
// applied to a list.
#include <Python.h>

#include <optional>
#include <vector>

#include "conversion.h"
#include "corepy/core/error.h"
#include "corepy/ops/promotion.h"
#include "dtype.h"
#include "errors.h"
#include "numpy_scalar.h"
#include "tensor.h"

namespace corepy::python {
namespace {

// Floating dtypes first: beside one, integers that no integer dtype holds together do not matter,
// whatever their order.
DType promote_all(const std::vector<DType>& dtypes) {
  std::optional<DType> common;
  bool mixed_kind = false;
  for (const bool floating : {true, false}) {
    for (const DType dtype : dtypes) {
      if (is_floating(dtype) != floating) continue;
      common = common ? promote_dtypes("result_type", *common, dtype, mixed_kind) : dtype;
    }
  }
  return *common;
}

}  // namespace

PyObject* core_result_type(PyObject*, PyObject* arguments) {
  return guarded([&]() -> PyObject* {
    std::vector<DType> dtypes;
    std::vector<ScalarKind> scalars;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(arguments); ++i) {
      PyObject* one = PyTuple_GET_ITEM(arguments, i);
      if (is_tensor(one)) {
        dtypes.push_back(tensor_of(one).dtype);
      } else if (const auto kind = scalar_kind_of(one)) {
        scalars.push_back(*kind);
      } else if (is_numpy_scalar(one)) {
        dtypes.push_back(tensor_from_numpy_scalar("result_type", one).dtype);
      } else {
        dtypes.push_back(dtype_from_python("result_type", one));
      }
    }
    if (dtypes.empty()) {
      fail(ErrorKind::value,
           "result_type: at least one tensor or dtype is needed (got Python scalars or nothing)");
    }
    DType common = promote_all(dtypes);
    bool mixed_kind = false;
    for (const ScalarKind scalar : scalars)
      common = promote_dtypes("result_type", common,
                              scalar_dtype_beside(scalar, common, mixed_kind), mixed_kind);
    return dtype_object(common);
  });
}

}  // namespace corepy::python
