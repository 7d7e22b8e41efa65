"""Files awaited: the loop goes on, and cancelling stops the reading."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any, Optional

import pytest

from libtally import Counter, LimitError, Match, Reset, Stream, Summary, Totals, aio

COUNTER = Counter("c", 3, Reset.NEWLINES)


def test_answers(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"c\nccc")

    async def main() -> None:
        assert await aio.has_count_file(COUNTER, path) is True
        assert await aio.find_file(COUNTER, path) == Match(1, 2, 5, 3)
        assert await aio.totals_file(COUNTER, path) == Totals(5, 4, 3, 2, 1)
        assert await aio.totals_file(COUNTER, path, threads=2) == Totals(5, 4, 3, 2, 1)
        stream, summary = Stream(COUNTER), Summary(COUNTER)
        assert await aio.feed_file(stream, path) is True
        assert await aio.feed_file(summary, path) is None
        assert await aio.feed_file(summary, path, threads=2) is None
        assert summary.totals.bytes == 10
        with pytest.raises(FileNotFoundError):
            await aio.has_count_file(COUNTER, tmp_path / "missing")
        with pytest.raises(LimitError):
            await aio.totals_file(COUNTER, path, max_bytes=2)

    asyncio.run(main())


def test_progress(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"c\n" * 1000)
    reports: list[tuple[Any, ...]] = []

    def report(*numbers: Any) -> None:
        assert threading.current_thread() is threading.main_thread()
        reports.append(numbers)

    asyncio.run(aio.totals_file(COUNTER, path, progress=report))
    assert reports[-1] == (2000, 2000)

    def fail(*numbers: Any) -> None:
        raise KeyError("failed")

    with pytest.raises(KeyError, match="failed"):
        asyncio.run(aio.totals_file(COUNTER, path, progress=fail))


@pytest.mark.parametrize("threads", [1, 2])
def test_cancelled(threads: int, tmp_path: Path) -> None:
    path = tmp_path / "data"
    # Sparse: half a minute of reading, or more.
    with path.open("wb") as file:
        file.truncate(1 << 38)
    summary = Summary(COUNTER)

    async def main() -> None:
        ticks = read = 0

        def report(done: int, total: Optional[int]) -> None:
            nonlocal read
            read = done

        reading = aio.feed_file(summary, path, progress=report, threads=threads)
        task = asyncio.ensure_future(reading)
        # The loop goes on meanwhile.
        while ticks < 20 or not read:
            await asyncio.sleep(0.01)
            ticks += 1
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    # Ends when the executor's threads have: so the reading has stopped.
    asyncio.run(main())
    assert 0 < summary.totals.bytes < 1 << 38
