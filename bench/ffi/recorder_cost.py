#!/usr/bin/env python3
"""What those who watch crossings cost: instructions of one callout and of one callback, with the
flight recorder off, on, and on with times. By callgrind, as a difference of two runs.

    bench/ffi/recorder_cost.py BANTER LIBSUBJECT [BANTER_BEFORE]
"""
import pathlib
import re
import subprocess
import sys

SCRIPT = pathlib.Path(__file__).with_name("crossings.st")
FEW, MANY = 1000, 11000


def instructions(banter, options, library, kind, count):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", banter, *options, "run",
               SCRIPT, library, kind, str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    return int(re.search(rb"Collected : (\d+)", done.stdout).group(1))


def of_one(banter, options, library, kind):
    counts = [instructions(banter, options, library, kind, count) for count in (FEW, MANY)]
    return (counts[1] - counts[0]) / (MANY - FEW)


def main():
    banter, library, *before = sys.argv[1:]
    modes = [("recorder off", banter, ["--no-record"]), ("on", banter, []),
             ("on, with times", banter, ["--record"]), *[("before", each, []) for each in before]]
    print(f"{'instructions':20} {'callout':>8} {'callback':>8}")
    for name, program, options in modes:
        values = [of_one(program, options, library, kind) for kind in ("callout", "callback")]
        print(f"{name:20} {values[0]:8.1f} {values[1]:8.1f}")


if __name__ == "__main__":
    main()
