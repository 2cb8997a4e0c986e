"""Runs every test of every ABI and says how many passed. Called by tools/test.

A suite is what runs on one host: unit tests of each layer, the Smalltalk tests, programs with
their expected output, the command line, the examples. The foreign ABIs run the same names as the
native one, less those in tests/not_on_foreign_abis.txt, which says why for each.
"""
import argparse
import importlib
import subprocess
import sys
import traceback

import harness
from harness import ROOT, Host, Result

sys.path.insert(0, str(ROOT / "tests" / "cli"))
sys.path.insert(0, str(ROOT / "tests" / "callbacks"))
sys.path.insert(0, str(ROOT / "tests" / "docs"))
sys.path.insert(0, str(ROOT / "tests" / "install"))
sys.path.insert(0, str(ROOT / "tests" / "soak"))
sys.path.insert(0, str(ROOT / "examples"))

NATIVE = Host("sysv_x64", "release")


def unpacked(architecture, triplet):
    """Where tools/packages.sh unpacks what the examples call on that architecture."""
    root = ROOT / "build" / "foreign" / architecture
    return (("LD_LIBRARY_PATH", f"{root}/usr/lib/{triplet}:{root}/lib/{triplet}"),)


FOREIGN = [
    # The quick way of signing return addresses: the one of real processors takes most of the time.
    Host("aapcs64", "aarch64", emulator=("qemu-aarch64", "-cpu", "max,pauth-impdef=on"), slow=True),
    Host("ia32", "ia32", environment=unpacked("i386", "i386-linux-gnu")),
    Host("aapcs32", "armhf", emulator=("qemu-arm", "-L", "/usr/arm-linux-gnueabihf"), slow=True,
         environment=unpacked("armhf", "arm-linux-gnueabihf")),
    Host("riscv_lp64d", "riscv64", emulator=("qemu-riscv64", "-L", "/usr/riscv64-linux-gnu"),
         slow=True),
]
# All but the placement of floating point is as in aapcs32: the layers that know of it, and Smalltalk's
# tests of C.
SOFT_FLOAT = Host("aapcs32_soft", "armel", emulator=("qemu-arm", "-L", "/usr/arm-linux-gnueabi"),
                  slow=True, environment=unpacked("armel", "arm-linux-gnueabi"),
                  targets=("abi_test", "native_test", "library_test", "abi_oracle_test", "banter"))
# The native layers alone: there is no Smalltalk on Windows.
WINDOWS = Host("win_x64", "mingw64", emulator=("/usr/lib/wine/wine64",), slow=True, suffix=".exe",
               label="win_x64, the native layers under Wine",
               environment=(("WINEPREFIX", str(ROOT / "build" / "wine")), ("WINEDEBUG", "-all"),
                            # What a new prefix would ask for and these programs do not need.
                            ("WINEDLLOVERRIDES", "mscoree=;mshtml=;winemenubuilder.exe=;winedbg.exe=")))
ASAN = Host("sysv_x64", "asan", slow=True, label="sysv_x64, ASan and UBSan",
            environment=(("ASAN_OPTIONS", "detect_stack_use_after_return=0:detect_leaks=0"),))
# The threads of the ownership model are simulated: to TSan they would be one.
RACES = Host("sysv_x64", "tsan", slow=True, label="sysv_x64, the native layers under TSan",
             targets=("carrier_test", "native_test", "library_test"), without=("*OwnershipM*",))
CHECKED = Host("sysv_x64", "clang", slow=True, label="sysv_x64, Clang, every assertion")


def variant(label, *options, slow=False, environment=()):
    return Host("sysv_x64", "release", options=options, slow=slow, environment=environment,
                label=f"sysv_x64, {label}")


def unit_tests(host):
    programs = harness.gtest_programs(host)
    results = [r for group in harness.in_parallel(lambda p: harness.run_gtest(host, p), programs)
               for r in group]
    return results or [Result("unit tests", False, "no test program was built")]


def language_tests(host):
    paths = sorted((ROOT / "tests" / "language").glob("*.st"))
    return harness.in_parallel(lambda p: harness.run_language(host, p), paths)


def module_tests(name):
    """The functions `test_*` of a Python module; each takes a Host and raises when it fails."""
    module = importlib.import_module(name)
    tests = [getattr(module, n) for n in sorted(dir(module)) if n.startswith("test_")]

    def run(host, test):
        title = f"{name}/{test.__name__[5:]}"
        try:
            test(host)
        except Exception as error:  # whatever a test meets, the others run and are reported
            known = isinstance(error, (AssertionError, OSError, subprocess.SubprocessError))
            detail = f"{type(error).__name__}: {error}" if known else traceback.format_exc()
            return Result(title, False, detail)
        return Result(title, True)

    def wanted(host):
        excused = harness.excused(host)
        return [t for t in tests if f"{name}/{t.__name__[5:]}" not in excused]

    return lambda host: harness.in_parallel(lambda t: run(host, t), wanted(host))


def whole_suite(host):
    return (unit_tests(host) + harness.run_smalltalk(host) + language_tests(host)
            + module_tests("cli_tests")(host) + module_tests("lack_of_room_tests")(host)
            + module_tests("callback_tests")(host)
            + module_tests("trace_tests")(host) + module_tests("crash_tests")(host)
            + module_tests("watchdog_tests")(host) + module_tests("docs_tests")(host)
            + module_tests("soak_tests")(host)
            + module_tests("example_tests")(host))


