"""--watchdog: what C does not come back from is named once, and everything goes on."""
import pathlib
import re
import tempfile
import time

import harness

# Long enough for an emulator on a busy machine to be seen waiting, not long for a test.
SLEEP = """| libc compare sleep |
libc := FFILibrary libc.
sleep := libc function: 'int usleep(unsigned microseconds)'.
compare := Callback
	signature: #( int (*)(const void *, const void *) )
	block: [ :a :b | sleep callWith: 2500000. 0 ].
(libc function: 'void qsort(void *base, size_t n, size_t size, void *compare)')
	callWith: (ByteArray new: 8) with: 2 with: 4 with: compare.
Transcript show: 'end'; cr.
"""


def run(host, text, *options, stdin=None):
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "script.st"
        script.write_text(text)
        done = host.run(host.banter(*options, "run", script))
    assert done.returncode == 0, f"status {done.returncode}: {harness.text_of(done)[-3000:]}"
    return done


def reports(done):
    return re.findall(r"^banter: waits in C.*$", done.stderr.decode(), re.M)


def test_what_waits_is_named_once_and_goes_on(host):
    done = run(host, SLEEP, "--watchdog=1")
    assert done.stdout == b"end\n", done.stdout
    found = reports(done)
    assert len(found) == 1, done.stderr.decode()
    assert found[0].startswith("banter: waits in C since 1 s: int usleep(unsigned int microseconds), "
                               "below callback int (*)(const void *, const void *); process 1 "), found
    assert found[0].endswith("main thread"), found
    text = done.stderr.decode()
    for line in ("    C function int usleep", "    callback int (*)", "    C function void qsort"):
        assert line in text, text


def test_each_call_is_named(host):
    done = run(host, SLEEP.replace("sleep callWith: 2500000.",
                                   "2 timesRepeat: [ sleep callWith: 2500000 ]."), "--watchdog=1")
    assert len(reports(done)) == 2, done.stderr.decode()


def test_what_waits_on_another_thread_is_named(host):
    done = run(host, """| libc start thread |
libc := FFILibrary libc.
start := Callback
	signature: #( void * (*)(void *) )
	block: [ :argument | (libc function: 'int usleep(unsigned n)') callWith: 2500000. nil ].
thread := Alien new: 8.
(libc function: 'int pthread_create(void *thread, void *attributes, void *start, void *argument)')
	callWith: thread with: nil with: start with: nil.
(libc function: 'int pthread_join(unsigned long thread, void *result)')
	callWith: (thread unsignedLongLongAt: 1) with: nil.
""", "--watchdog=1")
    found = reports(done)
    assert len(found) == 2, done.stderr.decode()
    assert any("usleep" in each and "foreign thread" in each for each in found), found
    assert any("pthread_join" in each and each.endswith("main thread") for each in found), found


def test_nothing_is_said_while_anything_runs(host):
    """A timer is due now and then; C comes back now and then; nobody is in C."""
    forked = SLEEP.replace("Transcript", "#() do: [ :each | ].\nTranscript").replace(
        "(libc function: 'void qsort", "[ 40 timesRepeat: [ (Delay forMilliseconds: 100) wait ] ] fork.\n"
        "(libc function: 'void qsort")
    short = "| usleep |\nusleep := FFILibrary libc function: 'int usleep(unsigned n)'.\n" \
            "25 timesRepeat: [ usleep callWith: 100000 ].\n"
    idle = "(Delay forMilliseconds: 2500) wait.\n"
    for text in (forked, short, idle):
        assert reports(run(host, text, "--watchdog=2" if host.slow else "--watchdog=1")) == [], text


def test_nothing_is_said_without_the_option(host):
    begun = time.monotonic()
    assert reports(run(host, SLEEP)) == []
    assert time.monotonic() - begun > 2
