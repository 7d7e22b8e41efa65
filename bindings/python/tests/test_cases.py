"""The shared cases: whole, in chunks, from files, and merged from parts."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from conftest import CASES, Case

from libtally import (
    Reset,
    Stream,
    Summary,
    Totals,
    find_file,
    has_count_file,
    totals_file,
)

ANSWERED = [case for case in CASES if case.data is not None]
INVALID = [case for case in CASES if case.data is None]

RESET_BYTES = {
    Reset.NONE: b"",
    Reset.NEWLINES: b"\n",
    Reset.SPACES: b" ",
    Reset.WHITESPACE: b" \t\n\v\f\r",
}


def name(case: Case) -> str:
    return case.name.replace(" ", "-")


def data_of(case: Case) -> bytes:
    assert case.data is not None
    return case.data


def check_totals(totals: Totals, case: Case, matching: int) -> None:
    data = data_of(case)
    found = totals.bytes, totals.count, totals.max_count, totals.matching_segments
    assert found == (len(data), case.count, case.max_count, matching)
    # Quotes hide reset bytes.
    if "quotes" not in case.options:
        reset = RESET_BYTES[case.reset] if isinstance(case.reset, Reset) else case.reset
        assert totals.segments == 1 + sum(byte in reset for byte in data)


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
        assert case.counter().unclosed_quote(form) == case.unclosed
        for trim, starting, ending in case.edges:
            assert case.counter().starting_segments(form, trim=trim) == starting
            assert case.counter().ending_segments(form, trim=trim) == ending
        for condition, matching, matches, complete in case.at:
            counter = case.counter(**condition)
            assert counter.has_count(form) is (matching > 0)
            assert counter.matching_segments(form) == matching
            assert counter.find(form) == (matches[0] if matches else None)
            found = counter.find_many(form)
            assert len(found) == matching
            assert found[: len(matches)] == matches
            assert list(counter.matches(form)) == found
            assert not complete or len(matches) == matching
            for threads in 2, 3:
                assert counter.has_count(form, threads=threads) is (matching > 0)
                assert counter.find(form, threads=threads) == (matches[0] if matches else None)
                assert counter.count(form, threads=threads) == case.count
                assert counter.max_count(form, threads=threads) == case.max_count
                assert counter.matching_segments(form, threads=threads) == matching


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100])
@pytest.mark.parametrize("case", ANSWERED, ids=name)
def test_chunks(case: Case, size: int) -> None:
    data = data_of(case)
    if len(data) > 20_000 and size < 64:
        size = 997
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    for condition, matching, matches, _ in case.at:
        counter = case.counter(**condition)
        stream, summary, search = Stream(counter), Summary(counter), Stream(counter)
        found = []
        for chunk in chunks:
            stream.feed(chunk)
            summary.feed(chunk)
            found += search.find(chunk)
        stream.feed(b"")
        if condition.get("min_number"):
            assert stream.matched is (matching > 0)
        assert stream.finish() is stream.matched is (matching > 0)
        assert stream.first_match == (matches[0] if matches else None)
        if search.finish():
            assert search.first_match is not None
            found.append(search.first_match)
        assert len(found) == matching
        assert found[: len(matches)] == matches
        check_totals(summary.totals, case, matching)
        assert search.unclosed_quote == summary.unclosed_quote == case.unclosed


@pytest.mark.parametrize("case", ANSWERED, ids=name)
def test_file(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(data_of(case))
    for condition, matching, matches, _ in case.at:
        counter = case.counter(**condition)
        assert has_count_file(counter, path) is (matching > 0)
        assert find_file(counter, str(path)) == (matches[0] if matches else None)
        check_totals(totals_file(counter, bytes(path)), case, matching)
        with path.open("rb") as file:
            check_totals(totals_file(counter, file), case, matching)
        with path.open("rb") as file:
            check_totals(totals_file(counter, file.fileno()), case, matching)


@pytest.mark.parametrize("case", ANSWERED, ids=name)
def test_merged(case: Case) -> None:
    data = data_of(case)
    for condition, matching, _, _ in case.at:
        counter = case.counter(**condition)
        for cut in {0, 1, len(data) // 3, len(data) // 2, len(data) - 1, len(data)}:
            left, right = Summary(counter), Summary(counter)
            left.feed(data[: max(cut, 0)])
            right.feed(data[max(cut, 0) :])
            left.merge(pickle.loads(pickle.dumps(right)))
            left = Summary.load(counter, left.save())
            check_totals(left.totals, case, matching)
            assert left.unclosed_quote == case.unclosed


@pytest.mark.parametrize("case", INVALID, ids=name)
def test_invalid(case: Case) -> None:
    with pytest.raises(ValueError):
        case.counter()
