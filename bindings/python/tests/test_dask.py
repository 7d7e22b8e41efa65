"""Dask, with two worker processes: the answers are those of one machine, also if one dies."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import engines
import pytest
from engines import ROWS

from libtally import Counter, _ranges, totals_file

dask: Any = pytest.importorskip("dask", reason="an engine")
distributed: Any = pytest.importorskip("distributed", reason="an engine")
import libtally.dask  # noqa: E402


@pytest.fixture(scope="module")
def client() -> Any:
    # Where a worker dies, what starts another one is closed too if none is there in time. On a busy
    # machine, the default of 15 seconds is too short.
    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "10 minutes"}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as one,
    ):
        yield one


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dask")


@pytest.fixture(scope="module")
def rows(folder: Path) -> Path:
    return engines.rows_in(folder)


def test_matches(client: Any, rows: Path) -> None:
    engines.check_matches(libtally.dask, rows)


def test_words(client: Any, folder: Path) -> None:
    engines.check_words(libtally.dask, engines.words_in(folder))


def test_bad_input(client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engines.check_bad_input(libtally.dask, tmp_path, monkeypatch)


def test_workers_that_die(
    client: Any, rows: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("count_range", "find_edge", "search", "count_words_of_range")
    engines.check_deaths(
        libtally.dask, rows, engines.words_in(folder), monkeypatch, dict.fromkeys(names, 0)
    )


def test_progress(client: Any, rows: Path) -> None:
    """The tasks have names that say what they do."""
    with distributed.get_task_stream(client) as stream:
        libtally.dask.matches(ROWS, rows, range_bytes=engines.RANGE)
    names = {task["key"].rpartition("-")[0] for task in stream.data}
    assert names == {
        f"libtally: {name}"
        for name in ("sizes of files", "counts of ranges", "edges of ranges", "matches")
    }


def test_local_schedulers(rows: Path, folder: Path) -> None:
    paths = engines.words_in(folder)
    for scheduler in ("threads", "sync"):
        with dask.config.set(scheduler=scheduler):
            assert libtally.dask.totals(ROWS, rows, range_bytes=engines.RANGE) == [
                totals_file(ROWS, rows)
            ]
            engines.check_words(libtally.dask, paths)


def test_fsspec(rows: Path) -> None:
    """In the memory of this process."""
    fsspec: Any = pytest.importorskip("fsspec")
    data = rows.read_bytes()
    fsspec.filesystem("memory").pipe("/rows", data)
    with dask.config.set(scheduler="threads"):
        found = libtally.dask.matches(ROWS, "memory://rows", range_bytes=engines.RANGE)
        assert found == [list(ROWS.matches(data))]
        with pytest.raises(FileNotFoundError):
            libtally.dask.totals(ROWS, "memory://none")


def test_columns(client: Any) -> None:
    pandas: Any = pytest.importorskip("pandas")
    dataframe: Any = pytest.importorskip("dask.dataframe")
    values = ["a,b", None, "", ",,,"] * 3
    frame = dataframe.from_pandas(pandas.DataFrame({"text": values}), npartitions=2)
    counter = Counter(",", 1)
    found = frame["text"].map_partitions(
        lambda part: pandas.Series(counter.counts(part).to_list(), part.index, "Int64"),
        meta=("commas", "Int64"),
    )
    assert found.compute().to_list() == [1, pandas.NA, 0, 3] * 3


def test_collections_are_not_lists() -> None:
    pandas: Any = pytest.importorskip("pandas")
    dataframe: Any = pytest.importorskip("dask.dataframe")
    frame = dataframe.from_pandas(pandas.DataFrame({"c": ["a", "c"], "d": ["", "c"]}), 1)
    with pytest.raises(TypeError, match="DataFrame: pass one of its columns"):
        Counter("c", 1).counts(frame)
    # A column is iterated.
    assert Counter("c", 1).counts(frame["c"]) == [0, 1]


def test_documentation(client: Any) -> None:
    results = doctest.testmod(libtally.dask)
    assert (results.failed, results.attempted) == (0, 5)


def test_readers_of_one_file() -> None:
    """They have offsets of their own, whatever file system it is in."""
    fsspec: Any = pytest.importorskip("fsspec")
    data = bytes(at % 251 for at in range(2000))
    fsspec.filesystem("memory").pipe("/bytes", data)
    file = _ranges._described_file("memory://bytes", {})
    starts = (0, 700, 300)
    readers = [_ranges._chunks(file, start, start + 1000, 10) for start in starts]
    turns = [[bytes(chunk) for chunk in turn] for turn in zip(*readers)]
    assert len(turns) > 5
    for start, chunks in zip(starts, zip(*turns)):
        assert b"".join(chunks) == data[start : start + 1000]
