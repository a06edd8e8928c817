// The native settings word and its scoped overlay.
#include "settings.h"

#include <cstring>
#include <string>

#include "corepy/core/settings.h"
#include "errors.h"

namespace corepy::python {
namespace {

PyObject* overlay_variable = nullptr;  // ContextVar[tuple[int, int]]: (word, mask)

Settings::Field field_of(PyObject* name) {
  struct Entry {
    const char* name;
    Settings::Field field;
  };
  constexpr Entry entries[] = {{"policy", Settings::policy_field},
                               {"isa", Settings::isa_field},
                               {"strict", Settings::strict_field},
                               {"verify", Settings::verify_field},
                               {"debug", Settings::debug_field},
                               {"experimental", Settings::experimental_field},
                               {"num_threads", Settings::num_threads_field}};
  const char* text = PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : nullptr;
  for (const Entry& entry : entries) {
    if (text != nullptr && std::strcmp(entry.name, text) == 0) return entry.field;
  }
  fail(ErrorKind::setting, std::string("settings: no native setting of this name (got '") +
                               (text != nullptr ? text : "?") + "')");
}

std::uint64_t value_of(PyObject* object) {
  const unsigned long value = PyLong_AsUnsignedLong(object);
  if (PyErr_Occurred() != nullptr) throw PythonError{};
  return value;
}

std::uint64_t word_from(PyObject* tuple, Py_ssize_t i) noexcept {
  return PyLong_AsUnsignedLongLong(PyTuple_GET_ITEM(tuple, i));
}

SettingsOverlay read_overlay() noexcept {
  PyObject* value = nullptr;
  if (PyContextVar_Get(overlay_variable, nullptr, &value) != 0) {
    PyErr_Clear();
    return {};
  }
  SettingsOverlay overlay;
  if (value != nullptr && PyTuple_Check(value) && PyTuple_GET_SIZE(value) == 2)
    overlay = {word_from(value, 0), word_from(value, 1)};
  Py_XDECREF(value);
  return overlay;
}

}  // namespace

int add_settings_overlay(PyObject* module) {
  PyObject* nothing = Py_BuildValue("(KK)", 0ull, 0ull);
  if (nothing == nullptr) return -1;
  overlay_variable = PyContextVar_New("corepy_settings_overlay", nothing);
  Py_DECREF(nothing);
  if (overlay_variable == nullptr) return -1;
  settings_overlay_hook = read_overlay;
  return PyModule_AddObjectRef(module, "settings_overlay", overlay_variable);
}

PyObject* core_get_setting(PyObject*, PyObject* name) {
  return guarded(
      [&] { return checked(PyLong_FromUnsignedLongLong(current_settings().get(field_of(name)))); });
}

PyObject* core_set_setting(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&] {
    if (nargs != 2) fail(ErrorKind::type, "set_setting: expected (name: str, value: int)");
    const Settings::Field field = field_of(args[0]);
    const std::uint64_t value = value_of(args[1]);
    std::atomic<std::uint64_t>& word = process_settings;
    std::uint64_t old = word.load();
    Settings updated;
    do {
      updated.word = old;
      updated.set(field, value);
    } while (!word.compare_exchange_weak(old, updated.word));
    Py_INCREF(Py_None);
    return Py_None;
  });
}

PyObject* core_overlay_with(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&] {
    if (nargs != 3 || !PyTuple_Check(args[0]) || PyTuple_GET_SIZE(args[0]) != 2) {
      fail(ErrorKind::type,
           "overlay_with: expected (overlay: tuple[int, int], name: str, value: int)");
    }
    Settings settings{word_from(args[0], 0)};
    const Settings::Field field = field_of(args[1]);
    settings.set(field, value_of(args[2]));
    return checked(Py_BuildValue(
        "(KK)", static_cast<unsigned long long>(settings.word),
        static_cast<unsigned long long>(word_from(args[0], 1) | Settings::mask_of(field))));
  });
}

PyObject* core_enable_overlays(PyObject*, PyObject*) {
  settings_overlay_used = true;
  Py_RETURN_NONE;
}

}  // namespace corepy::python
