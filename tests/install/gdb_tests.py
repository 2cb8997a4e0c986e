"""tools/banter-gdb.py, as it is installed beside a program without debug information."""
import re
import subprocess

from harness import ROOT, expect_in_order
from installation import FOLDER, checked, installed, once

SORT = """| libc compare |
libc := FFILibrary libc.
compare := Callback
	signature: #( int (*)(const void *, const void *) )
	block: [ :a :b | (libc function: 'int raise(int number)') callWith: 0. 0 ].
(libc function: 'void qsort(void *base, size_t n, size_t size, void *compare)')
	callWith: (ByteArray new: 8) with: 2 with: 4 with: compare.
DateAndTime now.
"""
THREAD = """| libc start thread main joins |
libc := FFILibrary libc.
main := Processor activeProcess.
joins := false.
start := Callback
	signature: #( void * (*)(void *) )
	block: [ :argument |
		[ joins and: [ main isInForeignCode ] ] whileFalse: [ (Delay forMilliseconds: 1) wait ].
		(libc function: 'int raise(int number)') callWith: 0. nil ].
thread := Alien new: 8.
(libc function: 'int pthread_create(void *thread, void *attributes, void *start, void *argument)')
	callWith: thread with: nil with: start with: nil.
joins := true.
(libc function: 'int pthread_join(unsigned long thread, void *result)')
	callWith: (thread unsignedLongLongAt: 1) with: nil.
"""
# Below a callback from qsort, innermost first.
IN_QSORT = (r"^#0 .* raise|^#0 .*_raise", r"banter_sysv_x64_call",
            r"^     C function int raise\(int number\)   \[process 1", r"^     \[\] in UndefinedObject>>DoIt$",
            r"^     callback int \(\*\)\(const void \*, const void \*\)$", r"^#\d+ .* in thunkEntry$",
            r"^#\d+ .*msort.*libc", r"^#\d+ .*qsort_r.*libc", r"banter_sysv_x64_call",
            r"^     C function void qsort\(", r"^     FFIFunction>>callWith:with:with:with:$",
            r"^     UndefinedObject>>DoIt$", r"^     BanterCommandLine class>>runFile:arguments:$",
            r"^#\d+ .* in main$")


@once
def stripped(host):
    """The installed program with its script for gdb."""
    prefix = installed(host, "banter")
    checked("strip", "--strip-debug", prefix / "bin" / "banter")
    return prefix / "bin" / "banter", prefix / "share" / "banter" / "banter-gdb.py"


def refusal():
    """What gdb says where no program may be traced, as in some containers; None where it may."""
    done = subprocess.run(["gdb", "-q", "-nx", "-batch", "-ex", "run", "/bin/true"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = done.stdout.decode(errors="replace")
    refused = "exited normally" not in text and re.search(r"ptrace|not permitted", text)
    return text.strip().splitlines()[-1] if refused else None


def gdb(host, text, name, *commands):
    """What gdb says; the program is stopped in raise() first."""
    program, script = stripped(host)
    source = FOLDER / f"{name}.st"
    source.write_text(text)
    arguments = [part for command in ("set debuginfod enabled off", "set breakpoint pending on",
                                      "break raise", "run", *commands)
                 for part in ("-ex", command)]
    # Should the program's memory be written as a whole, that must not fill the disk.
    limited = ("sh", "-c", 'ulimit -f 2000000 && exec "$@"', "sh")
    return checked(*limited, "gdb", "-q", "-nx", "-batch", "-x", script, *arguments, "--args", program,
                   "run", source)


def test_frames_are_interleaved(host):
    text = gdb(host, SORT, "interleaved", "banter-bt")
    expect_in_order(text, *IN_QSORT)
    assert "Interpreter::interpret" not in text, text


def test_the_frames_of_the_machine_are_shown_on_request(host):
    text = gdb(host, SORT, "everything", "banter-bt all")
    expect_in_order(text, r"^     C function int raise", r"Interpreter::interpret", r"in thunkEntry$",
                    r"^     C function void qsort", r"Interpreter::interpret", r"in main$")


def test_a_core_file(host):
    core = FOLDER / "program.core"
    gdb(host, SORT, "core", f"generate-core-file {core}", "kill")
    program, script = stripped(host)
    text = checked("gdb", "-q", "-nx", "-batch", "-ex", "set debuginfod enabled off", "-x", script,
                   "-ex", "banter-bt", program, core)
    core.unlink()
    expect_in_order(text, *IN_QSORT)


def test_all_threads(host):
    text = gdb(host, THREAD, "threads", "thread apply all banter-bt")
    # A third may be the watcher.
    parts = re.split(r"^Thread \d+ \(", text, flags=re.M)[1:]
    main, foreign = ("".join(part for part in parts if mark in part)
                     for mark in ("in main", "callback void *(*)(void *)"))
    expect_in_order(foreign, r"^     C function int raise", r"^     callback void \*\(\*\)\(void \*\)$",
                    r"in thunkEntry$", r"^#\d+ .*start_thread")
    assert "UndefinedObject>>DoIt\n     Compiled" not in foreign, foreign
    expect_in_order(main, r"^     C function int pthread_join", r"^     UndefinedObject>>DoIt$",
                    r"in main$")


def test_smalltalk_that_runs(host):
    text = gdb(host, SORT, "running", "delete", "break banter::platform::utc_microseconds", "continue",
               "banter-bt")
    expect_in_order(text, r"^#0 .* in banter::platform::utc_microseconds", r"^     DateAndTime class>>now$",
                    r"^     UndefinedObject>>DoIt$", r"in main$")
    assert "C function" not in text, text


def test_before_there_is_a_machine(host):
    program, script = stripped(host)
    text = checked("sh", "-c", '"$@" || true', "sh", "gdb", "-q", "-nx", "-batch", "-ex",
                   "set debuginfod enabled off", "-x", script, "-ex", "break main", "-ex", "run",
                   "-ex", "banter-bt", "--args", program, "eval", "1")
    assert "there is no virtual machine now" in text, text


def test_the_script_is_the_one_of_the_sources(host):
    assert stripped(host)[1].read_bytes() == (ROOT / "tools" / "banter-gdb.py").read_bytes()
