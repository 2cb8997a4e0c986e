"""The native library as a stranger meets it: found, linked, run, and looked into."""
import re

from harness import ROOT
from installation import (FOLDER, checked, cmake, compiler, installed, libdir, once, pkg_config, run)

HERE = ROOT / "tests" / "install"

C_OUTPUT = """0.1.0 1.5 3
-7 0 3 42 1000 sorted
late: int (*)(const void *, const void *), main.c, sort, called
-1
0.333
1
"""
CXX_OUTPUT = """-7 0 3 42 1000 1.5 3
a negative scale
"""


def expect(text, expected):
    lines = text.splitlines(keepends=True)
    assert "".join(lines[:-1]) == expected, f"{text!r} is not {expected!r}"
    assert "teapot" in lines[-1], lines[-1]  # the sentence of an error


@once
def stranger(host):
    """The folder where the stranger's project was built, and the prefix that it found."""
    build = FOLDER / f"{host.preset}-stranger"
    prefix = installed(host, "native")
    cmake(host, HERE / "stranger", build, prefix)
    return build, prefix


def test_programs_with_find_package(host):
    build, _ = stranger(host)
    for language, expected in (("c", C_OUTPUT), ("cc", CXX_OUTPUT)):
        for kind in ("shared", "static", "whole"):
            expect(run(host, build / f"{kind}_{language}"), expected)


def test_a_c_project_links_the_archive(host):
    build = FOLDER / f"{host.preset}-c-only"
    cmake(host, HERE / "c_only", build, stranger(host)[1])
    expect(run(host, build / "c_only"), C_OUTPUT)


def test_programs_with_pkg_config(host):
    prefix = stranger(host)[1]
    strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    archive = pkg_config(prefix, "--variable=archive")
    assert pkg_config(prefix, "--modversion") == ["0.1.0"]
    for language, standard, source, expected in (("C", "-std=c11", "main.c", C_OUTPUT),
                                                 ("CXX", "-std=c++20", "main.cc", CXX_OUTPUT)):
        begin = [*compiler(host, language), standard, *strict, *pkg_config(prefix, "--cflags"),
                 HERE / "stranger" / source]
        program = FOLDER / f"{host.preset}-{source}.out"
        checked(*begin, "-o", program, *pkg_config(prefix, "--libs"))
        expect(run(host, program, environment=[("LD_LIBRARY_PATH", str(libdir(prefix)))]), expected)
        checked(*begin, "-o", program, *archive)
        expect(run(host, program), expected)
        checked(*begin, "-static", "-o", program, *pkg_config(prefix, "--libs", "--static"))
        expect(run(host, program), expected)


def test_a_closed_plugin_keeps_its_callbacks(host):
    build, prefix = stranger(host)
    assert run(host, build / "loader", "./plugin.so", "adder", cwd=build) == "42\n"
    assert run(host, build / "loader", "./libbanter-native.so", cwd=libdir(prefix)) == "42\n"


def test_a_program_that_the_loader_was_told_to_run(host):
    """There /proc/self/exe is the loader."""
    build, _ = stranger(host)
    program = build / "static_c"
    loader = re.search(r"interpreter: (\S+)\]", checked("readelf", "-lW", program)).group(1)
    expect(run(host, loader, program), C_OUTPUT)


