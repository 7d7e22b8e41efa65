"""Which rows of a CSV file do not have 12 fields? The command against other tools, on a whole file
that is in memory: `make bench-csv`, with SIZE= in MiB and ROUNDS=.

One in five fields is quoted, and quoted ones have commas in them. The tools take turns, and medians
are printed, with the ratio to `cat`. A tool that is not installed is left out. What each does:

    tally     prints the rows that differ from the first (as in `tally --csv --ragged`)
    qsv       validates the file and stops at the first bad row; the file has none
    xan       counts rows alone
    zsv       checks the number of fields, and that all is UTF-8
    awk       splits at commas, and is wrong on quotes
    csv       Python's module, which reads each field
    mlr       reads each field, and stops at the first bad row
"""

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
VERSION = {"zsv": "version", "awk": "-Wversion"}
# A tool that takes longer than this, in seconds, has fewer turns.
LONG = 5


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


def main() -> None:
    tally, folder, size, rounds = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:])
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / f"rows-{size}.csv"
    if not table.exists():
        write_table(table, size << 20)
    name = str(table)
    tools = {
        "cat": ["cat", name],
        "tally": [tally, "--csv", "--ragged", name],
        "tally, pipe": ["sh", "-c", f"cat '{name}' | '{tally}' --csv --ragged"],
        "qsv": [shutil.which("qsv") or "qsvlite", "validate", name],
        "xan": ["xan", "count", name],
        "zsv": ["zsv", "check", name],
        "awk": ["awk", "-F,", "NF != 12 { print NR }", name],
        "csv": [sys.executable, "-c", ROW_CHECK, name],
        "mlr": ["mlr", "--icsv", "--ojson", "filter", "false", name],
    }
    tools = {tool: command for tool, command in tools.items() if shutil.which(command[0])}
    times: dict[str, list[float]] = {tool: [] for tool in tools}
    # The first turn brings the file into memory, and is not counted.
    for turn in range(rounds + 1):
        for tool, command in tools.items():
            if turn > 3 and times[tool][0] > LONG:
                continue
            start = time.perf_counter()
            ended = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
            if turn > 0:
                times[tool].append(time.perf_counter() - start)
            if tool.startswith("tally") and ended.returncode != 1:
                sys.exit(f"{tool}: there are no ragged rows, but it says otherwise")
    cat = statistics.median(times["cat"])
    print(f"{'':12} {'seconds':>8} {'GB/s':>6} {'times cat':>10}   {size} MiB, {rounds} rounds")
    for tool, taken in times.items():
        median = statistics.median(taken)
        speed = table.stat().st_size / median / 1e9
        print(f"{tool:12} {median:8.3f} {speed:6.2f} {median / cat:10.2f}")
    print()
    for command in sorted({command[0] for command in tools.values()} - {"sh"}):
        print(f"{Path(command).name:12} {version(command)}")


if __name__ == "__main__":
    main()