def smalltalk_suite(host):
    return (harness.run_smalltalk(host) + language_tests(host)
            + module_tests("callback_tests")(host))


def filtered_callbacks(host):
    """The callback tests under a filter that refuses every way to make new executable memory."""
    command = [str(host.build / "run_without_new_code"), *host.banter("test", "FFI-Tests", "Alien-Tests")]
    done = host.run(command)
    passed = done.returncode == 0 and b" 0 failed" in done.stdout and b"\n0 passed" not in done.stdout
    return [Result("callbacks under seccomp", passed, harness.text_of(done)[-4000:])]


def tool_checks(_host):
    def check(title, *command):
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return Result(title, done.returncode == 0, done.stdout.decode(errors="replace")[-4000:])
    return [check("tools/lint", "tools/lint"), check("tools/format", "tools/format", "--check")]


def missing_names(native, foreign, host):
    """Tests that ran natively but not here and are not excused."""
    missing = {r.name for r in native} - {r.name for r in foreign} - set(harness.excused(host))
    return [Result(name, False, "ran natively but not on this ABI") for name in sorted(missing)]


class Report:
    def __init__(self):
        self.lines = []
        self.passed = self.failed = 0

    def say(self, line):
        """At once, and again at the end."""
        self.lines.append(line)
        print(line, flush=True)

    def add(self, title, results):
        failed = [r for r in results if not r.passed]
        self.failed += len(failed)
        self.passed += len(results) - len(failed)
        self.say(f"{title}: {len(results) - len(failed)} passed, {len(failed)} failed")
        for result in failed:
            print(f"FAIL {title}: {result.name}\n    " + result.detail.replace("\n", "\n    "),
                  flush=True)

    def close(self):
        print("\nTests of each ABI and mode:")
        for line in self.lines:
            print(f"  {line}")
        print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.failed == 0 and self.passed > 0 else 1


def run_in_gdb(report):
    try:
        refusal = importlib.import_module("gdb_tests").refusal()
    except OSError as error:
        return report.add("in gdb", [Result("gdb", False, str(error))])
    if refusal:
        report.say(f"in gdb: NOT RUN, programs may not be traced here ({refusal})")
    else:
        report.add("in gdb", module_tests("gdb_tests")(NATIVE))


def run_native(report):
    report.add("tools", tool_checks(NATIVE))
    built = harness.build(NATIVE)
    report.add("build release", [built])
    if not built.passed:
        return None
    native = whole_suite(NATIVE)
    report.add(NATIVE.title, native)
    report.add("installed", module_tests("install_tests")(NATIVE))
    run_in_gdb(report)
    return native


def run_foreign(report, native):
    for host in FOREIGN:
        built = harness.build(host)
        report.add(f"build {host.preset}", [built])
        if built.passed:
            results = whole_suite(host)
            report.add(host.title, results + missing_names(native, results, host))


def run_soft_float(report):
    built = harness.build(SOFT_FLOAT)
    report.add("build armel", [built])
    if built.passed:
        report.add(SOFT_FLOAT.title, unit_tests(SOFT_FLOAT)
                   + harness.run_smalltalk(SOFT_FLOAT, "FFI-Tests", "Alien-Tests"))


def run_windows(report):
    built = harness.build(WINDOWS)
    report.add("build mingw64", [built])
    if not built.passed:
        return
    # Two programs that find no Wine running would both set it up.
    WINDOWS.run(WINDOWS.command("base_test", "--gtest_list_tests"))
    results = unit_tests(WINDOWS)
    natively = [Result(name, True) for program in harness.gtest_programs(WINDOWS)
                for name in harness.gtest_names(NATIVE, program)]
    report.add(WINDOWS.title, results + missing_names(natively, results, WINDOWS))


def run_stress(report):
    modes = [
        (variant("callbacks at image level", "--no-fast-callbacks"), smalltalk_suite),
        (variant("heap verified", "--verify-heap", slow=True), smalltalk_suite),
        (variant("stacks moved", "--stress=stack", slow=True), smalltalk_suite),
        (variant("objects moved", "--stress=gc", slow=True), smalltalk_suite),
        (variant("no new code"), filtered_callbacks),
    ]
    for host, suite in modes:
        report.add(host.title, suite(host))


def run_other_builds(report):
    built = harness.build(ASAN)
    report.add("build asan", [built])
    if built.passed:
        report.add(ASAN.title, unit_tests(ASAN) + smalltalk_suite(ASAN))
    built = harness.build(RACES)
    report.add("build tsan", [built])
    if built.passed:
        report.add(RACES.title, unit_tests(RACES))
    built = harness.build(CHECKED)
    report.add("build clang", [built])
    if built.passed:
        report.add(CHECKED.title, unit_tests(CHECKED) + smalltalk_suite(CHECKED))


def main():
    parser = argparse.ArgumentParser(prog="tools/test")
    parser.add_argument("--quick", action="store_true", help="the native suite only")
    arguments = parser.parse_args()
    report = Report()
    native = run_native(report)
    if native is not None and not arguments.quick:
        run_foreign(report, native)
        run_soft_float(report)
        run_windows(report)
        run_stress(report)
        run_other_builds(report)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
