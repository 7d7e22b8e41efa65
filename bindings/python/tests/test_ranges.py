"""Files in byte ranges: every cut gives the answers of the whole file; the engines run them."""

from __future__ import annotations

import errno
import os
import pickle
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, Optional

import pytest
from plain import Question

import libtally
from libtally import LimitError, Quotes, Reset, TopWords, WordCounts, WordRule, _ranges
from libtally._ranges import Arguments

OPTIONS: list[dict[str, Any]] = [
    {"number": 0},
    {"number": 1},
    {"number": 3},
    {"number": 2, "closing": b";"},
    {"outside": (1, 1)},
    {"outside": (1, 1), "quotes": Quotes.FIELDS, "skip_empty": True},
    {"within": (1, 2), "quotes": Quotes.FIELDS, "escape": b"\\"},
    {"outside": (0, 2), "quotes": Quotes.ANYWHERE, "escape": b"\\", "skip_last_empty": True},
    {"within": (0, 0), "skip_empty": True},
]


class Here:
    """Runs the calls in any order; and also twice and far away, as an engine may."""

    def __init__(self, again: bool = True) -> None:
        self.again = again
        self.calls: list[tuple[str, int]] = []

    def run(self, label: str, function: Callable[..., Any], arguments: Arguments) -> list[Any]:
        self.calls.append((label, len(arguments)))
        order = list(enumerate(arguments))
        random.Random(1).shuffle(order)
        results = {at: function(*some) for at, some in order}
        if self.again:
            for at, some in order:
                there, copied = pickle.loads(pickle.dumps((function, some)))
                results[at] = pickle.loads(pickle.dumps(there(*copied)))
        return [results[at] for at in range(len(arguments))]

    def fold(self, label: str, function: Callable[..., Any], arguments: Arguments) -> Any:
        results = self.run(label, function, arguments)
        while len(results) > 1:
            groups = [tuple(results[at : at + 3]) for at in range(0, len(results), 3)]
            results = self.run(label, _ranges.merge, groups)
        return results[0]


def questions() -> Iterator[Question]:
    for options in OPTIONS:
        for needle in (",", "\n", "ab"):
            for reset in (Reset.NEWLINES, Reset.NONE):
                given = dict(options)
                if needle == "ab" and given.get("quotes") is Quotes.FIELDS:
                    given["delimiters"] = b","
                try:
                    yield Question(needle, given.pop("number", None), reset, **given)
                except ValueError:
                    # They contradict one another.
                    continue


@pytest.mark.parametrize("asked", list(questions()), ids=lambda asked: str(asked.counter))
def test_every_cut(asked: Question, tmp_path: Path) -> None:
    generator = random.Random(str(asked.counter))
    path = tmp_path / "data"
    for length in [0, 1, *(generator.randrange(70) for _ in range(4))]:
        data = bytes(generator.choices(b'aab,,;"\\\n\n', k=length))
        path.write_bytes(data)
        right = asked.answers(data)
        expected = right["matches"]
        for size in (1, 4, 100):
            engine = Here(again=size == 4)
            [totals] = _ranges.totals(engine, asked.counter, path, size, None)
            assert totals.matching_segments == len(expected)
            assert (totals.bytes, totals.count) == (length, right["count"])
            found = _ranges.matches(engine, asked.counter, path, size, None)
            assert found == [expected], (data, size)
            first: Optional[Any] = expected[0] if expected else None
            assert _ranges.find(engine, asked.counter, path, size, None) == [first], (data, size)


def test_questions() -> None:
    assert len(list(questions())) == 49


def test_chunks_of_ranges(tmp_path: Path) -> None:
    """Ranges of many chunks, a segment over several ranges, and several files."""
    data = b"".join(b"x" * 999_990 + b",,\n" for _ in range(5)) + b"," * 10 + b"y" * 3_000_000
    data += b",\nz"
    asked = Question(",", None, Reset.NEWLINES, outside=(2, 2))
    paths = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    for path, content in zip(paths, (data, b"", data[1000:])):
        path.write_bytes(content)
    expected = [list(asked.counter.matches(path.read_bytes())) for path in paths]
    assert [len(found) for found in expected] == [2, 1, 2]
    for size in (700_000, 2_500_000, 1 << 30):
        assert _ranges.matches(Here(), asked.counter, paths, size, None) == expected
        firsts = [found[0] for found in expected]
        assert _ranges.find(Here(), asked.counter, paths, size, None) == firsts


