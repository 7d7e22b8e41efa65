"""Columns of other packages: the answers are those of the items one by one, and a column again."""

from __future__ import annotations

import gc
import os
import pickle
import random
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from libtally import Column, Counter, Question, Reset, Summary, ask

pytest.importorskip("pyarrow", reason="columns of other packages")
import pyarrow  # noqa: E402

COUNTER = Counter("c", 2, Reset.NEWLINES)
VALUES = ["", "c", None, "cc", "c\nc", "é", "ccc more than twelve bytes of text", None, "xc"]
COUNTS = [0, 1, None, 2, 2, 0, 3, None, 1]
MAX_COUNTS = [0, 1, None, 2, 1, 0, 3, None, 1]
HAS = [False, False, None, True, False, False, True, None, False]

TYPES = [
    pyarrow.string(),
    pyarrow.large_string(),
    pyarrow.string_view(),
    pyarrow.binary(),
    pyarrow.large_binary(),
    pyarrow.binary_view(),
    pyarrow.dictionary(pyarrow.int16(), pyarrow.string()),
    pyarrow.dictionary(pyarrow.uint32(), pyarrow.large_string()),
]
# pyarrow 21, the last for Python 3.9, crashes where it exports chunks of views.
if int(pyarrow.__version__.split(".")[0]) <= 21:
    TYPES = [kind for kind in TYPES if "view" not in str(kind)]


def check(column: Any) -> None:
    for answers, expected in (
        (COUNTER.counts(column), COUNTS),
        (COUNTER.max_counts(column), MAX_COUNTS),
        (COUNTER.has_counts(column), HAS),
    ):
        assert type(answers) is Column
        assert answers.to_list() == expected


def array(values: list[Any], kind: Any) -> Any:
    if pyarrow.types.is_dictionary(kind):
        return pyarrow.array(values, pyarrow.string()).dictionary_encode().cast(kind)
    if pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind):
        return pyarrow.array(values, kind)
    if kind == pyarrow.string_view():
        return pyarrow.array(values, pyarrow.string()).cast(kind)
    encoded = [None if value is None else value.encode() for value in values]
    return pyarrow.array(encoded, kind)


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_types(kind: Any) -> None:
    check(array(VALUES, kind))
    # Slices, whose offset is not that of a byte of bits.
    for before in (1, 3, 8, 9):
        for after in (0, 2):
            longer = array(["cc"] * before + VALUES + ["c"] * after, kind)
            check(longer.slice(before, len(VALUES)))
    assert COUNTER.counts(array([], kind)) == []


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_chunks(kind: Any) -> None:
    for cuts in ([0], [3], [1, 1, 2, 8], [9]):
        places = [0, *cuts, len(VALUES)]
        chunks = [array(VALUES[a:b], kind) for a, b in zip(places, places[1:])]
        chunked = pyarrow.chunked_array(chunks, kind)
        check(chunked)
        check(pyarrow.table({"text": chunked}))
    assert COUNTER.counts(pyarrow.chunked_array([], kind)) == []


def test_other_layouts() -> None:
    fixed = pyarrow.array([b"cc", None, b"xc"], pyarrow.binary(2))
    assert COUNTER.counts(fixed) == [2, None, 1]
    assert COUNTER.counts(pyarrow.nulls(3)) == [None, None, None]
    keys = pyarrow.array([1, None, 0, 2, 1], pyarrow.int16())
    values = pyarrow.array(["cc", "c", None])
    assert COUNTER.counts(pyarrow.DictionaryArray.from_arrays(keys, values)) == [
        1,
        None,
        2,
        None,
        1,
    ]
    # A slice of a table, and of a record batch.
    table = pyarrow.table({"text": ["x", *VALUES, "x"]}).slice(1, len(VALUES))
    check(table)
    for batch in table.to_batches():
        check(batch)
    structs = pyarrow.StructArray.from_arrays([pyarrow.array(["x", *VALUES])], ["text"])
    check(structs.slice(1))


