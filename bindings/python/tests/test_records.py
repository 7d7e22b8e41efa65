"""Records: conditions on the final count, quotes, closing bytes and skipped segments, against
Python's own readers and a plain loop."""

from __future__ import annotations

import copy
import csv
import io
import json
import pickle
import random
from pathlib import Path
from typing import Any, Optional

import pytest
from plain import Question

from libtally import (
    Counter,
    FinishedError,
    Match,
    Quotes,
    Reset,
    Stream,
    Summary,
    find_file,
    has_count_file,
    totals_file,
)

ROWS = Counter(",", reset=Reset.NEWLINES, outside=(1, 1), skip_empty=True, quotes=Quotes.FIELDS)
LINES: dict[str, Any] = {"reset": Reset.NEWLINES, "skip_last_empty": True}


def commas_of(text: str, **options: Any) -> list[int]:
    """How many commas each record has, by csv.reader. An empty row has no field."""
    return [max(0, len(row) - 1) for row in csv.reader(io.StringIO(text, newline=""), **options)]


@pytest.mark.parametrize("escape", [None, "\\"])
def test_fields_are_those_of_csv(escape: Optional[str]) -> None:
    generator = random.Random(escape or "")
    every = Counter(",", **LINES, within=(0, None), quotes=Quotes.FIELDS, escape=escape)
    rows = 0
    for _ in range(20_000):
        # A carriage return would end a record for csv.reader, which counts no escape at the end.
        text = "".join(generator.choices('a,"\n' + (escape or ""), k=generator.randrange(24))) + "a"
        expected = commas_of(text, escapechar=escape)
        assert [match.count for match in every.matches(text)] == expected, text
        assert every.count(text) == sum(expected)
        assert every.max_count(text) == max(expected)
        low = generator.randrange(3)
        high = generator.choice([low, low + 1, None])
        end = float("inf") if high is None else high
        options: dict[str, Any] = {**LINES, "quotes": Quotes.FIELDS, "escape": escape}
        within = Counter(",", within=(low, high), **options)
        outside = Counter(",", outside=(low, high), **options)
        are_in = [low <= commas <= end for commas in expected]
        assert within.matching_segments(text) == sum(are_in), text
        assert outside.matching_segments(text) == len(are_in) - sum(are_in), text
        assert outside.has_count(text) is (not all(are_in))
        rows += len(expected)
    assert rows > 30_000


def test_fields_of_any_dialect() -> None:
    generator = random.Random(2)
    for _ in range(3000):
        text = "".join(generator.choices("a;'\n,", k=generator.randrange(24))) + "a"
        fields = Counter(";", **LINES, within=(0, None), quotes=Quotes.FIELDS, quote="'")
        expected = commas_of(text, delimiter=";", quotechar="'")
        assert [match.count for match in fields.matches(text)] == expected, text


def value(generator: random.Random, depth: int) -> Any:
    kind = generator.randrange(4 if depth else 2)
    if kind == 0:
        return "".join(generator.choices('a"\\{[]}\né', k=generator.randrange(6)))
    if kind == 1:
        return generator.choice([None, True, 1.5, -3])
    several = range(generator.randrange(4))
    if kind == 2:
        return [value(generator, depth - 1) for _ in several]
    return {f'{at}"{{[\\': value(generator, depth - 1) for at in several}


def depth_of(document: Any) -> int:
    if isinstance(document, (list, dict)):
        inside = document.values() if isinstance(document, dict) else document
        return 1 + max(map(depth_of, inside), default=0)
    return 0


def test_depth_is_that_of_json() -> None:
    generator = random.Random(3)
    nesting: dict[str, Any] = {
        "closing": b"}]",
        "quotes": Quotes.ANYWHERE,
        "escape": "\\",
    }
    depth = Counter({*b"{["}, 3, **nesting)
    unbalanced = Counter({*b"{["}, outside=(0, 0), **nesting)
    deepest = 0
    for _ in range(3000):
        document = value(generator, 6)
        text = json.dumps(document, indent=generator.choice([None, 1]))
        expected = depth_of(json.loads(text))
        assert depth.max_count(text) == expected
        assert depth.has_count(text) is (expected >= 3)
        assert unbalanced.find(text) is None
        assert unbalanced.has_count(text + "[")
        deepest = max(deepest, expected)
    assert deepest >= 6


