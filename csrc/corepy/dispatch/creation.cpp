// The paths of tensors made from numbers.
#include "corepy/dispatch/creation.h"

#include <cmath>
#include <cstring>
#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/manipulation.h"

namespace corepy {
namespace {

Tensor finish_created(Operation& operation, Tensor result) {
  operation.choose_no_kernel("fill");
  operation.finish(result);
  return result;
}

// As finish_created, for elements that are computed.
Tensor finish_computed(Operation& operation, Tensor result) {
  operation.choose_no_kernel("sequence");
  operation.set_bound(result.dtype);
  operation.finish(result);
  return result;
}

// The sequences are generated in blocks of float64 or int64, then converted like any other cast.
constexpr std::int64_t block_elements = 1024;

template <class T, class F>
void generate(Operation& operation, const Tensor& result, F element) {
  T block[block_elements];
  Tensor source;
  for (std::int64_t i = 0; i < result.size(); i += block_elements) {
    const std::int64_t count = std::min(block_elements, result.size() - i);
    for (std::int64_t j = 0; j < count; ++j) block[j] = element(i + j);
    Tensor target = result.view({count}, {result.itemsize()}, i * result.itemsize());
    source = Tensor{wrap_foreign(block, static_cast<std::int64_t>(sizeof block), nullptr,
                                 [](void*) noexcept {}),
                    0,
                    dtype_of<T>,
                    {count},
                    {static_cast<std::int64_t>(sizeof(T))}};
    assign(operation, target, source);
  }
}

// `num` numbers from start on, evenly spaced up to stop, which `endpoint` makes the last of them.
class Line {
 public:
  Line(double start, double stop, std::int64_t num, bool endpoint) noexcept
      : start_(start),
        stop_(stop),
        last_index_(endpoint ? num - 1 : -1),
        intervals_(static_cast<double>(endpoint ? num - 1 : num)),
        scale_(std::isfinite(start) && std::isfinite(stop) && std::isinf(stop - start) ? 0.5 : 1),
        first_(start * scale_),
        last_(stop * scale_) {}

  // From the nearer end, so that both ends are exact and the sequence of (a, b) mirrors that of
  // (b, a).
  double element(std::int64_t i) const noexcept {
    if (intervals_ <= 0 || i == 0) return start_;
    if (i == last_index_) return stop_;
    const double t = static_cast<double>(i) / intervals_;
    const double value = t < 0.5 ? std::fma(t, last_ - first_, first_)
                                 : std::fma((intervals_ - static_cast<double>(i)) / intervals_,
                                            first_ - last_, last_);
    return value / scale_;
  }

