"""The command line, as a person meets it: what it prints and the status it ends with."""
import dataclasses
import pathlib
import tempfile
import xml.etree.ElementTree
import time

import harness


def expect(host, arguments, status=0, out=None, err=None):
    done = host.run(host.banter(*arguments))
    text = harness.text_of(done)
    assert done.returncode == status, f"{arguments}: status {done.returncode}, not {status}: {text[-2000:]}"
    if out is not None:
        assert out in done.stdout.decode(), f"{arguments}: no `{out}` in {done.stdout.decode()!r}"
    if err is not None:
        assert err in done.stderr.decode(), f"{arguments}: no `{err}` in {done.stderr.decode()!r}"
    return done.stdout.decode()


def script(folder, text, name="script.st"):
    path = pathlib.Path(folder) / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_version(host):
    expect(host, ["--version"], out="banter 0.1.0")


def test_help_names_every_command(host):
    text = expect(host, ["--help"])
    for command in ("run", "eval", "test", "image", "abi", "trace"):
        assert command in text, text


def test_no_command_is_a_mistake(host):
    expect(host, [], status=2)


def test_an_unknown_option_is_named(host):
    expect(host, ["--nonsense", "eval", "1"], status=2, err="--nonsense")


def test_eval_prints_the_value(host):
    assert expect(host, ["eval", "3 + 4"]) == "7\n"
    assert expect(host, ["eval", "#(1 $a 'x')"]) == "#(1 $a 'x')\n"


def test_eval_of_an_error(host):
    expect(host, ["eval", "1/0"], status=1, err="ZeroDivide")


def test_eval_of_a_syntax_error_has_line_and_column(host):
    expect(host, ["eval", "3 + "], status=1, err=":1:")


def test_an_unknown_variable_is_named(host):
    expect(host, ["eval", "Colection new"], status=1, err="Colection")


def test_run_passes_arguments(host):
    with tempfile.TemporaryDirectory() as folder:
        path = script(folder, "Smalltalk arguments do: [ :each | Transcript show: each; cr ].")
        assert expect(host, ["run", path, "a", "--b", "c d"]) == "a\n--b\nc d\n"


def test_run_of_a_missing_file(host):
    expect(host, ["run", "/nowhere/at-all.st"], status=1, err="/nowhere/at-all.st")


def test_run_of_bytes_that_are_no_source(host):
    with tempfile.TemporaryDirectory() as folder:
        path = script(folder, bytes(range(256)) * 40)
        done = host.run(host.banter("run", path))
        assert done.returncode == 1, done.returncode
        assert str(path).encode() in done.stderr, done.stderr[-2000:]


def test_a_script_ends_with_the_status_it_asks_for(host):
    expect(host, ["eval", "Smalltalk exit: 7"], status=7)


def test_image_is_built_and_run(host):
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder) / "saved.image"
        expect(host, ["image", "build", image])
        assert expect(host, ["--image", image, "eval", "6 * 7"]) == "42\n"


def test_a_saved_program_goes_on(host):
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder) / "going.image"
        path = script(folder, f"""| state |
state := 41.
(Smalltalk saveAs: '{image}')
	ifTrue: [ Transcript show: 'resumed '; show: (state + 1) printString; cr. Smalltalk exit: 0 ]
	ifFalse: [ Transcript show: 'saved'; cr ].
""")
        assert expect(host, ["run", path]) == "saved\n"
        assert expect(host, ["image", "run", image]) == "resumed 42\n"


def test_a_foreign_file_is_no_image(host):
    expect(host, ["--image", "/etc/passwd", "eval", "1"], status=1, err="/etc/passwd")