QUESTIONS: list[dict[str, Any]] = [
    {"outside": (1, 1), "quotes": Quotes.FIELDS},
    {"within": (1, 2), "quotes": Quotes.FIELDS, "escape": b"\\", "skip_empty": True},
    {"outside": (2, None), "quotes": Quotes.ANYWHERE, "escape": b"\\", "skip_last_empty": True},
    {"number": 2, "quotes": Quotes.ANYWHERE, "closing": b";"},
    {"number": 0, "skip_empty": True},
    {"within": (0, 0), "closing": b";", "skip_empty": True, "skip_last_empty": True},
]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_all_ways_give_one_answer(question: dict[str, Any], tmp_path: Path) -> None:
    options = dict(question)
    asked = Question(",", options.pop("number", None), Reset.NEWLINES, **options)
    counter = asked.counter
    generator = random.Random(repr(question))
    path = tmp_path / "data"
    values = []
    for _ in range(300):
        data = bytes(generator.choices(b'a,,;"\\\n', k=generator.randrange(200)))
        right = asked.answers(data)
        first = next(iter(right["matches"]), None)
        for name in ("has_count", "count", "max_count", "matching_segments"):
            assert getattr(counter, name)(data) == right[name]
            assert getattr(counter, name)(data, threads=2) == right[name]
        assert counter.find(data) == first
        assert counter.find(data, threads=2) == first
        assert list(counter.matches(data)) == right["matches"]
        for match, behind in zip(right["matches"], right["matches"][1:]):
            assert counter.find_many(data, 1, after=match) == [behind]
        assert counter.unclosed_quote(data) == right["unclosed_quote"]
        # In chunks, merged, and from files.
        cut = generator.randrange(len(data) + 1)
        stream, search = Stream(counter), Stream(counter)
        found = []
        parts = [Summary(counter), Summary(counter)]
        for part, summary in zip((data[:cut], data[cut:]), parts):
            stream.feed(part)
            found += search.find(part)
            summary.feed(part)
        assert stream.finish() is right["has_count"]
        assert stream.first_match == first
        if search.finish():
            assert search.first_match
            found.append(search.first_match)
        assert found == right["matches"]
        assert search.unclosed_quote == right["unclosed_quote"]
        whole = copy.copy(parts[0]).merge(pickle.loads(pickle.dumps(parts[1])))
        assert whole.totals.matching_segments == right["matching_segments"]
        assert whole.totals.max_count == right["max_count"]
        assert whole.unclosed_quote == right["unclosed_quote"]
        path.write_bytes(data)
        assert has_count_file(counter, path) is right["has_count"]
        assert find_file(counter, path) == first
        assert totals_file(counter, path) == whole.totals
        values.append(data[:60])
    answers = [asked.answers(value) for value in values]
    for name in ("has_count", "count", "max_count"):
        assert getattr(counter, f"{name}s")(values) == [answer[name] for answer in answers]


def test_columns_and_arrays() -> None:
    numpy = pytest.importorskip("numpy")
    pyarrow = pytest.importorskip("pyarrow", reason="columns of other packages")
    values = ["a,b", "", None, '"a,b"', "a,b\nc", '"a', "a,b,c\n\n"]
    texts = [value or "" for value in values]
    for options in QUESTIONS:
        given = dict(options)
        counter = Counter(",", given.pop("number", None), Reset.NEWLINES, **given)
        for name in ("has_count", "count", "max_count"):
            many, one = getattr(counter, f"{name}s"), getattr(counter, name)
            right = [None if value is None else one(value) for value in values]
            for kind in ("string", "large_string", "binary"):
                assert many(pyarrow.array(values, kind)) == right
            assert many(pyarrow.array(values).dictionary_encode()) == right
            # The zeros that pad an array are no part of a value.
            assert many(numpy.array(texts, dtype="S")).tolist() == [one(text) for text in texts]
            assert many(numpy.array(texts)).tolist() == [one(text) for text in texts]
        summary = Summary(counter)
        summary.feed_column(pyarrow.array(["a,b", "c", "d,e"]))
        assert summary.totals == Summary(counter).merge(fed(counter, "a,b\nc\nd,e\n")).totals
    zeros = Counter("c", within=(2, 2), closing=b"\0")
    assert zeros.has_counts(numpy.array(["cc", "cccc"], dtype="S")).tolist() == [True, False]


def fed(counter: Counter, data: str) -> Summary:
    summary = Summary(counter)
    summary.feed(data)
    return summary


def test_many_matches_of_a_stream() -> None:
    for number in (0, 1, 63, 64, 65, 128, 1000):
        data = b"a,b,c\n" * number
        expected = [(at, 6 * at, 6 * at + 5, 2) for at in range(number)]
        for form in (
            data,
            bytearray(data),
            memoryview(data),
            data.decode(),
            memoryview(b"x" + data)[1:],
        ):
            stream = Stream(ROWS)
            assert stream.find(form) == expected
            assert stream.find("") == []
            assert stream.finish() is False
            assert stream.first_match is None


