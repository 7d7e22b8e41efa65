"""Calls everything with random arguments, honest and hostile ones, from a seed.

    python fuzz.py [SECONDS [SEED]]

Each answer about honest data is compared with a plain loop, a byte at a time; everything else may
only raise an exception. A crash ends the process: run this under a memory checker, as `make
fuzz-python` does. Prints how many calls were made.
"""

from __future__ import annotations

import array
import copy
import io
import os
import pickle
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any, Callable, Optional

import hostile
import plain

import libtally
from libtally import (
    Counter,
    Match,
    PanicError,
    Question,
    Quotes,
    Reset,
    Stream,
    Summary,
    TopWords,
    WordCounts,
    WordRule,
)

try:
    import numpy
except ImportError:
    numpy = None  # type: ignore[assignment]

if sys.implementation.name == "cpython":
    import columns_by_hand
else:
    columns_by_hand = None  # type: ignore[assignment]

ALPHABET = b'cc;;,\n\n ab""\\\0\xc3\xa9\xff'
LENGTHS = [0, 1, 2, 5, 19, 20, 21, 63, 64, 65, 300, 2047, 2048, 2049, 16384, 33000]
NEEDLES: list[Any] = ["c", b"c", 99, "é", 0xE9, "ab", "aa", b"\n", "\n", {99, 59}, frozenset(b";")]
RESETS: list[Any] = [*Reset, b"", b";", b"\n,", b"\0"]
QUERIES = ["has_count", "count", "max_count", "matching_segments"]
OPTIONS = [*(Counter.__init__.__kwdefaults__ or {})]
# After an exception.
RAISED = object()
LISTS = ["has_counts", "counts", "max_counts"]


