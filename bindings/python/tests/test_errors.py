"""Every status becomes its exception, and each of them is made to happen."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest

import libtally
from libtally import (
    BadStateError,
    Counter,
    DifferentCountersError,
    FinishedError,
    InUseError,
    LimitError,
    Match,
    NotAMatchError,
    OverlapError,
    PanicError,
    Reset,
    ResetInNeedleError,
    Stream,
    Summary,
    find_file,
    has_count_file,
    totals_file,
)
from libtally import _constants as constants
from libtally._errors import EXCEPTIONS, failure
from libtally._library import library

FOLDER = Path(__file__).resolve().parent
COUNTER = Counter("c", 3, Reset.NEWLINES)
STATUSES = {
    name: value for name, value in vars(constants).items() if name.startswith("TALLY_ERROR_")
}


def test_every_status_has_an_exception() -> None:
    assert sorted(EXCEPTIONS) == sorted(STATUSES.values())
    own = {kind for kind in EXCEPTIONS.values() if kind.__module__.startswith("libtally")}
    assert own == {value for value in vars(libtally).values() if value in EXCEPTIONS.values()}


@pytest.mark.parametrize("name", STATUSES)
def test_messages_are_those_of_the_library(name: str) -> None:
    status = STATUSES[name]
    made = failure(status)
    assert isinstance(made, EXCEPTIONS[status])
    if not isinstance(made, OSError):
        assert str(made) == library.text(library.functions.tally_status_message(status))
        assert str(made) not in ("", "unknown status")


def test_unknown_status() -> None:
    assert repr(failure(1000)) == "RuntimeError('unknown status')"


def merge_overlapping() -> None:
    left, right = (Summary(Counter("aa", 1)) for _ in range(2))
    left.feed("a")
    right.feed("a" * 100_000)
    left.merge(right)


def use_while_threads_read() -> None:
    summary = Summary(COUNTER)
    path = os.environ["LIBTALLY_TEST_FILE"]
    summary.feed_file(path, progress=lambda done, total: summary.feed("c"), threads=2)


def feed_finished() -> None:
    stream = Stream(COUNTER)
    assert stream.finish() is False
    stream.feed("c")


# A way to make each status happen. A panic needs a library of its own: test_panics.
CAUSES: dict[str, Callable[[], object]] = {
    "TALLY_ERROR_INVALID_ARGUMENT": lambda: Counter(0xD800, 1),
    "TALLY_ERROR_IO": lambda: find_file(COUNTER, "/proc/self/mem"),
    "TALLY_ERROR_LIMIT": lambda: find_file(COUNTER, __file__, max_bytes=5),
    "TALLY_ERROR_OVERLAP": merge_overlapping,
    "TALLY_ERROR_IN_USE": use_while_threads_read,
    "TALLY_ERROR_RESET_IN_NEEDLE": lambda: Counter("a b", 1, Reset.SPACES),
    "TALLY_ERROR_NOT_A_MATCH": lambda: COUNTER.find_many("ccc", after=Match(0, 0, 9, 3)),
    "TALLY_ERROR_DIFFERENT_COUNTERS": lambda: Summary(COUNTER).merge(Summary(Counter("d", 3))),
    "TALLY_ERROR_BAD_STATE": lambda: Summary.load(COUNTER, b"no state"),
    "TALLY_ERROR_FINISHED": feed_finished,
}
KINDS = {
    "TALLY_ERROR_INVALID_ARGUMENT": ValueError,
    "TALLY_ERROR_IO": OSError,
    "TALLY_ERROR_LIMIT": LimitError,
    "TALLY_ERROR_OVERLAP": OverlapError,
    "TALLY_ERROR_IN_USE": InUseError,
    "TALLY_ERROR_RESET_IN_NEEDLE": ResetInNeedleError,
    "TALLY_ERROR_NOT_A_MATCH": NotAMatchError,
    "TALLY_ERROR_DIFFERENT_COUNTERS": DifferentCountersError,
    "TALLY_ERROR_BAD_STATE": BadStateError,
    "TALLY_ERROR_FINISHED": FinishedError,
}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
@pytest.mark.parametrize("name", CAUSES)
def test_causes(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Sparse: it takes seconds to read.
    sparse = tmp_path / "sparse"
    with sparse.open("wb") as file:
        file.truncate(1 << 36)
    monkeypatch.setenv("LIBTALLY_TEST_FILE", str(sparse))
    with pytest.raises(KINDS[name]) as caught:
        CAUSES[name]()
    assert caught.type is KINDS[name]
    if name != "TALLY_ERROR_IO":
        message = library.text(library.functions.tally_status_message(STATUSES[name]))
        assert str(caught.value) == message


def test_statuses_without_a_cause_in_python(tmp_path: Path) -> None:
    """Two statuses do not reach a caller of the package: they are made to happen in C."""
    stream = Stream(COUNTER)
    matched = library.new("bool")
    path = os.fsencode(__file__)
    function = library.functions.tally_stream_feed_file
    status = library.with_options(
        "tally_read_options",
        {"progress": lambda done: True},
        lambda options: function(stream._handle, path, options, matched),
    )
    assert status == constants.TALLY_ERROR_CANCELLED
    status = function(stream._handle, library.null, library.null, matched)
    assert status == constants.TALLY_ERROR_NULL_POINTER
    left = {*STATUSES} - {*CAUSES}
    assert left == {
        "TALLY_ERROR_CANCELLED",
        "TALLY_ERROR_NULL_POINTER",
        # test_no_memory, test_panics
        "TALLY_ERROR_NO_MEMORY",
        "TALLY_ERROR_PANIC",
    }


def test_panic_error_is_no_exception() -> None:
    assert issubclass(PanicError, BaseException)
    assert not issubclass(PanicError, Exception)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        has_count_file(COUNTER, tmp_path / "missing")
    assert caught.value.errno == errno.ENOENT
    assert str(caught.value.filename).endswith("missing")
    with pytest.raises(IsADirectoryError):
        has_count_file(COUNTER, tmp_path)
    with pytest.raises(ValueError, match="null"):
        has_count_file(COUNTER, "a\0b")


def test_bad_descriptors(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"ccc")
    with pytest.raises(OSError) as caught:
        has_count_file(COUNTER, 9999)
    assert caught.value.errno == errno.EBADF
    # Reading fails in the library.
    fd = os.open(path, os.O_WRONLY)
    try:
        with pytest.raises(OSError) as caught:
            totals_file(COUNTER, fd)
        assert caught.value.errno == errno.EBADF
        assert caught.value.strerror == os.strerror(errno.EBADF)
    finally:
        os.close(fd)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_reading_fails_in_the_middle() -> None:
    # Reading the memory of this process at address 0.
    with pytest.raises(OSError) as caught:
        totals_file(COUNTER, "/proc/self/mem")
    assert caught.value.errno == errno.EIO
    assert caught.value.filename == "/proc/self/mem"


def test_not_a_file() -> None:
    for wrong in (None, 1.5, object()):
        with pytest.raises(TypeError, match="binary mode"):
            has_count_file(COUNTER, wrong)  # type: ignore[arg-type]


def test_text_file(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("ccc")
    with path.open() as file, pytest.raises(TypeError, match="binary mode"):
        has_count_file(COUNTER, file)  # type: ignore[arg-type]


def test_overlap() -> None:
    counter = Counter("aa", 1)
    left, right = Summary(counter), Summary(counter)
    left.feed("a")
    right.feed("a" * 100_000)
    before = left.totals
    with pytest.raises(OverlapError):
        left.merge(right)
    assert left.totals == before


def test_too_much_to_merge() -> None:
    summary = Summary(COUNTER)
    summary.feed(b"c")
    with pytest.raises(LimitError):
        for _ in range(70):
            summary.merge(summary)
    assert summary.totals.bytes == 2**62


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs RLIMIT_AS")
def test_no_memory() -> None:
    # A long needle needs a table that does not fit.
    program = """
import resource, libtally
needle = b"ab" * (8 << 20)
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (4 << 20), resource.RLIM_INFINITY))
try:
    libtally.Counter(needle, 1)
except MemoryError:
    print("MemoryError")
"""
    assert run(program) == "MemoryError\n"


def test_panics() -> None:
    """The tests in panics.py, with a library that can be made to panic."""
    path = os.environ.get("LIBTALLY_WITH_PANICS")
    if not path:
        pytest.skip("LIBTALLY_WITH_PANICS names no library; `make test-python` builds one")
    environment = {
        "LIBTALLY_LIBRARY": path,
        "LD_LIBRARY_PATH": str(Path(path).parent),
        # Built for the system's library, which this one is then.
        "PYTHONPATH": os.environ["LIBTALLY_SYSTEM_PACKAGE"],
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(FOLDER / "panics.py")],
        env={
            **os.environ,
            **environment,
            "RUST_BACKTRACE": "0",
            "LIBTALLY_BINDING": libtally.binding(),
        },
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout


def run(program: str) -> str:
    """The output of a program, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "LIBTALLY_BINDING": libtally.binding()},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
    ).stdout