def test_a_stream_is_fed_or_searched() -> None:
    stream = Stream(ROWS)
    stream.find(b"a")
    calls: list[Any] = [stream.feed, stream.feed_file, stream.find]
    for call in calls[:2]:
        with pytest.raises(ValueError, match="used with find; reset it first"):
            call(__file__.encode())
    stream.reset()
    stream.feed(b"a")
    with pytest.raises(ValueError, match="used with feed; reset it first"):
        stream.find(b"a")
    assert stream.finish() is stream.finish() is True
    assert stream.first_match == Match(0, 0, 1, 0)
    for call in calls:
        with pytest.raises(FinishedError, match="the data has ended; reset the stream first"):
            call(__file__.encode())
    stream.reset()
    assert stream.first_match is None
    assert stream.find("a,b\n,,\n") == [Match(1, 4, 6, 2)]
    nothing: Any
    for nothing in (None, 5, ["a"]):
        with pytest.raises(TypeError):
            stream.find(nothing)


def test_a_large_file_on_several_threads(tmp_path: Path) -> None:
    # The files are cut inside a row, of which each part alone has too few commas.
    path = tmp_path / "data"
    row = b"a,b" + b"." * 99_996 + b"\n"
    counter = Counter(",", reset=Reset.NEWLINES, outside=(1, 1), skip_last_empty=True)
    for last, expected in ((b"", False), (b"a", True), (b"a,b", False), (b"a\n", True)):
        path.write_bytes(row * 400 + last)
        for threads in (1, 2, 3):
            assert has_count_file(counter, path, threads=threads) is expected
            assert totals_file(counter, path, threads=threads).matching_segments == expected
    path.write_bytes(row * 100 + b"a\n" + row * 300)
    assert has_count_file(counter, path, threads=2) is True


def test_where_a_quote_is_open() -> None:
    text = 'a,b\n"c,d\ne,f\n'
    assert ROWS.unclosed_quote(text) == 4
    assert ROWS.unclosed_quote(text + '"') is None
    assert Counter(",", 1).unclosed_quote(text) is None
    for cut in range(len(text) + 1):
        left, right = fed(ROWS, text[:cut]), fed(ROWS, text[cut:])
        assert (left + right).unclosed_quote == 4
        stream = Stream(ROWS)
        stream.find(text[:cut])
        stream.find(text[cut:])
        assert stream.unclosed_quote == 4
    assert Summary(ROWS).unclosed_quote is None
    assert Stream(ROWS).unclosed_quote is None


FIELDS: dict[str, Any] = {"min_number": 1, "quotes": Quotes.FIELDS}
ANYWHERE: dict[str, Any] = {"min_number": 1, "quotes": Quotes.ANYWHERE}


