// The one error type of the native core. The binding maps its kind to a Python class
// (bindings/python/errors.cpp).
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

namespace corepy {

enum class ErrorKind : std::uint8_t {
  shape,          // ShapeError
  dtype,          // DTypeError
  axis,           // AxisError
  out_of_bounds,  // OutOfBoundsError
  unsupported,    // UnsupportedError
  backend,        // BackendError
  setting,        // SettingError
  strict,         // StrictModeError
  memory_limit,   // MemoryLimitError
  export_,        // ExportError
  value,          // ArgumentError
  type,           // ArgumentTypeError
  linalg,         // LinalgError
  interrupted,    // an exception (KeyboardInterrupt, or a backend's own) is already set in the
                  // caller's interpreter
};

// `what()` reads `<op>: <what is wrong> (got ...; expected ...)[; <fix>]`.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}
  ErrorKind kind() const noexcept { return kind_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  ErrorKind kind_;
  std::string message_;
};

[[noreturn]] inline void fail(ErrorKind kind, std::string message) {
  throw Error(kind, std::move(message));
}

}  // namespace corepy
