# Kernel objects: every file in csrc/corepy/kernels/ is one family, compiled once per ISA, so that
# families and ISAs compile in parallel and one can be built alone:
#   cmake --build <dir> --target corepy_kernel_<family>_<isa>
# Target corepy_kernels builds all of them; corepy_kernel_objects names their objects.

set(COREPY_KERNELS_FROM "" CACHE PATH
  "Build folder whose kernel objects are linked; none are compiled then (thread sanitizer builds)")
set(COREPY_UNOPTIMISED_KERNELS "" CACHE STRING
  "Regular expression over <family>_<isa>: kernels compiled to be there rather than to be fast")

# The objects of another build of the same sources, which must have been built.
function(corepy_borrow_kernels sources)
  foreach(source IN LISTS sources)
    get_filename_component(family "${source}" NAME_WE)
    foreach(isa IN LISTS COREPY_ISAS)
      set(object "${COREPY_KERNELS_FROM}/CMakeFiles/corepy_kernel_${family}_${isa}.dir")
      string(APPEND object "/csrc/corepy/kernels/${family}.cpp${CMAKE_CXX_OUTPUT_EXTENSION}")
      if(NOT EXISTS "${object}")
        message(FATAL_ERROR "corepy: COREPY_KERNELS_FROM has no kernels of ${family} for ${isa} "
          "(got '${COREPY_KERNELS_FROM}'; expected a build folder of these sources): build its "
          "target corepy_kernels first")
      endif()
      target_sources(corepy_kernel_objects INTERFACE "${object}")
    endforeach()
  endforeach()
endfunction()

# Adds an object library, of one family or of headers; `is_optimised` is false for code that is there
# rather than fast.
function(corepy_add_kernel_library target source isa is_optimised)
  add_library(${target} OBJECT "${source}")
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON COREPY_IS_KERNEL ON)
  target_compile_definitions(${target} PRIVATE COREPY_ISA=${isa})
  target_compile_options(${target} PRIVATE ${COREPY_ISA_FLAGS_${isa}})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/csrc")
  if(NOT is_optimised)
    target_compile_options(${target} PRIVATE -O0)
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/cmake")
  endif()
  target_link_libraries(${target} PRIVATE corepy_compile_options corepy_xsimd)
endfunction()

# ccache keeps no object that was compiled with precompiled headers unless it is told that it may;
# and GCC would write some headers' paths into them, which differ between clones.
function(corepy_let_ccache_see_headers target)
  if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache")
    set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${CMAKE_CXX_COMPILER_LAUNCHER}")
    target_compile_options(${target} PRIVATE -fpch-preprocess -fno-canonical-system-headers)
  endif()
endfunction()

# What a kernel includes before all else. GCC parses the headers of vectors for a second, longer than
# it compiles the rest of some kernels: it does so once per ISA, for optimised kernels and for
# others. Other compilers are not asked to: each has its own rules for when such headers are stale.
function(corepy_include_headers target isa is_optimised)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    if(NOT is_optimised)
      target_compile_options(${target} PRIVATE "SHELL:-include unforced_inlining.h")
    endif()
    return()
  endif()
  set(headers corepy_kernel_headers_${isa})
  set(names <corepy/vec/vec.h>)  # no absolute path: it, too, would differ between clones
  if(NOT is_optimised)
    string(APPEND headers _O0)
    list(PREPEND names <unforced_inlining.h>)
  endif()
  if(NOT TARGET ${headers})
    corepy_add_kernel_library(${headers} "${PROJECT_SOURCE_DIR}/cmake/kernel_headers.cpp" ${isa}
      ${is_optimised})
    target_precompile_headers(${headers} PRIVATE ${names})
    corepy_let_ccache_see_headers(${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${headers})
  corepy_let_ccache_see_headers(${target})
endfunction()

function(corepy_add_kernels)
  add_library(corepy_kernel_objects INTERFACE)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/csrc/corepy/kernels/*.cpp")
  if(COREPY_KERNELS_FROM)
    corepy_borrow_kernels("${sources}")
    return()
  endif()
  add_custom_target(corepy_kernels)
  foreach(source IN LISTS sources)
    get_filename_component(family "${source}" NAME_WE)
    foreach(isa IN LISTS COREPY_ISAS)
      set(target corepy_kernel_${family}_${isa})
      set(is_optimised ON)
      if(COREPY_UNOPTIMISED_KERNELS AND "${family}_${isa}" MATCHES "${COREPY_UNOPTIMISED_KERNELS}")
        set(is_optimised OFF)
      endif()
      corepy_add_kernel_library(${target} "${source}" ${isa} ${is_optimised})
      corepy_include_headers(${target} ${isa} ${is_optimised})
      target_sources(corepy_kernel_objects INTERFACE $<TARGET_OBJECTS:${target}>)
      add_dependencies(corepy_kernels ${target})
    endforeach()
  endforeach()
endfunction()
