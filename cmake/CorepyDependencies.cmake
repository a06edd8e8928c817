# Where each outside library comes from. Every route but the last needs no network; the last is a
# pinned archive with its hash. The reasons for each library are in docs/design/dependencies.md.

include(FetchContent)

# Sets <out> to the folder of an installed Python package, without importing it; empty if none.
function(corepy_find_python_package package out)
  set(${out} "" PARENT_SCOPE)
  if(NOT Python_EXECUTABLE)
    return()
  endif()
  execute_process(
    COMMAND "${Python_EXECUTABLE}" -c
      "import importlib.util as u; s = u.find_spec('${package}'); print(s.submodule_search_locations[0] if s else '')"
    OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
  if(status EQUAL 0 AND folder)
    file(TO_CMAKE_PATH "${folder}" folder)
    set(${out} "${folder}" PARENT_SCOPE)
  endif()
endfunction()

# Target corepy_xsimd: the headers of xsimd >= 13 (older ones have an unfused AVX-512 fma).
function(corepy_require_xsimd)
  add_library(corepy_xsimd INTERFACE)
  find_package(xsimd 13 QUIET)
  if(xsimd_FOUND)
    target_link_libraries(corepy_xsimd INTERFACE xsimd)
    message(STATUS "corepy: xsimd ${xsimd_VERSION} from ${xsimd_DIR}")
    return()
  endif()
  corepy_find_python_package(pythran pythran)
  if(pythran AND EXISTS "${pythran}/xsimd/xsimd.hpp")
    # A copy, so that only xsimd is on the include path, and that the path stays the same when the
    # wheel sat in pip's temporary build environment (else every rebuild would be from scratch).
    set(copy "${PROJECT_BINARY_DIR}/third_party/xsimd")
    file(COPY "${pythran}/xsimd" DESTINATION "${copy}")
    target_include_directories(corepy_xsimd SYSTEM INTERFACE "${copy}")
    message(STATUS "corepy: xsimd from the pythran wheel in ${pythran}")
    return()
  endif()
  message(STATUS "corepy: xsimd from its release archive")
  FetchContent_Declare(corepy_xsimd_archive
    URL https://github.com/xtensor-stack/xsimd/archive/refs/tags/14.1.0.tar.gz
    URL_HASH SHA256=8da77b66214e73565f6111ba494322c853552b7b40cff69779b42e2100eed16f
    TIMEOUT 15
    SOURCE_SUBDIR headers-only)
  FetchContent_MakeAvailable(corepy_xsimd_archive)
  target_include_directories(corepy_xsimd SYSTEM INTERFACE
    "${corepy_xsimd_archive_SOURCE_DIR}/include")
endfunction()

# pybind11 >= 3 from CMAKE_PREFIX_PATH (scikit-build-core sets it) or from Python's packages.
macro(corepy_require_pybind11)
  set(PYBIND11_FINDPYTHON ON)
  find_package(pybind11 3.0 CONFIG QUIET)
  if(NOT pybind11_FOUND)
    corepy_find_python_package(pybind11 _pybind11)
    find_package(pybind11 3.0 CONFIG QUIET PATHS "${_pybind11}/share/cmake/pybind11"
      NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
  endif()
  if(NOT pybind11_FOUND)
    message(FATAL_ERROR "corepy: pybind11 >= 3.0 not found for ${Python_EXECUTABLE}; "
      "run '${Python_EXECUTABLE} -m pip install \"pybind11>=3.0\"'")
  endif()
endmacro()

# GTest::gtest_main, from the system or its release archive. Cross builds name a source folder in
# FETCHCONTENT_SOURCE_DIR_GOOGLETEST, for the host's library is of no use to them.
macro(corepy_require_googletest)
  set(INSTALL_GTEST OFF)
  set(BUILD_GMOCK OFF)
  set(gtest_force_shared_crt ON)
  FetchContent_Declare(googletest
    URL https://github.com/google/googletest/archive/refs/tags/v1.17.0.tar.gz
    URL_HASH SHA256=65fab701d9829d38cb77c14acdc431d2108bfdbf8979e40eb8ae567edf10b27c
    TIMEOUT 15
    FIND_PACKAGE_ARGS NAMES GTest)
  FetchContent_MakeAvailable(googletest)
endmacro()

# benchmark::benchmark_main, from the system or its release archive.
macro(corepy_require_google_benchmark)
  set(BENCHMARK_ENABLE_TESTING OFF)
  set(BENCHMARK_ENABLE_INSTALL OFF)
  set(BENCHMARK_ENABLE_WERROR OFF)
  FetchContent_Declare(googlebenchmark
    URL https://github.com/google/benchmark/archive/refs/tags/v1.9.4.tar.gz
    URL_HASH SHA256=b334658edd35efcf06a99d9be21e4e93e092bd5f95074c1673d5c8705d95c104
    TIMEOUT 15
    FIND_PACKAGE_ARGS NAMES benchmark)
  FetchContent_MakeAvailable(googlebenchmark)
endmacro()
