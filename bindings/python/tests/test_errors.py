"""Every status becomes its exception; each is made to happen."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

import libtally
from libtally import Counter, LimitError, OverlapError, PanicError, Reset
from libtally import _constants as constants
from libtally._errors import failure

COUNTER = Counter("c", 3, Reset.NEWLINES)


def test_every_status_has_an_exception() -> None:
    kinds = {
        constants.TALLY_ERROR_NULL_POINTER: RuntimeError,
        constants.TALLY_ERROR_INVALID_ARGUMENT: ValueError,
        constants.TALLY_ERROR_IO: OSError,
        constants.TALLY_ERROR_NO_MEMORY: MemoryError,
        constants.TALLY_ERROR_LIMIT: LimitError,
        constants.TALLY_ERROR_CANCELLED: RuntimeError,
        constants.TALLY_ERROR_PANIC: PanicError,
        constants.TALLY_ERROR_OVERLAP: OverlapError,
    }
    numbers = {value for name, value in vars(constants).items() if name.startswith("TALLY_ERROR_")}
    assert numbers == set(kinds)
    for status, kind in kinds.items():
        assert type(failure(status)) is kind or issubclass(type(failure(status)), OSError)
    assert isinstance(failure(constants.TALLY_ERROR_IO), OSError)


def test_panic_error_is_no_exception() -> None:
    assert issubclass(PanicError, BaseException)
    assert not issubclass(PanicError, Exception)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        COUNTER.has_count_file(tmp_path / "missing")
    assert caught.value.errno == errno.ENOENT
    assert str(caught.value.filename).endswith("missing")
    with pytest.raises(IsADirectoryError):
        COUNTER.has_count_file(tmp_path)
    with pytest.raises(ValueError, match="null"):
        COUNTER.has_count_file("a\0b")


def test_bad_descriptors(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"ccc")
    with pytest.raises(OSError) as caught:
        COUNTER.has_count_file(9999)
    assert caught.value.errno == errno.EBADF
    # Reading fails in the library.
    fd = os.open(path, os.O_WRONLY)
    try:
        with pytest.raises(OSError) as caught:
            COUNTER.totals_file(fd)
        assert caught.value.errno == errno.EBADF
        assert caught.value.strerror == os.strerror(errno.EBADF)
    finally:
        os.close(fd)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_reading_fails_in_the_middle() -> None:
    # Reading the memory of this process at address 0.
    with pytest.raises(OSError) as caught:
        COUNTER.totals_file("/proc/self/mem")
    assert caught.value.errno == errno.EIO
    assert caught.value.filename == "/proc/self/mem"


def test_not_a_file() -> None:
    for wrong in (None, 1.5, object()):
        with pytest.raises(TypeError, match="binary mode"):
            COUNTER.has_count_file(wrong)  # type: ignore[arg-type]


def test_text_file(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("ccc")
    with path.open() as file, pytest.raises(TypeError, match="binary mode"):
        COUNTER.has_count_file(file)  # type: ignore[arg-type]


def test_overlap() -> None:
    counter = Counter("aa", 1)
    left, right = counter.summary(), counter.summary()
    left.feed("a")
    right.feed("a" * 100_000)
    before = left.totals
    with pytest.raises(OverlapError):
        left.merge(right)
    assert left.totals == before


def test_too_much_to_merge() -> None:
    summary = COUNTER.summary()
    summary.feed(b"c")
    with pytest.raises(LimitError):
        for _ in range(70):
            summary.merge(summary)
    assert summary.totals.bytes == 2**62


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs RLIMIT_AS")
def test_no_memory() -> None:
    # A long string takes a table that does not fit.
    program = """
import resource, libtally
what = b"ab" * (8 << 20)
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (4 << 20), resource.RLIM_INFINITY))
try:
    libtally.Counter(what, 1)
except MemoryError:
    print("MemoryError")
