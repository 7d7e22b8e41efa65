"""The cases that all languages share, whole, in chunks, from files and in merged parts."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from conftest import CASES, Case

from libtally import Summary, Totals

ANSWERED = [case for case in CASES if case.data is not None]
REFUSED = [case for case in CASES if case.data is None]


def name(case: Case) -> str:
    return case.name.replace(" ", "-")


def data_of(case: Case) -> bytes:
    assert case.data is not None
    return case.data


def totals_of(case: Case, number: int) -> Totals:
    data = data_of(case)
    reset = case.reset if isinstance(case.reset, bytes) else case.reset.value
    segments = 1 + sum(byte in reset for byte in data)
    return Totals(len(data), case.count, case.max_count, segments, case.at[number][0])


@pytest.mark.parametrize("case", ANSWERED, ids=name)
def test_whole(case: Case) -> None:
    data = data_of(case)
    forms: list[Any] = [data, bytearray(data), memoryview(b"-" + data + b"-")[1:-1]]
    try:
        forms.append(data.decode())
    except UnicodeDecodeError:
        pass
    for form in forms:
        assert case.counter().count(form) == case.count
        assert case.counter().max_count(form) == case.max_count
        for number, (reached, matches, complete) in case.at.items():
            counter = case.counter(number)
            assert counter.has_count(form) is (reached > 0)
            assert counter.segments_reached(form) == reached
            assert counter.find(form) == (matches[0] if matches else None)
            found = counter.find_all(form)
            assert len(found) == reached
            assert found[: len(matches)] == matches
            assert not complete or len(matches) == reached
            for threads in 2, 3:
                assert counter.has_count(form, threads=threads) is (reached > 0)
                assert counter.count(form, threads=threads) == case.count
                assert counter.max_count(form, threads=threads) == case.max_count
                assert counter.segments_reached(form, threads=threads) == reached


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100])
@pytest.mark.parametrize("case", ANSWERED, ids=name)
def test_chunks(case: Case, size: int) -> None:
    data = data_of(case)
    if len(data) > 20_000 and size < 64:
        size = 997
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    for number, (reached, matches, _) in case.at.items():
        stream, summary = case.counter(number).stream(), case.counter(number).summary()
        for chunk in chunks:
            stream.feed(chunk)
            summary.feed(chunk)
        stream.feed(b"")
        assert stream.reached is (reached > 0)
        assert stream.match == (matches[0] if matches else None)
        assert summary.totals == totals_of(case, number)


@pytest.mark.parametrize("case", ANSWERED, ids=name)
def test_file(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(data_of(case))
    for number, (reached, matches, _) in case.at.items():
        counter = case.counter(number)
        assert counter.has_count_file(path) is (reached > 0)
        assert counter.find_file(str(path)) == (matches[0] if matches else None)
        assert counter.totals_file(bytes(path)) == totals_of(case, number)
        with path.open("rb") as file:
            assert counter.totals_file(file) == totals_of(case, number)
        with path.open("rb") as file:
            assert counter.totals_file(file.fileno()) == totals_of(case, number)


@pytest.mark.parametrize("case", ANSWERED, ids=name)
def test_merged(case: Case) -> None:
    data = data_of(case)
    for number in case.at:
        for cut in {0, 1, len(data) // 3, len(data) // 2, len(data) - 1, len(data)}:
            left, right = case.counter(number).summary(), case.counter(number).summary()
            left.feed(data[: max(cut, 0)])
            right.feed(data[max(cut, 0) :])
            left.merge(pickle.loads(pickle.dumps(right)))
            left = Summary.load(case.counter(number), left.save())
            assert left.totals == totals_of(case, number)


@pytest.mark.parametrize("case", REFUSED, ids=name)
def test_refused(case: Case) -> None:
    with pytest.raises(ValueError):
        case.counter()
