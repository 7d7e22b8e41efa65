"""Summaries saved and loaded, pickled, copied, and counted by other processes."""

from __future__ import annotations

import copy
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest
from test_docs import README

from libtally import (
    BadStateError,
    Counter,
    DifferentCountersError,
    Reset,
    Stream,
    Summary,
    Totals,
)

COUNTER = Counter("é", 2, Reset.NEWLINES)
DATA = "é\né.éé\n".encode()

WAYS: list[Callable[[Summary], Summary]] = [
    *(
        lambda summary, protocol=protocol: pickle.loads(pickle.dumps(summary, protocol))
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ),
    copy.copy,
    copy.deepcopy,
]


def fed(counter: Counter, data: bytes) -> Summary:
    summary = Summary(counter)
    summary.feed(data)
    return summary


def test_format() -> None:
    # As the crate's tests have it: "aba" at least once in "xabaab", of which "ab" is open.
    numbers = [6, 1, 0, 0, 1, 0, 0, 2]
    state = b"\x01" + (1).to_bytes(8, "little") + bytes(64) + (3).to_bytes(8, "little") + b"aba"
    state += b"".join(number.to_bytes(8, "little") for number in numbers) + b"xabaab"
    counter = Counter("aba", 1)
    assert fed(counter, b"xabaab").save() == state
    assert Summary.load(counter, state).totals == Totals(6, 1, 1, 1, 1)


@pytest.mark.parametrize("way", WAYS)
def test_goes_on(way: Callable[[Summary], Summary]) -> None:
    for cut in range(len(DATA) + 1):
        summary = fed(COUNTER, DATA[:cut])
        other = way(summary)
        assert type(other) is Summary
        assert other.totals == summary.totals
        other.feed(DATA[cut:])
        assert other.totals == Totals(11, 4, 3, 3, 1)
        # They are independent: this one has not changed.
        right = way(fed(COUNTER, DATA[cut:]))
        summary.merge(right)
        assert summary.totals == other.totals
        assert summary.save() == other.save()


def test_buffers() -> None:
    state = fed(COUNTER, DATA).save()
    assert type(state) is bytes
    for same in (bytearray(state), memoryview(b"." + state)[1:]):
        assert Summary.load(COUNTER, same).totals.count == 4


def test_broken() -> None:
    state = fed(COUNTER, DATA).save()
    for broken in (b"", b"\0", state[:-1], state + b"\0", b"\x02" + state[1:], bytes(len(state))):
        with pytest.raises(BadStateError, match="not a saved state"):
            Summary.load(COUNTER, broken)
    for other in (Counter("é", 3, Reset.NEWLINES), Counter("é", 2), Counter("c", 2)):
        with pytest.raises(DifferentCountersError, match="different counters"):
            Summary.load(other, state)
    # The same question, from other arguments.
    assert Summary.load(Counter(0xE9, 2, b"\n"), state).totals.count == 4
    wrong: list[Any] = ["text", 5, None, [state]]
    for state in wrong:
        with pytest.raises(TypeError):
            Summary.load(COUNTER, state)


def test_counters_alone_make_them() -> None:
    stream: Any = Stream(COUNTER)
    state = Summary(COUNTER).save()
    makes: list[Callable[[Any], object]] = [
        type(stream),
        Summary,
        lambda counter: Summary.load(counter, state),
    ]
    for make in makes:
        for wrong in (stream, Summary(COUNTER), None):
            with pytest.raises(TypeError, match="counter has to be a Counter"):
                make(wrong)


def test_processes(tmp_path: Path) -> None:
    """The program in the README counts a file in several processes, cut anywhere."""
    [program] = re.findall(r"```python\n(#.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    small = re.sub(r"(?m)^PART = .*$", "PART = 7", program)
    assert small != program
    script, data = tmp_path / "program.py", tmp_path / "data"
    script.write_text(small, encoding="utf-8")
    data.write_bytes(b";" * 30 + b"\n;;\n" + b";" * 64)
    answer = subprocess.run(
        [sys.executable, str(script), str(data)],
        stdout=subprocess.PIPE,
        check=True,
        timeout=300,
        text=True,
    ).stdout
    assert answer == f"{Totals(98, 96, 64, 3, 1)}\n"
