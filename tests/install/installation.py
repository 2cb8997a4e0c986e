"""The native library installed, and how a stranger compiles with it.

Everything is built with the compilers of a host's build and run as its programs are, so that a
foreign build can be tested, too.
"""
import functools
import os
import pathlib
import re
import subprocess
import tempfile
import threading

TEMPORARY = tempfile.TemporaryDirectory(prefix="banter-install-")  # until the tests end
FOLDER = pathlib.Path(TEMPORARY.name)
LOCK = threading.RLock()


def once(function):
    """Each host's answer is found once, though tests run side by side."""
    answers = {}

    @functools.wraps(function)
    def locked(host, *arguments):
        with LOCK:
            key = (host.preset, *arguments)
            if key not in answers:
                answers[key] = function(host, *arguments)
            return answers[key]

    return locked


def checked(*command, **keywords):
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, **keywords)
    text = done.stdout.decode(errors="replace")
    assert done.returncode == 0, f"{' '.join(map(str, command))}: status {done.returncode}\n{text[-4000:]}"
    return text


def cached(host, name):
    """An entry of the build's cache, or None."""
    cache = (host.build / "CMakeCache.txt").read_text()
    found = re.search(rf"^{name}:\w+=(.+)$", cache, re.M)
    return found and found.group(1)


def compiler(host, language):
    """The build's compiler, with the options that every compilation has."""
    name = cached(host, f"CMAKE_{language}_COMPILER")
    if name is None:  # a toolchain file says so
        toolchain = pathlib.Path(cached(host, "CMAKE_TOOLCHAIN_FILE")).read_text()
        name = re.search(rf"CMAKE_{language}_COMPILER (\S+)\)", toolchain).group(1)
    flags = (cached(host, f"CMAKE_{language}_FLAGS") or "").split()
    return [name, *flags, *(cached(host, "CMAKE_EXE_LINKER_FLAGS") or "").split()]


def cmake(host, source, build, prefix):
    """Configures and builds a project with the host's compilers."""
    options = [f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release",
               f"-DCMAKE_FIND_ROOT_PATH={prefix}"]
    toolchain = cached(host, "CMAKE_TOOLCHAIN_FILE")
    if toolchain:
        options.append(f"-DCMAKE_TOOLCHAIN_FILE={toolchain}")
    else:
        options += [f"-DCMAKE_{language}_COMPILER={compiler(host, language)[0]}"
                    for language in ("C", "CXX")]
    text = checked("cmake", "-G", "Ninja", "-S", source, "-B", build, *options)
    return text + checked("cmake", "--build", build, "-j2")


@once
def installed(host, component):
    """A prefix with one component; it is not where it was installed to, but was moved from there."""
    first = FOLDER / f"{host.preset}-{component}-first"
    checked("cmake", "--install", host.build, "--prefix", first, "--component", component)
    return first.rename(FOLDER / f"{host.preset}-{component}")


def libdir(prefix):
    return next(prefix.rglob("libbanter-native.so")).parent


def pkg_config(prefix, *arguments):
    environment = {**os.environ, "PKG_CONFIG_LIBDIR": str(libdir(prefix) / "pkgconfig")}
    return checked("pkg-config", *arguments, "banter-native", env=environment).split()


def run(host, program, *arguments, cwd=None, environment=()):
    return checked(*host.emulator, program, *arguments, cwd=cwd,
                   env={**os.environ, **dict(host.environment), **dict(environment)})
