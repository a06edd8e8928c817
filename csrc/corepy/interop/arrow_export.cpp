// Arrow structs over tensors, and their lifetime: what a struct points to lives in a holder, which
// the struct's `release` deletes. A child has a holder of its own, since a consumer may move it
// out.
#include "corepy/interop/arrow_export.h"

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "corepy/interop/element_format.h"

namespace corepy {
namespace {

template <class Struct>
void release_children(Struct* self) noexcept {
  for (std::int64_t i = 0; i < self->n_children; ++i) {
    Struct* child = self->children[i];
    if (child->release != nullptr) child->release(child);
  }
}

template <class Struct, class Holder>
void release(Struct* self) {
  release_children(self);
  delete static_cast<Holder*>(self->private_data);
  self->release = nullptr;
}

struct SchemaHolder {
  std::string format;
  std::string metadata;
  arrow::Schema child{};
  arrow::Schema* children[1] = {&child};
};

struct ArrayHolder {
  StorageRef storage;
  const void* buffers[2] = {};
  arrow::Array child{};
  arrow::Array* children[1] = {&child};
};

void append_text(std::string& bytes, std::string_view text) {
  const auto length = static_cast<std::int32_t>(text.size());
  bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
  bytes.append(text);
}

// A schema's metadata: an int32 count, then lengths and bytes of keys and values.
std::string tensor_metadata(const Dims& shape) {
  std::string parameters = R"({"shape":[)";
  for (int i = 1; i < shape.size(); ++i) {
    if (i > 1) parameters += ',';
    parameters += std::to_string(shape[i]);
  }
  parameters += "]}";
  const std::int32_t pairs = 2;
  std::string bytes(reinterpret_cast<const char*>(&pairs), sizeof pairs);
  append_text(bytes, "ARROW:extension:name");
  append_text(bytes, "arrow.fixed_shape_tensor");
  append_text(bytes, "ARROW:extension:metadata");
  append_text(bytes, parameters);
  return bytes;
}

std::int64_t count_per_row(const Dims& shape) noexcept {
  std::int64_t count = 1;
  for (int i = 1; i < shape.size(); ++i) count *= shape[i];
  return count;
}

void fill_schema(arrow::Schema* out, std::unique_ptr<SchemaHolder> holder, const char* name) {
  *out = {};
  out->format = holder->format.c_str();
  out->name = name;
  if (!holder->metadata.empty()) out->metadata = holder->metadata.data();
  if (holder->child.release != nullptr) {
    out->n_children = 1;
    out->children = holder->children;
  }
  out->private_data = holder.release();
  out->release = release<arrow::Schema, SchemaHolder>;
}

void fill_array(arrow::Array* out, std::unique_ptr<ArrayHolder> holder, std::int64_t length,
                std::int64_t buffers) {
  *out = {};
  out->length = length;
  out->n_buffers = buffers;
  out->buffers = holder->buffers;
  if (holder->child.release != nullptr) {
    out->n_children = 1;
    out->children = holder->children;
  }
  out->private_data = holder.release();
  out->release = release<arrow::Array, ArrayHolder>;
}

}  // namespace

void export_arrow_schema(DType dtype, const Dims& shape, arrow::Schema* out) {
  auto numbers = std::make_unique<SchemaHolder>();
  numbers->format = arrow_format_of(dtype);
  if (shape.size() == 1) return fill_schema(out, std::move(numbers), "");
  auto lists = std::make_unique<SchemaHolder>();
  lists->format = "+w:" + std::to_string(count_per_row(shape));
  lists->metadata = tensor_metadata(shape);
  fill_schema(&lists->child, std::move(numbers), "item");
  fill_schema(out, std::move(lists), "");
}

void export_arrow_array(const StorageRef& values, std::int64_t offset_bytes, const Dims& shape,
                        arrow::Array* out) {
  auto numbers = std::make_unique<ArrayHolder>();
  numbers->storage = values;
  numbers->buffers[1] = values->data + offset_bytes;
  if (shape.size() == 1) return fill_array(out, std::move(numbers), shape[0], 2);
  auto lists = std::make_unique<ArrayHolder>();
  fill_array(&lists->child, std::move(numbers), shape[0] * count_per_row(shape), 2);
  fill_array(out, std::move(lists), shape[0], 1);
}

void pack_bits(std::byte* destination, const std::byte* elements, std::int64_t count) noexcept {
  for (std::int64_t i = 0; i < count; i += 8) {
    const std::int64_t end = count - i < 8 ? count - i : 8;
    unsigned byte = 0;
    for (std::int64_t j = 0; j < end; ++j)
      byte |= static_cast<unsigned>(elements[i + j] != std::byte{0}) << j;
    destination[i / 8] = static_cast<std::byte>(byte);
  }
}

}  // namespace corepy
