"""What is written when a signal ends the program, and with which status it ends."""
import pathlib
import signal
import tempfile

import harness
import installation

LIBC = "| libc |\nlibc := FFILibrary libc.\n"
# Code below a callback, on the main thread.
BELOW_QSORT = """| libc compare |
libc := FFILibrary libc.
compare := Callback
	signature: #( int (*)(const void *, const void *) )
	block: [ :a :b | CODE. 0 ].
(libc function: 'int abs(int n)') callWith: -7.
(libc function: 'void qsort(void *base, size_t n, size_t size, void *compare)')
	callWith: (ByteArray new: 8) with: 2 with: 4 with: compare.
"""
STRLEN = "(libc function: 'size_t strlen(void *text)') callWith: (ExternalAddress fromAddress: 16)"


def crash(host, text, number, options=(), environment=()):
    """Standard error of a script that the signal ends."""
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "crash.st"
        script.write_text(text)
        command = ["env", *(f"{name}={value}" for name, value in environment),
                   *host.banter(*options, "run", script)]
        done = host.run(command)
    assert done.returncode == -number, f"status {done.returncode}: {harness.text_of(done)[-3000:]}"
    return done.stderr.decode(errors="replace")


def test_a_fault_in_c_below_a_callback(host):
    text = crash(host, BELOW_QSORT.replace("CODE", STRLEN), signal.SIGSEGV)
    harness.expect_in_order(
        text, r"^banter: SIGSEGV at address 0x10, main thread, in C function size_t strlen\(void \*text\)$",
        r"^  Smalltalk stack of process 1:$", r"^    C function size_t strlen",
        r"^    \[\] in UndefinedObject>>DoIt$", r"^    callback int \(\*\)\(const void \*, const void \*\)$",
        r"^    C function void qsort", r"UndefinedObject>>DoIt$", r"BanterCommandLine class>>runFile:",
        r"^  C stack:$", r"^    #0 .*\(libc", r"thunkEntry", r"^  Last crossings", r"^  main thread:$",
        r"^    abs\(-7\) = 7  \[process 1\]$", r"^    qsort\(.*\) has not returned",
        r"^      callback int \(\*\)", r"^        strlen\(0x10\) has not returned")
    assert "cannot be read" not in text, text


def test_every_fatal_signal(host):
    for number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT):
        text = crash(host, LIBC + f"(libc function: 'int raise(int n)') callWith: {number}.\n", number)
        harness.expect_in_order(text, rf"^banter: {number.name}, sent by this program, main thread, in C function int raise",
                        r"^  Smalltalk stack", r"^  C stack", rf"raise\({number}\) has not returned")


def test_abort(host):
    text = crash(host, LIBC + "(libc function: 'void abort(void)') callWithArguments: #().\n",
                 signal.SIGABRT)
    harness.expect_in_order(text, r"^banter: SIGABRT", r"in C function void abort", r"^    #\d+ .* abort\+")
    assert text.count("banter: SIGABRT") == 1, text


def test_the_shell_sees_the_usual_status(host):
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "crash.st"
        script.write_text(LIBC + STRLEN + ".\n")
        done = host.run(["sh", "-c", '"$@"; echo "status $?"', "sh", *host.banter("run", script)])
    assert done.stdout == b"status 139\n", harness.text_of(done)


def test_a_foreign_thread(host):
    text = crash(host, f"""| libc start thread |
libc := FFILibrary libc.
start := Callback
	signature: #( void * (*)(void *) )
	block: [ :argument | {STRLEN}. nil ].
thread := Alien new: 8.
(libc function: 'int pthread_create(void *thread, void *attributes, void *start, void *argument)')
	callWith: thread with: nil with: start with: nil.
(libc function: 'int pthread_join(unsigned long thread, void *result)')
	callWith: (thread unsignedLongLongAt: 1) with: nil.
""", signal.SIGSEGV)
    harness.expect_in_order(text, r"^banter: SIGSEGV at address 0x10, foreign thread \d+, in C function size_t strlen",
                    r"^    callback void \*\(\*\)\(void \*\)$", r"^  C stack", r"^  foreign thread \d+:$",
                    r"strlen\(0x10\) has not returned", r"^  main thread:$",
                    r"pthread_(create|join)\(")


