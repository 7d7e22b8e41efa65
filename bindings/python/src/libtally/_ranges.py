"""Files in byte ranges, counted by any number of processes: what the engines have in common.

An engine offers `Run`: a function that calls another one with each of a list of arguments, wherever
it likes, and returns the results in order. A call may be run again: nothing depends on how often.

Each range is counted by itself and becomes a summary; those before it, merged, are its prefix. They
say in which ranges matches are decided: only these are searched, each by itself, from the start of
the segment that is open where the range starts. That is found in the range where it started, with
the prefix of that one. So what is read twice is a range or two for each that has matches.

    ranges     0         1         2         3
    text       ......n...|....q....|.........|..m...n..    n: a reset byte; q: the same, in quotes
    segments   0      1 ...................... m: a hit that makes segment 1 match

Here range 3 is searched from the n in range 0: no segment ends in 1 and 2.

With `outside` and `within`, a prefix counts the segment that is open as if it ended there. How many
matches are decided by the end of a range is then asked of the text up to its last reset byte.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, BinaryIO, Callable, NamedTuple, Optional, Union

from ._counter import Counter, Match
from ._stream import Stream
from ._summary import Summary, Totals

Path = Union[str, "os.PathLike[str]"]
Files = Union[Path, Sequence[Path]]
Run = Callable[[Callable[..., Any], list[tuple[Any, ...]]], "list[Any]"]

RANGE_BYTES = 64 << 20
_CHUNK = 1 << 20


class Range(NamedTuple):
    """A range of a file, in bytes."""

    path: str
    start: int
    end: int
    size: int
    """That of the file."""
    storage_options: dict[str, Any]


def _open(path: str, storage_options: dict[str, Any]) -> BinaryIO:
    """A local file, or one of fsspec."""
    if "://" not in path:
        return open(path, "rb", buffering=0)
    fsspec: Any = import_module("fsspec")
    opened: BinaryIO = fsspec.open(path, "rb", **storage_options).open()
    return opened


def _cut(path: Path, range_bytes: int, storage_options: dict[str, Any]) -> list[Range]:
    """The ranges of a file: one at least."""
    name = os.fspath(path)
    with _open(name, storage_options) as file:
        size = file.seek(0, os.SEEK_END)
    starts = range(0, size, range_bytes) or [0]
    return [
        Range(name, start, min(size, start + range_bytes), size, storage_options)
        for start in starts
    ]


def _chunks(one: Range, start: int, end: int) -> Iterator[bytes]:
    """The bytes of a part of a file."""
    with _open(one.path, one.storage_options) as file:
        file.seek(start)
        while start < end:
            chunk = file.read(min(_CHUNK, end - start))
            if not chunk:
                raise OSError(f"{one.path} became shorter while it was read")
            start += len(chunk)
            yield chunk


def _count(counter: Counter, one: Range) -> bytes:
    """The state of the summary of a range."""
    summary = Summary(counter)
    for chunk in _chunks(one, one.start, one.end):
        summary.feed(chunk)
    return summary.save()


def _last_reset(counter: Counter, one: Range, prefix: bytes) -> tuple[int, Summary]:
    """Where the last byte of a range is that ends a segment, and the summary of all up to it. There
    has to be one."""
    summary = Summary.load(counter, prefix)
    last = 0, b"", prefix
    at = one.start
    for chunk in _chunks(one, one.start, one.end):
        segments, before = summary.totals.segments, summary.save()
        summary.feed(chunk)
        if summary.totals.segments > segments:
            last = at, chunk, before
        at += len(chunk)
    at, chunk, before = last

    def with_part(length: int) -> Summary:
        part = Summary.load(counter, before)
        part.feed(chunk[:length])
        return part

    # The shortest part of the chunk with all of its segments: it ends in the reset byte.
    too_short, enough = 0, len(chunk)
    wanted = with_part(enough).totals.segments
    while enough - too_short > 1:
        middle = (too_short + enough) // 2
        if with_part(middle).totals.segments == wanted:
            enough = middle
        else:
            too_short = middle
    return at + enough - 1, with_part(enough)


def _decided(counter: Counter, one: Range, prefix: bytes) -> int:
    """How many of the segments match that end before the end of a range. One has to end in it."""
    at, summary = _last_reset(counter, one, prefix)
    # Without the segment that the reset byte starts, which is empty, or has that byte as its hit.
    empty = Summary(counter).totals.matching_segments
    if counter.skip_empty or counter.skip_last_empty:
        return summary.totals.matching_segments - empty
    [reset] = _chunks(one, at, at + 1)
    started = Summary(counter)
    started.feed(reset)
    return summary.totals.matching_segments - (started.totals.matching_segments - empty)


def _find(
    counter: Counter, one: Range, segment: int, before: Optional[tuple[Range, bytes]]
) -> list[Match]:
    """The matches that are decided in a range, and at the end of the file. The number `segment` is
    that of the one that is open where the range starts. It began in the range `before`, which has
    this prefix, or with the file."""
    start, shift = 0, 0
    if before is not None:
        # The reset byte is searched too: it may be a hit, and is a segment of its own before it.
        start, shift = _last_reset(counter, *before)[0], segment - 1
    stream = Stream(counter)
    for chunk in _chunks(one, start, one.start):
        stream.find(chunk)
    found: list[Match] = []
    for chunk in _chunks(one, one.start, one.end):
        found += stream.find(chunk)
    if one.end == one.size and stream.finish() and stream.first_match is not None:
        found.append(stream.first_match)
    return [
        Match(match.segment + shift, match.start + start, match.end + start, match.count)
        for match in found
        if before is None or match.segment > 0
    ]


class _Counted:
    """A file, its ranges, and the prefix of each; the last prefix is that of the end."""

    def __init__(self, counter: Counter, ranges: list[Range], states: list[bytes]) -> None:
        self.counter, self.ranges = counter, ranges
        prefix = Summary(counter)
        self.prefixes, self.totals = [prefix.save()], [prefix.totals]
        for state in states:
            prefix.merge(Summary.load(counter, state))
            self.prefixes.append(prefix.save())
            self.totals.append(prefix.totals)

        # The ranges in which segments end. All is decided at the end of the last one.
        self.ends = [
            at
            for at, (left, right) in enumerate(zip(self.totals, self.totals[1:]))
            if right.segments > left.segments
        ]

    def search(self, at: int) -> tuple[Any, ...]:
        """The arguments of `_find` for a range."""
        opened = [end for end in self.ends if end < at][-1:]
        before = [(self.ranges[end], self.prefixes[end]) for end in opened]
        segment = self.totals[at].segments - 1
        return self.counter, self.ranges[at], segment, before[0] if before else None

    def decided(self, run: Run, places: list[int]) -> list[int]:
        """How many matches are decided by the ends of some ranges, in which segments end."""
        if self.counter.min_number is not None:
            return [self.totals[at + 1].matching_segments for at in places]
        return run(_decided, [(self.counter, self.ranges[at], self.prefixes[at]) for at in places])

    def searches(self, run: Run) -> list[tuple[Any, ...]]:
        """The arguments of `_find` for each range that has matches, in order."""
        last = len(self.ranges) - 1
        if not self.totals[-1].matching_segments:
            return []
        if self.counter.min_number is None:
            # What is open at the end is decided there.
            places = [at for at in self.ends if at != last]
        else:
            places = list(range(last))
        found, before = [], 0
        for at, number in zip(places, self.decided(run, places)):
            if number > before:
                found.append(at)
            before = number
        if self.totals[-1].matching_segments > before:
            found.append(last)
        return [self.search(at) for at in found]

    def first(self, run: Run, at_a_time: int) -> Optional[Match]:
        """The first match. Asks for some numbers of matches at a time, evenly spaced."""
        if not self.totals[-1].matching_segments:
            return None
        last = len(self.ranges) - 1
        places = range(last) if self.counter.min_number is not None else self.ends
        places = [at for at in places if at != last]
        # It is decided in one of places[low..high], or in the last range.
        low, high = 0, len(places)
        while low < high:
            step = -(-(high - low) // at_a_time)
            asked = range(low, high, step)
            for at, number in zip(asked, self.decided(run, [places[at] for at in asked])):
                if number:
                    high = at
                    break
                low = at + 1
        [found] = run(_find, [self.search([*places, last][low])])
        return found[0]  # type: ignore[no-any-return]


def _counted(
    run: Run, counter: Counter, files: Files, range_bytes: int, storage_options: Any
) -> list[_Counted]:
    if range_bytes < 1:
        raise ValueError("range_bytes has to be 1 or more")
    paths = [files] if isinstance(files, (str, os.PathLike)) else list(files)
    cut = [_cut(path, range_bytes, dict(storage_options or {})) for path in paths]
    states = run(_count, [(counter, one) for ranges in cut for one in ranges])
    result, at = [], 0
    for ranges in cut:
        result.append(_Counted(counter, ranges, states[at : at + len(ranges)]))
        at += len(ranges)
    return result


def totals(
    run: Run, counter: Counter, files: Files, range_bytes: int, storage_options: Any
) -> list[Totals]:
    """All counts of each file."""
    return [one.totals[-1] for one in _counted(run, counter, files, range_bytes, storage_options)]


def find(
    run: Run,
    counter: Counter,
    files: Files,
    range_bytes: int,
    storage_options: Any,
    at_a_time: int,
) -> list[Optional[Match]]:
    """The first match of each file. Runs some calls at a time to find it."""
    counted = _counted(run, counter, files, range_bytes, storage_options)
    return [one.first(run, at_a_time) for one in counted]


def matches(
    run: Run, counter: Counter, files: Files, range_bytes: int, storage_options: Any
) -> list[list[Match]]:
    """All matches of each file."""
    counted = _counted(run, counter, files, range_bytes, storage_options)
    searches = [one.searches(run) for one in counted]
    found = iter(run(_find, [search for some in searches for search in some]))
    return [[match for _ in some for match in next(found)] for some in searches]
