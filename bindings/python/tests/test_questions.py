"""Segments that start or end with the needle, and many questions of a column: against Python's own
methods of str."""

from __future__ import annotations

import pickle
import random
import sys
from typing import Any, Callable, Optional

import pytest

from libtally import (
    Column,
    Counter,
    LimitError,
    Question,
    Quotes,
    Reset,
    TopWords,
    WordCounts,
    WordRule,
    ask,
    count_words,
)

LINES = Counter("-", 2, Reset.NEWLINES)
DOTS = Counter("...", 1, Reset.NEWLINES)
BULLET = Counter("•", 1, Reset.NEWLINES)
SHORT = Counter(
    frozenset(range(256)) - {10} - {*range(0x80, 0xC0)}, reset=Reset.NEWLINES, within=(0, 8)
)
SPACES = [" ", "\t", "\r", "\x0b", "\x1c", "\x85", "\xa0", "\u2003", "\u3000", "\u2028"]
PARTS = ["-", "--", "a", "word", "•", "…", "...", ".", "é", "\n", "\n\n", "", *SPACES]

# What the questions of QUESTIONS ask, of a str.
PLAIN: dict[str, Callable[[str], Any]] = {
    "count": lambda text: text.count("-"),
    "max_count": lambda text: max(line.count("-") for line in text.split("\n")),
    "has_count": lambda text: any(line.count("-") >= 2 for line in text.split("\n")),
    "matching": lambda text: sum(line.count("-") >= 2 for line in text.split("\n")),
    "short": lambda text: sum(len(line) <= 8 for line in text.split("\n")),
    "starting": lambda text: sum(line.startswith("-") for line in text.split("\n")),
    "bullets": lambda text: sum(line.lstrip().startswith("•") for line in text.split("\n")),
    "ending": lambda text: sum(line.endswith("...") for line in text.split("\n")),
    "ending_trimmed": lambda text: sum(line.rstrip().endswith("...") for line in text.split("\n")),
    "words": lambda text: len(text.split()),
    "ascii_words": lambda text: len(text.encode().split()),
    "bytes": lambda text: len(text.encode()),
}
QUESTIONS = {
    "count": Question.count(LINES),
    "max_count": Question.max_count(LINES),
    "has_count": Question.has_count(LINES),
    "matching": Question.matching_segments(LINES),
    "short": Question.matching_segments(SHORT),
    "starting": Question.starting_segments(LINES),
    "bullets": Question.starting_segments(BULLET, trim=WordRule.UNICODE),
    "ending": Question.ending_segments(DOTS),
    "ending_trimmed": Question.ending_segments(DOTS, trim=WordRule.UNICODE),
    "words": Question.words(),
    "ascii_words": Question.words(WordRule.ASCII),
    "bytes": Question.bytes(),
}


def texts(number: int, seed: int = 3) -> list[Optional[str]]:
    generator = random.Random(seed)
    return [
        None
        if generator.random() < 0.1
        else "".join(generator.choices(PARTS, k=generator.choice([0, 3, 20, 200, 2000])))
        for _ in range(number)
    ]


def check(items: Any, values: list[Optional[str]]) -> None:
    found = ask(items, QUESTIONS)
    assert list(found) == list(QUESTIONS)
    for name, column in found.items():
        expected = [None if text is None else PLAIN[name](text) for text in values]
        assert type(column) is Column
        assert column.to_list() == expected, name
        kinds = {type(value) for value in column if value is not None}
        assert kinds <= {bool if name == "has_count" else int}


def test_edges_of_one_text() -> None:
    for text in texts(400, 1):
        if text is None:
            continue
        for data in (text, text.encode(), bytearray(text.encode())):
            for trim, strip in (
                (None, lambda line: line),
                (WordRule.UNICODE, str.strip),
                (WordRule.ASCII, lambda line: line.strip(" \t\n\v\f\r")),
            ):
                rows = [strip(line) for line in text.split("\n")]
                for counter, needle in ((LINES, "-"), (DOTS, "..."), (BULLET, "•")):
                    starting = sum(row.startswith(needle) for row in rows)
                    ending = sum(row.endswith(needle) for row in rows)
                    assert counter.starting_segments(data, trim=trim) == starting
                    assert counter.ending_segments(data, trim=trim) == ending


