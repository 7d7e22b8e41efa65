"""How often each word occurs, against collections.Counter of Python's own split()."""

from __future__ import annotations

import io
import pickle
import random
import threading
from collections import Counter
from pathlib import Path
from typing import Any, Callable, Optional

import pytest
from test_words import chunks, random_text

from libtally import (
    BadStateError,
    DifferentCountersError,
    InUseError,
    LimitError,
    WordCounts,
    WordRule,
    word_counts,
)


def ranked(expected: Counter[Any]) -> list[tuple[Any, int]]:
    def key(item: tuple[Any, int]) -> tuple[int, bytes]:
        word, count = item
        return -count, word.encode("utf-8", "surrogatepass") if isinstance(word, str) else word

    return sorted(expected.items(), key=key)


def reporter(reports: list[int]) -> Callable[[int, Optional[int]], None]:
    def report(done: int, _: Optional[int]) -> None:
        reports.append(done)

    return report


def test_random_text() -> None:
    source = random.Random(18)
    for _ in range(1500):
        text = random_text(source)
        data = text.encode("utf-8", "surrogatepass")
        forms: list[Any] = [text, data]
        for form in forms:
            expected = Counter(form.split())
            counts = word_counts(form)
            assert counts == expected
            assert expected == counts
            assert dict(counts.items()) == expected
            assert counts.most_common() == ranked(expected)
            assert counts.most_common(2) == ranked(expected)[:2]
            assert (len(counts), counts.total()) == (len(expected), sum(expected.values()))
        counts = WordCounts(text=True)
        for chunk in chunks(source, data):
            counts.feed(chunk)
            counts = pickle.loads(pickle.dumps(counts))
        assert counts.bytes == len(data)
        counts.finish()
        assert counts == Counter(text.split())
        parts = []
        for chunk in chunks(source, data):
            parts.append(WordCounts(text=True))
            parts[-1].feed(chunk)
        whole = parts[0]
        for part in parts[1:]:
            whole.merge(part)
        whole.finish()
        assert whole == Counter(text.split())


def test_real_text() -> None:
    """Several scripts, more words than fit a page."""
    scripts = [(0x61, 26), (0x3B1, 24), (0x430, 32), (0x4E00, 2000), (0x1F600, 60)]
    source = random.Random(19)
    words = [
        "".join(chr(start + source.randrange(size)) for _ in range(1 + source.randrange(20)))
        for start, size in scripts
        for _ in range(3000)
    ]
    text = "\u3000".join(source.choices(words, k=100_000))
    assert word_counts(text) == Counter(text.split())
    assert word_counts(text).most_common(50) == ranked(Counter(text.split()))[:50]


def test_mapping() -> None:
    counts = word_counts("a b a é")
    assert counts["a"] == 2
    assert counts["é"] == 1
    assert "b" in counts
    others: list[Any] = ["c", b"a", 5]
    for other in others:
        assert other not in counts
    assert counts.get("c") is None
    assert counts.get("c", 0) == 0
    with pytest.raises(KeyError):
        counts["c"]
    assert sorted(counts) == ["a", "b", "é"]
    assert sorted(counts.values()) == [1, 1, 2]
    assert repr(counts) == "<WordCounts of 4 words, 3 different>"
    with pytest.raises(TypeError):
        hash(counts)
    # Not text: words are bytes.
    assert dict(word_counts(b"a \xff a")) == {b"a": 2, b"\xff": 1}
    # Malformed text.
    malformed = WordCounts(text=True)
    malformed.update(b"\xff \xed\xa0\x80 \xff")
    assert malformed.most_common() == [("\udcff", 2), ("\ud800", 1)]
    assert malformed["\udcff"] == 2
    assert malformed["\ud800"] == 1


def test_sums() -> None:
    left, right = word_counts("a b"), word_counts("b c")
    both = left + right
    assert both == Counter(["a", "b", "b", "c"])
    assert left == Counter(["a", "b"])
    assert right == Counter(["b", "c"])
    left += right
    assert left == both
    left.update("b b")
    left.update(left)
    assert left["b"] == 8
    copy = left.copy()
    left.clear()
    assert len(left) == 0
    assert copy["b"] == 8
    with pytest.raises(DifferentCountersError):
        copy.merge(WordCounts(WordRule.ASCII))
    with pytest.raises(TypeError):
        copy + Counter("a")  # type: ignore[operator]
    with pytest.raises(TypeError):
        copy.merge(Counter("a"))  # type: ignore[arg-type]