def test_only_what_is_needed_is_read(tmp_path: Path) -> None:
    """The first match is looked for in 16 ranges, then in 32 more, and so on."""
    path = tmp_path / "data"
    for counter in (
        Question(",", 2, Reset.NEWLINES).counter,
        Question(",", None, Reset.NEWLINES, outside=(0, 1)).counter,
    ):
        for at, counted in ((0, [16]), (15, [16, 32]), (40, [16, 32]), (47, [16, 32, 64])):
            path.write_bytes(b"a,b\n" * 25 * at + b",,\n" + b"a,b\n" * 5000)
            here = Here()
            [match] = _ranges.find(here, counter, path, 100, None)
            assert match is not None
            assert match.segment == 25 * at
            ranges = [number for label, number in here.calls if label == "counts of ranges"]
            # At least 2 is known at the second comma; outside, in the next range at the latest.
            assert ranges == counted[: len(ranges)]
            assert len(ranges) >= len(counted) - 1


def test_many_ranges_share_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ranges, "MAX_TASKS", 4)
    paths = [tmp_path / str(at) for at in range(9)]
    for at, path in enumerate(paths):
        path.write_bytes(b"," * at + b"\n")
    here = Here()
    counter = Question(",", 1, Reset.NEWLINES).counter
    found = _ranges.totals(here, counter, paths, 3, None)
    assert [totals.count for totals in found] == list(range(9))
    assert here.calls == [("sizes of files", 2), ("counts of ranges", 4)]
    assert dict(_ranges.words(here, WordCounts, WordRule.ASCII, {}, paths, 3, None)) == {
        b"," * at: 1 for at in range(1, 9)
    }


SPACES = [char for char in map(chr, range(0x3001)) if char.isspace()]


def words_of(data: bytes, rule: WordRule) -> list[bytes]:
    if rule is WordRule.ASCII:
        return data.split()
    separators = [char.encode() for char in SPACES]
    words, word, at = [], b"", 0
    while at < len(data):
        ending = [one for one in separators if data.startswith(one, at)]
        if ending:
            words.append(word)
            word = b""
            at += len(ending[0])
        else:
            word += data[at : at + 1]
            at += 1
    return [word for word in [*words, word] if word]


@pytest.mark.parametrize("rule", WordRule)
def test_every_cut_of_words(rule: WordRule, tmp_path: Path) -> None:
    generator = random.Random(rule)
    pieces = [b"a", b"bb", b" ", b"\n", b"\xc2", b"\x85", b"\xe2", b"\x80", b"\xe3", b"ccc"]
    pieces += [char.encode() for char in SPACES[-12:]]
    paths = [tmp_path / "a", tmp_path / "b"]
    for length in [0, 1, 2, *(generator.randrange(40) for _ in range(12))]:
        contents = [b"".join(generator.choices(pieces, k=length)), b"end"]
        for path, content in zip(paths, contents):
            path.write_bytes(content)
        expected = Counter(word for content in contents for word in words_of(content, rule))
        for size in (1, 2, 3, 5, 1000):
            engine = Here(again=size == 3)
            counts = _ranges.words(engine, WordCounts, rule, {}, paths, size, None)
            assert dict(counts) == expected, (contents, size)
            assert counts.bytes == sum(map(len, contents))
            top = _ranges.words(engine, TopWords, rule, {}, paths, size, None)
            found = {word: (count, error) for word, count, error in top.most_common()}
            assert found == {word: (count, 0) for word, count in expected.items()}


def test_cuts_of_chunks_of_words(tmp_path: Path) -> None:
    """The first separator may lie in a later chunk, or across two; a word may fill ranges."""
    path = tmp_path / "data"
    size = 300_000
    for before in range(_ranges._SMALL_CHUNK - 4, _ranges._SMALL_CHUNK + 4):
        text = "a" * (size + before) + "\u2003b" + "\u2003c" * 10 + "d" * 3 * size + " e"
        path.write_text(text, encoding="utf-8")
        counts = _ranges.words(
            Here(), WordCounts, WordRule.UNICODE, {"text": True}, path, size, None
        )
        assert dict(counts) == Counter(text.split())


