"""Spark, with two worker processes: the answers are those of one machine, also if a task fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from libtally import Counter, Quotes, Reset, find_file, totals_file

pyspark: Any = pytest.importorskip("pyspark", reason="an engine")
import libtally.spark  # noqa: E402

ROWS = Counter(",", reset=Reset.NEWLINES, outside=(2, 2), skip_empty=True, quotes=Quotes.FIELDS)


@pytest.fixture(scope="module")
def spark() -> Any:
    os.environ.setdefault("SPARK_HOME", os.path.dirname(pyspark.__file__))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a quoted newline across every cut of 100,003 bytes, and rows that are wrong."""
    path = tmp_path_factory.mktemp("spark") / "data"
    row = b'1,"' + b"a,\n" * 300 + b'",2\n'
    path.write_bytes(row * 2500 + b"1,2\n" + row * 10 + b"1,2,3,4\n" + row * 600)
    return path


def test_answers(spark: Any, path: Path) -> None:
    every = libtally.spark.matches(spark, ROWS, [path, path], range_bytes=100_003)
    assert every == [list(ROWS.matches(path.read_bytes()))] * 2
    assert [match.segment for match in every[0]] == [2500, 2511]
    assert libtally.spark.totals(spark, ROWS, path, range_bytes=100_003) == [
        totals_file(ROWS, path)
    ]
    assert libtally.spark.find(spark, ROWS, path, range_bytes=100_003) == [find_file(ROWS, path)]


def test_a_task_that_fails(spark: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = str(path.with_name("failed"))

    # Defined here, and so sent as it is.
    def count(counter: Counter, one: Any) -> bytes:
        if one.start > 0:
            try:
                os.close(os.open(failed, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                pass
            else:
                # The process of the task, and not an exception.
                os._exit(1)
        from libtally import _ranges

        return _ranges._count(counter, one)

    monkeypatch.setattr("libtally._ranges._count", count)
    found = libtally.spark.matches(spark, ROWS, path, range_bytes=100_003)
    assert found == [list(ROWS.matches(path.read_bytes()))]
    assert os.path.exists(failed)


def test_columns(spark: Any) -> None:
    values = ["a,b", None, "", ",,,"]
    frame = spark.createDataFrame([(value,) for value in values], "text string")
    counter = Counter(",", 1)

    def counts(batches: Any) -> Any:
        import pyarrow

        for batch in batches:
            found = pyarrow.array(counter.counts(batch.column("text")))
            yield pyarrow.record_batch({"n": found})

    rows = frame.coalesce(1).mapInArrow(counts, "n bigint").collect()
    assert [row.n for row in rows] == [1, None, 0, 3]