"""
    assert run(program) == "MemoryError\n"


FUNCTIONS = [
    ("tally_counter_new_bytes", "Counter('c', 1)"),
    ("tally_counter_new_any_of", "Counter({1}, 1)"),
    ("tally_counter_has_count", "counter.has_count(b'c')"),
    ("tally_counter_has_count", "counter.has_count(bytearray(b'c'))"),
    ("tally_counter_has_count_threads", "counter.has_count(b'c', threads=2)"),
    ("tally_counter_find", "counter.find(b'c')"),
    ("tally_counter_count", "counter.count(b'c')"),
    ("tally_counter_count_threads", "counter.count('c', threads=2)"),
    ("tally_counter_max_count", "counter.max_count(b'c')"),
    ("tally_counter_segments_reached", "counter.segments_reached(b'c')"),
    ("tally_counter_has_count", "counter.has_count(b'c' * 5000)"),
    ("tally_counter_count", "counter.count(bytearray(b'c'))"),
    ("tally_counter_max_count", "counter.max_count('c')"),
    ("tally_counter_segments_reached", "counter.segments_reached('c' * 5000)"),
    ("tally_counter_has_counts", "counter.has_counts([bytearray(b'c')])"),
    ("tally_counter_counts", "counter.counts([bytearray(b'c')])"),
    ("tally_counter_max_counts", "counter.max_counts([bytearray(b'c')])"),
    ("tally_stream_new", "counter.stream()"),
    ("tally_stream_feed", "stream.feed(b'c')"),
    ("tally_stream_feed_fd", "stream.feed_file(__file__)"),
    ("tally_stream_match", "stream.match"),
    ("tally_stream_reset", "stream.reset()"),
    ("tally_summary_new", "counter.summary()"),
    ("tally_summary_feed", "summary.feed(b'c')"),
    ("tally_summary_feed_fd", "summary.feed_file(__file__)"),
    ("tally_summary_merge", "summary.merge(summary)"),
    ("tally_summary_state_size", "summary.save()"),
    ("tally_summary_save", "summary.save()"),
    ("tally_summary_load", "Summary.load(counter, summary.save())"),
    ("tally_summary_totals", "summary.totals"),
    ("tally_summary_reset", "summary.reset()"),
]


def test_panics(tmp_path: Path) -> None:
    # A library that can be made to panic: `make test-python` builds one.
    library = os.environ.get("LIBTALLY_WITH_PANICS")
    if not library:
        pytest.skip("LIBTALLY_WITH_PANICS names no library")
    program = tmp_path / "panics.py"
    program.write_text(f"""
import ctypes, libtally
from libtally import Counter, PanicError, Summary

inject = ctypes.CDLL({library!r}).tally_inject_panic
counter = Counter("c", 1000)
stream, summary = counter.stream(), counter.summary()
for name, call in {FUNCTIONS!r}:
    if name == "tally_stream_feed_fd":
        # Reading asks first whether a segment has reached the number.
        assert eval(call) is False
    inject(name.encode())
    try:
        eval(call)
    except Exception:
        raise SystemExit(name + ": an Exception")
    except PanicError as error:
        assert str(error) == "defect in the library", error
    else:
        raise SystemExit(name + ": no panic")
    # The process goes on, and so do its handles.
    eval(call)
print(libtally.backend())
""")
    environment = {"LIBTALLY_LIBRARY": library, "LD_LIBRARY_PATH": str(Path(library).parent)}
    assert run(str(program), environment) == libtally.backend() + "\n"


def run(program: str, environment: dict[str, str] | None = None) -> str:
    """What a program prints, in a process of its own: it is a file, or its text."""
    command = [program] if program.endswith(".py") else ["-c", program]
    return subprocess.run(
        [sys.executable, *command],
        env={
            **os.environ,
            "RUST_BACKTRACE": "0",
            **(environment or {}),
            "LIBTALLY_BACKEND": libtally.backend(),
        },
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
    ).stdout
