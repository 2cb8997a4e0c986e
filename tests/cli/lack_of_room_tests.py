"""What a program meets when its stack or its memory is full: errors that it can handle; then the end
of the process that needs too much, never of the others, and never a crash."""
import dataclasses
import tempfile

from cli_tests import expect, script

CLASSES = """Class { #name : 'Deep', #superclass : 'Object' }

Deep >> endless: n [ ^ 1 + (self endless: n + 1) ]

Deep >> unwinding: n [ ^ [ self unwinding: n + 1 ] ensure: [ self endless: n ] ]

Class { #name : 'Asking', #superclass : 'Object' }

Asking >> doesNotUnderstand: aMessage [ ^ self perform: aMessage selector ]

Class { #name : 'Printing', #superclass : 'Object' }

Printing >> printOn: aStream [ aStream print: self ]

Printing >> fail [ ^ self error: self printString ]

Class { #name : 'Describing', #superclass : 'Error' }

Describing >> messageText [ ^ self description ]

"""

AGAIN = "full again while an overflow is handled"


def run(host, text, **expected):
    with tempfile.TemporaryDirectory() as folder:
        return expect(host, ["run", script(folder, CLASSES + text)], **expected)


def others_go_on(host, body, err):
    """The process of `body` ends with a report; its outermost unwind block and others run."""
    out = run(host, f"[ [ {body} ] ensure: [ Transcript show: 'unwound'; cr ] ] fork.\n"
              "Processor yield.\nTranscript show: 'others go on'; cr.\n", err=err)
    assert out == "unwound\nothers go on\n", out


# --- the stack


def test_overflow_in_the_handler_of_an_overflow_ends_its_process(host):
    others_go_on(host, "[ Deep new endless: 1 ] on: StackOverflow do: [ Deep new endless: 1 ]", AGAIN)


def test_the_report_names_class_and_selector_and_is_short(host):
    with tempfile.TemporaryDirectory() as folder:
        path = script(folder, CLASSES + "[ Deep new endless: 1 ] on: StackOverflow do: [ Deep new endless: 1 ].")
        done = host.run(host.banter("run", path))
        text = done.stderr.decode()
        assert done.returncode == 1 and AGAIN in text, (done.returncode, text[-2000:])
        assert "Deep>>endless:" in text and "... and " in text, text
        assert len(text.splitlines()) < 150, text


def test_overflow_in_an_unwind_block(host):
    others_go_on(host, "[ Deep new endless: 1 ] ensure: [ Deep new endless: 1 ]", "StackOverflow")


def test_overflow_in_every_unwind_block(host):
    others_go_on(host, "Deep new unwinding: 1", AGAIN)


def test_overflow_in_does_not_understand(host):
    others_go_on(host, "Asking new foo", "StackOverflow")


def test_overflow_in_print_string(host):
    others_go_on(host, "Printing new fail", "StackOverflow")
    others_go_on(host, "Printing new foo", "Printing does not understand")


def test_overflow_in_the_description_of_an_error(host):
    others_go_on(host, "Describing new signal", "Describing")


def test_the_main_process_ends_with_a_status(host):
    run(host, "Printing new fail.", status=1, err="StackOverflow")
    run(host, "[ Deep new endless: 1 ] ensure: [ Deep new endless: 1 ].", status=1, err="StackOverflow")


SORT = """| numbers callback |
numbers := Alien newC: 12.
#(3 1 2) doWithIndex: [ :each :index | numbers signedLongAt: index * 4 - 3 put: each ].
callback := Callback
	signature: #( int (*)(const void *, const void *) )
	block: [ :a :b | BODY ].
[ (FFILibrary libc function: 'void qsort(void *base, size_t count, size_t size, void *compare)')
	callWith: numbers with: 3 with: 4 with: callback.
Transcript show: 'sorted'; cr ] ensure: [ Transcript show: 'unwound'; cr ].
"""


def test_overflow_in_a_callback_gives_c_the_default(host):
    out = run(host, SORT.replace("BODY", "Deep new endless: 1"), err="StackOverflow")
    assert out == "sorted\nunwound\n", out


def test_overflow_in_its_handler_in_a_callback_ends_the_process_when_c_has_returned(host):
    body = SORT.replace("BODY", "[ Deep new endless: 1 ] on: StackOverflow do: [ Deep new endless: 1 ]")
    main = f"[ {body} ] fork.\nProcessor yield.\nTranscript show: 'others go on'; cr.\n"
    out = run(host, main, err=AGAIN)
    assert out == "unwound\nothers go on\n", out


