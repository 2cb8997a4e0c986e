# packages.sh -- sourced by the other tools: installs what a bare Debian 12 lacks.
#
#   install_packages build   what building and running on this machine needs
#   install_packages test    also the cross compiler, the emulator and the libraries of the tests
#   install_packages bench   also the peers of the benchmarks

packages_build="ca-certificates git g++ cmake ninja-build ccache googletest libfmt-dev libboost-dev
  libcli11-dev libsqlite3-0 libexpat1 shared-mime-info"
packages_test="clang clang-format python3 binutils pkgconf gdb qemu-user gcc-aarch64-linux-gnu
  g++-aarch64-linux-gnu binutils-aarch64-linux-gnu libc6:arm64 libstdc++6:arm64
  libsqlite3-0:arm64 libexpat1:arm64
  g++-i686-linux-gnu g++-arm-linux-gnueabihf g++-arm-linux-gnueabi g++-riscv64-linux-gnu"
packages_bench="libffi-dev luajit lua5.4 libbenchmark-dev valgrind"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

missing_packages() {
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
  done
}

install_packages() {
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
