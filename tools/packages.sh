# packages.sh -- sourced by the other tools: installs what a bare Debian 12 lacks.
#
#   install_packages build   what building and running on this machine needs
#   install_packages test    also the cross compiler, the emulator and the libraries of the tests
#   install_packages bench   also the peers of the benchmarks

packages_build="ca-certificates git g++ cmake ninja-build ccache googletest libfmt-dev libboost-dev
  libcli11-dev nlohmann-json3-dev libsqlite3-0 libexpat1 libuv1 shared-mime-info"
packages_test="clang clang-format python3 binutils pkgconf gdb qemu-user gcc-aarch64-linux-gnu
  g++-aarch64-linux-gnu binutils-aarch64-linux-gnu libc6:arm64 libstdc++6:arm64
  libsqlite3-0:arm64 libexpat1:arm64 libuv1:arm64
  g++-i686-linux-gnu g++-arm-linux-gnueabihf g++-arm-linux-gnueabi g++-riscv64-linux-gnu
  g++-mingw-w64-x86-64-posix wine64"
packages_bench="libffi-dev luajit lua5.4 libbenchmark-dev valgrind"

# What the examples call, unpacked under build/foreign for processors whose packages cannot be relied
# on to be installed beside those of this machine: dpkg wants one version for all of them, and updates
# come at different times (for armel not at all). Debian 12 has no libraries for riscv64.
unpacked_architectures="i386 armhf armel"
unpacked_packages="libsqlite3-0 libexpat1 libuv1"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

missing_packages() {
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
  done
}

# unpack_libraries ARCHITECTURE -- without dpkg, with package lists of its own: needs no rights.
unpack_libraries() {
  local arch=$1 root=$PWD/build/foreign/$1 apt
  [ "$(cat "$root/complete" 2>/dev/null)" = "$unpacked_packages" ] && return 0
  echo "unpacking for $arch:" $unpacked_packages
  rm -rf "$root"
  mkdir -p "$root/apt/lists/partial" "$root/apt/archives/partial" "$root/packages"
  touch "$root/apt/status"
  apt="-qq -o APT::Architecture=$arch -o APT::Architectures=$arch -o Dir::State=$root/apt
    -o Dir::State::lists=$root/apt/lists -o Dir::State::status=$root/apt/status
    -o Dir::Cache=$root/apt -o Acquire::Languages=none -o APT::Sandbox::User=$(id -un)"
  # A list that cannot be had need not be the one that matters.
  # shellcheck disable=SC2086
  apt-get $apt update >"$root/log" 2>&1 || true
  # shellcheck disable=SC2086
  (cd "$root/packages" && apt-get $apt download $unpacked_packages >>"$root/log" 2>&1) ||
    { cat "$root/log"; echo "tools/packages.sh: no $unpacked_packages for $arch" >&2; return 1; }
  for package in "$root"/packages/*.deb; do
    dpkg -x "$package" "$root" || return 1
  done
  rm -rf "$root/apt" "$root/packages"
  echo "$unpacked_packages" >"$root/complete"
}

install_debian_packages() {
  local wanted=$packages_build missing
  case $1 in
    test) wanted="$wanted $packages_test"
      dpkg --print-foreign-architectures | grep -qx arm64 || {
        as_root dpkg --add-architecture arm64 && as_root apt-get -qq update || return 1
      } ;;
    bench) wanted="$wanted $packages_bench" ;;
  esac
  # shellcheck disable=SC2086
  missing=$(missing_packages $wanted)
  [ -z "$missing" ] && return 0
  echo "installing:" $missing
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing \
      >/tmp/banter-apt.log 2>&1 ||
    { as_root apt-get -qq update >/dev/null &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
        $missing >/tmp/banter-apt.log 2>&1; } ||
    { cat /tmp/banter-apt.log; echo "tools/packages.sh: apt-get could not install: $missing" >&2
      return 1; }
}

install_packages() {
  install_debian_packages "$1" || return 1
  [ "$1" = test ] || return 0
  for architecture in $unpacked_architectures; do
    unpack_libraries "$architecture" || return 1
  done
}