def test_an_endless_recursion_through_c(host):
    run(host, "| sort stop |\nstop := false.\nsort := nil.\nsort := [ "
        + SORT.replace("BODY", "stop ifFalse: [ sort value ]. 0") + "stop := true ].\n"
        "sort value.\nTranscript show: 'goes on'; cr.\n",
        out="goes on", err="too little native stack was left")


# --- memory


def run_under(host, command, text, **expected):
    """Runs it by a line for bash, where "$@" stands for the command."""
    return run(dataclasses.replace(host, emulator=("bash", "-c", command, "bash", *host.emulator)),
               text, **expected)


def run_limited(host, kibibytes, text, **expected):
    return run_under(host, f'ulimit -v {kibibytes}; exec "$@"', text, **expected)


# What an emulator needs for itself.
def limit(host, kibibytes):
    return kibibytes + (400_000 if host.emulator else 0)


ENDLESS_GROWTH = {
    "an OrderedCollection": "| c | c := OrderedCollection new. [ c add: (Array new: 1000) ] repeat",
    "links": "| c | c := nil. [ c := 1 -> c ] repeat",
    "a String": "| s | s := 'x'. [ s := s , s ] repeat",
    "an Integer": "| n c | n := 3. c := nil. [ n := n * 3. c := n -> c ] repeat",
    "a Dictionary": "| d | d := Dictionary new. [ d at: d size put: d size printString ] repeat",
    "a Stream": "| s | s := WriteStream on: String new. [ s nextPutAll: 'xxxxxxxxxxxxxxxxxxxxxxxx' ] repeat",
    "closures": "| b | b := nil. [ b := [ :x | [ :y | x ] ] value: b ] repeat",
}


def growth(host):
    """Small objects take the longest to fill the memory: an emulator gets large ones."""
    return ENDLESS_GROWTH["an OrderedCollection" if host.slow else "links"]


def test_more_than_any_memory(host):
    run(host, "Transcript show: ([ Array new: 1 << 60 ] on: OutOfMemory do: [ :e | e class name ]); cr.\n"
        "Transcript show: ([ ByteArray new: 1 << 45 ] on: OutOfMemory do: [ :e | e class name ]); cr.\n",
        out="OutOfMemory\nOutOfMemory\n")


def test_endless_growth_is_an_error_that_can_be_handled(host):
    kinds = {"an OrderedCollection": growth(host)} if host.slow else ENDLESS_GROWTH
    for what, body in kinds.items():
        out = run_limited(host, limit(host, 400_000),
                          f"Transcript show: ([ {body} ] on: OutOfMemory do: [ :e | e class name ]); cr.\n"
                          "Smalltalk garbageCollect.\n"
                          "Transcript show: (Array new: 1000000) size printString; cr.\n")
        assert out == "OutOfMemory\n1000000\n", (what, out)


def test_memory_can_run_out_again_and_again(host):
    out = run_limited(host, limit(host, 400_000), f"5 timesRepeat: [ [ {growth(host)} ] on: OutOfMemory "
                      "do: [ :e | Transcript show: 'full'; cr ] ].\n")
    assert out == "full\n" * 5, out


def test_unhandled_lack_of_memory_ends_its_process(host):
    run_limited(host, limit(host, 400_000), growth(host) + ".\n", status=1, err="OutOfMemory")
    out = run_limited(host, limit(host, 400_000), f"[ [ {growth(host)} ] ensure: "
                      "[ Transcript show: 'unwound'; cr ] ] fork.\nProcessor yield.\n"
                      "Transcript show: 'others go on'; cr.\n", err="OutOfMemory")
    assert out == "unwound\nothers go on\n", out


def test_lack_of_memory_while_it_is_handled_ends_its_process(host):
    body = "[ c := (Array new: 1000) -> c ] repeat" if host.slow else "[ c := 1 -> c ] repeat"
    out = run_limited(host, limit(host, 400_000),
                      f"| c |\nc := nil.\n[ [ {body} ] on: OutOfMemory do: [ :e | {body} ] ] fork.\n"
                      "Processor yield.\nc := nil.\nTranscript show: 'others go on'; cr.\n",
                      err="short again while OutOfMemory is handled")
    assert out == "others go on\n", out


def test_endless_recursion_where_memory_is_limited(host):
    for kibibytes in (200_000, 400_000):
        out = run_limited(host, limit(host, kibibytes), "Transcript show: ([ Deep new endless: 1 ] "
                          "on: StackOverflow, OutOfMemory do: [ :e | 'full' ]); cr.\n")
        assert out == "full\n", (kibibytes, out)
