# banter_layer(NAME DEPENDS other...): the library banter_NAME of every src/NAME/**.cc and .S that
# is not a test, and the program NAME_test of every *_test.cc in it. A file that belongs to one
# processor lies in a folder named after an ABI under src/native or is named *_<arch>.S, and is
# left out on the others; one that belongs to an operating system is named *_posix.* or *_windows.*.
# Layers may be named before they are defined.

set(BANTER_WARNINGS -Wall -Wextra -Wshadow=local -Wnon-virtual-dtor -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  set(BANTER_WARNINGS -Wall -Wextra -Wnon-virtual-dtor -Wimplicit-fallthrough)
endif()
if(BANTER_WERROR)
  list(APPEND BANTER_WARNINGS -Werror)
endif()

if(BANTER_SANITIZE)
  add_compile_options(-fsanitize=${BANTER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BANTER_SANITIZE})
endif()

# ccache takes part in precompiled headers only when it is told that it may.
find_program(BANTER_CCACHE ccache)
if(BANTER_CCACHE)
  foreach(language C CXX ASM)
    set(CMAKE_${language}_COMPILER_LAUNCHER
        env CCACHE_SLOPPINESS=pch_defines,time_macros ${BANTER_CCACHE})
  endforeach()
endif()

set(BANTER_HOST_SYSTEM posix)
if(WIN32)
  set(BANTER_HOST_SYSTEM windows)
endif()

# The folders under src/native whose assembly this host runs (its own ABI first), and the suffix of
# its own files.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  set(BANTER_HOST_ARCH x64)
  set(BANTER_HOST_ABIS sysv_x64 ms_abi)
  if(WIN32)
    set(BANTER_HOST_ABIS win_x64)
  endif()
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(BANTER_HOST_ARCH arm64)
  set(BANTER_HOST_ABIS aapcs64)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(i.86|x86)$")
  set(BANTER_HOST_ARCH ia32)
  set(BANTER_HOST_ABIS ia32)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^arm")
  set(BANTER_HOST_ARCH arm32)
  set(BANTER_HOST_ABIS aapcs32)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^riscv64$")
  set(BANTER_HOST_ARCH riscv64)
  set(BANTER_HOST_ABIS riscv_lp64d)
else()
  message(FATAL_ERROR "Banter has no ABI folder for the processor '${CMAKE_SYSTEM_PROCESSOR}'")
endif()

# AArch64 processors that know them check branch targets and return addresses. Every object says so;
# a program says so when the C library's do. Thunk pages are guarded in any case.
if(BANTER_HOST_ARCH STREQUAL arm64)
  add_compile_options(-mbranch-protection=standard)
endif()

# GCC notes that it passes some structures otherwise than GCC 6 did; all of ours is compiled by one.
if(BANTER_HOST_ARCH STREQUAL arm32 AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_compile_options(-Wno-psabi)
endif()

# Files beyond 2 GiB and years beyond 2037 on 32-bit hosts.
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
  add_compile_definitions(_FILE_OFFSET_BITS=64 _TIME_BITS=64)
endif()

# Where the processor or its compiler has no instructions for atomic operations of every width (one
# byte on RISC-V, eight bytes on Arm before version 7), they are functions of a library.
set(BANTER_ATOMIC_LIBRARY)
if(BANTER_HOST_ARCH MATCHES "^(arm32|riscv64)$")
  set(BANTER_ATOMIC_LIBRARY atomic)
endif()

# Where a check failed is said by the file's name in the project, wherever that lies.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

# Tests are compiled once and run once: what they test is optimized, they themselves hardly.
function(banter_test_options target)
  if(CMAKE_BUILD_TYPE STREQUAL Release)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-O1>)
  endif()
endfunction()

# Debian's compilers for Linux find fmt's headers beside those of the C library; mingw-w64's has a C
# library of its own and gets these alone. Programs carry their libraries with them.
if(WIN32 AND CMAKE_CROSSCOMPILING)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/headers)
  file(CREATE_LINK /usr/include/fmt ${CMAKE_BINARY_DIR}/headers/fmt SYMBOLIC)
  include_directories(SYSTEM ${CMAKE_BINARY_DIR}/headers)
  add_link_options(-static)
