# The native library as programs without Smalltalk get it, and how it is installed:
#
#   libbanter-native.so.0.1.0, libbanter-native.a, banter/native.h and native.hpp, the CMake package
#   BanterNative (Banter::native, Banter::native_static) and banter-native.pc
#
# Both libraries are made of one object: what the library layer needs of the layers below it, linked
# into one file in which every symbol but those of native.h is local. So a program may have a
# `thunkEntry` or another fmt of its own, and the archive needs no other archive.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
include(CheckCXXSourceCompiles)

set(archives)
set(archive_targets)
foreach(layer ${BANTER_NATIVE_LAYERS})
  if(layer STREQUAL library)
    continue()
  endif()
  list(APPEND archives $<TARGET_FILE:banter_${layer}>)
  list(APPEND archive_targets banter_${layer})
endforeach()
separate_arguments(flags NATIVE_COMMAND "${CMAKE_CXX_FLAGS}")
set(whole ${CMAKE_CURRENT_BINARY_DIR}/banter-native-whole.o)
set(object ${CMAKE_CURRENT_BINARY_DIR}/banter-native.o)
# Groups of sections that several files share are dissolved: their names would be local, too.
add_custom_command(
  OUTPUT ${object}
  COMMAND ${CMAKE_CXX_COMPILER} ${flags} -r -nostdlib -Wl,--force-group-allocation -o ${whole}
          $<TARGET_OBJECTS:banter_library> -Wl,--start-group ${archives} -Wl,--end-group
  COMMAND ${CMAKE_OBJCOPY} --localize-hidden --wildcard --keep-global-symbol=banter_* ${whole} ${object}
  COMMAND ${CMAKE_COMMAND} -E rm ${whole}
  DEPENDS banter_library $<TARGET_OBJECTS:banter_library> ${archive_targets}
  COMMENT "Linking the native library into one object"
  COMMAND_EXPAND_LISTS VERBATIM)
set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)

# Some 32-bit processors have no instructions for 64-bit atomics, and RISC-V has none for bytes.
set(CMAKE_REQUIRED_FLAGS -std=c++20)
check_cxx_source_compiles("#include <atomic>
#include <cstdint>
std::atomic<std::uint64_t> n;
std::atomic<bool> b;
int main() { return b.exchange(true) ? static_cast<int>(n++) : 0; }" BANTER_ATOMICS_ARE_INLINE)
unset(CMAKE_REQUIRED_FLAGS)
set(atomic)
if(NOT BANTER_ATOMICS_ARE_INLINE)
  set(atomic atomic)
endif()

# nodelete: C may call a callback's function pointer after dlclose.
add_library(banter_native_shared SHARED ${object})
set_target_properties(banter_native_shared PROPERTIES
  OUTPUT_NAME banter-native EXPORT_NAME native LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/package/banter-native.map)
target_link_options(banter_native_shared PRIVATE
  -Wl,-z,nodelete,-z,noexecstack,-z,text,-z,relro,-z,now
  -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/package/banter-native.map)
if(NOT BANTER_SANITIZE)
  target_link_options(banter_native_shared PRIVATE -Wl,-z,defs)
endif()
target_link_libraries(banter_native_shared PRIVATE Threads::Threads ${CMAKE_DL_LIBS} ${atomic})

# A C program that links the archive needs the C++ library, too, and what that needs.
add_library(banter_native_static STATIC ${object})
set_target_properties(banter_native_static PROPERTIES
  OUTPUT_NAME banter-native EXPORT_NAME native_static LINKER_LANGUAGE CXX)
target_link_options(banter_native_static INTERFACE -Wl,-z,nodelete)
target_link_libraries(banter_native_static INTERFACE
  $<$<LINK_LANGUAGE:C>:stdc++> Threads::Threads ${CMAKE_DL_LIBS} ${atomic} m)

foreach(target banter_native_shared banter_native_static)
  target_include_directories(${target} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()

# ---- Installation: cmake --install build/release --prefix P [--component native]

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/BanterNative)
install(TARGETS banter_native_shared banter_native_static EXPORT BanterNative
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT native NAMELINK_COMPONENT native
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT native)
install(FILES ${PROJECT_SOURCE_DIR}/include/banter/native.h ${PROJECT_SOURCE_DIR}/include/banter/native.hpp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/banter COMPONENT native)
install(EXPORT BanterNative NAMESPACE Banter:: FILE BanterNativeTargets.cmake
  DESTINATION ${package_dir} COMPONENT native)
configure_package_config_file(cmake/package/BanterNativeConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/package/BanterNativeConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/package/BanterNativeConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/package/BanterNativeConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/package/BanterNativeConfigVersion.cmake
  DESTINATION ${package_dir} COMPONENT native)

# ${pcfiledir} is where the file lies when it is read, so that the whole tree may be moved.
file(RELATIVE_PATH prefix_from_pc /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" prefix_from_pc ${prefix_from_pc})
set(private_libs -Wl,-z,nodelete)
foreach(library stdc++ pthread ${CMAKE_DL_LIBS} ${atomic} m)
  string(APPEND private_libs " -l${library}")
endforeach()
configure_file(cmake/package/banter-native.pc.in
  ${CMAKE_CURRENT_BINARY_DIR}/package/banter-native.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/package/banter-native.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT native)