class Fuzzer:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.calls = self.answers = self.exceptions = 0
        self.broken: set[tuple[str, str]] = set()
        self.kinds: list[Any] = []
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "data")
        self.question = self.make_question()

    def choose(self, values: Any) -> Any:
        return self.random.choice(values)

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def call(self, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        """The result of a call, or RAISED after an exception."""
        self.calls += 1
        try:
            return function(*arguments, **keywords)
        except PanicError:
            raise
        except Exception:
            self.exceptions += 1
            return RAISED

    def check(self, found: Any, expected: Any) -> None:
        self.answers += 1
        assert found == expected, (found, expected, self.question.counter)

    def content(self) -> bytes:
        length = self.choose(LENGTHS if self.chance(4) else LENGTHS[:11])
        if self.chance(2):
            return bytes(self.random.choices(ALPHABET, k=length))
        return bytes(self.random.choices(b'c;,\n ab."', k=length))

    def make_question(self) -> plain.Question:
        while True:
            number = self.choose([0, 1, 1, 2, 3, 10, 64, 2**64 - 1])
            options: dict[str, Any] = {}
            if self.chance(2):
                options = self.options()
                if options.keys() & {"outside", "within"}:
                    number = None
            try:
                return plain.Question(self.choose(NEEDLES), number, self.choose(RESETS), **options)
            except ValueError:
                continue

    def options(self) -> dict[str, Any]:
        """Options that may contradict one another."""
        options: dict[str, Any] = {}
        if self.chance(2):
            low = self.choose([0, 1, 2, 5, 2**64 - 1])
            options[self.choose(["outside", "within"])] = (low, self.choose([None, low, low + 3]))
        for name in ("skip_empty", "skip_last_empty"):
            if self.chance(3):
                options[name] = True
        if self.chance(2):
            options["quotes"] = self.choose([*Quotes])
            if self.chance(3):
                options["quote"] = self.choose([b"a", b'"', b"\xff"])
            if self.chance(2):
                options["escape"] = self.choose([b"b", b"\\", b"."])
            if self.chance(3):
                options["delimiters"] = self.choose([b",", b";\n", b"\0 "])
        if self.chance(3):
            options["closing"] = self.choose([b";", b",b", b"\n", b"\0"])
        return options

    def honest(self, data: bytes) -> Any:
        """The same data in some form, whatever its methods say."""
        forms: list[Callable[[], Any]] = [
            lambda: data,
            lambda: data,
            lambda: bytearray(data),
            lambda: memoryview(data),
            lambda: memoryview(b"c" + data)[1:],
            lambda: memoryview(data).cast("c"),
            lambda: array.array("b", data),
            lambda: hostile.lying_bytes(data, self.choose(hostile.LENGTHS)),
            lambda: hostile.lying_bytearray(data, self.choose(hostile.LENGTHS)),
        ]
        if numpy is not None:
            forms.append(lambda: numpy.frombuffer(data, numpy.uint8))
        try:
            text = data.decode()
        except UnicodeDecodeError:
            pass
        else:
            forms += [lambda: text] * 3
            forms.append(lambda: hostile.lying_str(text, self.choose(hostile.LENGTHS)))
        return self.choose(forms)()

    def nonsense(self) -> Any:
        """What has no answer."""
        released = memoryview(b"c" * 99)
        released.release()
        length = self.choose(hostile.LENGTHS)
        things: list[Any] = [
            None,
            5,
            1.5,
            2**80,
            -1,
            object(),
            [],
            {},
            "\ud800",
            "c" * 50 + "\udfff",
            released,
            memoryview(b"cc" * 50)[::2],
            memoryview(bytearray(64)).cast("I"),
            array.array("d", [1.0] * 9),
            io.BytesIO(b"c"),
            Counter,
            self.question.counter,
            hostile.lying_str("\ud800", length),
            hostile.lying_int(987, length),
            hostile.lying_list([b"c"], length),
            *map(
                hostile.pretending, (str, bytes, int, bytearray, memoryview, Counter, Reset, list)
            ),
            *map(hostile.pretending, (Stream, Summary, Match, set, os.PathLike)),
        ]
        if numpy is not None:
            things += [
                numpy.array([b"c", None, "c"], dtype=object),
                numpy.array(["c", "cc"]),
                numpy.array(["2020-01-01"], dtype="M8[D]"),
                numpy.zeros(5),
                numpy.zeros((4, 4), numpy.uint8)[:, 1],
                numpy.ma.masked_array([1, 2], [True, False], dtype=numpy.uint8),
            ]
        if sys.version_info >= (3, 12):

            class Buffer:
                def __buffer__(self, flags: int) -> Any:
                    return self.answer

            for answer in (memoryview(b"c"), b"c", None, released, memoryview(b"c" * 9)[::2]):
                one = Buffer()
                one.answer = answer  # type: ignore[attr-defined]
                things.append(one)
        return self.choose(things)

    # One round of each kind.

    def counters(self) -> None:
        self.question = self.make_question()
        length = self.choose(hostile.LENGTHS)
        needle = self.choose([*NEEDLES, self.nonsense(), hostile.lying_bytes(b"ab", length)])
        number = self.choose([1, hostile.lying_int(2, length), self.nonsense()])
        reset = self.choose([*RESETS, hostile.lying_bytes(b"\n", length), self.nonsense()])
        options = self.options() if self.chance(3) else {}
        for name in self.random.sample(OPTIONS, self.choose([0, 1, 2])):
            options[name] = self.nonsense()
        made = self.call(Counter, needle, number, reset)
        self.call(Counter, "c", reset=b"\n", **options)
        self.call(Counter, needle, number, reset, **options)
        if made is not RAISED:
            self.call(made.count, self.content())
            self.call(repr, made)
            self.call(hash, made)
            self.call(made.__eq__, self.question.counter)
        truthful = self.call(Counter, hostile.lying_bytes(b"c", length), 1)
        self.check(truthful.count(b"cc."), 2)
        truthful = self.call(Counter, "c", 1, hostile.lying_bytes(b";", length))
        self.check(truthful.max_count(b"c;cc"), 2)

    def queries(self) -> None:
        data = self.content()
        right = self.question.answers(data)
        counter = self.question.counter
        for name in QUERIES:
            threads = self.choose([{}, {}, {"threads": 2}, {"threads": 1}])
            form = self.honest(data)
            self.check(self.call(getattr(counter, name), form, **threads), right[name])
            self.call(getattr(counter, name), self.nonsense(), **threads)
            self.call(getattr(counter, name), form, threads=self.nonsense())
        edges = self.question.edges(data)
        self.check(self.call(counter.starting_segments, self.honest(data)), edges[0])
        self.check(self.call(counter.ending_segments, self.honest(data)), edges[1])
        trim = self.choose([None, *WordRule, self.nonsense()])
        self.call(counter.starting_segments, self.honest(data), trim=trim)
        self.call(counter.ending_segments, self.nonsense(), trim=trim)
        self.check(self.call(counter.find, self.honest(data)), next(iter(right["matches"]), None))
        limit = self.choose([None, 0, 1, 2, 64, 65, 2**64 - 1, hostile.lying_int(70, 10**6)])
        true_limit = None if limit is None else int.__index__(limit)
        found = self.call(counter.find_many, self.honest(data), limit)
        self.check(found, right["matches"][:true_limit])
        self.check(self.call(lambda: [*counter.matches(self.honest(data))]), right["matches"])
        self.check(self.call(counter.unclosed_quote, self.honest(data)), right["unclosed_quote"])
        self.call(counter.unclosed_quote, self.nonsense())
        self.call(counter.find_many, self.nonsense(), self.nonsense())
        numbers = [self.random.choice([0, 1, 5, 40, 2**64 - 1, -1, 2**64]) for _ in range(4)]
        wrong = self.choose([Match(*numbers), tuple(numbers), self.nonsense()])
        self.call(counter.find_many, self.honest(data), self.choose([3, None]), wrong)

    def lists(self) -> None:
        contents = [self.content()[:300] for _ in range(self.choose([0, 1, 2, 5, 30]))]
        items = [self.honest(content) for content in contents]
        forms = [
            items,
            tuple(items),
            iter(items),
            hostile.lying_list(items, self.choose(hostile.LENGTHS)),
        ]
        right = [self.question.answers(content) for content in contents]
        for name in LISTS:
            # An iterator has its items once.
            form = self.choose(forms if name == LISTS[-1] else forms[:2] + forms[3:])
            found = self.call(getattr(self.question.counter, name), form)
            self.check(found, [answer[name[:-1]] for answer in right])
            bad = [*items, self.nonsense(), b"c"]
            self.call(getattr(self.question.counter, name), self.choose([bad, self.nonsense()]))
        answers = self.call(libtally.ask, self.choose(forms[:2] + forms[3:]), self.questions())
        self.check_asked(answers, contents)
        self.call(libtally.ask, self.choose([bad, self.nonsense()]), self.questions())
        self.call(libtally.ask, items, self.choose([self.nonsense(), {"a": self.nonsense()}]))
        for table in (WordCounts(), TopWords()):
            self.call(table.feed_column, self.choose([*forms, bad, self.nonsense()]))

    def questions(self) -> dict[str, Question]:
        counter = self.question.counter
        return {
            "count": Question.count(counter),
            "max_count": Question.max_count(counter),
            "has_count": Question.has_count(counter),
            "matching_segments": Question.matching_segments(counter),
            "starting": Question.starting_segments(counter),
            "ending": Question.ending_segments(counter),
            "words": Question.words(WordRule.ASCII),
            "bytes": Question.bytes(),
        }

    def check_asked(self, answers: Any, values: Sequence[Optional[bytes]]) -> None:
        """The answers to `questions`."""
        for at, value in enumerate(values):
            if value is None:
                self.check({column[at] for column in answers.values()}, {None})
                continue
            right = dict(self.question.answers(value))
            right["starting"], right["ending"] = self.question.edges(value)
            right["words"], right["bytes"] = len(value.split()), len(value)
            for name, column in answers.items():
                self.check(column[at], right[name])

    def columns(self) -> None:
        """Right columns in all layouts, cut into chunks, and broken ones."""
        if columns_by_hand is None:
            return
        layout = self.choose(columns_by_hand.LAYOUTS)
        parts = []
        for _ in range(self.choose([1, 1, 2, 5])):
            values = [
                None if self.chance(5) else self.content()[: self.choose([3, 12, 13, 300])]
                for _ in range(self.choose([0, 1, 2, 9, 70]))
            ]
            offset = self.choose([0, 1, 8, 11])
            parts.append(columns_by_hand.HandMade(layout, values, offset))
        counter = self.question.counter
        contents = [value for part in parts for value in part.values]
        right = [None if value is None else self.question.answers(value) for value in contents]
        for name in LISTS:
            form = parts[0] if len(parts) == 1 else columns_by_hand.InChunks(parts)
            answers = self.call(getattr(counter, name), form)
            self.check(answers, [answer and answer[name[:-1]] for answer in right])
            self.check(len(answers), len(right))
        form = parts[0] if len(parts) == 1 else columns_by_hand.InChunks(parts)
        self.check_asked(self.call(libtally.ask, form, self.questions()), contents)
        counts = WordCounts(WordRule.ASCII)
        self.call(counts.feed_column, parts[0])
        known = [value for value in parts[0].values if value is not None]
        self.check(counts.total(), sum(len(value.split()) for value in known))
        for _ in range(5):
            self.broken_column()

    def broken_column(self) -> None:
        """One more kind of them, until all had their turn, and then from the start again."""
        if not self.kinds:
            self.kinds = self.random.sample(columns_by_hand.BROKEN, len(columns_by_hand.BROKEN))
        kind, layout, change = self.kinds.pop()
        column = columns_by_hand.HandMade(layout, columns_by_hand.FOR_BREAKING, self.choose([0, 1]))
        change(column)
        self.broken.add((kind, layout))
        counter = self.question.counter
        summary = Summary(counter)
        counts = WordCounts()
        for ask in (
            *(getattr(counter, name) for name in LISTS),
            summary.feed_column,
            counts.feed_column,
            TopWords().feed_column,
            libtally.count_words,
        ):
            self.check(self.call(ask, column), RAISED)
        self.check(self.call(libtally.ask, column, self.questions()), RAISED)
        self.check(counts.bytes, 0)
        self.check(summary.totals.bytes, 0)

    def file(self, data: bytes) -> Any:
        """A file object or path with this content."""
        with open(self.path, "wb") as file:
            file.write(data)
        cut = self.random.randrange(len(data) + 1)
        parts = [hostile.filling(part) for part in (data[:cut], data[cut:]) if part]
        return self.choose(
            [self.path, os.fsencode(self.path), io.BytesIO(data), hostile.File(*parts)]
        )

    def bad_file(self) -> Any:
        number = self.choose(
            [-1, 1 << 40, 300_000, 2**70, "5", 1.5, b"c", True, None, [], -(2**70)]
        )
        answers: list[Any] = [
            number,
            hostile.lying_int(5, number),
            hostile.lying_int(10**9, 5),
            lambda buffer: buffer.release() or 5,
            lambda buffer: kept.extend([memoryview(buffer)]) or 5,  # type: ignore[func-returns-value]
            lambda buffer: 1 // 0,
            lambda buffer: len(buffer) + 1,
        ]
        kept: list[Any] = []
        closed = io.BytesIO()
        closed.close()
        return self.choose(
            [*(hostile.File(answer, 7) for answer in answers), closed, self.nonsense(), "\0", "/"]
        )

    def streams(self) -> None:
        data, end = self.content(), 0
        right = self.question.answers(data)
        stream, summary = Stream(self.question.counter), Summary(self.question.counter)
        search, found = Stream(self.question.counter), []
        while end < len(data):
            start, end = end, min(len(data), end + self.choose([1, 7, 64, 5000]))
            part = data[start:end]
            found += self.call(search.find, self.honest(part))
            if self.chance(3):
                self.call(stream.feed_file, self.file(part))
                self.call(summary.feed_file, self.file(part), threads=self.choose([1, 2]))
            else:
                self.call(stream.feed, self.honest(part))
                self.call(summary.feed, self.honest(part))
        self.check(self.call(stream.finish), right["has_count"])
        if self.call(search.finish):
            found.append(search.first_match)
        self.check(found, right["matches"])
        self.check(self.call(lambda: search.unclosed_quote), right["unclosed_quote"])
        self.check(self.call(lambda: summary.unclosed_quote), right["unclosed_quote"])
        self.call(self.choose([stream.find, search.feed]), self.honest(data))
        self.check(self.call(lambda: stream.matched), right["has_count"])
        self.check(self.call(lambda: stream.first_match), next(iter(right["matches"]), None))
        totals = self.call(lambda: summary.totals)
        self.check(totals.bytes, len(data))
        for name in ("count", "max_count", "segments", "matching_segments"):
            self.check(getattr(totals, name), right[name])
        again = pickle.loads(pickle.dumps(summary))
        self.check(again.totals, totals)
        self.hostile_summary(summary)
        search.reset()
        self.call(search.find, self.nonsense())
        for one in (stream, summary):
            self.call(one.reset)
            self.call(one.feed, self.nonsense())
            self.call(one.feed_file, self.bad_file())
            self.call(one.feed_file, self.file(data), max_bytes=self.nonsense())
            self.call(one.feed_file, self.file(data), progress=self.nonsense())
            self.call(one.reset)
        path = self.file(data)
        self.check(
            self.call(libtally.has_count_file, self.question.counter, path, threads=1),
            right["has_count"],
        )
        self.call(libtally.totals_file, self.nonsense(), self.path, threads=self.nonsense())

    def hostile_summary(self, summary: Summary) -> None:
        state = bytearray(summary.save())
        for _ in range(self.choose([0, 1, 3])):
            state[self.random.randrange(len(state))] = self.random.randrange(256)
        del state[self.random.randrange(len(state)) + 1 :]
        loaded = self.call(
            Summary.load, self.question.counter, self.choose([state, self.nonsense()])
        )
        if loaded is not RAISED:
            self.call(loaded.feed, self.content())
            self.call(lambda: loaded.totals)
            self.call(copy.deepcopy(summary).merge, loaded)
        self.call(summary.merge, self.nonsense())
        self.call(Summary.load, self.nonsense(), bytes(state))

    def objects(self) -> None:
        counter = self.question.counter
        makers: list[Callable[[], Any]] = [
            lambda: Counter("c", 1),
            lambda: Stream(counter),
            lambda: Summary(counter),
            lambda: Counter.__new__(Counter),
            lambda: Stream.__new__(Stream),
            lambda: Summary.__new__(Summary),
            lambda: Match(1, 2, 3, 4),
            lambda: libtally.Totals(1, 2, 3, 4, 5),
        ]
        one = self.choose(makers)()
        for _ in range(4):
            attribute = self.choose([name for name in dir(one) if not name.startswith("_")])
            used = self.call(getattr, one, attribute)
            if callable(used):
                self.call(used, self.choose([self.honest(self.content()), self.nonsense()]))
                self.call(used)
        for special in (
            "__init__",
            "__del__",
            "__reduce__",
            "__repr__",
            "__hash__",
            "__reduce_ex__",
        ):
            method = getattr(one, special, None)
            if method is not None:
                self.call(method)
                self.call(method, self.nonsense(), 1)
                self.call(method, counter)
        for copied in (copy.copy, copy.deepcopy, pickle.dumps):
            self.call(copied, one)
        if hasattr(one, "count"):
            self.call(one.count, b"c")
        self.call(getattr, one, "totals", None)

    def round(self) -> None:
        self.choose(
            [self.counters, self.queries, self.queries, self.lists, self.columns, self.streams]
            + [self.objects]
        )()


def run(seconds: float, seed: int, rounds: Optional[int] = None) -> str:
    fuzzer = Fuzzer(seed)
    began = time.monotonic()
    done = 0
    while time.monotonic() - began < seconds and done != rounds:
        fuzzer.round()
        done += 1
    fuzzer.folder.cleanup()
    return (
        f"{libtally.binding()}, seed {seed}: {fuzzer.calls} calls in "
        f"{time.monotonic() - began:.0f} s, {fuzzer.answers} answers compared, "
        f"{fuzzer.exceptions} exceptions, {len(fuzzer.broken)} kinds of broken columns, no finding"
    )


if __name__ == "__main__":
    chosen_seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    chosen_seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    print(f"seed {chosen_seed}", flush=True)
    print(run(chosen_seconds, chosen_seed), flush=True)
