"""The programs and commands of README.md and docs/ are run, and print what the text says."""
import json
import pathlib
import re
import shlex
import tempfile

import harness
import installation


def programs(path):
    return re.findall(r"```smalltalk\n(.*?)```", path.read_text(), re.S)


def check_output(host, title, program, kind, *arguments):
    done = host.run(host.banter(*arguments))
    text = done.stdout.decode()
    expected = re.findall(rf'"{kind}: (.*?)"', program)
    assert done.returncode == 0, f"{title}: {harness.text_of(done)[-3000:]}"
    if expected:
        assert text.splitlines() == expected, f"{title}: {text}, not {expected}"


def run_programs(host, name, skip=None):
    path = harness.ROOT / name
    found = [program for program in programs(path) if not (skip and program.startswith(f'"{skip}"'))]
    assert found, f"{name} has no programs"
    for number, program in enumerate(found, 1):
        title = f"program {number} of {name}"
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder) / "program.st"
            script.write_text(program)
            image = pathlib.Path(folder) / "saved.image"
            check_output(host, title, program, "expect", "run", script, image)
            if '"expect resumed: ' in program:
                check_output(host, title, program, "expect resumed", "image", "run", image)


def run_commands(host, name):
    """Blocks of the kind console: `$ banter ...`, then everything it prints."""
    blocks = re.findall(r"```console\n\$ banter (.*?)\n(.*?)```", (harness.ROOT / name).read_text(), re.S)
    assert blocks, f"{name} has no commands"
    for command, expected in blocks:
        done = host.run(host.banter(*shlex.split(command)))
        assert done.returncode == 0, f"{command}: {harness.text_of(done)[-3000:]}"
        text = done.stdout.decode()
        assert text == expected, f"`{command}` of {name} prints:\n{text}"


def named_programs(name, folder):
    """Writes programs that begin with a file's name in quotes to such files."""
    for program in programs(harness.ROOT / name):
        title = re.match(r'"([\w.-]+\.st)"\n', program)
        if title:
            (folder / title.group(1)).write_text(program)


def line_pattern(line):
    """Addresses and numbers of frames differ from run to run."""
    pattern = re.sub(r"0x[0-9a-f]{3,}", "0x[0-9a-f]+", re.escape(line))
    return re.compile(rf"^{pattern}$", re.M)


def compare_lines(text, expected, command):
    """Each line must follow the one before, but for `...`, which stands for any lines."""
    at, gap = 0, True
    for line in expected.splitlines():
        if line == "...":
            gap = True
            continue
        found = line_pattern(line).search(text, at)
        assert found and (gap or found.start() == at), f"`{command}`: no `{line}` in its place in\n{text}"
        at, gap = found.end() + 1, False


def run_console(host, name, folder, statuses):
    """Commands on named programs, with what they print to both streams."""
    blocks = re.findall(r"```console\n\$ (.*?)\n(.*?)```", (harness.ROOT / name).read_text(), re.S)
    assert len(blocks) > 3, f"{name} has {len(blocks)} commands"
    for command, expected in blocks:
        words = [str(folder / word) if (folder / word).exists() or word.endswith(".json") else word
                 for word in shlex.split(command)]
        if words[0] == "gdb":
            if host.preset != "release":
                continue  # emulators are no processes of the program's processor
            words[words.index("banter"):] = [*host.banter(*words[words.index("banter") + 1:])]
        else:
            words = host.banter(*words[1:])
        done = host.run(words)
        text = harness.text_of(done)
        wanted = next((status for part, status in statuses.items() if part in command), 0)
        assert done.returncode == wanted, f"`{command}`: status {done.returncode}: {text[-3000:]}"
        both = done.stderr.decode() + done.stdout.decode()
        compare_lines(both, expected, command)


def compiled_programs(name):
    """(language, program) of each block of C and C++."""
    return re.findall(r"```(c|cpp)\n(.*?)```", (harness.ROOT / name).read_text(), re.S)


def expected_lines(program, kind):
    return re.findall(rf"^.*?(?://|/\*) {kind}: (.*?)(?: \*/)?$", program, re.M)


def run_compiled(host, prefix, folder, language, program):
    """Compiles a program with the installed library; its output must be what its comments say."""
    source = folder / f"program.{language}"
    source.write_text(program)
    c = language == "c"
    installation.checked(
        *installation.compiler(host, "C" if c else "CXX"), "-std=c11" if c else "-std=c++20", "-Wall",
        "-Wextra", "-Wpedantic", "-Werror", source, "-o", folder / "program",
        *installation.pkg_config(prefix, "--cflags", "--libs"), "-lm",
        f"-Wl,-rpath,{installation.libdir(prefix)}")
    done = host.run([*host.emulator, str(folder / "program")])
    text = harness.text_of(done)
    assert done.returncode == 0, f"status {done.returncode}: {text[-3000:]}"
    printed = done.stdout.decode().splitlines()
    assert printed == expected_lines(program, "expect"), text
    for line in expected_lines(program, "expect error"):
        assert line in done.stderr.decode(), f"no `{line}` in {text}"


def test_native_library_guide(host):
    name = "docs/native-library.md"
    prefix = installation.installed(host, "native")
    found = compiled_programs(name)
    assert len(found) > 10, f"{name} has {len(found)} programs"
    for number, (language, program) in enumerate(found, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                run_compiled(host, prefix, pathlib.Path(folder), language, program)
            except AssertionError as error:
                raise AssertionError(f"program {number} of {name}: {error}") from error


def test_abi_guide(host):
    run_commands(host, "docs/abi.md")


def test_ffi_guide(host):
    run_programs(host, "docs/ffi.md")


def test_callbacks_guide(host):
    run_programs(host, "docs/callbacks.md")


def test_tracing_guide(host):
    name = "docs/tracing.md"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        named_programs(name, folder)
        run_console(host, name, folder, {"crash.st": -11})
        json.loads((folder / "sort.json").read_text())
    run_programs(host, name, skip="crash.st")


def test_readme(host):
    path = harness.ROOT / "README.md"
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "sort.st"
        script.write_text(programs(path)[0])
        done = host.run(host.banter("run", script))
    assert done.stdout.decode().split() == ["-7", "0", "3", "42", "1000"], harness.text_of(done)
