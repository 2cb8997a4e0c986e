"""--trace=ffi and `banter trace`: every crossing between Smalltalk and C, printed and in a file."""
import json
import pathlib
import re
import tempfile

import harness

SORT = """| libc compare |
libc := FFILibrary libc.
(libc function: 'int abs(int n)') callWith: -7.
compare := Callback
	signature: #( int (*)(const void *, const void *) )
	block: [ :a :b | (libc function: 'size_t strlen(const char *text)') callWith: 'Grüße "x"'. -1 ].
(libc function: 'void qsort(void *base, size_t n, size_t size, void *compare)')
	callWith: (ByteArray new: 8) with: 2 with: 4 with: compare.
"""
THREAD = """| libc start thread |
libc := FFILibrary libc.
start := Callback
	signature: #( void * (*)(void *) )
	block: [ :argument | (libc function: 'int abs(int n)') callWith: -21. nil ].
thread := Alien new: 8.
(libc function: 'int pthread_create(void *thread, void *attributes, void *start, void *argument)')
	callWith: thread with: nil with: start with: nil.
(libc function: 'int pthread_join(unsigned long thread, void *result)')
	callWith: (thread unsignedLongLongAt: 1) with: nil.
"""
# Three processes take turns inside C on one thread.
TURNS = """| libc gate compare sort |
libc := FFILibrary libc.
gate := Semaphore new.
compare := Callback
	signature: #( int (*)(const void *, const void *) )
	block: [ :a :b | gate wait. (libc function: 'int abs(int n)') callWith: -1. 0 ].
sort := libc function: 'void qsort(void *base, size_t n, size_t size, void *compare)'.
3 timesRepeat: [
	[ sort callWith: (ByteArray new: 8) with: 2 with: 4 with: compare ] fork.
	Processor yield ].
3 timesRepeat: [ gate signal. Processor yield ].
"""


def run(host, folder, text, *options, status=0):
    script = pathlib.Path(folder) / "script.st"
    script.write_text(text)
    done = host.run(host.banter(*options, script))
    assert done.returncode == status, f"status {done.returncode}: {harness.text_of(done)[-3000:]}"
    return done


def printed(host, text):
    with tempfile.TemporaryDirectory() as folder:
        return run(host, folder, text, "--trace=ffi", "run").stderr.decode()


def traced(host, text, status=0):
    """The events of the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "trace.json"
        run(host, folder, text, "trace", "-o", path, status=status)
        return json.loads(path.read_text())


def bars(events):
    """(depth, begin event, end event) of each bar; every thread's must be nested."""
    found, tracks, last = [], {}, {}
    for event in events:
        if event["ph"] == "M":
            continue
        assert event["ts"] >= last.get(event["tid"], 0), event
        last[event["tid"]] = event["ts"]
        open_bars = tracks.setdefault(event["tid"], [])
        if event["ph"] == "B":
            open_bars.append(event)
        else:
            assert event["ph"] == "E" and open_bars, event
            begin = open_bars.pop()
            assert begin["name"] == event["name"], (begin, event)
            found.append((len(open_bars), begin, event))
    assert not any(tracks.values()), tracks
    return found


def names_of_threads(events):
    return {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}


def test_each_crossing_is_printed(host):
    lines = printed(host, SORT).splitlines()
    assert lines[0] == "abs(-7) = 7", lines
    assert re.fullmatch(r"qsort\(0x[0-9a-f]+, 2, 4, 0x[0-9a-f]+\)", lines[1]), lines
    assert re.fullmatch(r"  callback int \(\*\)\(const void \*, const void \*\) "
                        r"\(0x[0-9a-f]+, 0x[0-9a-f]+\)", lines[2]), lines
    assert lines[3] == r'    strlen("Grüße \"x\"") = 11', lines
    assert lines[4] == "  ... callback int (*)(const void *, const void *) = -1", lines
    assert lines[5:] == ["... qsort returned"], lines


def test_other_threads_are_named(host):
    text = printed(host, THREAD)
    assert re.search(r"^\[foreign thread \d+, process \d+\]   abs\(-21\) = 21$", text, re.M), text


def test_the_file_has_nested_bars(host):
    events = traced(host, SORT)
    found = {(depth, begin["name"]): (begin, end) for depth, begin, end in bars(events)}
    assert set(found) == {(0, "abs"), (0, "qsort"), (2, "strlen"),
                          (1, "int (*)(const void *, const void *)")}, found
    begin, end = found[0, "abs"]
    assert begin["cat"] == "callout" and begin["args"]["arguments"] == ["-7"], begin
    assert begin["args"]["signature"] == "int abs(int n)", begin
    assert end["args"] == {"result": "7"}, end
    begin, end = found[1, "int (*)(const void *, const void *)"]
    assert begin["cat"] == "callback" and end["args"] == {"result": "-1"}, begin
    assert found[2, "strlen"][0]["args"]["arguments"] == [r'"Grüße \"x\""'], found
    assert list(names_of_threads(events).values()) == ["main thread"], events


def test_the_file_has_a_track_for_each_thread(host):
    events = traced(host, THREAD)
    names = names_of_threads(events)
    where = {begin["name"]: names[begin["tid"]] for _, begin, _ in bars(events)}
    assert where["pthread_join"] == "main thread", where
    assert where["abs"].startswith("foreign thread"), where
    assert len(names) == 2, names


def test_the_bars_of_processes_that_take_turns_are_nested(host):
    found = bars(traced(host, TURNS))
    whole = [begin["args"]["process"] for _, begin, end in found
             if begin["name"] == "qsort" and "goes_on" not in end["args"]]
    assert len(set(whole)) == 3, found
    # On a slow machine each may get a thread of its own: then nobody takes turns.
    places = {(begin["tid"], begin["args"]["process"]) for _, begin, _ in found}
    take_turns = len({tid for tid, _ in places}) < len(places)
    assert not take_turns or any("goes_on" in end["args"] for _, _, end in found), found
    for _, begin, _ in found:
        assert begin["args"]["process"] in whole, begin


def test_the_file_is_complete_after_an_error(host):
    assert [b["name"] for _, b, _ in bars(traced(host, SORT + "1/0.\n", status=1))]


def test_the_file_is_complete_after_exit_inside_a_callback(host):
    events = traced(host, SORT.replace("'Grüße \"x\"'. -1", "'x'. Smalltalk exit: 3"), status=3)
    ends = {begin["name"]: end["args"] for _, begin, end in bars(events)}
    assert ends["strlen"] == {"result": "1"}, ends
    # C goes on to its end before the program does.
    assert ends["qsort"] == {}, ends


def test_the_file_is_complete_after_a_crash(host):
    text = SORT.replace("'Grüße \"x\"'. -1", "(ExternalAddress fromAddress: 16). 0")
    events = traced(host, text, status=-11)
    names = [(event["ph"], event["name"]) for event in events]
    assert names[-1] == ("B", "strlen"), names


def test_a_file_that_cannot_be_written(host):
    with tempfile.TemporaryDirectory() as folder:
        done = run(host, folder, SORT, "trace", "-o", "/nowhere/at-all.json", status=1)
    assert b"/nowhere/at-all.json" in done.stderr, done.stderr