def test_files(tmp_path: Path) -> None:
    text = "one two\u2003three two\n" * 20_000
    path = tmp_path / "text"
    path.write_text(text, encoding="utf-8")
    expected = Counter(text.split())
    reports: list[int] = []
    sources: list[Any] = [path, io.BytesIO(text.encode())]
    for file in sources:
        counts = WordCounts(text=True)
        counts.feed_file(file, progress=reporter(reports))
        counts.finish()
        assert counts == expected
        assert reports[-1] == path.stat().st_size
    with pytest.raises(LimitError):
        counts.feed_file(path, max_bytes=100)
    assert counts.bytes == path.stat().st_size + 100
    with pytest.raises(FileNotFoundError):
        counts.feed_file(tmp_path / "missing")


def test_files_on_several_threads(tmp_path: Path) -> None:
    """Of several parts of 8 MiB, which cut words."""
    text = "one two\u2003three two four, five\n" * 700_000
    path = tmp_path / "text"
    path.write_text(text, encoding="utf-8")
    expected = Counter(text.split())
    for threads in 2, 3:
        reports: list[int] = []
        counts = WordCounts(text=True)
        counts.feed_file(path, threads=threads, progress=reporter(reports))
        counts.finish()
        assert counts == expected
        assert counts.bytes == reports[-1] == path.stat().st_size
    limited = WordCounts(text=True, max_bytes=1 << 20)
    limited.feed_file(path, threads=2)
    limited.finish()
    assert limited == expected
    with pytest.raises(LimitError):
        counts.feed_file(path, max_bytes=100, threads=2)
    with pytest.raises(LimitError):
        WordCounts(max_word=4).feed_file(path, threads=2)
    with pytest.raises(FileNotFoundError):
        counts.feed_file(tmp_path / "missing", threads=2)
    with pytest.raises(ValueError):
        counts.feed_file(path, threads=0)


def test_limits(tmp_path: Path) -> None:
    data = b" ".join(b"word%d" % number for number in range(100_000))
    path = tmp_path / "words"
    path.write_bytes(data)
    sources: list[Any] = [path, io.BytesIO(data), None]
    for file in sources:
        counts = WordCounts(max_bytes=200_000)
        with pytest.raises(LimitError):
            if file is None:
                counts.feed(data)
            else:
                counts.feed_file(file)
        before = data[: counts.bytes]
        assert 10_000 < len(before) < len(data)
        complete = before.rpartition(b" ")[0]
        assert counts == Counter(complete.split())
    counts = WordCounts(max_word=3)
    with pytest.raises(LimitError):
        counts.feed("a b long c")
    assert counts.bytes == 4
    assert counts == {b"a": 1, b"b": 1}
    for options in ({"max_bytes": 0}, {"max_bytes": -1}, {"seed": 1 << 64}):
        with pytest.raises(ValueError):
            WordCounts(**options)  # type: ignore[arg-type]


def test_states() -> None:
    counts = word_counts("a b a")
    state = counts.save()
    assert WordCounts.load(state, text=True) == counts
    for cut in range(len(state)):
        with pytest.raises(BadStateError):
            WordCounts.load(state[:cut])
    with pytest.raises(DifferentCountersError):
        WordCounts.load(state, WordRule.ASCII)
    with pytest.raises(TypeError):
        WordCounts.load("state")  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        counts.__init__()  # type: ignore[misc]


def test_threads() -> None:
    """Whatever several threads do, nothing worse than InUseError comes of it."""
    counts = WordCounts()
    data = b" ".join(b"w%d" % number for number in range(3000)) + b" "
    used = []

    def work() -> None:
        for _ in range(30):
            try:
                counts.feed(data)
                counts.most_common(10)
                list(counts)
            except InUseError:
                used.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(counts) == set(data.split())
    assert len(set(counts.values())) == 1
