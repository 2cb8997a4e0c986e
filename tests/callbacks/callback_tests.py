"""Programs in which C does to blocks what libraries do: on its threads, in its signal handlers, after
the end, with exceptions, with frames that cannot be left. What each prints stands in it, and how long it
may take where that matters.

A program's arguments: the library of subject.cc, a file that does not exist yet, and `reduced` where
everything is slow."""
import pathlib
import re
import tempfile
import time

import harness

FOLDER = harness.ROOT / "tests" / "callbacks"


def expected(source, kind):
    return re.findall(rf'"expect{kind}: (.*?)"', source)


def run(host, source, *arguments, kind=""):
    started = time.monotonic()
    done = host.run(host.banter(*arguments), timeout=600)
    took = time.monotonic() - started
    text = harness.text_of(done)
    status = int((expected(source, " status") or ["0"])[0])
    assert done.returncode == status, f"status {done.returncode}, not {status}: {text[-3000:]}"
    for limit in expected(source, " at most"):
        assert took < float(limit.removesuffix(" s")), f"took {took:.1f} s, not {limit} at most"
    lines = done.stdout.decode(errors="replace").splitlines()
    assert lines == expected(source, kind), f"expected {expected(source, kind)}\n     got {lines}\n{text[-3000:]}"
    return done.stderr.decode(errors="replace")


def run_program(host, name):
    path = FOLDER / f"{name}.st"
    source = path.read_text()
    with tempfile.TemporaryDirectory() as folder:
        subject = host.build / "libcallback_subject.so"
        fresh = pathlib.Path(folder) / "fresh"
        reduced = ["reduced"] if host.slow else []
        errors = run(host, source, "run", path.relative_to(harness.ROOT), subject, fresh, *reduced)
        if name.startswith("saved_"):
            run(host, source, "image", "run", fresh, kind=" resumed")
    for text in expected(source, " error"):
        assert text in errors, f"no `{text}` in {errors}"


def make_test(name):
    return lambda host: run_program(host, name)


for each in sorted(FOLDER.glob("*.st")):
    globals()[f"test_{each.stem}"] = make_test(each.stem)
    globals()[f"test_{each.stem}"].__name__ = f"test_{each.stem}"