def test_a_call_of_nothing(host):
    text = crash(host, LIBC + "(FFIFunction signature: 'int f(int n)' address: "
                 "(ExternalAddress fromAddress: 16)) callWith: 1.\n", signal.SIGSEGV)
    harness.expect_in_order(text, r"^banter: SIGSEGV at address 0x10, .* in C function int f\(int n\)",
                    r"^  C stack", r"^    #0 +0x10$", r"^    f\(1\) has not returned")


def test_the_recorder_may_be_off_or_take_times(host):
    text = crash(host, LIBC + STRLEN + ".\n", signal.SIGSEGV, options=("--no-record",))
    harness.expect_in_order(text, r"^  Last crossings", r"^    none were recorded$")
    text = crash(host, LIBC + STRLEN + ".\n", signal.SIGSEGV, options=("--record",))
    harness.expect_in_order(text, r"strlen\(0x10\) has not returned  \[process 1, began \d+\.\d{6} s after the start\]")


def test_a_broken_heap_ends_only_a_part_of_the_report(host):
    """C overwrites everything from an object on, until memory ends."""
    text = crash(host, LIBC + "(libc function: 'void *memset(void *to, int byte, size_t n)')\n"
                 f"	callWith: (ByteArray new: 8) with: 16rF8 with: {2**30 if host.abi in ('ia32', 'aapcs32') else 2**42}.\n",
                 signal.SIGSEGV)
    harness.expect_in_order(text, r"^banter: SIGSEGV at address", r"^  Smalltalk stack", r"^  C stack",
                    r"^  Last crossings", r"memset\(.* has not returned")


def test_alien_access_is_no_crash(host):
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "alien.st"
        script.write_text("Transcript show: ([ (Alien forPointer: 16) signedLongAt: 1 ] "
                          "on: FFIMemoryError do: [ :e | 'refused' ]); cr.\n")
        done = host.run(host.banter("run", script))
    assert done.returncode == 0 and done.stdout == b"refused\n", harness.text_of(done)
    assert done.stderr == b"", done.stderr


HANDLER = r"""
#include <signal.h>
#include <unistd.h>
static struct sigaction earlier[65];
static void say(int number, siginfo_t *info, void *context) {
  (void)!write(2, "theirs\n", 7);
  if (END) _exit(3);
  if (earlier[number].sa_flags & SA_SIGINFO) earlier[number].sa_sigaction(number, info, context);
}
void install(void) {
  struct sigaction action = {.sa_sigaction = say, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, &earlier[SIGSEGV]);
  sigaction(SIGABRT, &action, &earlier[SIGABRT]);
}
#if END
__attribute__((constructor)) static void at_start(void) { install(); }
#endif
"""


def handler_library(host, folder, ends):
    source = pathlib.Path(folder) / "handler.c"
    source.write_text(HANDLER)
    library = pathlib.Path(folder) / "libhandler.so"
    installation.checked(*installation.compiler(host, "C"), f"-DEND={int(ends)}", "-shared", "-fPIC",
                         source, "-o", library)
    return library


def test_a_handler_that_was_there_before_goes_before_the_report(host):
    for code in (STRLEN, "(libc function: 'void abort(void)') callWithArguments: #()"):
        with tempfile.TemporaryDirectory() as folder:
            library = handler_library(host, folder, ends=True)
            script = pathlib.Path(folder) / "crash.st"
            script.write_text(LIBC + code + ".\n")
            preload = ["-E", f"LD_PRELOAD={library}"] if host.emulator else []
            command = [*host.emulator, *preload, *host.banter("run", script)[len(host.emulator):]]
            if not host.emulator:
                command = ["env", f"LD_PRELOAD={library}", *command]
            done = host.run(command)
            assert done.returncode == 3, harness.text_of(done)
            assert done.stderr == b"theirs\n", done.stderr


def test_a_handler_that_came_later_may_pass_on(host):
    with tempfile.TemporaryDirectory() as folder:
        library = handler_library(host, folder, ends=False)
        text = crash(host, LIBC + f"((FFILibrary named: '{library}') function: 'void install(void)') "
                     f"callWithArguments: #().\n{STRLEN}.\n", signal.SIGSEGV)
    harness.expect_in_order(text, r"^theirs$", r"^banter: SIGSEGV at address 0x10")


def test_another_program_may_send_it(host):
    text = crash(host, LIBC + "(libc function: 'int system(const char *command)') "
                 "callWith: 'kill -ABRT $PPID; sleep 5'.\n", signal.SIGABRT)
    harness.expect_in_order(text, r"^banter: SIGABRT, sent by process \d+, main thread, in C function int system",
                    r"^  Smalltalk stack of process 1:$")
