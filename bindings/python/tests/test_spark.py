"""Spark, with two worker processes: the answers are those of one machine, also if one dies."""

from __future__ import annotations

import doctest
import os
import shutil
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import engines
import pytest
from engines import ROWS

from libtally import Counter

pyspark: Any = pytest.importorskip("pyspark", reason="an engine")
if shutil.which("java") is None and os.environ.get("CI") != "true":
    pytest.skip("Spark needs Java", allow_module_level=True)
import libtally.spark  # noqa: E402


@pytest.fixture(scope="module")
def spark() -> Any:
    os.environ.setdefault("SPARK_HOME", os.path.dirname(pyspark.__file__))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    # Short runs: most of the time would go to compiling.
    java = "-XX:TieredStopAtLevel=1"
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.driver.extraJavaOptions", java)
        .config("spark.executor.extraJavaOptions", java)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="module")
def engine(spark: Any) -> Any:
    names = libtally.spark.__all__
    return SimpleNamespace(
        **{name: partial(getattr(libtally.spark, name), spark) for name in names}
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module")
def rows(folder: Path) -> Path:
    return engines.rows_in(folder)


def test_matches(engine: Any, rows: Path) -> None:
    engines.check_matches(engine, rows)


def test_words(engine: Any, folder: Path) -> None:
    engines.check_words(engine, engines.words_in(folder))


def test_bad_input(engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engines.check_bad_input(engine, tmp_path, monkeypatch)
    with pytest.raises(TypeError, match="spark has to be a SparkSession .*, not Counter"):
        libtally.spark.totals(ROWS, engine, "file")


def test_workers_that_die(
    engine: Any, rows: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In two of these, the process of Python; in two, the executor, which started it by way of
    another one."""
    generations = {"count_range": 2, "find_edge": 0, "search": 0, "count_words_of_range": 2}
    engines.check_deaths(engine, rows, engines.words_in(folder), monkeypatch, generations)


def test_progress(engine: Any, spark: Any, rows: Path) -> None:
    """The descriptions of jobs say what they do, and that of the caller is put back."""
    context = spark.sparkContext
    context.setJobDescription("mine")
    engine.matches(ROWS, rows, range_bytes=engines.RANGE)
    assert context.getLocalProperty("spark.job.description") == "mine"
    context.setJobDescription(None)
    jobs = context._jsc.sc().statusStore().jobsList(None)
    descriptions = [jobs.apply(at).description().get() for at in range(4)]
    assert descriptions[::-1] == [
        f"libtally: {name}"
        for name in ("sizes of files", "counts of ranges", "edges of ranges", "matches")
    ]


def test_columns(spark: Any) -> None:
    import pyarrow
    from pyspark.sql.functions import arrow_udf

    frame = spark.createDataFrame([("a,b",), (None,), ("",), (",,,",)], "text string").coalesce(1)
    counter = Counter(",", 1)
    commas = arrow_udf(lambda text: pyarrow.array(counter.counts(text)), "bigint")
    rows = frame.select("text", commas("text").alias("n")).where("n >= 1 or n is null").collect()
    assert [tuple(row) for row in rows] == [("a,b", 1), (None, None), (",,,", 3)]

    def counts(batches: Any) -> Any:
        for batch in batches:
            yield pyarrow.record_batch({"n": pyarrow.array(counter.counts(batch["text"]))})

    rows = frame.mapInArrow(counts, "n bigint").collect()
    assert [row.n for row in rows] == [1, None, 0, 3]


def test_documentation(spark: Any) -> None:
    results = doctest.testmod(libtally.spark, extraglobs={"spark": spark})
    assert (results.failed, results.attempted) == (0, 5)