def test_edges_with_quotes() -> None:
    fields = Counter(",", 1, Reset.NEWLINES, quotes=Quotes.FIELDS)
    assert fields.ending_segments('a,\n"b,\n"\n"c,"\n"d,') == 1
    assert fields.starting_segments(',a\n"\n,"\n') == 1


def test_edges_refuse() -> None:
    for trim in (1, "unicode", True):
        with pytest.raises(TypeError, match="trim has to be a WordRule or None"):
            LINES.starting_segments("", trim=trim)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="trim has to be a WordRule or None"):
            Question.ending_segments(LINES, trim=trim)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="has to be a str or a bytes-like"):
        LINES.ending_segments(None)  # type: ignore[arg-type]


def test_lists() -> None:
    for number in (0, 1, 9, 300):
        values = texts(number)
        check(values, values)
        check(tuple(values), values)
        check(iter(values), values)
        check([None if text is None else text.encode() for text in values], values)
    # Parts of a list are of some bytes, and of some items.
    large = ["- word ...\n" * 250_000, None, "x" * (5 << 20), "- -"]
    check(large, large)
    many: list[Optional[str]] = ["- -\n...", None, ""] * 3000
    check(many, many)


def test_columns() -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="columns of other packages")
    values = texts(500)
    for kind in (pyarrow.string(), pyarrow.large_string()):
        column = pyarrow.array(values, kind)
        check(column, values)
        check(column.slice(13, 200), values[13:213])
        check(column.dictionary_encode(), values)
        check(pyarrow.table({"text": column}), values)
        check(pyarrow.chunked_array([column.slice(0, 9), column.slice(9, 0), column[9:]]), values)
    check(pyarrow.array(values).cast(pyarrow.string_view()), values)
    few = ["- a ...", None, "•", "-\n-"]
    keys = random.Random(2).choices(range(4), k=700)
    dictionary = pyarrow.DictionaryArray.from_arrays(pyarrow.array(keys), pyarrow.array(few))
    check(dictionary, [few[key] for key in keys])
    # A dictionary of which most is not used.
    unused = pyarrow.DictionaryArray.from_arrays(pyarrow.array([3, None, 0]), pyarrow.array(few))
    check(unused, [few[3], None, few[0]])
    check(pyarrow.nulls(5), [None] * 5)
    # What comes back is a column too.
    counts = ask(pyarrow.array(values), QUESTIONS["words"])
    assert pyarrow.array(counts).null_count == values.count(None) == counts.null_count
    assert pickle.loads(pickle.dumps(counts)) == counts


def test_columns_of_polars_and_pandas() -> None:
    polars = pytest.importorskip("polars", reason="columns of other packages")
    pandas = pytest.importorskip("pandas", reason="columns of other packages")
    values = texts(300)
    check(polars.Series(values, dtype=polars.String), values)
    check(pandas.Series(values, dtype="string"), values)
    check(pandas.Series(values, dtype=object), values)
    check(pandas.Series([*values, float("nan")], dtype=object), [*values, None])
    with pytest.raises(TypeError, match="which is not text"):
        ask(pandas.Series([1, 2]), QUESTIONS)


def test_arrays() -> None:
    numpy = pytest.importorskip("numpy")
    values = [text for text in texts(100) if text is not None]
    check(numpy.array(values, dtype=object), [*values])
    plain = [text for text in values if not text.endswith("\0")]
    check(numpy.array(plain), [*plain])
    with pytest.raises(TypeError, match="which is not text"):
        ask(numpy.array([1.5]), QUESTIONS)
    with pytest.raises(TypeError, match="pass its ravel"):
        ask(numpy.array([["a"]]), QUESTIONS)


def test_one_question() -> None:
    assert ask(["a b", None, ""], Question.words()) == [2, None, 0]
    assert ask(["--", None, ""], Question.has_count(LINES)) == [True, None, False]
    assert ask(["--", ""], {}) == {}
    # The same question twice, and no text.
    twice = {"one": Question.bytes(), "two": Question.bytes()}
    assert ask(["é"], twice) == {"one": [2], "two": [2]}
    assert ask([], twice) == {"one": [], "two": []}


