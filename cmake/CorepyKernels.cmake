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
      add_library(${target} OBJECT "${source}")
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON COREPY_IS_KERNEL ON)
      target_compile_definitions(${target} PRIVATE COREPY_ISA=${isa})
      target_compile_options(${target} PRIVATE ${COREPY_ISA_FLAGS_${isa}})
      if(COREPY_UNOPTIMISED_KERNELS AND "${family}_${isa}" MATCHES "${COREPY_UNOPTIMISED_KERNELS}")
        target_compile_options(${target} PRIVATE
          -O0 "SHELL:-include ${PROJECT_SOURCE_DIR}/cmake/unforced_inlining.h")
      endif()
      target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/csrc")
      target_link_libraries(${target} PRIVATE corepy_compile_options corepy_xsimd)
      target_sources(corepy_kernel_objects INTERFACE $<TARGET_OBJECTS:${target}>)
      add_dependencies(corepy_kernels ${target})
    endforeach()
  endforeach()
endfunction()
