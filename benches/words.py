"""Words in Python, beside the package: python benches/words.py PROSE SOURCE

Contenders take turns, and a figure is the median of the rounds. Needs the package, and for files
`cat`, `wc` and the command, target/release/tally.
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median

import libtally
from libtally import WordCounter, WordCounts, WordRule

COMMAND = Path(__file__).resolve().parent.parent / "target/release/tally"


def measure(title, size, contenders, rounds=5):
    """Prints the speed of each contender, and the ratio of its time to the first one's."""
    times = [[] for _ in contenders]
    answers = [None for _ in contenders]
    for _ in range(rounds):
        for at, (_, call) in enumerate(contenders):
            start = time.perf_counter()
            answers[at] = call()
            times[at].append(time.perf_counter() - start)
    print(f"\n{title}: {size / 1e6:.1f} MB")
    first = median(times[0])
    for (name, _), some, answer in zip(contenders, times, answers):
        speed = size / median(some) / 1e9
        print(f"  {name:<34} {speed:8.3f} GB/s {median(some) / first:8.2f}  = {answer}")


def run(*arguments):
    """A program, whose output nobody reads."""

    def call():
        subprocess.run(arguments, stdout=subprocess.DEVNULL, check=True)
        return "not shown"

    return call


def counted(path, rule=WordRule.ASCII):
    def call():
        counter = WordCounter(rule)
        counter.feed_file(path)
        return counter.words

    return call


def peak(name, call):
    """How much memory the process needs at its peak, more than before. Linux."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return
    before = memory("VmRSS")
    call()
    print(f"  {name:<34} {(memory('VmHWM') - before) / 1024:8.1f} MiB at the peak")


def memory(field):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1])
    return 0


def main():
    prose, source = (Path(path).read_bytes() for path in sys.argv[1:3])
    text = prose.decode("utf-8", "replace")
    large = (prose * 3)[: 256 << 20]
    measure(
        "How many, prose",
        len(large),
        [
            ("count_words(data), ASCII", lambda: libtally.count_words(large)),
            (
                "count_words(data), UNICODE",
                lambda: libtally.count_words(large, WordRule.UNICODE),
            ),
            ("len(data.split())", lambda: len(large.split())),
        ],
    )
    measure(
        "How many, prose as str",
        len(prose),
        [
            ("count_words(text)", lambda: libtally.count_words(text)),
            ("len(text.split())", lambda: len(text.split())),
        ],
    )
    with tempfile.NamedTemporaryFile() as file:
        file.write(large)
        file.flush()
        measure(
            "How many, a file of prose",
            len(large),
            [
                ("cat > /dev/null", run("cat", file.name)),
                ("WordCounter.feed_file, ASCII", counted(file.name)),
                ("WordCounter.feed_file, UNICODE", counted(file.name, WordRule.UNICODE)),
                (
                    "tally words -c --ascii",
                    run(COMMAND, "words", "-c", "--ascii", "--no-progress", file.name),
                ),
                ("wc -w", run("wc", "-w", file.name)),
            ],
            rounds=9,
        )
    for name, words in (
        ("Greek", "Ἐν ἀρχῇ ἦν ὁ λόγος, καὶ ὁ λόγος ἦν πρὸς τὸν θεόν,"),
        ("Russian", "В начале было Слово, и Слово было у Бога,"),
        ("Chinese", "太初有道，道与神同在，道就是神。\u3000这道太初与神同在。\n"),
        ("emoji", "😀😁 😂😃😄 😅"),
    ):
        decoded = (words + " ") * ((16 << 20) // len(words.encode()))
        data = decoded.encode()
        measure(
            f"How many, {name}",
            len(data),
            [
                ("count_words of UTF-8", lambda: libtally.count_words(data, WordRule.UNICODE)),
                ("len(text.split())", lambda: len(decoded.split())),
            ],
        )
    for name, data in ("prose", prose), ("source code", source):
        decoded = data.decode("utf-8", "replace")
        measure(
            f"How often, {name}",
            len(data),
            [
                ("word_counts(data)", lambda: len(libtally.word_counts(data))),
                ("word_counts(text)", lambda: len(libtally.word_counts(decoded))),
                ("Counter(data.split())", lambda: len(Counter(data.split()))),
                ("Counter(text.split())", lambda: len(Counter(decoded.split()))),
            ],
            rounds=3,
        )
    print("\nMemory for the table of source code, whose bytes are in memory before")
    peak("word_counts(data)", lambda: libtally.word_counts(source))
    peak("Counter(data.split())", lambda: Counter(source.split()))

    def line_by_line():
        counter = Counter()
        for line in source.splitlines(keepends=True):
            counter.update(line.split())

    peak("Counter, line by line", line_by_line)
    # A table over a file needs no data in memory.
    peak("WordCounts.feed_file", lambda: WordCounts().feed_file(sys.argv[2]))


main()
