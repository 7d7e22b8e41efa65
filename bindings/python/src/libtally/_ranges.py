"""Files in byte ranges, counted by any number of processes: what the engines have in common.

An `Engine` calls functions wherever it likes, as often as it likes: a call that is run again has
the same result. A file is cut anywhere, and each range is counted by itself. The summaries of all
ranges before one, merged, are its prefix: it knows whether a quote is open there, say.

Matches are found between edges. The edge of a range is its first reset byte, which the prefix
distinguishes from one in quotes; the edge of the first range is the start of the file.

    ranges   0         1         2         3
    text     ......n...|....q....|.........|..m...n..    n: a reset byte; q: the same, in quotes;
    edges    ^                                    ^      m: a hit, with which a segment matches

Ranges 1 and 2 have no edge. At an edge it is known exactly how many segments match up to there. So
only text that has matches is searched, from one edge to the next, until there are as many: here all
of it, up to m. Nothing else is read twice, but for the start of ranges, up to their edges.

Tables of words are cut behind separators. The first word of a range is the first one that follows a
separator in it; the last one, that before the first word of the next range.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any, Callable, NamedTuple, Optional, Protocol, TypeVar, Union
from urllib.parse import unquote

from ._arguments import integer
from ._counter import Counter, Match, check_counter
from ._errors import LimitError
from ._stream import Stream
from ._summary import Summary, Totals
from ._top_words import TopWords
from ._word_counts import WordCounts
from ._word_rule import WordRule
from ._words import count_words

Path = Union[str, "os.PathLike[str]"]
Files = Union[Path, Sequence[Path]]
Arguments = list[tuple[Any, ...]]
Words = TypeVar("Words", WordCounts, TopWords)
_Read = Callable[[int, int], memoryview]

# A block of HDFS. A smaller one is counted in less time than an engine needs for a task.
RANGE_BYTES = 128 << 20
# How much is read at a time, in bytes: for counting, and where little is expected to be needed.
_CHUNK = 256 << 10
_SMALL_CHUNK = 64 << 10
# From other file systems, this many times as much: each reading is a request.
_REMOTE = 16
# How many ranges are counted first when the first match is wanted. Then twice as many, and so on.
_FIRST_RANGES = 16
# An engine takes milliseconds for a task. So more calls than this share tasks, and those that take
# little time do so in any case.
MAX_TASKS = 10_000
_SMALL_CALLS = 8
# What file systems call that which changes with a file.
_VERSIONS = (
    *("ETag", "etag", "mtime", "LastModified", "last_modified", "modified"),
    *("modification_time", "modificationTime", "created"),
)
# The longest separator of words less one byte.
_CUT = 2


class Engine(Protocol):
    """Calls functions, for which `label` is what a person should read."""

    def run(self, label: str, function: Callable[..., Any], arguments: Arguments) -> list[Any]:
        """The results of calls with each of these arguments, in order."""
        ...

    def fold(self, label: str, function: Callable[..., Any], arguments: Arguments) -> Any:
        """The same results, of which there is one at least, merged in order by `merge`."""
        ...


class File(NamedTuple):
    """A file as it was when it was cut."""

    name: str
    size: int
    version: str
    """Differs if the file has changed."""
    storage_options: dict[str, Any]


class Range(NamedTuple):
    """A range of a file, in bytes."""

    file: File
    start: int
    end: int


class Failure(NamedTuple):
    """An exception as a result: of a call that fails in the same way wherever it is run."""

    exception: Exception


# Files


def _name(path: Path) -> str:
    """A URL, or a path that does not depend on where it is used."""
    name = os.fspath(path)
    if not isinstance(name, str):
        raise TypeError(f"files have to be str or os.PathLike, not {type(path).__name__}")
    uri = re.fullmatch("file:(?://([^/]*))?(/.*)", name, re.DOTALL)
    if uri:
        if uri[1] not in (None, "", "localhost"):
            raise ValueError(f"{name} is a file of another machine")
        return unquote(uri[2])
    return os.path.abspath(name) if _is_local(name) else name


def _is_local(name: str) -> bool:
    """Whether it is a path. Others are for fsspec."""
    return "://" not in name


def _regular_file(
    size: Optional[int], version: object, name: str, is_file: bool
) -> tuple[int, str]:
    if not is_file:
        raise ValueError(f"{name} is not a regular file")
    if size is None:
        raise ValueError(f"the size of {name} is not known")
    return size, str(version)


def _status(name: str, status: os.stat_result) -> tuple[int, str]:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
    return _regular_file(status.st_size, status.st_mtime_ns, name, stat.S_ISREG(status.st_mode))


def _remote(url: str, storage_options: dict[str, Any]) -> tuple[Any, str, Callable[[], Any]]:
    """A file system of fsspec, what it calls the file, and a function for size and version."""
    fsspec: Any = import_module("fsspec")
    system, name = fsspec.core.url_to_fs(url, **storage_options)

    def described() -> tuple[int, str]:
        system.invalidate_cache()
        info = system.info(name)
        if info["type"] == "directory":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), url)
        version = next((info[key] for key in _VERSIONS if info.get(key) is not None), "")
        return _regular_file(info["size"], version, url, info["type"] == "file")

    return system, name, described


def _described_file(name: str, storage_options: dict[str, Any]) -> File:
    # A pipe is not opened: that would wait for a writer.
    try:
        if _is_local(name):
            size, version = _status(name, os.stat(name))
        else:
            size, version = _remote(name, storage_options)[2]()
    except FileNotFoundError:
        if not set("*?[") & set(name):
            raise
        message = "no such file, and patterns are not expanded: pass a list of files"
        raise FileNotFoundError(errno.ENOENT, message, name) from None
    return File(name, size, version, storage_options)


@contextmanager
def _reading(file: File, size: int) -> Iterator[tuple[_Read, Callable[[], tuple[int, str]]]]:
    """A function that reads `size` bytes at most, and one for size and version of the file now."""
    if _is_local(file.name):
        # New memory for each chunk takes as long as counting it.
        room = memoryview(bytearray(size))
        with open(file.name, "rb", buffering=0) as opened:

            def read(start: int, end: int) -> memoryview:
                opened.seek(start)
                return room[: opened.readinto(room[: end - start])]

            yield read, lambda: _status(file.name, os.fstat(opened.fileno()))
    else:
        system, name, described = _remote(file.name, file.storage_options)
        # Some file systems give all threads the same open file, with one offset.
        yield lambda start, end: memoryview(system.cat_file(name, start, end)), described


def _changed(file: File) -> OSError:
    return OSError(errno.ESTALE, "the file has changed since it was cut into ranges", file.name)


def _check(file: File) -> None:
    """For results of chunks that are not the last."""
    if _described_file(file.name, file.storage_options) != file:
        raise _changed(file)


def _chunks(file: File, start: int, end: int, size: int = _CHUNK) -> Iterator[memoryview]:
    """The bytes of a part of a file, each chunk until the next one is asked for. The file has not
    changed before the first one and after the last."""
    size = min(size if _is_local(file.name) else size * _REMOTE, end - start)
    with _reading(file, size) as (read, described):
        if described() != (file.size, file.version):
            raise _changed(file)
        while start < end:
            chunk = read(start, min(start + size, end))
            start += len(chunk)
            is_last = start == end
            if not 0 < len(chunk) <= size or (is_last and described() != (file.size, file.version)):
                raise _changed(file)
            yield chunk


# What the engines call


def attempt(function: Callable[..., Any], group: Arguments) -> Union[list[Any], Failure]:
    """The results of some calls, or what the first one failed with that does so every time. Other
    exceptions are raised: engines run such a call again."""
    try:
        return [function(*arguments) for arguments in group]
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        return Failure(error)
    except (ImportError, LimitError, ValueError) as error:
        return Failure(error)
    except OSError as error:
        if error.errno != errno.ESTALE:
            raise
        return Failure(error)


def attempt_merged(function: Callable[..., Words], group: Arguments) -> Union[Words, Failure]:
    """The same, merged."""
    results = attempt(function, group)
    return results if isinstance(results, Failure) else merge(*results)


def merge(*parts: Union[Words, Failure]) -> Union[Words, Failure]:
    """Tables of words, in order. They may be needed again, and do not change."""
    tables: list[Words] = []
    for part in parts:
        if isinstance(part, Failure):
            return part
        tables.append(part)
    merged = tables[0] if len(tables) == 1 else tables[0].copy()
    try:
        for table in tables[1:]:
            merged.merge(table)
    except LimitError as error:
        return Failure(error)
    return merged


def count_range(counter: Counter, one: Range) -> bytes:
    """The state of the summary of a range."""
    summary = Summary(counter)
    for chunk in _chunks(*one):
        summary.feed(chunk)
    return summary.save()


def find_edge(counter: Counter, one: Range, prefix: bytes) -> tuple[int, int]:
    """The offset of the first reset byte of a range, which has one, and how many of the segments
    match that end there or before."""
    at = one.start
    segments = Summary.load(counter, prefix).totals.segments

    def totals(prefix: bytes, chunk: memoryview, length: int) -> Totals:
        summary = Summary.load(counter, prefix)
        summary.feed(chunk[:length])
        return summary.totals

    def is_behind(prefix: bytes, chunk: memoryview, length: int) -> bool:
        return totals(prefix, chunk, length).segments > segments

    for chunk in _chunks(*one, _SMALL_CHUNK):
        if is_behind(prefix, chunk, len(chunk)):
            length = _least(len(chunk), partial(is_behind, prefix, chunk))
            matching = totals(prefix, chunk, length).matching_segments
            _check(one.file)
            return at + length - 1, matching - _started(counter, chunk[length - 1 : length])
        summary = Summary.load(counter, prefix)
        summary.feed(chunk)
        prefix = summary.save()
        at += len(chunk)
    raise _changed(one.file)


def _started(counter: Counter, reset: memoryview) -> int:
    """How many segments match because of the one that a reset byte starts, 0 or 1: the byte may be
    its first hit."""
    if counter.skip_empty or counter.skip_last_empty:
        # It has no hit, and no byte.
        return 0
    summary = Summary(counter)
    before = summary.totals.matching_segments
    summary.feed(reset)
    return summary.totals.matching_segments - before


def _least(most: int, holds: Callable[[int], bool]) -> int:
    """The lowest number for which something holds that holds for `most` and not for 0."""
    too_low = 0
    while most - too_low > 1:
        middle = (too_low + most) // 2
        if holds(middle):
            most = middle
        else:
            too_low = middle
    return most


def search(counter: Counter, part: Range, segment: int, number: int) -> list[Match]:
    """The first matches of a part of a file, which has that `number` of them or more. It starts at
    an edge, with the reset byte that ends this segment, or with the file."""
    stream = Stream(counter)
    found: list[Match] = []
    for chunk in _chunks(*part):
        # The empty segment before the edge is none.
        found += [match for match in stream.find(chunk) if match.segment > 0 or part.start == 0]
        if len(found) >= number:
            _check(part.file)
            break
    else:
        if part.end == part.file.size and stream.finish() and stream.first_match is not None:
            found.append(stream.first_match)
    if len(found) < number:
        raise _changed(part.file)
    return [
        Match(
            match.segment + segment, match.start + part.start, match.end + part.start, match.count
        )
        for match in found[:number]
    ]


def count_words_of_range(make: Callable[[], Words], rule: WordRule, one: Range) -> Words:
    """A table of the words of a range. An empty one is made with its options."""
    table = make()
    start, end = one.start, one.file.size
    if start > 0:
        # A separator may start at the last byte.
        most = min(one.end + _CUT, end)
        behind = _behind_separator(rule, _chunks(one.file, start, most, _SMALL_CHUNK), start)
        if behind is None:
            return table
        start = behind
    if one.end < end:
        rest = _chunks(one.file, one.end, end, _SMALL_CHUNK)
        end = _behind_separator(rule, rest, one.end) or end
    for chunk in _chunks(one.file, start, end):
        table.feed(chunk)
    table.finish()
    return table


def _behind_separator(rule: WordRule, chunks: Iterator[memoryview], at: int) -> Optional[int]:
    """Where the first separator in the text ends, which begins at this offset."""

    def has_separator(text: bytes, length: int) -> bool:
        return count_words(b"x" + text[:length] + b"x", rule) > 1

    kept = b""
    for chunk in chunks:
        text = kept + chunk
        if has_separator(text, len(text)):
            return at - len(kept) + _least(len(text), partial(has_separator, text))
        at += len(chunk)
        kept = text[-_CUT:]
    return None


# What the driver does


def _run(
    engine: Engine,
    label: str,
    function: Callable[..., Any],
    arguments: Arguments,
    least: int = 1,
) -> list[Any]:
    """The results in order. Raises what a call failed with. A task has this many calls at least."""
    results: list[Any] = []
    for some in engine.run(label, attempt, _groups(function, arguments, least)):
        if isinstance(some, Failure):
            raise some.exception
        results += some
    return results


def _groups(function: Callable[..., Any], arguments: Arguments, least: int = 1) -> Arguments:
    """The arguments of `attempt`."""
    size = max(least, -(-len(arguments) // MAX_TASKS))
    return [(function, arguments[at : at + size]) for at in range(0, len(arguments), size)]


def _cut(
    engine: Engine, files: Files, range_bytes: int, storage_options: Optional[dict[str, Any]]
) -> list[list[Range]]:
    """The ranges of each file: one at least."""
    range_bytes = integer("range_bytes", range_bytes, 64, least=1)
    paths = [files] if isinstance(files, (str, os.PathLike)) else files
    if not isinstance(paths, Iterable) or isinstance(paths, bytes):
        raise TypeError(f"files has to be a path or a list of paths, not {type(files).__name__}")
    options = dict(storage_options or {})
    arguments = [(_name(path), options) for path in paths]
    return [
        [
            Range(file, start, min(file.size, start + range_bytes))
            for start in range(0, file.size, range_bytes) or [0]
        ]
        for file in _run(engine, "sizes of files", _described_file, arguments, _SMALL_CALLS)
    ]


class _Prefixes:
    """A file, its ranges, and the prefixes and totals up to each that is counted, from the empty
    ones on."""

    def __init__(self, counter: Counter, ranges: list[Range]) -> None:
        self.counter, self.ranges = counter, ranges
        self.size = ranges[0].file.size
        summary = Summary(counter)
        self.prefixes, self.totals = [summary.save()], [summary.totals]
        # Those that are known: the offset, and how many segments match up to there.
        self.edges = {0: (0, 0)}

    @property
    def counted(self) -> int:
        """How many ranges are counted, from the first one on."""
        return len(self.totals) - 1

    @property
    def is_complete(self) -> bool:
        return self.counted == len(self.ranges)

    def append(self, states: list[bytes]) -> None:
        """Those of the next ranges."""
        summary = Summary.load(self.counter, self.prefixes[-1])
        for state in states:
            summary.merge(Summary.load(self.counter, state))
            self.prefixes.append(summary.save())
            self.totals.append(summary.totals)

    def with_edges(self, start: int = 0) -> list[int]:
        """The ranges that have edges, from one on."""
        return [
            at
            for at in range(start, self.counted)
            if at == 0 or self.totals[at].segments < self.totals[at + 1].segments
        ]

    @property
    def is_final(self) -> bool:
        """Whether a segment that matches does so whatever follows."""
        return self.counter.min_number is not None

    def piece(self, edge: int, end: int, number: int) -> tuple[Any, ...]:
        """The arguments of `search` for the text from the edge of a range on."""
        part = Range(self.ranges[0].file, self.edges[edge][0], end)
        segment = self.totals[edge].segments - 1 if edge else 0
        return self.counter, part, segment, number

    # All matches

    def between(self) -> list[tuple[int, Optional[int]]]:
        """Pairs of ranges with edges between which there may be matches; None is the end."""
        places = self.with_edges()
        pairs: list[tuple[int, Optional[int]]] = []
        for left, right in zip(places, [*places[1:], None]):
            # At the edge they are as many, or one less: that is the segment which is open where the
            # range starts.
            least = self.totals[left].matching_segments - (not self.is_final) if left else 0
            most = self.totals[-1 if right is None else right + 1].matching_segments
            if most > max(0, least):
                pairs.append((left, right))
        return pairs

    def pieces(self) -> list[tuple[Any, ...]]:
        """The arguments of `search` for all matches, in order. The edges are known."""
        found = []
        for left, right in self.between():
            end, matching = self.size, self.totals[-1].matching_segments
            if right is not None:
                # The reset byte ends the last segment.
                end, matching = self.edges[right][0] + 1, self.edges[right][1]
            number = matching - self.edges[left][1]
            if number:
                found.append(self.piece(left, end, number))
        return found

    # The first match

    def near_first(self, start: int) -> list[int]:
        """Ranges of whose edges it is to be asked, for the first match. Before `start` no segment
        matches that ends there."""
        if not self.is_final:
            return self.with_edges(start)
        for at in range(start, self.counted):
            if self.totals[at + 1].matching_segments:
                # It is decided here. The segment may have been open before.
                return [edge for edge in self.with_edges() if edge <= at][-2:]
        return []

    def first(self) -> Optional[tuple[Any, ...]]:
        """The arguments of `search` for the first match, if it is in what is counted."""
        before = 0
        for at in sorted(self.edges):
            if self.edges[at][1]:
                return self.piece(before, self.size, 1)
            before = at
        if (self.is_final or self.is_complete) and self.totals[-1].matching_segments:
            return self.piece(before, self.size, 1)
        return None


def _ask_edges(engine: Engine, counter: Counter, asked: list[tuple[_Prefixes, list[int]]]) -> None:
    """Finds edges that are not known."""
    wanted = [
        (file, at) for file, places in asked for at in dict.fromkeys(places) if at not in file.edges
    ]
    arguments = [(counter, file.ranges[at], file.prefixes[at]) for file, at in wanted]
    edges = _run(engine, "edges of ranges", find_edge, arguments, _SMALL_CALLS)
    for (file, at), edge in zip(wanted, edges):
        file.edges[at] = edge


def _count(engine: Engine, counter: Counter, wanted: list[tuple[_Prefixes, list[Range]]]) -> None:
    """Counts the next ranges of files."""
    arguments = [(counter, one) for _, ranges in wanted for one in ranges]
    states = iter(_run(engine, "counts of ranges", count_range, arguments))
    for file, ranges in wanted:
        file.append([next(states) for _ in ranges])


def _counted(
    engine: Engine,
    counter: Counter,
    files: Files,
    range_bytes: int,
    storage_options: Optional[dict[str, Any]],
) -> list[_Prefixes]:
    check_counter(counter)
    cut = _cut(engine, files, range_bytes, storage_options)
    counted = [_Prefixes(counter, ranges) for ranges in cut]
    _count(engine, counter, [(file, file.ranges) for file in counted])
    return counted


def totals(
    engine: Engine,
    counter: Counter,
    files: Files,
    range_bytes: int,
    storage_options: Optional[dict[str, Any]],
) -> list[Totals]:
    """All counts of each file."""
    counted = _counted(engine, counter, files, range_bytes, storage_options)
    return [file.totals[-1] for file in counted]


def matches(
    engine: Engine,
    counter: Counter,
    files: Files,
    range_bytes: int,
    storage_options: Optional[dict[str, Any]],
) -> list[list[Match]]:
    """All matches of each file."""
    counted = _counted(engine, counter, files, range_bytes, storage_options)
    asked = [
        (file, [at for pair in file.between() for at in pair if at is not None]) for file in counted
    ]
    _ask_edges(engine, counter, asked)
    pieces = [file.pieces() for file in counted]
    searches = [piece for some in pieces for piece in some]
    found = iter(_run(engine, "matches", search, searches))
    return [[match for _ in some for match in next(found)] for some in pieces]


def find(
    engine: Engine,
    counter: Counter,
    files: Files,
    range_bytes: int,
    storage_options: Optional[dict[str, Any]],
) -> list[Optional[Match]]:
    """The first match of each file."""
    check_counter(counter)
    cut = _cut(engine, files, range_bytes, storage_options)
    counted = [_Prefixes(counter, ranges) for ranges in cut]
    at_a_time = _FIRST_RANGES
    found: list[tuple[int, tuple[Any, ...]]] = []
    pending = list(enumerate(counted))
    while pending:
        number = max(1, at_a_time // len(pending))
        wave = [(file, file.counted) for _, file in pending]
        ranges = [(file, file.ranges[start : start + number]) for file, start in wave]
        _count(engine, counter, ranges)
        _ask_edges(engine, counter, [(file, file.near_first(start)) for file, start in wave])
        left = []
        for at, file in pending:
            piece = file.first()
            if piece is not None:
                found.append((at, piece))
            elif not file.is_complete:
                left.append((at, file))
        pending = left
        at_a_time *= 2
    firsts = _run(engine, "first matches", search, [piece for _, piece in found])
    result: list[Optional[Match]] = [None] * len(counted)
    for (at, _), [match] in zip(found, firsts):
        result[at] = match
    return result


def words(
    engine: Engine,
    kind: type[Words],
    rule: WordRule,
    options: dict[str, Any],
    files: Files,
    range_bytes: int,
    storage_options: Optional[dict[str, Any]],
) -> Words:
    """The words of all files, in a table of this kind, with these options."""
    make = partial(kind, rule, **options)
    # Before anything is read, so that a wrong option is an exception here.
    empty = make()
    cut = _cut(engine, files, range_bytes, storage_options)
    arguments = [(make, rule, one) for ranges in cut for one in ranges]
    if not arguments:
        return empty
    groups = _groups(count_words_of_range, arguments)
    merged: Union[Words, Failure] = engine.fold("words of ranges", attempt_merged, groups)
    if isinstance(merged, Failure):
        raise merged.exception
    return merged