def test_random_values_are_counted_as_pyarrow_does() -> None:
    """With LIBTALLY_TEST_VALUES, about that many values."""
    compute = pytest.importorskip("pyarrow.compute")
    wanted = int(os.environ.get("LIBTALLY_TEST_VALUES", "60000"))
    generator = random.Random(5)
    words = ["", "c", "é", "ccé", "c" * 40, "\n", "xyz" * 9]
    done = 0
    while done < wanted:
        kind = generator.choice([*TYPES, pyarrow.binary(4)])
        counter = Counter(generator.choice(["c", "é", "cc", "xyz"]), 3)
        lengths = generator.choice([[1], [0, 1, 2], [5, 9], [40]])
        chunks = []
        for _ in range(generator.choice([1, 1, 3])):
            values: list[Any] = [
                None
                if generator.random() < 0.1
                else "".join(generator.choices(words, k=generator.choice(lengths)))
                for _ in range(generator.choice([0, 7, 64, 2000]))
            ]
            if kind == pyarrow.binary(4):
                cut = (None if value is None else value.encode()[:4] for value in values)
                values = [None if value is None else value.ljust(4) for value in cut]
                chunk = pyarrow.array(values, kind)
            else:
                chunk = array(values, kind)
            start = generator.randrange(20)
            chunks.append(chunk.slice(start, generator.randrange(len(chunk) + 1)))
        column = pyarrow.chunked_array(chunks, kind) if len(chunks) > 1 else chunks[0]
        plain = column
        if pyarrow.types.is_dictionary(kind):
            plain = pyarrow.chunked_array([chunk.dictionary_decode() for chunk in chunks])
        expected = compute.count_substring(plain.cast(pyarrow.large_binary()), counter.needle)
        has = compute.greater_equal(expected, 3)
        assert counter.counts(column) == expected.to_pylist()
        assert counter.max_counts(column) == expected.to_pylist()
        assert counter.has_counts(column) == has.to_pylist()
        done += len(column)


def test_a_column_is_a_sequence() -> None:
    column = COUNTER.counts(pyarrow.array(VALUES))
    assert len(column) == len(COUNTS)
    assert list(column) == COUNTS
    assert column == COUNTS
    assert column == COUNTER.counts(pyarrow.array(VALUES))
    assert column != COUNTS[1:]
    assert (column[0], column[2], column[-1], column[3]) == (0, None, 1, 2)
    assert column[2:5] == COUNTS[2:5]
    assert column[::-2] == COUNTS[::-2]
    for wrong in (9, -10):
        with pytest.raises(IndexError):
            column[wrong]
    assert 3 in column
    assert None in column
    assert 4 not in column
    assert column.count(None) == column.null_count == 2
    assert list(reversed(column)) == COUNTS[::-1]
    assert (column.index(2), column.index(None), column.index(None, 3)) == (3, 2, 7)
    assert (column.index(0, 1, -1), column.index(1, -1)) == (5, 8)
    for place in ((4,), (0, 1, 5), (3, 7)):
        with pytest.raises(ValueError, match="not in"):
            column.index(*place)
    assert repr(column) == "<Column of 9: [0, 1, None, 2, 2, 0, 3, None, 1]>"
    assert pickle.loads(pickle.dumps(column)) == column
    has = COUNTER.has_counts(pyarrow.array(VALUES))
    assert has[3] is True
    assert has[4] is False
    assert pickle.loads(pickle.dumps(has)) == HAS
    with pytest.raises(TypeError):
        Column()
    with pytest.raises(TypeError):
        hash(column)
    # Packages import what is none; see Column.
    assert not isinstance(column, Sequence)


def test_to_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    some = pyarrow.array([value for value in VALUES if value is not None])
    counts, has = COUNTER.counts(some).to_numpy(), COUNTER.has_counts(some).to_numpy()
    assert (counts.dtype, has.dtype) == (numpy.int64, bool)
    assert counts.tolist() == [count for count in COUNTS if count is not None]
    assert has.tolist() == [has for has in HAS if has is not None]
    assert not counts.flags.writeable
    answers = COUNTER.counts(pyarrow.array(VALUES)).to_numpy()
    assert answers.dtype == object
    assert answers.tolist() == COUNTS
    assert numpy.asarray(COUNTER.counts(some)).sum() == 9
    assert COUNTER.counts(pyarrow.array([], "string")).to_numpy().shape == (0,)
    assert COUNTER.has_counts(pyarrow.array([], "string")).to_numpy().shape == (0,)


def test_a_column_is_exported() -> None:
    for values in (VALUES, ["c"], [], [None], ["cc"] * 1000):
        column = pyarrow.array(values, "string")
        for call in (COUNTER.counts, COUNTER.has_counts):
            answers = call(column)
            again = pyarrow.array(answers)
            again.validate(full=True)
            assert again.to_pylist() == answers.to_list()
            # What was exported does not need the column any more.
            del answers
            gc.collect()
            again.validate(full=True)
            assert len(again) == len(values)
    # Capsules that nobody uses are released.
    capsules = COUNTER.counts(pyarrow.array(VALUES)).__arrow_c_array__()
    del capsules
    gc.collect()
    from libtally import _arrow

    assert _arrow._exported == {}


