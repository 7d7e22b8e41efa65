"""Words, against Python's own split()."""

from __future__ import annotations

import io
import pickle
import random
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, _text

from libtally import LimitError, WordCounter, WordRule, count_words

SPACES = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]
# Neither separates, though it looks so.
OTHERS = [
    "\u200b",
    "\u180e",
    "\u2060",
    "\ufeff",
    "\0",
    "\x7f",
    "\x84",
    "\ud800",
    "\udfff",
    "é",
    "😀",
]


def random_text(source: random.Random) -> str:
    kinds = [
        SPACES,
        OTHERS,
        ["a", "b", "ab", "word"],
        [chr(source.randrange(sys.maxunicode + 1)) for _ in range(20)],
    ]
    weights = [source.random() for _ in kinds]
    pieces = [
        source.choice(source.choices(kinds, weights)[0]) for _ in range(source.randrange(200))
    ]
    return "".join(pieces)


def chunks(source: random.Random, data: bytes) -> list[bytes]:
    cuts = sorted(source.randrange(len(data) + 1) for _ in range(source.randrange(9)))
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)])]


def test_spaces() -> None:
    # What str.split() cuts at; a newer Unicode may add one, and then the library has to.
    assert len(SPACES) == 29
    for code in range(sys.maxunicode + 1):
        text = f"a{chr(code)}b"
        if count_words(text) != len(text.split()):
            pytest.fail(hex(code))


def test_random_text() -> None:
    source = random.Random(16)
    for _ in range(3000):
        text = random_text(source)
        data = text.encode("utf-8", "surrogatepass")
        assert count_words(text) == len(text.split()), ascii(text)
        assert count_words(data) == len(data.split()), data
        assert count_words(data, WordRule.UNICODE) == len(text.split()), data
        for rule, expected in (
            (WordRule.UNICODE, len(text.split())),
            (WordRule.ASCII, len(data.split())),
        ):
            counter = WordCounter(rule)
            for chunk in chunks(source, data):
                counter.feed(chunk)
                counter = pickle.loads(pickle.dumps(counter))
            assert counter.words == expected, data


def test_random_bytes() -> None:
    """Of malformed text, the rule as a regular expression."""
    separator = re.compile(
        rb"[\x09-\x0d\x1c-\x20]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]"
        rb"|\xe2\x81\x9f|\xe3\x80\x80"
    )
    source = random.Random(17)
    alphabet = bytes.fromhex("c285a0e19a80e28081a8af8a9fe3e220091c616263")
    for _ in range(3000):
        data = bytes(source.choice(alphabet) for _ in range(source.randrange(300)))
        expected = sum(1 for word in separator.split(data) if word)
        assert count_words(data, WordRule.UNICODE) == expected, data
        assert count_words(data) == len(data.split()), data


def cases() -> list[tuple[str, bytes, int, int]]:
    found = []
    blocks = (ROOT / "tests/cases/words.txt").read_bytes().decode().split("\ncase ")[1:]
    for block in blocks:
        name, *lines = block.split("\n")
        fields = dict(line.partition(" ")[::2] for line in lines if line)
        ascii_words = int(fields["ascii"].partition(" ")[0])
        unicode_words = int(fields.get("unicode", fields["ascii"]).partition(" ")[0])
        found.append((name, _text(fields["data"]), ascii_words, unicode_words))
    assert len(found) > 25
    return found


@pytest.mark.parametrize(("name", "data", "in_ascii", "in_unicode"), cases())
def test_cases(name: str, data: bytes, in_ascii: int, in_unicode: int, tmp_path: Path) -> None:
    assert len(data.split()) == in_ascii
    path = tmp_path / "data"
    path.write_bytes(data)
    forms: list[Any] = [data, bytearray(data), memoryview(data)]
    for rule, expected in ((WordRule.ASCII, in_ascii), (WordRule.UNICODE, in_unicode)):
        for form in forms:
            assert count_words(form, rule) == expected
        sources: list[Any] = [path, str(path), io.BytesIO(data)]
        for file in sources:
            counter = WordCounter(rule)
            counter.feed_file(file)
            assert counter.words == expected
            counter.reset()
            assert counter.words == 0


def test_large_text() -> None:
    text = "word and\n" * 100_000
    assert count_words(text) == 200_000
    assert count_words(text + "é") == 200_001
    counter = WordCounter()
    counter.feed(text)
    assert counter.words == 200_000


def test_errors(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        count_words(5)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        count_words("a", 1)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        WordCounter("ascii")  # type: ignore[arg-type]
    counter = WordCounter()
    with pytest.raises(FileNotFoundError):
        counter.feed_file(tmp_path / "missing")
    (tmp_path / "data").write_text("a b c d")
    with pytest.raises(LimitError):
        counter.feed_file(tmp_path / "data", max_bytes=3)
    assert counter.words == 2
