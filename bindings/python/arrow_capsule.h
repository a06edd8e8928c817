// The names of the capsules of Arrow's PyCapsule interface.
#pragma once

namespace corepy::python {

inline constexpr const char* arrow_schema_name = "arrow_schema";
inline constexpr const char* arrow_array_name = "arrow_array";
inline constexpr const char* arrow_stream_name = "arrow_array_stream";

}  // namespace corepy::python
