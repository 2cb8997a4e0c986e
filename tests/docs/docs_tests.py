"""The programs and commands of README.md and docs/ are run, and print what the text says."""
import pathlib
import re
import shlex
import tempfile

import harness


def programs(path):
    return re.findall(r"```smalltalk\n(.*?)```", path.read_text(), re.S)


def run_programs(host, name):
    path = harness.ROOT / name
    found = programs(path)
    assert found, f"{name} has no programs"
    for number, program in enumerate(found, 1):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder) / "program.st"
            script.write_text(program)
            done = host.run(host.banter("run", script))
        text = done.stdout.decode()
        expected = re.findall(r'"expect: (.*?)"', program)
        assert done.returncode == 0, f"program {number} of {name}: {harness.text_of(done)[-3000:]}"
        if expected:
            assert text.splitlines() == expected, f"program {number} of {name}: {text}, not {expected}"


def run_commands(host, name):
    """Blocks of the kind console: `$ banter ...`, then everything it prints."""
    blocks = re.findall(r"```console\n\$ banter (.*?)\n(.*?)```", (harness.ROOT / name).read_text(), re.S)
    assert blocks, f"{name} has no commands"
    for command, expected in blocks:
        done = host.run(host.banter(*shlex.split(command)))
        assert done.returncode == 0, f"{command}: {harness.text_of(done)[-3000:]}"
        text = done.stdout.decode()
        assert text == expected, f"`{command}` of {name} prints:\n{text}"


def test_abi_guide(host):
    run_commands(host, "docs/abi.md")


def test_ffi_guide(host):
    run_programs(host, "docs/ffi.md")


def test_readme(host):
    path = harness.ROOT / "README.md"
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "sort.st"
        script.write_text(programs(path)[0])
        done = host.run(host.banter("run", script))
    assert done.stdout.decode().split() == ["-7", "0", "3", "42", "1000"], harness.text_of(done)
