"""Files, pipes and other sources: progress, limits, and stopping."""

from __future__ import annotations

import gzip
import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Optional

import pytest

import libtally
from libtally import (
    Counter,
    InUseError,
    LimitError,
    Match,
    Reset,
    Stream,
    Summary,
    Totals,
    _reading,
    find_file,
    has_count_file,
    totals_file,
)

COUNTER = Counter("c", 3, Reset.NEWLINES)
LINE = b"c-c-nothing\n"
POSIX = pytest.mark.skipif(os.name != "posix", reason="of POSIX alone")


@pytest.fixture(params=[0, 1, 100_000, 1_000_000])
def lines(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture
def path(tmp_path: Path, lines: int) -> Path:
    path = tmp_path / "data"
    path.write_bytes(LINE * lines)
    return path


def totals(lines: int) -> Totals:
    return Totals(len(LINE) * lines, 2 * lines, 2 if lines else 0, lines + 1, 0)


def test_sources(path: Path, lines: int) -> None:
    content = path.read_bytes()
    packed = path.with_suffix(".gz")
    packed.write_bytes(gzip.compress(content, 1))
    with path.open("rb") as buffered, path.open("rb", buffering=0) as raw, gzip.open(packed) as gz:
        for source in (
            str(path),
            bytes(path),
            path,
            raw.fileno(),
            buffered,
            gz,
            io.BytesIO(content),
        ):
            assert totals_file(COUNTER, source) == totals(lines)
            # A descriptor stays open; here, at its end.
            if source == raw.fileno():
                assert totals_file(COUNTER, source).bytes == 0
            if isinstance(source, (str, bytes, os.PathLike)):
                for threads in (2, 3, 1000):
                    assert totals_file(COUNTER, source, threads=threads) == totals(lines)
    # One thread reads a source without a path.
    assert totals_file(COUNTER, io.BytesIO(content), threads=2) == totals(lines)


def test_descriptor_from_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"ccc\nccc\n")
    with path.open("rb", buffering=0) as file:
        file.seek(2)
        assert find_file(COUNTER, file.fileno()) == Match(1, 2, 5, 3)


def test_goes_on_from_file_to_file(path: Path, lines: int) -> None:
    stream, summary = Stream(COUNTER), Summary(COUNTER)
    assert stream.feed(b"c") is False
    assert stream.feed_file(path) is (lines > 0)
    # Nothing is opened any more.
    if lines:
        assert stream.feed_file("no such file") is True
        assert stream.first_match == Match(0, 0, 4, 3)
    for _ in range(3):
        summary.feed_file(path)
    assert summary.totals == totals(3 * lines)


@POSIX
def test_pipe(path: Path, lines: int) -> None:
    source, target = os.pipe()

    def write() -> None:
        with open(target, "wb") as file:
            file.write(LINE * lines)

    writer = threading.Thread(target=write)
    writer.start()
    assert totals_file(COUNTER, source) == totals(lines)
    writer.join()
    os.close(source)


@POSIX
def test_pipe_without_end(tmp_path: Path) -> None:
    source, target = os.pipe()
    os.write(target, b"xxx\nccc")
    assert find_file(COUNTER, source) == Match(1, 4, 7, 3)
    os.close(target)
    os.close(source)


@POSIX
def test_descriptor_that_does_not_wait() -> None:
    source, target = os.pipe()
    os.set_blocking(source, False)
    os.write(target, LINE)
    summary = Summary(COUNTER)
    with pytest.raises(BlockingIOError):
        summary.feed_file(source)
    os.write(target, LINE)
    os.close(target)
    summary.feed_file(source)
    assert summary.totals == totals(2)
    os.close(source)


