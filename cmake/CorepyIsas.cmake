# The one list of instruction sets (ISAs): their names, order and compiler flags, and the header
# that hands the list to C++. Which CPU may run which ISA is decided in csrc/corepy/dispatch.
#
# To add an ISA: one corepy_isa() line below, and its detection in csrc/corepy/dispatch.

include(CheckCXXSourceCompiles)

# Architectures of the *target*, asked of the compiler: CMAKE_SYSTEM_PROCESSOR names the host under
# some cross builds and under macOS with -arch.
function(corepy_detect_architecture out)
  check_cxx_source_compiles("
    #if !defined(__x86_64__) && !defined(_M_X64)
    #error not x86-64
    #endif
    int main() { return 0; }" COREPY_TARGET_IS_X86_64)
  check_cxx_source_compiles("
    #if !defined(__aarch64__) && !defined(_M_ARM64)
    #error not aarch64
    #endif
    int main() { return 0; }" COREPY_TARGET_IS_AARCH64)
  list(LENGTH CMAKE_OSX_ARCHITECTURES count)
  if(count GREATER 1)
    message(FATAL_ERROR "corepy: one architecture per build "
      "(got CMAKE_OSX_ARCHITECTURES=${CMAKE_OSX_ARCHITECTURES}); build a wheel for each")
  endif()
  if(COREPY_TARGET_IS_X86_64)
    set(${out} x86_64 PARENT_SCOPE)
  elseif(COREPY_TARGET_IS_AARCH64)
    set(${out} aarch64 PARENT_SCOPE)
  else()
    set(${out} other PARENT_SCOPE)
  endif()
endfunction()

# corepy_isa(<name> ARCHITECTURES <arch>... [FLAGS <flag>...] [GCC_FLAGS <flag>...])
# appends <name> to COREPY_KNOWN_ISAS when the target has that architecture.
macro(corepy_isa name)
  cmake_parse_arguments(_isa "" "" "ARCHITECTURES;FLAGS;GCC_FLAGS" ${ARGN})
  if(COREPY_ARCHITECTURE IN_LIST _isa_ARCHITECTURES)
    list(APPEND COREPY_KNOWN_ISAS ${name})
    set(COREPY_ISA_FLAGS_${name} ${_isa_FLAGS})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      list(APPEND COREPY_ISA_FLAGS_${name} ${_isa_GCC_FLAGS})
    endif()
  endif()
endmacro()

corepy_detect_architecture(COREPY_ARCHITECTURE)
set(COREPY_KNOWN_ISAS)

# Best first. GCC 12's AVX-512 headers give false "uninitialized" warnings (GCC bug 105593).
corepy_isa(avx512 ARCHITECTURES x86_64
  FLAGS -mavx512f -mavx512cd -mavx512dq -mavx512bw -mavx512vl -mavx2 -mfma -mf16c -mbmi -mbmi2
        -mlzcnt -mpopcnt -mprefer-vector-width=512
  GCC_FLAGS -Wno-uninitialized -Wno-maybe-uninitialized)
corepy_isa(avx2 ARCHITECTURES x86_64
  FLAGS -mavx2 -mfma -mf16c -mbmi -mbmi2 -mlzcnt -mpopcnt)
corepy_isa(neon ARCHITECTURES aarch64)
corepy_isa(baseline ARCHITECTURES x86_64 aarch64 other)

# A shorter list compiles faster (sanitizer builds); baseline is always there to fall back on.
set(COREPY_ISAS "${COREPY_KNOWN_ISAS}" CACHE STRING
  "ISAs to compile kernels for, out of: ${COREPY_KNOWN_ISAS}")
foreach(isa IN LISTS COREPY_ISAS)
  if(NOT isa IN_LIST COREPY_KNOWN_ISAS)
    message(FATAL_ERROR "corepy: unknown ISA in COREPY_ISAS (got '${isa}'; expected some of: "
      "${COREPY_KNOWN_ISAS})")
  endif()
endforeach()
if(NOT "baseline" IN_LIST COREPY_ISAS)
  message(FATAL_ERROR "corepy: COREPY_ISAS must contain baseline (got '${COREPY_ISAS}')")
endif()

# The order is that of the list above, whatever the order the user wrote.
set(COREPY_ISA_ROWS)
foreach(isa IN LISTS COREPY_KNOWN_ISAS)
  if(isa IN_LIST COREPY_ISAS)
    string(APPEND COREPY_ISA_ROWS " X(${isa})")
  endif()
endforeach()
string(STRIP "${COREPY_ISA_ROWS}" COREPY_ISA_ROWS)
configure_file("${CMAKE_CURRENT_LIST_DIR}/isa_list.h.in"
  "${PROJECT_BINARY_DIR}/generated/corepy/isa_list.h" @ONLY)
