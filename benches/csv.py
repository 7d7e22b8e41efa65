"""Which rows of a CSV file do not have 12 fields? The command against other tools, on a whole file
that is in memory: `make bench-csv`, with SIZE= in MiB and ROUNDS=.

One in five fields is quoted, and quoted ones have commas in them. The tools take turns, and medians
are printed: processor time, user and system, as all but the pipe and mlr are one process with one
thread; and the time that passes. A tool that is slow reads an eighth of the file, in three rounds. A
tool that is not installed is left out. What each does:

    tally     prints the rows that differ from the first
    qsv       validates the file and stops at the first bad row; the file has none
    xan       counts rows alone
    zsv       checks the number of fields, and that all is UTF-8
    *awk      split at commas, and are wrong on quotes
    csvtool   prints the number of fields of the widest row
    csv       Python's module, which reads each field
    mlr       reads each field, and stops at the first bad row
"""

import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROW_CHECK = """
import csv, sys
with open(sys.argv[1], newline="") as file:
    rows = csv.reader(file)
    number = len(next(rows))
    print(sum(len(row) != number for row in rows))
"""
# How to ask a tool for its version, unless with --version.
VERSION = {"zsv": "version", "mawk": "-Wversion", "csvtool": "--help"}
# A tool for which the file takes longer than this, in seconds, reads a part of it, in fewer rounds.
LONG = 3
PART = 8
SLOW_ROUNDS = 3

Times = tuple[float, float, float]


def write_table(path: Path, size: int) -> None:
    draw = random.Random(5)
    words = "lorem ipsum dolor 12.50 7 2024-05-01 Rome Bern Oslo 1048576 x".split()
    quoted = ['"{}"', '"{}, {}"', '"{} ""{}"""']

    def field() -> str:
        word = draw.choice(words)
        return draw.choice(quoted).format(word, word) if draw.random() < 0.2 else word

    block = "".join(",".join(field() for _ in range(12)) + "\n" for _ in range(100_000)).encode()
    with path.open("wb") as file:
        while file.tell() < size:
            file.write(block)


def version(command: str) -> str:
    """The first line of what a tool says about itself."""
    option = VERSION.get(Path(command).name, "--version")
    asked = subprocess.run([command, option], capture_output=True, text=True, check=False)
    return next(iter((asked.stdout or asked.stderr).splitlines()), "unknown")


def run(command: list[str]) -> tuple[Times, int]:
    """The seconds that pass, those of the processor for the user and the system, and the status."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return (time.perf_counter() - start, usage.ru_utime, usage.ru_stime), process.returncode


def main() -> None:
    tally, folder, size, rounds = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:])
    folder.mkdir(parents=True, exist_ok=True)
    part = max(1, size // PART)
    tables = {}
    for mib in (size, part):
        tables[mib] = folder / f"rows-{mib}.csv"
        if not tables[mib].exists():
            write_table(tables[mib], mib << 20)
    qsv = next(filter(shutil.which, ["qsv", "qsvlite"]), "qsv")
    # The file's name is put for FILE.
    tools = {
        "cat": ["cat", "FILE"],
        "tally": [tally, "--ragged", "FILE"],
        "tally -c": [tally, "--ragged", "-c", "FILE"],
        "tally, pipe": ["sh", "-c", f"cat 'FILE' | '{tally}' --ragged"],
        "qsv": [qsv, "validate", "FILE"],
        "xan": ["xan", "count", "FILE"],
        "zsv": ["zsv", "check", "FILE"],
        "mawk": ["mawk", "-F,", "NF != 12 { print NR }", "FILE"],
        "gawk": ["gawk", "-F,", "NF != 12 { print NR }", "FILE"],
        "csvtool": ["csvtool", "width", "FILE"],
        "csv": [sys.executable, "-c", ROW_CHECK, "FILE"],
        "mlr": ["mlr", "--icsv", "--ojson", "filter", "false", "FILE"],
    }
    tools = {tool: command for tool, command in tools.items() if shutil.which(command[0])}

    def turn(tool: str, mib: int) -> Times:
        name = str(tables[mib])
        times, status = run([part.replace("FILE", name) for part in tools[tool]])
        if tool.startswith("tally") and status != 1:
            sys.exit(f"{tool}: there are no ragged rows, but it says otherwise")
        return times

    # The first turn, on the part, brings it into memory and shows who is slow. It is not counted.
    sizes = {}
    for tool in tools:
        is_slow = turn(tool, part)[0] > LONG / PART
        sizes[tool] = part if is_slow else size
    turn("cat", size)
    times: dict[str, list[Times]] = {tool: [] for tool in tools}
    for number in range(rounds):
        for tool, mib in sizes.items():
            if mib == size or number < SLOW_ROUNDS:
                times[tool].append(turn(tool, mib))
    print(
        f"{'':12} {'MiB':>5} {'rounds':>6} {'wall':>8} {'user':>8} {'system':>8} {'GB/s':>6} "
        f"{'times cat':>10} {'times tally':>12}"
    )
    median = statistics.median
    # A pipe has two processes, which run at the same time.
    seconds = {
        tool: median(wall if "pipe" in tool else user + system for wall, user, system in taken)
        for tool, taken in times.items()
    }
    speeds = {}
    for tool, taken in seconds.items():
        speeds[tool] = tables[sizes[tool]].stat().st_size / taken / 1e9
    for tool, taken in times.items():
        wall, user, system = map(median, zip(*taken))
        print(
            f"{tool:12} {sizes[tool]:5} {len(taken):6} {wall:8.3f} {user:8.3f} {system:8.3f} "
            f"{speeds[tool]:6.2f} {speeds['cat'] / speeds[tool]:10.2f} "
            f"{speeds['tally'] / speeds[tool]:12.1f}"
        )
    print("\nGB/s are of processor time, and for the pipe of the time that passes.\n")
    for command in sorted({command[0] for command in tools.values()} - {"sh"}):
        print(f"{Path(command).name:12} {version(command)}")


if __name__ == "__main__":
    main()
