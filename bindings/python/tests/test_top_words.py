"""The most frequent words in fixed memory: every bound against collections.Counter."""

from __future__ import annotations

import io
import pickle
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from test_word_counts import reporter
from test_words import chunks

from libtally import (
    BadStateError,
    DifferentCountersError,
    LimitError,
    TopWord,
    TopWords,
    WordCounts,
    WordRule,
)

LEAST = 32 << 10


def random_words(source: random.Random, number: int) -> str:
    """Few words are frequent, most are not; some are long."""
    different = source.choice([50, 3000, 1 << 30])
    words = []
    for _ in range(number):
        rank = source.randrange(1 + source.randrange(different))
        words.append(f"w{rank}" if rank % 5 else f"{rank}-слово-{rank % 100 * 'x'}")
    return source.choice([" ", "\n", "\u3000"]).join(words)


def check(top: TopWords, texts: list[str]) -> None:
    exact = Counter(word for text in texts for word in text.split())
    assert top.total() == sum(exact.values())
    assert top.skipped == 0
    held = top.most_common()
    assert len(held) == len(top)
    for word, count, error in held:
        assert isinstance(word, str)
        assert count - error <= exact[word] <= count
        assert error <= top.floor < count
        assert top.get(word) == TopWord(word, count, error)
    absent = exact.keys() - {word for word, _, _ in held}
    assert all(exact[word] <= top.floor for word in absent)
    assert top.most_common(7) == held[:7]
    keys = [(-count, word.encode()) for word, count, _ in held if isinstance(word, str)]
    assert keys == sorted(keys)
    if absent:
        assert top.get(absent.pop())[1:] == (top.floor, top.floor)
    else:
        assert {word: count for word, count, _ in held} == exact


def test_bounds() -> None:
    source = random.Random(41)
    full = 0
    for _ in range(60):
        text = random_words(source, 3000)
        whole = TopWords(text=True, max_bytes=LEAST)
        whole.update(text)
        check(whole, [text])
        full += whole.floor > 0
        # Neither chunks nor seeds nor a state on the way change anything.
        chunked = TopWords(text=True, max_bytes=LEAST, seed=7)
        for chunk in chunks(source, text.encode()):
            chunked.feed(chunk)
            if not source.randrange(50):
                chunked = pickle.loads(pickle.dumps(chunked))
        chunked.finish()
        assert chunked.save() == whole.save()
        assert chunked.bytes == len(text.encode())
    assert 10 < full < 60


def test_sums() -> None:
    source = random.Random(42)
    for _ in range(30):
        texts = [random_words(source, source.randrange(2000)) for _ in range(3)]
        parts = []
        for text in texts:
            # A part holds what it knows, whatever its memory.
            parts.append(TopWords(text=True, max_bytes=LEAST << source.randrange(2), max_word=500))
            parts[-1].update(text)
        whole = parts[0] + parts[1]
        check(whole, texts[:2])
        whole += parts[2]
        check(whole, texts)
        check(parts[0], texts[:1])
    copy = whole.copy()
    whole.update(whole)
    check(whole, texts + texts)
    whole.clear()
    assert (len(whole), whole.total(), whole.bytes) == (0, 0, 0)
    check(copy, texts)
    with pytest.raises(DifferentCountersError):
        copy.merge(TopWords(WordRule.ASCII, max_bytes=LEAST, max_word=500))
    with pytest.raises(DifferentCountersError):
        copy.merge(TopWords(max_bytes=LEAST, max_word=400))
    others: list[Any] = [WordCounts(), 5]
    for other in others:
        with pytest.raises(TypeError):
            copy.merge(other)
        with pytest.raises(TypeError):
            copy + other


def test_words() -> None:
    top = TopWords(WordRule.ASCII, max_bytes=LEAST, max_word=5)
    top.update(b"a \xff a sixsix")
    assert top.most_common() == [TopWord(b"a", 2, 0), TopWord(b"\xff", 1, 0)]
    assert top.most_common(0) == []
    assert (top.total(), top.skipped, top.floor) == (4, 1, 0)
    assert top.get(b"none") == TopWord(b"none", 0, 0)
    assert repr(top) == "<TopWords of 4 words, 2 held, floor 0>"
    with pytest.raises(TypeError):
        top.get("a")
    malformed = TopWords(text=True)
    malformed.update(b"\xff \xed\xa0\x80 \xff")
    assert malformed.most_common() == [TopWord("\udcff", 2, 0), TopWord("\ud800", 1, 0)]
    assert malformed.get("\udcff").count == 2
    assert malformed.get("\ud800").count == 1


def test_files(tmp_path: Path) -> None:
    text = "one two\u2003three two\n" * 20_000
    path = tmp_path / "text"
    path.write_text(text, encoding="utf-8")
    sources: list[Any] = [path, io.BytesIO(text.encode())]
    for file in sources:
        reports: list[int] = []
        top = TopWords(text=True)
        top.feed_file(file, progress=reporter(reports))
        top.finish()
        check(top, [text])
        assert reports[-1] == path.stat().st_size
    with pytest.raises(LimitError):
        top.feed_file(path, max_bytes=100)
    assert top.bytes == path.stat().st_size + 100


def test_options_and_states() -> None:
    for options in (
        {"max_bytes": LEAST - 1},
        {"max_bytes": 0},
        {"max_bytes": LEAST, "max_word": LEAST // 16 + 1},
    ):
        with pytest.raises(ValueError):
            TopWords(**options)  # type: ignore[arg-type]
    with pytest.raises(MemoryError):
        TopWords(max_bytes=1 << 62)
    top = TopWords(text=True)
    top.update("a b a")
    state = top.save()
    loaded = TopWords.load(state, text=True)
    check(loaded, ["a b a"])
    for cut in range(len(state)):
        with pytest.raises(BadStateError):
            TopWords.load(state[:cut])
    with pytest.raises(DifferentCountersError):
        TopWords.load(state, WordRule.ASCII)
    with pytest.raises(BadStateError):
        TopWords.load(WordCounts().save())
    with pytest.raises(RuntimeError):
        top.__init__()  # type: ignore[misc]
