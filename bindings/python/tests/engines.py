"""What Dask and Spark have to do alike: an engine is its functions, and the tests are here."""

from __future__ import annotations

import collections
import os
import random
from pathlib import Path
from typing import Any, Callable

import pytest

from libtally import (
    Counter,
    LimitError,
    OverlapError,
    Quotes,
    Reset,
    WordCounts,
    WordRule,
    _ranges,
    find_file,
    totals_file,
)

ROWS = Counter(",", reset=Reset.NEWLINES, outside=(2, 2), skip_empty=True, quotes=Quotes.FIELDS)
MANY = Counter(",", 3, Reset.NEWLINES, quotes=Quotes.FIELDS)
RANGE = 300_007


def rows_in(folder: Path) -> Path:
    """A file with a quoted newline across every cut of `RANGE` bytes, and rows that are wrong."""
    path = folder / "rows"
    row = b'1,"' + b"a,\n" * 300 + b'",2\n'
    path.write_bytes(row * 2500 + b"1,2\n" + row * 10 + b"1,2,3,4\n" + row * 600)
    return path


def check_matches(engine: Any, path: Path) -> None:
    data = path.read_bytes()
    for counter, segments in ((ROWS, [2500, 2511]), (MANY, [2511])):
        every = engine.matches(counter, [path, path], range_bytes=RANGE)
        assert every == [list(counter.matches(data))] * 2
        assert [match.segment for match in every[0]] == segments
        assert engine.find(counter, path, range_bytes=RANGE) == [find_file(counter, path)]
    # Workers have a folder of their own.
    relative = os.path.relpath(path)
    for given in (path.as_uri(), f"file:{path}", relative):
        assert engine.totals(ROWS, given, range_bytes=RANGE) == [totals_file(ROWS, path)]
    assert engine.totals(ROWS, []) == engine.matches(ROWS, []) == engine.find(ROWS, []) == []


def words_in(folder: Path) -> list[Path]:
    """Files of words, one of them empty, and one of one word."""
    generator = random.Random(7)
    words = ["to", "be", "né", "x" * 300] + [f"word{at}" for at in range(3000)]
    text = "\u2003".join(generator.choices(words, k=50_000))
    paths = [folder / name for name in ("words", "none", "one", "last")]
    for path, content in zip(paths, (text, "", "y" * 250_000, "z to")):
        path.write_text(content, encoding="utf-8")
    return paths


def check_words(engine: Any, paths: list[Path]) -> None:
    expected = collections.Counter(
        word for path in paths for word in path.read_text(encoding="utf-8").split()
    )
    counts = engine.word_counts(paths, text=True, range_bytes=RANGE)
    assert type(counts) is WordCounts
    assert dict(counts) == expected
    assert counts.bytes == sum(path.stat().st_size for path in paths)
    top = engine.top_words(paths, text=True, range_bytes=RANGE, max_word=1000)
    assert {word: (count, error) for word, count, error in top.most_common()} == {
        word: (count, 0) for word, count in expected.items() if len(word) <= 1000
    }
    assert (top.total(), top.skipped) == (sum(expected.values()), 1)
    ascii_counts = engine.word_counts(paths[-1], WordRule.ASCII)
    assert dict(ascii_counts) == {b"z": 1, b"to": 1}
    assert len(engine.word_counts([])) == len(engine.top_words([])) == 0


def overlapping(folder: Path) -> Path:
    path = folder / "overlapping"
    path.write_bytes(b"a" * 100_000)
    return path