def test_headers_compile_alone(host):
    prefix = stranger(host)[1]
    for language, option, text in (("C", "-std=c11", "#include <banter/native.h>"),
                                   ("CXX", "-std=c++11", "#include <banter/native.h>"),
                                   ("CXX", "-std=c++20", "#include <banter/native.hpp>")):
        source = FOLDER / f"header{option}.{'c' if language == 'C' else 'cc'}"
        source.write_text(f"{text}\nint main(void) {{ return 0; }}\n")
        checked(*compiler(host, language)[:1], option, "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                "-c", source, "-o", source.with_suffix(".o"), *pkg_config(prefix, "--cflags"))


def declared_functions(prefix):
    header = (prefix / "include" / "banter" / "native.h").read_text()
    return sorted(re.findall(r"\b(banter_\w+)\(", "".join(re.findall(r"BANTER_API[^;]*;", header))))


def defined(*command):
    return sorted(re.sub(r"@.*", "", line.split()[-1]) for line in checked(*command).splitlines()
                  if re.match(r"[0-9a-f]+ \w ", line) and " A " not in line)


def test_only_the_functions_of_the_header_are_visible(host):
    prefix = stranger(host)[1]
    functions = declared_functions(prefix)
    assert "banter_call" in functions and len(functions) > 15, functions
    for command in (("nm", "-D", "--defined-only", libdir(prefix) / "libbanter-native.so"),
                    ("nm", "-g", "--defined-only", libdir(prefix) / "libbanter-native.a")):
        found = defined(*command)
        assert found == functions, f"{command[-1]}: {sorted(set(found) ^ set(functions))}"


def test_the_shared_library_is_versioned_and_hardened(host):
    library = libdir(stranger(host)[1]) / "libbanter-native.so"
    assert library.is_symlink() and library.resolve().name == "libbanter-native.so.0.1.0"
    dynamic = checked("readelf", "-dW", library)
    assert re.search(r"SONAME.*\[libbanter-native\.so\.0\.1\]", dynamic), dynamic
    assert "NODELETE" in dynamic, dynamic  # C may call thunks after dlclose
    assert "TEXTREL" not in dynamic, dynamic
    assert not re.search(r"RPATH|RUNPATH", dynamic), dynamic
    assert "banter_call@@BANTER_0.1" in checked("nm", "-D", library)


def test_no_page_is_writable_and_executable(host):
    build, prefix = stranger(host)
    for program in (libdir(prefix) / "libbanter-native.so", build / "static_c", build / "whole_c",
                    build / "plugin.so"):
        headers = checked("readelf", "-lW", program)
        stack = re.search(r"GNU_STACK(?:\s+0x[0-9a-f]+){5}\s+(\S+)", headers)
        assert stack and stack.group(1) == "RW", f"{program}: {stack and stack.group(0)}"
        for line in re.findall(r"^\s+LOAD.*", headers, re.M):
            assert not re.search(r" RWE ", line), f"{program}: {line}"
        assert "TEXTREL" not in checked("readelf", "-dW", program), program


def test_the_library_names_no_path_of_its_build(host):
    for path in stranger(host)[1].rglob("*"):
        if path.is_file():
            assert str(ROOT).encode() not in path.read_bytes(), f"{path} names {ROOT}"


def test_components_are_apart(host):
    native = {path.name for path in stranger(host)[1].rglob("*") if path.is_file()}
    assert "native.h" in native and "banter" not in native, native
    program = {path.name for path in installed(host, "banter").rglob("*") if path.is_file()}
    assert program == {"banter", "banter-gdb.py"}, program


def test_the_installed_program_runs(host):
    prefix = installed(host, "banter")
    assert run(host, prefix / "bin" / "banter", "eval", "3 + 4", cwd=prefix) == "7\n"


GDB_OUTPUT = re.compile(r"^#\d+ +(?:0x[0-9a-f]+ in )?(\w+)", re.M)


def test_gdb_sees_c_through_thunk_and_call(host):
    """Unwind information: from a handler through thunkEntry, qsort and banter_call to main."""
    program = FOLDER / f"{host.preset}-backtrace"
    prefix = stranger(host)[1]
    checked(*compiler(host, "C"), "-g", *pkg_config(prefix, "--cflags"), HERE / "backtrace.c",
            "-o", program, *pkg_config(prefix, "--variable=archive"))
    text = checked("gdb", "-q", "-nx", "-batch", "-ex", "set debuginfod enabled off",
                   "-ex", "break handler", "-ex", "run", "-ex", "backtrace", program)
    frames = iter(GDB_OUTPUT.findall(text))
    for function in ("handler", "thunkEntry", "qsort", "banter_sysv_x64_call", "banter_call", "sort",
                     "main"):
        assert any(function in frame for frame in frames), f"no {function} where it should be:\n{text}"
