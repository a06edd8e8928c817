// The binary interface of DLPack 1.x: plain structs, written from the published specification
// (https://dmlc.github.io/dlpack/). Nothing is called or converted here.
#pragma once

#include <cstddef>
#include <cstdint>

namespace corepy::dlpack {

inline constexpr std::uint32_t major_version = 1;
inline constexpr std::uint32_t minor_version = 0;  // nothing newer than 1.0 is used

// Device types; only the CPU's is ever accepted.
inline constexpr std::int32_t device_cpu = 1;

// Type codes of the element types that corepy has.
inline constexpr std::uint8_t code_int = 0;
inline constexpr std::uint8_t code_uint = 1;
inline constexpr std::uint8_t code_float = 2;
inline constexpr std::uint8_t code_bfloat = 4;
inline constexpr std::uint8_t code_complex = 5;
inline constexpr std::uint8_t code_bool = 6;

struct Version {
  std::uint32_t major, minor;
};

struct Device {
  std::int32_t type;
  std::int32_t id;
};

struct DataType {
  std::uint8_t code;
  std::uint8_t bits;
  std::uint16_t lanes;
};

struct TensorView {
  void* data;
  Device device;
  std::int32_t ndim;
  DataType dtype;
  std::int64_t* shape;
  std::int64_t* strides;  // in elements; before 1.2 null means C order
  std::uint64_t byte_offset;
};

// What an unversioned capsule ("dltensor") holds. The deleter frees the struct itself too, and may
// be null.
struct ManagedTensor {
  TensorView view;
  void* context;
  void (*deleter)(ManagedTensor* self);
};

inline constexpr std::uint64_t flag_read_only = 1u << 0;
inline constexpr std::uint64_t flag_is_copied = 1u << 1;

// What a versioned capsule ("dltensor_versioned") holds. Of another major version only the fields
// before `flags` may be read.
struct ManagedTensorVersioned {
  Version version;
  void* context;
  void (*deleter)(ManagedTensorVersioned* self);
  std::uint64_t flags;
  TensorView view;
};

static_assert(sizeof(DataType) == 4 && sizeof(Device) == 8 && sizeof(Version) == 8);
static_assert(sizeof(void*) != 8 || (sizeof(TensorView) == 48 && sizeof(ManagedTensor) == 64 &&
                                     sizeof(ManagedTensorVersioned) == 80 &&
                                     offsetof(ManagedTensorVersioned, view) == 32));

}  // namespace corepy::dlpack