def test_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    for dtype in (object, "string", None):
        series = pandas.Series(VALUES, dtype=dtype)
        check(series)
        check(pandas.Index(series))
        check(series.sample(frac=1, random_state=1).sort_index())
    frame = pandas.DataFrame({"text": VALUES})
    frame["c"] = COUNTER.counts(frame["text"])
    assert frame["c"].isna().sum() == 2
    assert frame["c"].sum() == 9
    frame["enough"] = COUNTER.has_counts(frame["text"].fillna(""))
    assert frame[frame["enough"]]["text"].tolist() == ["cc", "ccc more than twelve bytes of text"]
    missing = pandas.Series(["c", None, float("nan"), pandas.NA, pandas.NaT], dtype=object)
    assert COUNTER.counts(missing) == [1, None, None, None, None]
    indexed = frame[["text"]].set_axis(list("abcdefghi"))
    if hasattr(indexed, "__arrow_c_stream__"):
        with pytest.raises(TypeError, match="pass one of them as a Series, without the index"):
            COUNTER.counts(indexed)
    check(indexed["text"])
    for wrong in (pandas.Series([1, 2]), pandas.Series([1.5]), pandas.Index([1])):
        with pytest.raises(TypeError, match="not text"):
            COUNTER.counts(wrong)
    with pytest.raises(TypeError, match="row 1 .*not int"):
        COUNTER.counts(pandas.Series(["a", 1], dtype=object))


def test_polars() -> None:
    polars = pytest.importorskip("polars")
    series = polars.Series("text", VALUES)
    check(series)
    check(series.cast(polars.Categorical))
    check(polars.concat([series[:4], series[4:]], rechunk=False))
    check(series.to_frame())
    # An expression of polars.
    frame = series.to_frame().with_columns(
        c=polars.col("text").map_batches(
            lambda text: polars.Series(COUNTER.counts(text)), return_dtype=polars.Int64
        )
    )
    assert frame["c"].to_list() == COUNTS
    lazy = polars.LazyFrame({"text": VALUES}).filter(
        polars.col("text").map_batches(
            lambda text: polars.Series(COUNTER.has_counts(text)), return_dtype=polars.Boolean
        )
    )
    assert lazy.collect()["text"].to_list() == [VALUES[3], VALUES[6]]


def test_polars_imports_columns() -> None:
    """With their types, also if no value has one."""
    polars = pytest.importorskip("polars")
    questions = {"count": Question.count(COUNTER), "has": Question.has_count(COUNTER)}
    lists: list[list[Any]] = [VALUES, ["c"], [], [None], [None] * 9, ["c", None] * 5000]
    for values in lists:
        column = polars.Series("text", values, polars.String)
        for answers, kind in (
            (COUNTER.counts(column), polars.Int64),
            (COUNTER.has_counts(column), polars.Boolean),
        ):
            series = polars.Series(answers)
            assert series.dtype == kind
            assert series.to_list() == answers.to_list()
            assert series.null_count() == values.count(None)
        found = ask(column, questions)
        frame = polars.DataFrame(found)
        assert frame.schema == {"count": polars.Int64, "has": polars.Boolean}
        assert frame.to_dict(as_series=False) == {
            name: answers.to_list() for name, answers in found.items()
        }


def test_duckdb() -> None:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    table = pyarrow.table({"n": range(len(VALUES)), "text": VALUES})
    connection.register("texts", table)
    query = "select text from texts order by n"
    check(connection.sql(query))
    for rows in (1, 2, 100):
        assert COUNTER.counts(connection.sql(query).to_arrow_reader(rows)) == COUNTS
    # A type with a dictionary.
    values = ", ".join(f"'{value}'" for value in dict.fromkeys(VALUES) if value is not None)
    connection.execute(f"create type words as enum ({values})")
    check(connection.sql("select text::words from texts order by n"))
    with pytest.raises(TypeError, match="of 2 columns .*'n', 'text'.*: pass one of them"):
        COUNTER.counts(connection.sql("select * from texts"))

    # A function of SQL.
    def count_c(text: Any) -> Any:
        return pyarrow.array(COUNTER.counts(text))

    connection.create_function(
        "count_c", count_c, ["VARCHAR"], "BIGINT", type="arrow", null_handling="special"
    )
    rows = connection.sql("select count_c(text) from texts order by n").fetchall()
    assert [count for (count,) in rows] == COUNTS
    # A method itself can be one.
    for name, method, kind, expected in (
        ("counts", COUNTER.counts, "BIGINT", COUNTS),
        ("max_counts", COUNTER.max_counts, "BIGINT", MAX_COUNTS),
        ("has_counts", COUNTER.has_counts, "BOOLEAN", HAS),
    ):
        connection.create_function(name, method, ["VARCHAR"], kind, type="arrow")
        rows = connection.sql(f"select {name}(text) from texts order by n").fetchall()
        assert [answer for (answer,) in rows] == expected