def test_a_truncated_image_is_refused(host):
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder) / "whole.image"
        expect(host, ["image", "build", image])
        half = pathlib.Path(folder) / "half.image"
        half.write_bytes(image.read_bytes()[: image.stat().st_size // 2])
        expect(host, ["--image", half, "eval", "1"], status=1, err="half.image")


def test_failing_tests_are_lines_with_expected_and_got(host):
    with tempfile.TemporaryDirectory() as folder:
        package = pathlib.Path(folder) / "Failing-Tests"
        package.mkdir()
        script(package, "Package { #name : 'Failing-Tests' }\n", "package.st")
        script(package, """Class {
	#name : 'FailingTest',
	#superclass : 'TestCase',
	#package : 'Failing-Tests'
}

{ #category : 'tests' }
FailingTest >> testSum [
	self assert: 3 + 4 equals: 8
]

{ #category : 'tests' }
FailingTest >> testRight [
	self assert: 3 + 4 equals: 7
]
""", "FailingTest.class.st")
        text = expect(host, ["test", package], status=1, out="1 passed, 1 failed")
        assert "FailingTest>>testSum" in text or "FailingTest>>#testSum" in text, text
        assert "7" in text and "8" in text, text


def test_endless_recursion_is_an_error(host):
    with tempfile.TemporaryDirectory() as folder:
        path = script(folder, "| b | b := nil. b := [ :n | 1 + (b value: n + 1) ]. b value: 1.")
        expect(host, ["run", path], status=1, err="StackOverflow")


def test_a_deadlock_is_reported(host):
    expect(host, ["eval", "Semaphore new wait"], status=1, err="deadlock")


def ends_promptly(host, text):
    """Runs it, with a standard input that says nothing; it writes `end`."""
    quiet = dataclasses.replace(
        host, emulator=("bash", "-c", 'exec "$@" < <(exec sleep 60 > /dev/null 2>&1)', "bash",
                        *host.emulator))
    with tempfile.TemporaryDirectory() as folder:
        path = script(folder, text)
        begun = time.monotonic()
        assert expect(quiet, ["run", path]) == "end\n"
        took = time.monotonic() - begun
        assert took < (30 if host.slow else 5), took


def test_a_process_that_sleeps_in_c_does_not_keep_the_program(host):
    for end in ("", "Smalltalk exit: 0.\n"):
        ends_promptly(host, "| sleep |\nsleep := FFILibrary libc function: 'unsigned sleep(unsigned n)'.\n"
                      "[ sleep callWith: 60 ] fork.\n(Delay forMilliseconds: 100) wait.\n"
                      "Transcript show: 'end'; cr.\n" + end)


def test_a_process_that_reads_in_c_does_not_keep_the_program(host):
    for end in ("", "Smalltalk exit: 0.\n"):
        ends_promptly(host, "| read |\nread := FFILibrary libc function: 'int getchar(void)'.\n"
                      "[ read callWithArguments: #() ] fork.\n(Delay forMilliseconds: 100) wait.\n"
                      "Transcript show: 'end'; cr.\n" + end)


def test_the_first_access_to_unmapped_memory_is_refused(host):
    with tempfile.TemporaryDirectory() as folder:
        path = script(folder, "Transcript show: ([ (Alien forPointer: 16) signedLongAt: 1 ] "
                      "on: FFIMemoryError do: [ :e | 'refused' ]); cr.\n")
        assert expect(host, ["run", path]) == "refused\n"


POINT = "struct { float x, y; } f(struct { float x, y; } p, int n, ...)"


def test_abi_says_where_everything_travels(host):
    text = expect(host, ["abi", POINT, "--abi", "sysv_x64"])
    for part in ("xmm0", "rdi", "float y", "4-7", "SSE [3.2.3]", "al        1", "16-aligned"):
        assert part in text, text


def test_abi_asks_this_host_unless_told(host):
    assert expect(host, ["abi", "int abs(int n)"]).count("C type") == 1


def test_abi_knows_all_abis_everywhere(host):
    text = expect(host, ["abi", "__int128 f(long n)", "--abi", "all"])
    assert text.count("C type") == 5, text
    assert "ia32: column 1: ia32 has no __int128 in '__int128 f(long n)'" in text, text


def test_abi_refuses_with_the_place(host):
    expect(host, ["abi", "int f(foo x)"], status=1, err="column 7: unknown type 'foo'")
    expect(host, ["abi", "int f(foo x)", "--abi", "all"], status=1, err="unknown type 'foo'")
    expect(host, ["abi", "int f(void)", "--abi", "vax"], status=2, err="vax")
    expect(host, ["abi", "int f(void)", "--svg", "/nowhere/at-all.svg"], status=1,
           err="/nowhere/at-all.svg")


def test_abi_draws(host):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "call.svg"
        expect(host, ["abi", POINT, "--abi", "all", "--svg", path])
        picture = xml.etree.ElementTree.parse(path).getroot()
        words = " ".join(picture.itertext())
        for name in ("sysv_x64", "apple_arm64", "Registers", "p: x, y"):
            assert name in words, name
        assert "href" not in path.read_text()
