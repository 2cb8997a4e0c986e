# Cross build for 32-bit x86 Linux with Debian's compiler; x86-64 kernels run the programs as they
# are. -msse2: Banter's own arithmetic on doubles is that of SSE2, as on the other processors,
# instead of x87's, which keeps more bits in some places than in others; so a Banter for ia32 wants
# a processor with SSE2 though C code that it calls does not. What travels between C functions is
# the same but for vector types: src/abi/ia32/classify.cc.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR i686)
set(CMAKE_C_COMPILER i686-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER i686-linux-gnu-g++)
set(CMAKE_ASM_COMPILER i686-linux-gnu-gcc)
set(CMAKE_C_FLAGS_INIT "-msse2 -mfpmath=sse")
set(CMAKE_CXX_FLAGS_INIT "-msse2 -mfpmath=sse")
# The loader and libraries that come with the cross compiler, so that nothing else need be
# installed.
set(CMAKE_EXE_LINKER_FLAGS_INIT
    "-Wl,--dynamic-linker=/usr/i686-linux-gnu/lib/ld-linux.so.2 -Wl,-rpath,/usr/i686-linux-gnu/lib")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
