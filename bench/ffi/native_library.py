#!/usr/bin/env python3
"""Times the native library against libffi and plain C: bench/ffi/native_library.py PROGRAM

PROGRAM is native_peers. Each figure is the median of eleven runs that take turns, less what a plain
call through a function pointer takes; instructions are counted by callgrind, which any two machines
with the same compiler agree on. Aim: half of what libffi adds to a call, or less.
"""
import re
import shutil
import statistics
import subprocess
import sys

SIGNATURES = {
    "integers": "int64(int64, int64)",
    "doubles": "six doubles",
    "structure": "a 16-byte struct by value",
    "mixed": "twelve mixed arguments",
}
PEERS = ("c", "libffi", "banter")
ROUNDS = 11
CALLS = 400_000
COUNTED = 2_000


def run(program, *words):
    return subprocess.run([program, *map(str, words)], check=True, capture_output=True, text=True)


def nanoseconds(program, signature, direction):
    times = {peer: [] for peer in PEERS}
    answers = set()
    for _ in range(ROUNDS):
        for peer in PEERS:
            time, answer = run(program, signature, direction, peer, CALLS).stdout.split()
            times[peer].append(float(time))
            answers.add(answer)
    if len(answers) != 1:
        sys.exit(f"{signature} {direction}: the peers answer {answers}")
    return {peer: statistics.median(times[peer]) for peer in PEERS}


def instructions(program, signature, direction, peer):
    """Of one call: the difference between two runs, one of which makes twice as many."""
    def total(calls):
        done = run("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program,
                   signature, direction, peer, calls)
        return int(re.search(r"Collected : (\d+)", done.stderr).group(1))
    return (total(2 * COUNTED) - total(COUNTED)) / COUNTED


def line(title, values):
    added = {peer: values[peer] - values["c"] for peer in PEERS}
    print(f"  {title:14} {values['c']:8.1f} {values['libffi']:8.1f} {values['banter']:8.1f}"
          f"   {added['banter'] / added['libffi']:6.2f}")


def main():
    program = sys.argv[1]
    print("What is added to a plain call, as a ratio to what libffi adds")
    print(f"{'':17}{'C':>8} {'libffi':>8} {'Banter':>8}    ratio")
    for signature, title in SIGNATURES.items():
        for direction in ("callout", "callback"):
            print(f"{direction} of {title}")
            line("ns", nanoseconds(program, signature, direction))
            if shutil.which("valgrind"):
                line("instructions", {peer: instructions(program, signature, direction, peer)
                                      for peer in PEERS})


if __name__ == "__main__":
    main()
