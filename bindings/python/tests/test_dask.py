"""Dask, with two workers: the answers are those of one machine, also if a worker dies."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from libtally import Counter, Quotes, Reset, find_file, totals_file

pytest.importorskip("dask", reason="an engine")
distributed: Any = pytest.importorskip("distributed", reason="an engine")
import libtally.dask  # noqa: E402

ROWS = Counter(",", reset=Reset.NEWLINES, outside=(2, 2), skip_empty=True, quotes=Quotes.FIELDS)


@pytest.fixture(scope="module")
def client() -> Any:
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as one,
    ):
        yield one


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a quoted newline across every cut of 100,003 bytes, and rows that are wrong."""
    path = tmp_path_factory.mktemp("dask") / "data"
    row = b'1,"' + b"a,\n" * 300 + b'",2\n'
    path.write_bytes(row * 2500 + b"1,2\n" + row * 10 + b"1,2,3,4\n" + row * 600)
    return path


def test_answers(client: Any, path: Path) -> None:
    every = libtally.dask.matches(ROWS, [path, path], range_bytes=100_003)
    assert every == [list(ROWS.matches(path.read_bytes()))] * 2
    assert [match.segment for match in every[0]] == [2500, 2511]
    assert libtally.dask.totals(ROWS, path, range_bytes=100_003) == [totals_file(ROWS, path)]
    assert libtally.dask.find(ROWS, path, range_bytes=100_003) == [find_file(ROWS, path)]


def test_a_worker_that_dies(client: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    died = str(path.with_name("died"))

    # Defined here, and so sent as it is.
    def count(counter: Counter, one: Any) -> bytes:
        if one.start > 0:
            try:
                os.close(os.open(died, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                pass
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        from libtally import _ranges

        return _ranges._count(counter, one)

    monkeypatch.setattr("libtally._ranges._count", count)
    found = libtally.dask.matches(ROWS, path, range_bytes=100_003)
    assert found == [list(ROWS.matches(path.read_bytes()))]
    assert os.path.exists(died)


def test_without_a_cluster(path: Path) -> None:
    dask: Any = __import__("dask")
    with dask.config.set(scheduler="threads"):
        assert libtally.dask.totals(ROWS, path) == [totals_file(ROWS, path)]
