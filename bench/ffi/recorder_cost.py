#!/usr/bin/env python3
"""What those who watch crossings cost: instructions and nanoseconds of one callout and of one callback,
with the flight recorder off, on, and on with times. Each is a difference of two runs; instructions are
callgrind's, nanoseconds the least of some rounds in which the programs take turns.

    bench/ffi/recorder_cost.py BANTER LIBSUBJECT [BANTER_BEFORE ...]
"""
import pathlib
import re
import subprocess
import sys
import time

SCRIPT = pathlib.Path(__file__).with_name("crossings.st")
KINDS = ("callout", "callback")
ROUNDS = 7


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True).stdout


def instructions(command):
    text = run("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command)
    return int(re.search(rb"Collected : (\d+)", text).group(1))


def nanoseconds(command):
    started = time.perf_counter_ns()
    run(*command)
    return time.perf_counter_ns() - started


def of_one(measure, few, many, banter, options, library, kind):
    few_cost, many_cost = (measure([banter, *options, "run", SCRIPT, library, kind, str(count)])
                           for count in (few, many))
    return (many_cost - few_cost) / (many - few)


def print_table(title, modes, values):
    print(f"{title:20} {'callout':>8} {'callback':>8}")
    for name, *_ in modes:
        print(f"{name:20} {values[name, 'callout']:8.1f} {values[name, 'callback']:8.1f}")


def main():
    banter, library, *before = sys.argv[1:]
    modes = [("recorder off", banter, ["--no-record"]), ("on", banter, []),
             ("on, with times", banter, ["--record"]), *[("before", each, []) for each in before]]
    print_table("instructions", modes, {
        (name, kind): of_one(instructions, 1000, 11000, program, options, library, kind)
        for name, program, options in modes for kind in KINDS})
    times = {}
    for _ in range(ROUNDS):
        for name, program, options in modes:
            for kind in KINDS:
                each = of_one(nanoseconds, 1000, 2_001_000, program, options, library, kind)
                times[name, kind] = min(each, times.get((name, kind), each))
    print_table("nanoseconds", modes, times)


if __name__ == "__main__":
    main()