endif()

# GoogleTest is built from Debian's source package: the same for every compiler, sanitizer and
# processor.
add_subdirectory(/usr/src/googletest/googletest ${CMAKE_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)
banter_test_options(gtest)

function(banter_target_options target)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:C,CXX>:${BANTER_WARNINGS}>)
  # GCC 12 warns wrongly when it optimizes: overlaps and overruns in std::string that are not there
  # (its bug 105651), and handles whose destructors do unlink them. Clang's build has every warning.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT CMAKE_BUILD_TYPE STREQUAL Debug)
    target_compile_options(${target} PRIVATE
        $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow
          -Wno-stringop-overread -Wno-dangling-pointer>)
  endif()
  target_compile_definitions(${target} PRIVATE BANTER_VERSION="${PROJECT_VERSION}")
  # Tests alone look at the sources: what is installed names no path of the machine that built it.
  if(target MATCHES "_test$")
    target_compile_definitions(${target} PRIVATE BANTER_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  endif()
endfunction()

# The layers of the native library: what is installed shows nothing but native.h.
set(BANTER_NATIVE_LAYERS library native carrier abi platform base)

function(banter_hide_symbols target)
  set_target_properties(${target} PROPERTIES
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  # objcopy cannot make unique symbols local.
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
endfunction()

include(cmake/precompiled.cmake)

function(banter_layer name)
  cmake_parse_arguments(LAYER "" "" "DEPENDS" ${ARGN})
  set(root ${PROJECT_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${root}/*.cc ${root}/*.S)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$|_main\\.cc$")
  foreach(arch x64 arm64 ia32 arm32 riscv64)
    if(NOT arch STREQUAL BANTER_HOST_ARCH)
      list(FILTER sources EXCLUDE REGEX "_${arch}(_posix|_windows)?\\.(S|cc)$")
      list(FILTER tests EXCLUDE REGEX "_${arch}_test\\.cc$")
    endif()
  endforeach()
  foreach(system posix windows)
    if(NOT system STREQUAL BANTER_HOST_SYSTEM)
      list(FILTER sources EXCLUDE REGEX "_${system}\\.(S|cc)$")
      list(FILTER tests EXCLUDE REGEX "_${system}_test\\.cc$")
    endif()
  endforeach()
  if(name STREQUAL "native")
    foreach(abi sysv_x64 win_x64 ms_abi ia32 aapcs64 aapcs32 riscv_lp64d)
      if(NOT abi IN_LIST BANTER_HOST_ABIS)
        list(FILTER sources EXCLUDE REGEX "/native/${abi}/")
        list(FILTER tests EXCLUDE REGEX "/native/${abi}/")
      endif()
    endforeach()
  endif()
  set(libraries)
  foreach(layer ${LAYER_DEPENDS})
    list(APPEND libraries banter_${layer})
  endforeach()
  if(sources)
    add_library(banter_${name} STATIC ${sources})
    banter_target_options(banter_${name})
    if(name IN_LIST BANTER_NATIVE_LAYERS)
      banter_hide_symbols(banter_${name})
      banter_precompile(banter_${name} native_layers)
    else()
      banter_precompile(banter_${name} layers)
    endif()
    target_link_libraries(banter_${name} PUBLIC ${libraries} Threads::Threads ${CMAKE_DL_LIBS}
        ${BANTER_ATOMIC_LIBRARY})
  else()
    add_library(banter_${name} INTERFACE)
    target_link_libraries(banter_${name} INTERFACE ${libraries} Threads::Threads ${CMAKE_DL_LIBS}
        ${BANTER_ATOMIC_LIBRARY})
  endif()
  if(tests)
    add_executable(${name}_test ${tests})
    banter_target_options(${name}_test)
    banter_test_options(${name}_test)
    banter_precompile(${name}_test tests)
    target_link_libraries(${name}_test PRIVATE banter_${name} gtest gtest_main)
    add_test(NAME ${name}_test COMMAND ${name}_test)
  endif()
endfunction()
