"""Each example on real data; smaller where a processor is emulated."""
import pathlib
import tempfile

import harness

MIME_TYPES = "/usr/share/mime/packages/freedesktop.org.xml"
DIRECTORY = "/usr/share/mime"


def run_example(host, name, *arguments, timeout=900):
    script = f"examples/{name}/{name.replace('-', '_')}.st"
    done = host.run(host.banter("run", script, *arguments), timeout=timeout)
    text = harness.text_of(done)
    assert done.returncode == 0, f"exit status {done.returncode}: {text[-3000:]}"
    return text


def test_qsort(host):
    count = 100000 if host.slow else 1000000
    with tempfile.TemporaryDirectory() as folder:
        text = run_example(host, "qsort", pathlib.Path(folder) / "numbers.bin", count)
    assert f"{count} integers sorted" in text, text


def test_nftw(host):
    assert "du says" in run_example(host, "nftw", DIRECTORY)


def test_sqlite(host):
    with tempfile.TemporaryDirectory() as folder:
        text = run_example(host, "sqlite", pathlib.Path(folder) / "cities.db")
    assert "aachen, Berlin, Zürich, áron, Ålesund" in text, text


def test_expat(host):
    assert " elements, " in run_example(host, "expat", MIME_TYPES)


def test_handwritten_marshaller(host):
    assert "bsearch found" in run_example(host, "handwritten-marshaller")
