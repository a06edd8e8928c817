# Kernel objects: every file in csrc/corepy/kernels/ is one family, compiled once per ISA, so that
# families and ISAs compile in parallel and one can be built alone:
#   cmake --build <dir> --target corepy_kernel_<family>_<isa>
# Target corepy_kernels builds all of them; corepy_kernel_objects names their objects.

function(corepy_add_kernels)
  add_library(corepy_kernel_objects INTERFACE)
  add_custom_target(corepy_kernels)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/csrc/corepy/kernels/*.cpp")
  foreach(source IN LISTS sources)
    get_filename_component(family "${source}" NAME_WE)
    foreach(isa IN LISTS COREPY_ISAS)
      set(target corepy_kernel_${family}_${isa})
      add_library(${target} OBJECT "${source}")
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON COREPY_IS_KERNEL ON)
      target_compile_definitions(${target} PRIVATE COREPY_ISA=${isa})
      target_compile_options(${target} PRIVATE ${COREPY_ISA_FLAGS_${isa}})
      target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/csrc")
      target_link_libraries(${target} PRIVATE corepy_compile_options corepy_xsimd)
      target_sources(corepy_kernel_objects INTERFACE $<TARGET_OBJECTS:${target}>)
      add_dependencies(corepy_kernels ${target})
    endforeach()
  endforeach()
endfunction()