def test_pyarrow_compute() -> None:
    compute = pytest.importorskip("pyarrow.compute")

    def enough(_: Any, text: Any) -> Any:
        return pyarrow.array(COUNTER.has_counts(text))

    doc = {"summary": "at least two", "description": "Lines with at least two c."}
    compute.register_scalar_function(
        enough, "libtally_enough", doc, {"text": pyarrow.string()}, pyarrow.bool_()
    )
    table = pyarrow.table({"text": VALUES})
    mask = compute.call_function("libtally_enough", [table["text"].combine_chunks()])
    assert mask.to_pylist() == HAS
    assert table.filter(mask)["text"].to_pylist() == [VALUES[3], VALUES[6]]


def test_summaries() -> None:
    summary = Summary(COUNTER)
    summary.feed_column(pyarrow.array(VALUES))
    right = Summary(COUNTER)
    right.feed("".join(f"{value}\n" for value in VALUES if value is not None))
    assert summary == right
    # Chunks are the parts of a text.
    parts = []
    for chunk in (VALUES[:4], VALUES[4:]):
        parts.append(Summary(COUNTER))
        parts[-1].feed_column(pyarrow.array(chunk))
    assert sum(parts, Summary(COUNTER)) == right
    whole = Summary(COUNTER)
    whole.feed_column(pyarrow.chunked_array([VALUES[:4], VALUES[4:]]))
    assert whole == right
    for counter in (Counter("c", 2), Counter(b"\n", 2, b"\n"), Counter({10, 5}, 2, b"\n")):
        with pytest.raises(ValueError, match="no reset byte that is not in its needle"):
            Summary(counter).feed_column(pyarrow.array(VALUES))
    Summary(Counter(b"\n", 2, b"\n;")).feed_column(pyarrow.array(VALUES))


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        (pyarrow.array([1, 2]), "Arrow format 'l', which is not text"),
        (pyarrow.array([[b"c"]]), "which is not text"),
        (pyarrow.array([1.5]).dictionary_encode(), "which is not text"),
        (pyarrow.table({"a": ["c"], "b": ["c"]}), "2 columns .*'a', 'b'.*: pass one of them"),
        (pyarrow.table({}), "0 columns"),
        (pyarrow.array([{"a": "c"}, None]), "some of which are null"),
        (pyarrow.array([True]), "which is not text"),
    ],
    ids=str,
)
def test_refused(wrong: Any, match: str) -> None:
    for call in (COUNTER.counts, COUNTER.has_counts, COUNTER.max_counts):
        with pytest.raises(TypeError, match=match):
            call(wrong)
    for one in (COUNTER.count, COUNTER.has_count, COUNTER.find, Summary(COUNTER).feed):
        with pytest.raises(TypeError, match="for a list of them, use has_counts"):
            one(wrong)


def test_streams_that_fail() -> None:
    def batches() -> Any:
        yield pyarrow.record_batch({"text": ["c"]})
        raise OSError("no more")

    schema = pyarrow.schema([("text", pyarrow.string())])
    reader = pyarrow.RecordBatchReader.from_batches(schema, batches())
    with pytest.raises(RuntimeError, match="could not be read: .*no more"):
        COUNTER.counts(reader)

    class Lies:
        def __init__(self, answer: Any) -> None:
            self.answer = answer

        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return self.answer

    answers = [None, 5, b"", (), (None, None), pyarrow.array(["c"]).__arrow_c_array__()]
    for answer in answers:
        with pytest.raises((TypeError, ValueError)):
            COUNTER.counts(Lies(answer))


def test_threads() -> None:
    column = pyarrow.array(VALUES * 2000)
    results: list[Any] = []
    threads = [
        threading.Thread(target=lambda: results.append(COUNTER.counts(column))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [COUNTS * 2000] * 4