def test_words_of_columns() -> None:
    values = texts(300)
    known = [text for text in values if text is not None]
    expected: dict[str, int] = {}
    for text in ["first", *known]:
        for word in text.split():
            expected[word] = expected.get(word, 0) + 1
    counts, top = WordCounts(text=True), TopWords(text=True, max_bytes=1 << 22)
    counts.feed("first")
    top.feed("first")
    counts.feed_column(values)
    top.feed_column(values)
    assert dict(counts.items()) == expected
    assert counts.bytes == top.bytes == 5 + sum(len(text.encode()) + 1 for text in known)
    held = {word: count for word, count, error in top.most_common() if error == 0}
    short = {word: count for word, count in expected.items() if len(word.encode()) <= 1024}
    assert held == short
    assert top.total() == counts.total() == sum(expected.values())
    limited = WordCounts(max_word=3)
    with pytest.raises(LimitError):
        limited.feed_column(["abc", "abcd"])
    assert dict(limited.items()) == {b"abc": 1}
    for table in (counts, top):
        with pytest.raises(TypeError, match="items has to be a list"):
            table.feed_column("text")
    pyarrow = pytest.importorskip("pyarrow", reason="columns of other packages")
    column = pyarrow.array(values)
    again = WordCounts(text=True)
    again.feed("first")
    again.feed_column(column)
    again.feed_column(column.dictionary_encode())
    assert dict(again.items()) == {
        word: count * 2 - (word == "first") for word, count in expected.items()
    }
    found = count_words(column)
    assert found == [None if text is None else len(text.split()) for text in values]
    ascii_words = count_words(column, WordRule.ASCII)
    assert ascii_words == [None if text is None else len(text.encode().split()) for text in values]


def test_questions_are_values() -> None:
    for question in QUESTIONS.values():
        assert eval(repr(question)) == question
        again = pickle.loads(pickle.dumps(question))
        assert again == question
        assert hash(again) == hash(question)
        assert ask(["- a ..."], again) == ask(["- a ..."], question)
    assert len({*QUESTIONS.values()}) == len(QUESTIONS)
    assert Question.bytes() != Question.words()
    assert Question.bytes() != 7
    with pytest.raises(TypeError, match=r"made by Question\.count"):
        Question()


def test_what_is_refused() -> None:
    for make in (Question.count, Question.starting_segments):
        with pytest.raises(TypeError, match="counter has to be a Counter"):
            make("c")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="rule has to be a WordRule"):
        Question.words(1)  # type: ignore[arg-type]
    for questions in (None, "words", [Question.bytes()]):
        with pytest.raises(TypeError, match="questions has to be a Question or a mapping"):
            ask([], questions)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="the question 'a' has to be a Question, not str"):
        ask([], {"a": "words"})  # type: ignore[dict-item]
    for items in ("text", b"text", bytearray(b"text")):
        with pytest.raises(TypeError, match="items has to be a list"):
            ask(items, QUESTIONS)
    with pytest.raises(TypeError, match="row 1"):
        ask(["a", 1], QUESTIONS)  # type: ignore[list-item]
    with pytest.raises(UnicodeEncodeError, match="row 2"):
        ask(["a", None, "\ud800"], QUESTIONS)


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="no capsules")
def test_columns_made_by_hand() -> None:
    from columns_by_hand import BROKEN, FOR_BREAKING, LAYOUTS, HandMade, InChunks

    values = [b"- -", None, b"-\n... and more than twelve bytes", b"", None, b"..."]
    for layout in LAYOUTS:
        for offset in (0, 1, 8, 13):
            column = HandMade(layout, values, offset)
            known = [None if value is None else value.decode() for value in column.values]
            check(column, known)
    for _, layout, change in BROKEN:
        column = HandMade(layout, FOR_BREAKING, 1)
        change(column)
        table, top = WordCounts(), TopWords()
        calls: list[Callable[[Any], object]] = [
            lambda form: ask(form, QUESTIONS),
            table.feed_column,
            top.feed_column,
            count_words,
        ]
        for call in calls:
            with pytest.raises((ValueError, TypeError, MemoryError)):
                call(column)
            # A released array is the end of a stream.
            if column.array.release:
                with pytest.raises((ValueError, TypeError, MemoryError)):
                    call(InChunks([column]))
        assert table.total() == top.total() == 0