def test_progress(path: Path, lines: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # A report after every slice.
    monkeypatch.setattr(_reading, "PROGRESS_INTERVAL", 0)
    size = len(LINE) * lines
    reports: list[tuple[Any, ...]] = []
    totals_file(COUNTER, path, progress=lambda *numbers: reports.append(numbers))
    assert reports[-1:] == [(size, size)]
    assert len(reports) >= (2 if lines == 1_000_000 else 1)
    assert reports == sorted(reports)
    assert all(total == size for _, total in reports)
    reports.clear()
    totals_file(COUNTER, path, progress=lambda *numbers: reports.append(numbers), threads=2)
    assert reports[-1:] == [(size, size)]
    assert reports == sorted(reports)
    reports.clear()
    totals_file(
        COUNTER, io.BytesIO(LINE * lines), progress=lambda *numbers: reports.append(numbers)
    )
    assert reports[-1:] == [(size, None)]


def test_progress_by_tqdm(path: Path, lines: int, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    assert totals_file(COUNTER, path, progress=True) == totals(lines)
    assert "B/s" in capfd.readouterr().err
    assert totals_file(COUNTER, path, progress=False) == totals(lines)
    assert capfd.readouterr().err == ""


class Stop(Exception):
    pass


def test_what_progress_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_reading, "PROGRESS_INTERVAL", 0)
    path = tmp_path / "data"
    path.write_bytes(LINE * 1_000_000)
    reason = Stop("enough")

    def stop(done: int, total: Optional[int]) -> None:
        raise reason

    for source in (path, io.BytesIO(path.read_bytes())):
        summary = Summary(COUNTER)
        with pytest.raises(Stop) as caught:
            summary.feed_file(source, progress=stop)
        assert caught.value is reason
        # What was read has been fed, and the rest still can be.
        done = summary.totals.bytes
        assert 0 < done < len(LINE) * 1_000_000
        with path.open("rb") as file:
            file.seek(done)
            summary.feed_file(file)
        assert summary.totals == totals(1_000_000)
    with pytest.raises(TypeError, match="progress"):
        has_count_file(COUNTER, path, progress=5)  # type: ignore[arg-type]


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A sparse file that takes half a minute to read, or more."""
    path = tmp_path / "endless"
    with path.open("wb") as file:
        file.truncate(1 << 38)
    return path


def test_what_progress_raises_while_threads_read(endless: Path) -> None:
    reason = Stop("enough")
    summary = Summary(COUNTER)

    def stop(done: int, total: Optional[int]) -> None:
        assert threading.current_thread() is threading.main_thread()
        assert total == 1 << 38
        if done:
            raise reason

    with pytest.raises(Stop) as caught:
        summary.feed_file(endless, progress=stop, threads=2)
    assert caught.value is reason
    # It is no longer in use, and what was read has been fed.
    done = summary.totals
    assert 0 < done.bytes < 1 << 38
    assert done == Totals(done.bytes, 0, 0, 1, 0)
    summary.feed(LINE)
    assert summary.totals.count == 2
    # While threads read, it is in use.
    with pytest.raises(InUseError):
        summary.feed_file(endless, progress=lambda done, total: summary.feed(LINE), threads=2)


def test_thread_numbers(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(LINE)
    for file in (path, io.BytesIO(LINE)):
        for number in (0, -1, 2**32):
            with pytest.raises(ValueError, match="threads"):
                totals_file(COUNTER, file, threads=number)
        with pytest.raises(TypeError, match="threads"):
            totals_file(COUNTER, file, threads=1.5)  # type: ignore[arg-type]


def test_threads_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError):
        totals_file(COUNTER, tmp_path / "missing", threads=2)
    path = tmp_path / "data"
    path.write_bytes(LINE)
    summary = Summary(COUNTER)
    # Gone between the look at it and the reading.
    gone = bytes(tmp_path / "gone")
    monkeypatch.setattr(os, "fsencode", lambda path: gone)
    with pytest.raises(FileNotFoundError) as caught:
        summary.feed_file(path, threads=2)
    assert caught.value.filename == path
    assert summary.totals.bytes == 0


def test_feeding_while_feeding(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(LINE)
    summary = Summary(COUNTER)
    # Between slices the summary is not in use: the same as feeding it before or after.
    summary.feed_file(path, progress=lambda done, total: summary.feed(LINE))
    assert summary.totals == totals(2)


@pytest.mark.parametrize("extra", [0, 1, 1000])
def test_max_bytes(path: Path, lines: int, extra: int) -> None:
    size = len(LINE) * lines
    assert totals_file(COUNTER, path, max_bytes=size + extra) == totals(lines)
    assert totals_file(COUNTER, path, max_bytes=size + extra, threads=2) == totals(lines)
    assert totals_file(COUNTER, path, max_bytes=2**64 + size, threads=2) == totals(lines)
    if size:
        summary = Summary(COUNTER)
        for limit in (0, 1, size // 2 - 1, size - 1):
            summary.reset()
            with pytest.raises(LimitError):
                summary.feed_file(path, max_bytes=limit)
            assert summary.totals.bytes == limit
            summary.reset()
            with pytest.raises(LimitError):
                summary.feed_file(path, max_bytes=limit, threads=2)
            assert summary.totals.bytes == limit
            summary.reset()
            with pytest.raises(LimitError):
                summary.feed_file(io.BytesIO(LINE * lines), max_bytes=limit)
            assert summary.totals.bytes == limit
    with pytest.raises(LimitError):
        totals_file(COUNTER, io.BytesIO(LINE * lines), max_bytes=size)
    with pytest.raises(ValueError, match="negative"):
        totals_file(COUNTER, path, max_bytes=-1)


def test_match_before_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"ccc" + b"." * 1_000_000)
    assert has_count_file(COUNTER, path, max_bytes=10) is True


def test_reads_little_past_the_match(tmp_path: Path) -> None:
    path = tmp_path / "data"
    with path.open("wb") as file:
        file.seek(10 << 20)
        file.write(b"ccc")
        file.truncate(1 << 32)
    with path.open("rb", buffering=0) as file:
        assert find_file(COUNTER, file.fileno()) == Match(0, 0, (10 << 20) + 3, 3)
        assert file.tell() <= (10 << 20) + 3 + _reading.BUFFER_SIZE


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_file_of_unknown_size() -> None:
    assert totals_file(Counter("\n", 1), "/proc/self/status").count > 10


@POSIX
def test_no_descriptor_is_left_open(path: Path) -> None:
    before = os.listdir("/dev/fd")
    for _ in range(10):
        totals_file(COUNTER, path)
        with pytest.raises(LimitError):
            totals_file(COUNTER, io.BytesIO(b"x"), max_bytes=0)
    assert os.listdir("/dev/fd") == before


# Prints when it starts, and whether it was interrupted; otherwise reads forever.
SCAN = """
import signal
from libtally import Counter, totals_file
# A program that is started in the background ignores SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
print("ready", flush=True)
try:
    while True:
        {reading}
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@POSIX
@pytest.mark.parametrize("kind", ["file", "file and threads", "pipe", "pipe that is silent"])
def test_ctrl_c(kind: str, endless: Path) -> None:
    reading = "totals_file(Counter('c', 1), 0)"
    if kind.startswith("file"):
        threads = 2 if "threads" in kind else 1
        reading = f"totals_file(Counter('c', 1), {str(endless)!r}, threads={threads})"
    child: subprocess.Popen[Any] = subprocess.Popen(
        [sys.executable, "-c", SCAN.format(reading=reading)],
        env={**os.environ, "LIBTALLY_BINDING": libtally.binding()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == b"ready\n"
        if kind == "pipe":
            child.stdin.write(LINE)
            child.stdin.flush()
        # Into the reading.
        time.sleep(0.3)
        assert child.poll() is None
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=60) == 0
        assert child.stdout.read() == b"interrupted\n"
    finally:
        child.kill()
        child.stdin.close()
        child.stdout.close()
        child.wait()


# More than a thread reads at a time, and not a multiple of it.
MIB = 1 << 20


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 MiB and some bytes, without a hit."""
    path = tmp_path_factory.mktemp("parts") / "data"
    path.write_bytes((b"." * 63 + b"\n") * (40 * MIB // 64) + b"....")
    return path


def with_hits(path: Path, offset: int, hits: bytes) -> bytes:
    """Writes hits, and returns what was there."""
    with path.open("r+b") as file:
        file.seek(offset)
        before = file.read(len(hits))
        file.seek(offset)
        file.write(hits)
    return before


@pytest.mark.parametrize("threads", [2, 3, 1000])
@pytest.mark.parametrize("megabyte", [0, 8, 16, 39])
@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_threads_and_a_match_across_a_cut(
    parts: Path, megabyte: int, before: int, threads: int
) -> None:
    offset = max(0, megabyte * MIB - before)
    whole = Counter("ccc", 1)
    hits = Counter("c", 3)
    replaced = with_hits(parts, offset, b"ccc")
    try:
        for counter in (whole, hits):
            assert has_count_file(counter, parts, threads=threads) is True
            assert has_count_file(counter, str(parts), threads=threads) is True
            assert has_count_file(counter, parts, max_bytes=offset + 3, threads=threads) is True
        assert has_count_file(Counter("c", 4), parts, threads=threads) is False
        with pytest.raises(LimitError):
            has_count_file(hits, parts, max_bytes=offset + 2, threads=threads)
    finally:
        with_hits(parts, offset, replaced)


def test_threads_without_a_match(parts: Path) -> None:
    size = parts.stat().st_size
    for limit in (None, size, size + 1, 2**70):
        assert has_count_file(Counter("c", 1), parts, max_bytes=limit, threads=2) is False
    for limit in (0, 1, 8 * MIB, size - 1):
        with pytest.raises(LimitError):
            has_count_file(Counter("c", 1), parts, max_bytes=limit, threads=2)
    with pytest.raises(ValueError, match="max_bytes"):
        has_count_file(Counter("c", 1), parts, max_bytes=-1, threads=2)
    # Hits that overlap: whether they are counted from the cut on is not known.
    assert has_count_file(Counter(".." * 5, 10**9), parts, threads=2) is False
    assert has_count_file(Counter("..", 32, Reset.NEWLINES), parts, threads=2) is False
    assert has_count_file(Counter("..", 31, Reset.NEWLINES), parts, threads=2) is True


def test_threads_stop_at_the_match(endless: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced = with_hits(endless, 0, b"#")
    reports: list[int] = []
    assert has_count_file(
        Counter("#", 1), endless, threads=4, progress=lambda done, total: reports.append(done)
    )
    assert reports[-1] <= 8 * MIB
    with_hits(endless, 0, replaced)

    class StopError(Exception):
        pass

    def stop(done: int, total: Optional[int]) -> None:
        raise StopError

    monkeypatch.setattr("libtally._reading.PROGRESS_INTERVAL", 0)
    with pytest.raises(StopError):
        has_count_file(Counter("#", 1), endless, threads=4, progress=stop)


def test_threads_of_what_is_no_large_file(path: Path, tmp_path: Path) -> None:
    counter = Counter("no such string", 1)
    assert has_count_file(counter, path, threads=2) is False
    assert has_count_file(counter, io.BytesIO(b"."), threads=2) is False
    with path.open("rb") as file:
        assert has_count_file(counter, file.fileno(), threads=2) is False
    with pytest.raises(FileNotFoundError):
        has_count_file(counter, tmp_path / "missing", threads=2)
    with pytest.raises(ValueError, match="threads"):
        has_count_file(counter, path, threads=0)