def check_bad_input(engine: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exceptions arrive as they are raised."""
    path = folder / "bad"
    path.write_bytes(b"a,b\n" * 1000)
    with pytest.raises(ValueError, match="range_bytes"):
        engine.totals(ROWS, path, range_bytes=0)
    with pytest.raises(TypeError, match="str or os.PathLike, not bytes"):
        engine.totals(ROWS, [b"data"])
    with pytest.raises(TypeError, match="range_bytes has to be an int, not str"):
        engine.totals(ROWS, path, range_bytes="64MB")
    for function in (engine.totals, engine.find, engine.matches):
        with pytest.raises(TypeError, match="counter has to be a Counter, not PosixPath"):
            function(path, ROWS)
    with pytest.raises(TypeError, match="files has to be a path or a list of paths, not int"):
        engine.totals(ROWS, 5)
    with pytest.raises(FileNotFoundError, match="missing") as missing:
        engine.totals(ROWS, [path, folder / "missing"])
    assert "patterns" not in str(missing.value)
    for pattern in (folder / "*.csv", f"local://{folder}/part-[0-9]"):
        with pytest.raises(FileNotFoundError, match="patterns are not expanded: pass a list"):
            engine.totals(ROWS, pattern)
    for given in (folder, f"local://{folder}"):
        with pytest.raises(IsADirectoryError):
            engine.find(ROWS, given)
    with pytest.raises(ValueError, match="nonsense"):
        engine.matches(ROWS, "nonsense://x")
    os.mkfifo(folder / "pipe")
    with pytest.raises(ValueError, match="pipe is not a regular file"):
        engine.totals(ROWS, folder / "pipe")
    with pytest.raises(OverlapError):
        engine.totals(Counter("aa", 1), overlapping(folder), range_bytes=9999)
    with pytest.raises(LimitError):
        engine.word_counts(words_in(folder), max_bytes=100_000, range_bytes=RANGE)
    with pytest.raises(LimitError):
        engine.word_counts(words_in(folder), max_word=1000, range_bytes=RANGE)
    # It changes between the cut and the first read.
    cut = _ranges._cut
    for given in (path.as_uri(), f"local://{path}"):
        for content in (b"a,b\n" * 999, b"a,c\n" * 1000, b""):
            path.write_bytes(b"a,b\n" * 1000)
            os.utime(path, ns=(0, 0))

            def cut_and_change(*arguments: Any, content: bytes = content) -> Any:
                ranges = cut(*arguments)
                path.write_bytes(content)
                return ranges

            with monkeypatch.context() as patch:
                patch.setattr(_ranges, "_cut", cut_and_change)
                for function in (engine.totals, engine.find, engine.matches):
                    with pytest.raises(OSError, match="has changed since it was cut"):
                        function(ROWS, given, range_bytes=RANGE)
                with pytest.raises(OSError, match="has changed since it was cut"):
                    engine.word_counts(given, range_bytes=RANGE)
                path.write_bytes(b"a,b\n" * 1000)
                os.utime(path, ns=(0, 0))


def check_deaths(
    engine: Any,
    rows: Path,
    words: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    generations: dict[str, int],
) -> None:
    """In each of these functions, a process dies once: the worker, or what started it, that many
    generations before. The answers are the same."""
    for name, above in generations.items():
        died = rows.with_name(f"died-in-{name}")
        with monkeypatch.context() as patch:
            patch.setattr(_ranges, name, dying_once(name, str(died), above))
            if name == "count_words_of_range":
                expected = collections.Counter(words[0].read_text(encoding="utf-8").split())
                assert dict(engine.word_counts(words[0], text=True, range_bytes=RANGE)) == expected
            else:
                found = engine.matches(ROWS, [rows, rows], range_bytes=RANGE)
                assert found == [list(ROWS.matches(rows.read_bytes()))] * 2
        assert died.exists(), name


def dying_once(name: str, marker: str, above: int) -> Callable[..., Any]:
    """A function of `_ranges` whose second call kills a process. It is sent to the workers as it
    is, since it is defined in another one."""

    def call(*arguments: Any) -> Any:
        import os
        import signal
        import time

        import libtally._ranges

        for place in (f"{marker}-soon", marker):
            try:
                os.close(os.open(place, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            if place == marker:
                victim = os.getpid()
                for _ in range(above):
                    with open(f"/proc/{victim}/stat") as status:
                        victim = int(status.read().rpartition(")")[2].split()[1])
                os.kill(victim, signal.SIGKILL)
                time.sleep(60)
            break
        return getattr(libtally._ranges, name)(*arguments)

    return call
