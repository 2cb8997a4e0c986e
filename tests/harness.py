"""What the test runner is made of: builds, ways to run a program, and results by name."""
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
JOBS = os.cpu_count() or 2


@dataclasses.dataclass
class Result:
    name: str
    passed: bool
    detail: str = ""


@dataclasses.dataclass
class Host:
    """One build and how its programs are started."""

    abi: str
    preset: str
    emulator: tuple = ()
    options: tuple = ()        # for every run of banter
    environment: tuple = ()    # pairs
    slow: bool = False         # emulated or sanitized: reduce what is large
    label: str = ""
    targets: tuple = ()        # what is built; all, if empty
    suffix: str = ""           # of a program's file
    without: tuple = ()        # patterns of GoogleTest names

    @property
    def build(self):
        return ROOT / "build" / self.preset

    @property
    def title(self):
        return self.label or self.abi

    def command(self, program, *arguments):
        return [*self.emulator, str(self.build / (program + self.suffix)), *map(str, arguments)]

    def path(self, file):
        """What the host's programs call a file: Wine has the root as a drive."""
        return f"Z:{file}" if self.suffix == ".exe" else str(file)

    def banter(self, *arguments):
        return self.command("banter", *self.options, *arguments)

    def run(self, command, timeout=900, **keywords):
        environment = {**os.environ, **dict(self.environment)}
        if self.slow:
            environment["BANTER_REDUCED_TESTS"] = "1"
        try:
            return subprocess.run(command, cwd=ROOT, env=environment, timeout=timeout,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, **keywords)
        except subprocess.TimeoutExpired as expired:
            return subprocess.CompletedProcess(
                command, 124, expired.stdout or b"",
                (expired.stderr or b"") + f"\nstopped after {timeout} s".encode())


def build(host):
    """Configures and builds a preset; answers a Result whose detail is the end of the output."""
    started = time.time()
    targets = ["--target", *host.targets] if host.targets else []
    steps = [["cmake", "--preset", host.preset],
             ["cmake", "--build", "--preset", host.preset, *targets]]
    for step in steps:
        done = subprocess.run(step, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            return Result(f"build {host.preset}", False, done.stdout.decode(errors="replace")[-6000:])
    print(f"built {host.preset} in {time.time() - started:.0f} s", flush=True)
    return Result(f"build {host.preset}", True)


def text_of(done, most=None):
    """Both outputs, of each the last `most` bytes."""
    parts = (done.stdout, done.stderr) if most is None else (done.stdout[-most:], done.stderr[-most:])
    return b"".join(parts).decode(errors="replace")


def excused(host):
    """Names of tests that do not run on a foreign ABI; the file says why for each."""
    names, here = [], False
    for line in (ROOT / "tests" / "not_on_foreign_abis.txt").read_text().splitlines():
        if line.startswith("["):
            here = host.abi in line.strip("[]").split()
        elif here and line.strip() and not line.startswith("#"):
            names.append(line.split(" -- ")[0].strip())
    return names


def filter_for(host):
    names = [*excused(host), *host.without]
    return ["--gtest_filter=-" + ":".join(names)] if names else []


def run_gtest(host, program):
    """Every test of one GoogleTest program, by name. A crash fails the test that ran."""
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        done = host.run(host.command(program, "--gtest_brief=1", *filter_for(host),
                                     f"--gtest_output=json:{host.path(report)}"))
        if report.exists():
            return list(_gtest_results(json.loads(report.read_text()), text_of(done)))
    last = re.findall(r"\[ RUN      \] (\S+)", text_of(done))
    return [Result(f"{program}: {last[-1] if last else 'start'}", False,
                   f"exit status {done.returncode}\n{text_of(done)[-4000:]}")]


def _gtest_results(report, output):
    for suite in report["testsuites"]:
        for test in suite["testsuite"]:
            name = f"{suite['name']}.{test['name']}"
            failures = "\n".join(f["failure"] for f in test.get("failures", []))
            # A test that skips itself did not run here: missing_names decides whether it may.
            if test.get("result") == "SKIPPED":
                continue
            ran = test["status"] == "RUN" and test.get("result") == "COMPLETED"
            yield Result(name, ran and not failures, failures or ("" if ran else "did not run"))


def gtest_programs(host):
    found = host.build.glob("*_test" + host.suffix)
    return sorted(p.name.removesuffix(host.suffix) for p in found if p.is_file())


def gtest_names(host, program):
    """Of every test in a GoogleTest program, without running any."""
    suite, names = "", []
    for line in text_of(host.run(host.command(program, "--gtest_list_tests"))).splitlines():
        if line.startswith("  "):
            names.append(suite + line.split()[0])
        elif line.endswith("."):
            suite = line
    return names


def run_smalltalk(host, *packages, options=()):
    """`banter test`: every test method and every example in a comment."""
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder) / "results.txt"
        done = host.run(host.banter(*options, "test", "--results", results, *packages), timeout=1800)
        lines = results.read_text().splitlines() if results.exists() else []
    answer = [Result(line[5:], line.startswith("PASS ")) for line in lines
              if line.startswith(("PASS ", "FAIL ", "SKIP "))]
    failed = [r for r in answer if not r.passed]
    if failed:
        failed[0].detail = text_of(done, 4000)
    elif done.returncode != 0 or not answer:
        answer.append(Result("banter test", False,
                             f"exit status {done.returncode}\n{text_of(done)[-6000:]}"))
    return answer


def run_language(host, path):
    """One program whose expected lines stand in it: `expect: text`, `expect error: text`."""
    source = path.read_text()
    expected = re.findall(r'"expect: (.*?)"', source)
    errors = re.findall(r'"expect error: (.*?)"', source)
    done = host.run(host.banter("run", path.relative_to(ROOT)))
    lines = done.stdout.decode(errors="replace").splitlines()
    problems = []
    if lines != expected:
        problems.append(f"expected {expected}\n     got {lines}")
    stderr = done.stderr.decode(errors="replace")
    problems += [f"no `{text}` on standard error" for text in errors if text not in stderr]
    if (done.returncode != 0) != bool(errors):
        problems.append(f"exit status {done.returncode}")
    if problems:
        problems.append(stderr[-3000:])
    return Result(f"language/{path.name}", not problems, "\n".join(problems))


def expect_in_order(text, *parts):
    """Each regular expression is found behind the one before; ^ and $ are a line's."""
    at = 0
    for part in parts:
        found = re.compile(part, re.M).search(text, at)
        assert found, f"no `{part}` where it should be in\n{text}"
        at = found.end()


def in_parallel(function, items):
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return list(pool.map(function, items))
