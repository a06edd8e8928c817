# Compiler flags of every object: language, floating point rules, warnings, sanitizers, and the
# check of flags that come from outside. Flags of one ISA are in CorepyIsas.cmake.

# Results must not depend on how corepy was built. Flags that change arithmetic are errors; flags
# that pick a CPU are dropped, because some environments (conda) export them for everybody: kernels
# are compiled per ISA anyway, and the rest must run on any CPU of the architecture.
function(corepy_check_user_flags)
  set(variables CMAKE_CXX_FLAGS)
  foreach(config DEBUG RELEASE RELWITHDEBINFO MINSIZEREL)
    list(APPEND variables CMAKE_CXX_FLAGS_${config})
  endforeach()
  foreach(variable IN LISTS variables)
    separate_arguments(flags NATIVE_COMMAND "${${variable}}")
    set(kept)
    foreach(flag IN LISTS flags)
      if(flag MATCHES "^[-/](Ofast|ffast-math|funsafe-math-optimizations|fassociative-math|freciprocal-math|ffinite-math-only|fno-signed-zeros|ffp-contract=(on|fast)|ffp-model=(fast|aggressive)|fp:fast|fsingle-precision-constant|frounding-math|mfpmath=387)$")
        message(FATAL_ERROR "corepy: '${flag}' in ${variable} changes floating point results, "
          "which are promised to be the same everywhere; remove it (it may come from CXXFLAGS)")
      elseif(flag MATCHES "^[-/](march|mtune|mcpu|arch|m(no-)?(avx|fma|sse|bmi|f16c|lzcnt|popcnt))([=:0-9a-z.].*)?$"
             AND NOT flag STREQUAL "-arch")
        message(STATUS "corepy: dropped '${flag}' from ${variable}: kernels are compiled per ISA "
          "and picked at run time, all else runs on any ${COREPY_ARCHITECTURE} CPU")
      else()
        list(APPEND kept "${flag}")
      endif()
    endforeach()
    list(JOIN kept " " kept)
    set(${variable} "${kept}" PARENT_SCOPE)
  endforeach()
endfunction()

corepy_check_user_flags()

# Usage requirements of every target of this project.
add_library(corepy_compile_options INTERFACE)
target_compile_features(corepy_compile_options INTERFACE cxx_std_20)
if(MSVC)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "corepy: cl.exe is not supported (got ${CMAKE_CXX_COMPILER_ID}; expected "
      "clang-cl: configure with -DCMAKE_CXX_COMPILER=clang-cl)")
  endif()
  target_compile_options(corepy_compile_options INTERFACE
    /EHsc /bigobj /W3 /clang:-ffp-contract=off)
  target_compile_definitions(corepy_compile_options INTERFACE NOMINMAX _CRT_SECURE_NO_WARNINGS)
else()
  target_compile_options(corepy_compile_options INTERFACE
    -ffp-contract=off -fvisibility=hidden -fvisibility-inlines-hidden -Wall -Wextra)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Unique symbols are shared between all libraries of a process: two copies of corepy would mix.
    # psabi: notes on ABI changes between old GCC versions, of which nothing here crosses a library.
    target_compile_options(corepy_compile_options INTERFACE -fno-gnu-unique -Wno-psabi)
  endif()
endif()

set(COREPY_SANITIZE "" CACHE STRING "Sanitizers to compile with: 'address,undefined' or 'thread'")
if(COREPY_SANITIZE)
  if(NOT COREPY_SANITIZE MATCHES "^(address,undefined|address|undefined|thread)$")
    message(FATAL_ERROR "corepy: COREPY_SANITIZE is not a known set "
      "(got '${COREPY_SANITIZE}'; expected 'address,undefined', 'address', 'undefined' or 'thread')")
  endif()
  target_compile_options(corepy_compile_options INTERFACE
    -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  # Kernels are checked for addresses in the heap only. Checks of the stack make their objects
  # compile five times as long, those of undefined behaviour for five minutes and more; and kernels
  # touch what they are handed, so that races show in the code that hands it.
  string(REPLACE "," ";" sanitizers "${COREPY_SANITIZE}")
  foreach(sanitizer IN LISTS sanitizers)
    set(elsewhere $<NOT:$<BOOL:$<TARGET_PROPERTY:COREPY_IS_KERNEL>>>)
    if(sanitizer STREQUAL "address")
      set(elsewhere 1)
    endif()
    target_compile_options(corepy_compile_options INTERFACE
      $<${elsewhere}:-fsanitize=${sanitizer}>)
  endforeach()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND COREPY_SANITIZE MATCHES "address")
    set(is_kernel $<BOOL:$<TARGET_PROPERTY:COREPY_IS_KERNEL>>)
    target_compile_options(corepy_compile_options INTERFACE
      "$<${is_kernel}:SHELL:--param asan-stack=0>"
      "$<${is_kernel}:SHELL:--param asan-instrumentation-with-call-threshold=0>"
      $<${is_kernel}:-fno-sanitize-address-use-after-scope>)
  endif()
  target_link_options(corepy_compile_options INTERFACE -fsanitize=${COREPY_SANITIZE})
endif()
