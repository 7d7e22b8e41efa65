"""Files awaited under trio, as test_aio.py has it under asyncio."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any, Optional

import pytest

from libtally import Counter, InUseError, LimitError, Match, Reset, Summary, Totals, aio

if os.environ.get("CI") == "true":
    import trio
else:
    trio = pytest.importorskip("trio", reason="trio is not installed")

COUNTER = Counter("c", 3, Reset.NEWLINES)


def test_answers(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"c\nccc")

    async def main() -> None:
        assert await aio.has_count_file(COUNTER, path) is True
        assert await aio.find_file(COUNTER, path) == Match(1, 2, 5, 3)
        assert await aio.totals_file(COUNTER, path) == Totals(5, 4, 3, 2, 1)
        summary = Summary(COUNTER)
        assert await aio.feed_file(summary, path, threads=2) is None
        assert summary.totals.bytes == 5
        with pytest.raises(FileNotFoundError):
            await aio.has_count_file(COUNTER, tmp_path / "missing")
        with pytest.raises(LimitError):
            await aio.totals_file(COUNTER, path, max_bytes=2)

    trio.run(main)


def test_progress(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"c\n" * 1000)
    reports: list[tuple[Any, ...]] = []

    async def main(report: Any) -> None:
        await aio.totals_file(COUNTER, path, progress=report)

    def report(*numbers: Any) -> None:
        assert threading.current_thread() is threading.main_thread()
        reports.append(numbers)

    trio.run(main, report)
    assert reports[-1] == (2000, 2000)

    def fail(*numbers: Any) -> None:
        raise KeyError("failed")

    with pytest.raises(KeyError, match="failed"):
        trio.run(main, fail)


def when_free(summary: Summary) -> Totals:
    """The totals, once no thread is feeding the summary any more."""
    while True:
        try:
            return summary.totals
        except InUseError:
            time.sleep(0.01)


@pytest.mark.parametrize("threads", [1, 2])
def test_cancelled(threads: int, tmp_path: Path) -> None:
    path = tmp_path / "data"
    # Sparse: half a minute of reading, or more.
    with path.open("wb") as file:
        file.truncate(1 << 38)
    summary = Summary(COUNTER)

    async def main() -> None:
        read = 0

        def report(done: int, total: Optional[int]) -> None:
            nonlocal read
            read = done

        async with trio.open_nursery() as nursery:
            scope = trio.CancelScope()

            async def feed() -> None:
                with scope:
                    await aio.feed_file(summary, path, progress=report, threads=threads)
                assert scope.cancelled_caught

            nursery.start_soon(feed)
            # The loop goes on meanwhile.
            while not read:
                await trio.sleep(0.01)
            scope.cancel()

    trio.run(main)
    assert 0 < when_free(summary).bytes < 1 << 38


def test_cancelled_while_a_pipe_is_silent() -> None:
    source, target = os.pipe()

    async def main() -> None:
        with trio.move_on_after(0.1) as scope:
            await aio.has_count_file(COUNTER, source)
        assert scope.cancelled_caught

    trio.run(main)
    # The thread that waits is let go.
    os.close(target)
