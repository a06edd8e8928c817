// Result dtypes.
#include "corepy/ops/infer.h"

#include <algorithm>
#include <string>

#include "corepy/core/error.h"
#include "corepy/ops/promotion.h"

namespace corepy {
namespace {

[[noreturn]] void fail_dtype(const OpInfo& info, std::span<const DType> operands) {
  std::string got;
  for (const DType d : operands) got += (got.empty() ? "" : " and ") + std::string(name_of(d));
  const bool some_half = std::any_of(operands.begin(), operands.end(), is_half);
  const DType example = some_half && contains(info.dtypes, DType::float32) ? DType::float32
                        : contains(info.dtypes, DType::float64)            ? DType::float64
                        : contains(info.dtypes, DType::int64)              ? DType::int64
                        : contains(info.dtypes, DType::complex128)         ? DType::complex128
                                                                           : DType::bool_;
  fail(ErrorKind::dtype, std::string(info.name) + ": unsupported dtype (got " + got +
                             "; expected " + dtype_names(info.dtypes) +
                             "); convert with corepy.astype(x, corepy." + name_of(example) + ")");
}

}  // namespace

DType result_dtype(Op op, DType common) noexcept {
  switch (info_of(op).result) {
    case ResultRule::boolean:
      return DType::bool_;
    case ResultRule::real:
      return real_of(common);
    case ResultRule::int64:
      return DType::int64;
    default:
      return common;
  }
}

InferredDTypes infer_dtypes(Op op, std::span<const DType> operands) {
  const OpInfo& info = info_of(op);
  InferredDTypes inferred{};
  DType common = operands[0];
  for (std::size_t i = 1; i < operands.size(); ++i) {
    common = promote_dtypes(info.name, common, operands[i], inferred.mixed_kind);
  }
  if (!contains(info.dtypes, common)) {
    if (info.promote != Promote::to_float || !(is_integer(common) || common == DType::bool_))
      fail_dtype(info, operands);
    common = DType::float64;
    inferred.integer_to_float = true;
  }
  inferred.compute = compute_dtype(op, common);
  inferred.result = result_dtype(op, common);
  return inferred;
}

}  // namespace corepy