def test_top_words_that_do_not_fit(tmp_path: Path) -> None:
    generator = random.Random(3)
    words = [f"word{int(generator.paretovariate(0.5)) % 50_000}" for _ in range(100_000)]
    path = tmp_path / "data"
    path.write_text("\n".join(words), encoding="utf-8")
    right = Counter(words)
    options = {"text": True, "max_bytes": 1 << 15}
    tops = [
        _ranges.words(Here(), TopWords, WordRule.UNICODE, options, path, 100_001, None)
        for _ in range(2)
    ]
    assert tops[0].most_common() == tops[1].most_common()
    assert tops[0].total() == len(words)
    assert tops[0].floor > 0
    held = {word: (count, error) for word, count, error in tops[0].most_common()}
    for word, number in right.items():
        count, error = held.get(word, (tops[0].floor, tops[0].floor))
        assert count - error <= number <= count


def test_bad_arguments(tmp_path: Path) -> None:
    counter = Question(",", 1, Reset.NONE).counter
    with pytest.raises(ValueError, match="range_bytes"):
        _ranges.totals(Here(), counter, tmp_path / "none", 0, None)
    with pytest.raises(FileNotFoundError):
        _ranges.totals(Here(), counter, tmp_path / "none", 1, None)
    with pytest.raises(IsADirectoryError):
        _ranges.totals(Here(), counter, tmp_path, 1, None)
    with pytest.raises(TypeError):
        _ranges.totals(Here(), counter, [b"bytes", 5], 1, None)  # type: ignore[list-item]
    assert _ranges.totals(Here(), counter, [], 1, None) == []
    with pytest.raises(ValueError):
        _ranges.words(Here(), TopWords, WordRule.ASCII, {"max_bytes": 5}, [], 1, None)


@pytest.mark.skipif(sys.platform == "win32", reason="no permissions")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"a")
    path.chmod(0)
    counter = Question(",", 1, Reset.NONE).counter
    user = os.geteuid()
    if user == 0:
        # The superuser may read everything.
        os.seteuid(65534)
    try:
        with pytest.raises(PermissionError):
            _ranges.totals(Here(), counter, path, 1, None)
    finally:
        os.seteuid(user)


def test_what_is_run_again(tmp_path: Path) -> None:
    """What fails each time is a result; what may not is raised, and the engine runs it again."""

    def fail(error: Exception) -> None:
        raise error

    for error in (
        FileNotFoundError("x"),
        PermissionError("x"),
        OSError(errno.ESTALE, "x"),
        ValueError("x"),
        LimitError("x"),
        ImportError("x"),
    ):
        assert _ranges.attempt(fail, [(error,)]) == _ranges.Failure(error)
    for other in (OSError(errno.EIO, "x"), ConnectionError("x"), MemoryError("x")):
        with pytest.raises(type(other)):
            _ranges.attempt(fail, [(other,)])


@pytest.mark.parametrize("called", ["find_edge", "search"])
def test_a_file_that_changes_while_it_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, called: str
) -> None:
    """A search ends before the file does. Its result is none of a file that has changed."""
    path = tmp_path / "f"
    path.write_bytes(b"x" * 1000 + b"\n,,\n" + b"x" * 1000)
    counter = libtally.Counter(",", 2, Reset.NEWLINES)
    assert len(_ranges.matches(Here(), counter, path, 100, None)[0]) == 1
    original = getattr(_ranges, called)

    def change_meanwhile(*arguments: Any) -> Any:
        chunks = _ranges._chunks

        def changed(*part: Any) -> Iterator[memoryview]:
            for chunk in chunks(*part):
                path.write_bytes(path.read_bytes())
                os.utime(path, ns=(1, 1))
                yield chunk

        monkeypatch.setattr(_ranges, "_chunks", changed)
        with pytest.raises(OSError, match="has changed") as raised:
            original(*arguments)
        assert raised.value.errno == errno.ESTALE
        raise KeyboardInterrupt

    monkeypatch.setattr(_ranges, called, change_meanwhile)
    with pytest.raises(KeyboardInterrupt):
        _ranges.matches(Here(again=False), counter, path, 100, None)


def test_file_uris(tmp_path: Path) -> None:
    path = tmp_path / "a b%c#d?é"
    path.write_bytes(b"a,b\n")
    counter = libtally.Counter(",", 1)
    expected = [libtally.totals_file(counter, path)]
    uri = path.as_uri()
    assert "%" in uri
    local = uri.replace("file://", "file://localhost")
    for given in (path, str(path), uri, local, uri.replace("//", "", 1)):
        assert _ranges.totals(Here(), counter, given, 100, None) == expected
    with pytest.raises(ValueError, match="another machine"):
        _ranges.totals(Here(), counter, "file://host/a", 100, None)