@pytest.mark.parametrize(
    ("needle", "options", "message"),
    [
        (",", {"outside": (2, 1)}, "the maximum of outside is below its minimum"),
        (",", {"within": (1, 0)}, "the maximum of within is below its minimum"),
        ("\n", {"min_number": 1, "skip_empty": True}, "skip_empty cannot be used if"),
        ("\n", {"min_number": 1, "skip_last_empty": True}, "skip_last_empty cannot be used"),
        ("ab", {"min_number": 1, "closing": b"c"}, "closing needs a needle of single bytes"),
        ("é", {"min_number": 1, "closing": b"c"}, "closing needs a needle of single bytes"),
        (",", {"min_number": 1, "closing": b"a,"}, "a byte of closing is in the needle"),
        (",", {"min_number": 1, "quote": "'"}, "quote needs quotes"),
        (",", {"min_number": 1, "escape": "'"}, "escape needs quotes"),
        (",", {"min_number": 1, "delimiters": b";"}, "delimiters needs quotes"),
        (",", {**ANYWHERE, "delimiters": b";"}, "delimiters are only for Quotes.FIELDS"),
        ("ab", FIELDS, "Quotes.FIELDS needs delimiters if the needle has several bytes"),
        (",", {**FIELDS, "escape": '"'}, "quote and escape are the same"),
        (",", {**FIELDS, "quote": "'", "escape": b"'"}, "quote and escape are the same"),
        ('"', ANYWHERE, "quote is in needle"),
        ('a"', ANYWHERE, "quote is in needle"),
        (",", {**ANYWHERE, "quote": ","}, "quote is in needle"),
        (",", {**ANYWHERE, "quote": "\n"}, "quote is in reset"),
        (",", {**ANYWHERE, "closing": b'x"'}, "quote is in closing"),
        (",", {**FIELDS, "delimiters": b'x"'}, "quote is in delimiters"),
        (",", {**ANYWHERE, "escape": ","}, "escape is in needle"),
        (",", {**ANYWHERE, "escape": b"\n"}, "escape is in reset"),
        (",", {**ANYWHERE, "escape": "x", "closing": b"x"}, "escape is in closing"),
        (",", {**FIELDS, "escape": "x", "delimiters": b"x"}, "escape is in delimiters"),
        (",", {**ANYWHERE, "quote": ""}, "quote has to be one byte"),
        (",", {**ANYWHERE, "quote": "é"}, "quote has to be one byte"),
        (",", {**ANYWHERE, "quote": b"ab"}, "quote has to be one byte"),
        (",", {**ANYWHERE, "quote": "\0"}, "quote has to be one byte, and not 0"),
        (",", {**ANYWHERE, "escape": b"\0"}, "escape has to be one byte, and not 0"),
        (",", {**FIELDS, "delimiters": b""}, "delimiters is empty"),
        (",", {"outside": (-1, 1)}, "the minimum of outside has to be from 0"),
        (",", {"within": (0, 2**64)}, "the maximum of within has to be from 0"),
        ("", {"outside": (1, 1)}, "the needle is empty"),
    ],
)
def test_options_that_contradict(needle: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Counter(needle, reset=Reset.NEWLINES, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "exactly one of min_number, outside and within"),
        ({"min_number": 1, "outside": (1, 1)}, "exactly one of"),
        ({"outside": (1, 1), "within": (1, 1)}, "exactly one of"),
        ({"outside": 1}, "outside has to be two numbers"),
        ({"outside": (1,)}, "outside has to be two numbers"),
        ({"within": (1, 2, 3)}, "within has to be two numbers"),
        ({"within": (None, 1)}, "the minimum of within has to be an int"),
        ({"within": ("a", 1)}, "the minimum of within has to be an int"),
        ({"within": (1, 1.5)}, "the maximum of within has to be an int"),
        ({"min_number": 1, "skip_empty": 1}, "skip_empty has to be a bool"),
        ({"min_number": 1, "skip_last_empty": None}, "skip_last_empty has to be a bool"),
        ({"min_number": 1, "quotes": 1}, "quotes has to be a Quotes"),
        ({**ANYWHERE, "quote": 34}, "quote has to be a str or bytes"),
        ({**ANYWHERE, "escape": 34}, "escape has to be a str or bytes"),
        ({**FIELDS, "delimiters": ";"}, "delimiters has to be bytes"),
        ({"min_number": 1, "closing": "}"}, "closing has to be bytes"),
    ],
)
def test_options_of_wrong_types(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Counter(",", **options)


def test_what_is_allowed() -> None:
    assert Counter(",", outside=(0, None)).has_count(b",,") is False
    assert Counter(",", within=(2**64 - 1, None)).has_count(b",") is False
    # A delimiter that resets, and a closing byte that does.
    Counter(",", 1, b"\n", quotes=Quotes.FIELDS, delimiters=b",\n", closing=b"\n")


def test_equal_pickled_and_shown() -> None:
    counters = [
        ROWS,
        Counter(",", 1, Reset.NEWLINES),
        Counter(",", 1, Reset.NEWLINES, skip_empty=True),
        Counter(",", 1, Reset.NEWLINES, skip_last_empty=True),
        Counter(",", within=(1, None), reset=b"\n"),
        Counter(",", outside=(1, None), reset=b"\n"),
        Counter(",", 1, quotes=Quotes.ANYWHERE),
        Counter(",", 1, quotes=Quotes.ANYWHERE, quote="'"),
        Counter(",", 1, quotes=Quotes.ANYWHERE, escape=b"\\"),
        Counter("ab", 1, quotes=Quotes.FIELDS, delimiters=b";,"),
        Counter({*b"{["}, 3, closing=b"}]"),
    ]
    assert len(set(counters)) == len(counters)
    for counter in counters:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(counter, protocol))
            assert again == counter
            assert hash(again) == hash(counter)
        assert eval(repr(counter)) == counter
    assert repr(ROWS) == (
        "Counter(',', reset=Reset.NEWLINES, outside=(1, 1), skip_empty=True, quotes=Quotes.FIELDS)"
    )
    assert (ROWS.min_number, ROWS.outside, ROWS.within) == (None, (1, 1), None)
    assert (ROWS.skip_empty, ROWS.skip_last_empty) == (True, False)
    assert (ROWS.quotes, ROWS.quote, ROWS.escape) == (Quotes.FIELDS, None, None)
    assert (ROWS.delimiters, ROWS.closing) == (None, b"")
    assert Counter(",", 1, quotes=Quotes.ANYWHERE, escape="\\").escape == b"\\"