 private:
  double start_, stop_;
  std::int64_t last_index_;  // none without the endpoint
  double intervals_;
  double scale_;  // ends whose distance overflows are halved, which is exact, elements doubled
  double first_, last_;
};

Tensor one_of(DType dtype) {
  const double one = 1;
  Tensor value = scalar_tensor("eye", DType::float64, &one);
  value = astype(value, dtype, false);
  return value;
}

// Zeroes x's copy outside the triangle: column - row > k for tril, < k for triu.
Tensor triangle(Op op, const Tensor& x, std::int64_t k) {
  Operation operation(op);
  operation.add_operand(x);
  if (x.rank() < 2) {
    fail(ErrorKind::shape, std::string(operation.name()) +
                               ": a matrix, or a stack of them, is needed (got shape " +
                               to_string(x.shape) + "; expected at least two axes)");
  }
  Tensor result = operation.allocate_result(x.shape, x.dtype);
  if (operation.is_dry_run() || result.size() == 0)
    return finish_created(operation, std::move(result));
  assign(operation, result, x);
  const std::int64_t rows = x.shape[x.rank() - 2], columns = x.shape[x.rank() - 1],
                     itemsize = x.itemsize();
  const std::int64_t matrices = result.size() / (rows * columns);
  for (std::int64_t i = 0; i < matrices * rows; ++i) {
    const std::int64_t row = i % rows;
    // The first column above diagonal k in tril, the first kept one in triu; clamped without
    // overflow for any k.
    const std::int64_t limit = op == Op::tril ? (k >= columns ? columns
                                                 : k < -rows  ? 0
                                                              : row + k + 1)
                                              : (k > columns  ? columns
                                                 : k <= -rows ? 0
                                                              : row + k);
    const std::int64_t split = std::min(std::max<std::int64_t>(limit, 0), columns);
    std::byte* line = result.data() + i * columns * itemsize;
    const std::int64_t first = op == Op::tril ? split : 0, last = op == Op::tril ? columns : split;
    if (first < last) {
      std::memset(line + first * itemsize, 0, static_cast<std::size_t>((last - first) * itemsize));
    }
  }
  return finish_created(operation, std::move(result));
}

void check_length(const char* op, double length) {
  if (!(length < 0x1p62)) {
    fail(ErrorKind::shape, std::string(op) + ": the range is too long (got about " +
                               std::to_string(length) + " elements)");
  }
}

// Whether an integer dtype holds `value`: a range that leaves it would wrap.
void check_fits(std::int64_t value, DType dtype) {
  if (!is_integer(dtype)) return;
  const int bits = dtype_infos[static_cast<int>(dtype)].bits;
  const bool is_signed = kind_of(dtype) == DTypeKind::signed_integer;
  const std::int64_t low = !is_signed   ? 0
                           : bits == 64 ? INT64_MIN
                                        : -(std::int64_t{1} << (bits - 1));
  const std::int64_t high =
      bits == 64 ? INT64_MAX : (std::int64_t{1} << (is_signed ? bits - 1 : bits)) - 1;
  if (value < low || value > high) {
    fail(ErrorKind::value, std::string("arange: the dtype does not hold every element (got ") +
                               std::to_string(value) + " for " + name_of(dtype) + "; expected " +
                               std::to_string(low) + " to " + std::to_string(high) +
                               "); choose a wider dtype");
  }
}

}  // namespace

Tensor real_number(const char* op, double value, DType dtype) {
  const auto narrow = static_cast<float>(value);
  if (dtype == DType::float32) return scalar_tensor(op, dtype, &narrow);
  return scalar_tensor(op, dtype, &value);
}

Tensor filled(Op op, const Dims& shape, DType dtype, const Tensor* value, const Tensor* like) {
  Operation operation(op);
  if (like != nullptr) operation.add_operand(*like);
  Tensor result = operation.allocate_result(shape, dtype);
  if (value == nullptr) {
    operation.choose_no_kernel("uninitialised memory");
    operation.record().reproducible = false;
    operation.finish(result);
    return result;
  }
  if (!operation.is_dry_run()) fill(operation, result, *value);
  return finish_created(operation, std::move(result));
}

Tensor arange(double start, double stop, double step, DType dtype) {
  Operation operation(Op::arange);
  if (step == 0 || !std::isfinite(step) || !std::isfinite(start) || !std::isfinite(stop)) {
    fail(ErrorKind::value, "arange: not a range (got start=" + std::to_string(start) +
                               ", stop=" + std::to_string(stop) + ", step=" + std::to_string(step) +
                               "; expected finite numbers and a nonzero step)");
  }
  const double distance = stop - start;
  const double quotient = std::isinf(distance) ? stop / step - start / step : distance / step;
  const bool underflowed =
      quotient == 0 && (step > 0 ? start < stop : start > stop);  // start itself lies before stop
  const double count = underflowed ? 1 : std::ceil(quotient);
  check_length("arange", count);
  const std::int64_t length = count > 0 ? static_cast<std::int64_t>(count) : 0;
  Tensor result = operation.allocate_result({length}, dtype);
  if (!operation.is_dry_run()) {
    generate<double>(operation, result,
                     [&](std::int64_t i) { return std::fma(static_cast<double>(i), step, start); });
  }
  return finish_computed(operation, std::move(result));
}

Tensor arange_integers(std::int64_t start, std::int64_t stop, std::int64_t step, DType dtype) {
  Operation operation(Op::arange);
  if (step == 0)
    fail(ErrorKind::value, "arange: step cannot be zero (got 0; expected a nonzero step)");
  // Distances of int64 bounds need 65 bits signed, 64 unsigned.
  const bool empty = step > 0 ? stop <= start : stop >= start;
  const std::uint64_t distance =
      step > 0 ? static_cast<std::uint64_t>(stop) - static_cast<std::uint64_t>(start)
               : static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(stop);
  const std::uint64_t stride =
      step > 0 ? static_cast<std::uint64_t>(step) : 0 - static_cast<std::uint64_t>(step);
  const std::uint64_t count = empty ? 0 : (distance - 1) / stride + 1;
  check_length("arange", static_cast<double>(count));
  if (count > 0) {
    const auto last = static_cast<std::int64_t>(static_cast<std::uint64_t>(start) +
                                                (count - 1) * static_cast<std::uint64_t>(step));
    check_fits(start, dtype);
    check_fits(last, dtype);
  }
  Tensor result = operation.allocate_result({static_cast<std::int64_t>(count)}, dtype);
  if (!operation.is_dry_run()) {
    generate<std::int64_t>(operation, result, [&](std::int64_t i) {
      return static_cast<std::int64_t>(static_cast<std::uint64_t>(start) +
                                       static_cast<std::uint64_t>(i) *
                                           static_cast<std::uint64_t>(step));
    });
  }
  return finish_created(operation, std::move(result));
}

Tensor linspace(Complex<double> start, Complex<double> stop, std::int64_t num, DType dtype,
                bool endpoint) {
  Operation operation(Op::linspace);
  if (num < 0)
    fail(ErrorKind::value, "linspace: num must not be negative (got " + std::to_string(num) + ")");
  Tensor result = operation.allocate_result({num}, dtype);
  const Line real(start.re, stop.re, num, endpoint), imaginary(start.im, stop.im, num, endpoint);
  if (operation.is_dry_run()) return finish_computed(operation, std::move(result));
  if (is_complex(dtype)) {
    generate<Complex<double>>(operation, result, [&](std::int64_t i) {
      return Complex<double>{real.element(i), imaginary.element(i)};
    });
  } else {
    generate<double>(operation, result, [&](std::int64_t i) { return real.element(i); });
  }
  return finish_computed(operation, std::move(result));
}

Tensor eye(std::int64_t rows, std::int64_t columns, std::int64_t k, DType dtype) {
  Operation operation(Op::eye);
  Tensor result = operation.allocate_result({rows, columns}, dtype);
  if (operation.is_dry_run()) return finish_created(operation, std::move(result));
  std::memset(result.data(), 0, static_cast<std::size_t>(result.nbytes()));
  if (k > -rows && k < columns) {
    const std::int64_t row = k < 0 ? -k : 0, column = k > 0 ? k : 0;
    const std::int64_t length = std::min(rows - row, columns - column);
    const std::int64_t step = (columns + 1) * result.itemsize();
    const Tensor diagonal =
        result.view({length}, {step}, (row * columns + column) * result.itemsize());
    fill(operation, diagonal, one_of(dtype));
  }
  return finish_created(operation, std::move(result));
}

Tensor tril(const Tensor& x, std::int64_t k) { return triangle(Op::tril, x, k); }
Tensor triu(const Tensor& x, std::int64_t k) { return triangle(Op::triu, x, k); }

std::vector<Tensor> meshgrid(std::span<const Tensor> arrays, bool matrix_indexing) {
  Operation operation(Op::meshgrid);
  std::vector<Tensor> grids;
  const int rank = static_cast<int>(arrays.size());
  Dims shape(rank);
  const auto axis_of = [&](int i) { return !matrix_indexing && rank > 1 && i < 2 ? 1 - i : i; };
  for (int i = 0; i < rank; ++i) {
    const Tensor& array = arrays[static_cast<std::size_t>(i)];
    operation.add_operand(array);
    if (array.rank() > 1) {
      fail(ErrorKind::shape,
           "meshgrid: every array must have rank 1 (got shape " + to_string(array.shape) + ")");
    }
    shape[axis_of(i)] = array.size();
  }
  for (int i = 0; i < rank; ++i) {
    const Tensor& array = arrays[static_cast<std::size_t>(i)];
    count_elements(operation.name(), shape, array.itemsize());
    Dims strides(rank, 0);
    strides[axis_of(i)] = array.rank() == 1 ? array.strides[0] : 0;
    grids.push_back(array.view(shape, strides));
  }
  operation.choose_no_kernel("view");
  if (!grids.empty()) operation.finish(grids[0], layout_of(grids[0]));
  return grids;
}

}  // namespace corepy
