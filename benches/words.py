"""Words in Python, beside the package: python benches/words.py PROSE SOURCE"""

import sys
import time
from collections import Counter
from statistics import median

import libtally


def measure(title, data, contenders, rounds=5):
    times = [[] for _ in contenders]
    answers = [None for _ in contenders]
    for _ in range(rounds):
        for at, (_, call) in enumerate(contenders):
            start = time.perf_counter()
            answers[at] = call()
            times[at].append(time.perf_counter() - start)
    print(f"\n{title}: {len(data) / 1e6:.1f} MB")
    first = median(times[0])
    for (name, _), some, answer in zip(contenders, times, answers):
        speed = len(data) / median(some) / 1e9
        print(f"  {name:<34} {speed:8.3f} GB/s {median(some) / first:8.2f}  = {answer}")


def main():
    prose, source = (open(path, "rb").read() for path in sys.argv[1:3])
    text = prose.decode("utf-8", "replace")
    measure(
        "How many, prose",
        prose,
        [
            ("count_words of bytes", lambda: libtally.count_words(prose)),
            ("count_words of str", lambda: libtally.count_words(text)),
            ("len(data.split())", lambda: len(prose.split())),
            ("len(text.split())", lambda: len(text.split())),
        ],
    )
    for name, words in (
        ("Greek", "αβγδε ζη θικλμνξο"),
        ("Russian", "абвгде жз иклмнопрст"),
        ("Chinese", "太初有道。道与神同在，道就是神。 "),
        ("emoji", "😀😁 😂😃😄 😅"),
    ):
        data = ((words + " ") * (16 << 20)).encode()[: 16 << 20].decode("utf-8", "ignore").encode()
        decoded = data.decode()
        measure(
            f"How many, {name}",
            data,
            [
                ("count_words of UTF-8", lambda: libtally.count_words(data, libtally.WordRule.UNICODE)),
                ("count_words of str", lambda: libtally.count_words(decoded)),
                ("len(text.split())", lambda: len(decoded.split())),
            ],
        )
    for name, data in ("prose", prose), ("source code", source):
        decoded = data.decode("utf-8", "replace")
        measure(
            f"How often, {name}",
            data,
            [
                ("word_counts(data)", lambda: len(libtally.word_counts(data))),
                ("Counter(data.split())", lambda: len(Counter(data.split()))),
                ("Counter(text.split())", lambda: len(Counter(decoded.split()))),
            ],
            rounds=3,
        )


main()
