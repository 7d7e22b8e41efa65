"""libtally for Python, by ctypes alone. A file to copy.

    with Counter(b";", 64, reset="newlines") as counter:
        for match in counter.matches(data):
            print("line", match.segment + 1)

The package libtally (bindings/python) does more: str, buffers without a copy, files with progress and
Ctrl-C, threads, types, and calls that cost a fraction of these. This file is for where nothing may be
installed.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import POINTER, byref, c_bool, c_char_p, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Iterator, List, NamedTuple, Optional, Union

# On macOS libtally.0.dylib, on Windows tally.dll.
_c = ctypes.CDLL(os.environ.get("TALLY_LIBRARY", "libtally.so.0"))

RESETS = {"none": 0, "newlines": 1, "spaces": 2, "whitespace": 3}


class Match(NamedTuple):
    segment: int
    start: int
    end: int
    count: int


class Totals(NamedTuple):
    bytes: int
    count: int
    max_count: int
    segments: int
    matching_segments: int


class Error(Exception):
    """A call failed; `status` is one of TALLY_ERROR_*."""

    def __init__(self, status: int) -> None:
        super().__init__(_c.tally_status_message(status).decode())
        self.status = status


class _Match(ctypes.Structure):
    _fields_ = [(name, c_uint64) for name in Match._fields]


class _Totals(ctypes.Structure):
    _fields_ = [(name, c_uint64) for name in Totals._fields]


class _Options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("needle", c_char_p),
        ("needle_len", c_size_t),
        ("needle_kind", c_uint32),
        ("character", c_uint32),
        ("condition", c_uint32),
        ("named_reset", c_uint32),
        ("min_number", c_uint64),
        ("max_number", c_uint64),
        ("reset", c_char_p),
        ("reset_len", c_size_t),
    ]


def _check(status: int, *_: object) -> None:
    if status != 0:
        raise Error(status)


def _declare(name: str, *parameters: type) -> None:
    function = getattr(_c, name)
    function.argtypes = parameters
    function.restype = c_int32
    # ctypes calls this with each status.
    function.errcheck = _check


_data = (c_void_p, c_char_p, c_size_t)
_declare("tally_counter_new_with", POINTER(_Options), POINTER(c_void_p))
_declare("tally_counter_has_count", *_data, POINTER(c_bool))
_declare("tally_counter_count", *_data, POINTER(c_uint64))
_declare("tally_counter_max_count", *_data, POINTER(c_uint64))
_declare("tally_counter_matching_segments", *_data, POINTER(c_uint64))
_declare(
    "tally_counter_find", *_data, POINTER(_Match), POINTER(_Match), c_size_t, POINTER(c_size_t)
)
_declare("tally_counter_has_counts", *_data, POINTER(c_size_t), c_size_t, POINTER(c_bool))
_declare("tally_stream_new", c_void_p, POINTER(c_void_p))
_declare("tally_stream_feed", *_data, POINTER(c_bool))
_declare("tally_stream_feed_file", c_void_p, c_char_p, c_void_p, POINTER(c_bool))
_declare("tally_stream_match", c_void_p, POINTER(_Match), POINTER(c_bool))
_declare("tally_summary_new", c_void_p, POINTER(c_void_p))
_declare("tally_summary_feed", *_data)
_declare("tally_summary_feed_file", c_void_p, c_char_p, c_void_p)
_declare("tally_summary_merge", c_void_p, c_void_p)
_declare("tally_summary_totals", c_void_p, POINTER(_Totals))
_c.tally_status_message.argtypes = [c_int32]
_c.tally_status_message.restype = c_char_p
for _free in _c.tally_counter_free, _c.tally_stream_free, _c.tally_summary_free:
    _free.argtypes = [c_void_p]
    _free.restype = None


class _Handle:
    """Freed at the end of a `with` statement, or when nothing refers to it."""

    def __init__(self, free) -> None:
        self._free = free
        self._as_parameter_ = c_void_p()

    def close(self) -> None:
        """Calls after this fail: what they are given is NULL."""
        handle, self._as_parameter_ = self._as_parameter_, c_void_p()
        self._free(handle)

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


class Counter(_Handle):
    """A question: which segments have the needle at least `min_number` times?

    needle: the bytes of a string, or a code point; with any_of, any byte of the string counts.
    reset: one of RESETS, or the bytes that end a segment.
    """

    def __init__(
        self,
        needle: Union[bytes, int],
        min_number: int,
        reset: Union[str, bytes] = "none",
        any_of: bool = False,
    ) -> None:
        super().__init__(_c.tally_counter_free)
        options = _Options(size=ctypes.sizeof(_Options), min_number=min_number)
        if isinstance(needle, int):
            options.needle_kind, options.character = 2, needle
        else:
            options.needle_kind = int(any_of)
            options.needle, options.needle_len = needle, len(needle)
        if isinstance(reset, str):
            options.named_reset = RESETS[reset]
        else:
            options.reset, options.reset_len = reset, len(reset)
        _c.tally_counter_new_with(byref(options), byref(self._as_parameter_))

    def has_count(self, data: bytes) -> bool:
        matched = c_bool()
        _c.tally_counter_has_count(self, data, len(data), byref(matched))
        return matched.value

    def count(self, data: bytes) -> int:
        return self._number(_c.tally_counter_count, data)

    def max_count(self, data: bytes) -> int:
        return self._number(_c.tally_counter_max_count, data)

    def matching_segments(self, data: bytes) -> int:
        return self._number(_c.tally_counter_matching_segments, data)

    def _number(self, function, data: bytes) -> int:
        number = c_uint64()
        function(self, data, len(data), byref(number))
        return number.value

    def matches(self, data: bytes) -> Iterator[Match]:
        """All matches, found 64 at a time."""
        found, matches, after = c_size_t(64), (_Match * 64)(), None
        while found.value == 64:
            _c.tally_counter_find(self, data, len(data), after, matches, 64, byref(found))
            for match in matches[: found.value]:
                yield Match(match.segment, match.start, match.end, match.count)
            after = _Match.from_buffer_copy(matches[63])

    def has_counts(self, strings: List[bytes]) -> List[bool]:
        """Whether each of many strings has a match, in one call."""
        data = b"".join(strings)
        lens = (c_size_t * len(strings))(*map(len, strings))
        matched = (c_bool * len(strings))()
        _c.tally_counter_has_counts(self, data, len(data), lens, len(strings), matched)
        return list(matched)


class Stream(_Handle):
    """Data in chunks or from files, up to the first match."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(_c.tally_stream_free)
        _c.tally_stream_new(counter, byref(self._as_parameter_))

    def feed(self, data: bytes) -> bool:
        """Whether a segment has matched so far."""
        matched = c_bool()
        _c.tally_stream_feed(self, data, len(data), byref(matched))
        return matched.value

    def feed_file(self, path: Union[str, bytes, "os.PathLike[str]"]) -> bool:
        matched = c_bool()
        _c.tally_stream_feed_file(self, os.fsencode(path), None, byref(matched))
        return matched.value

    def match(self) -> Optional[Match]:
        match, matched = _Match(), c_bool()
        _c.tally_stream_match(self, byref(match), byref(matched))
        if not matched:
            return None
        return Match(match.segment, match.start, match.end, match.count)


class Summary(_Handle):
    """All totals of data in chunks or files; those of the parts of a text can be merged."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(_c.tally_summary_free)
        _c.tally_summary_new(counter, byref(self._as_parameter_))

    def feed(self, data: bytes) -> None:
        _c.tally_summary_feed(self, data, len(data))

    def feed_file(self, path: Union[str, bytes, "os.PathLike[str]"]) -> None:
        _c.tally_summary_feed_file(self, os.fsencode(path), None)

    def merge(self, right: "Summary") -> None:
        """Adds a summary of what follows in the text."""
        _c.tally_summary_merge(self, right)

    def totals(self) -> Totals:
        totals = _Totals()
        _c.tally_summary_totals(self, byref(totals))
        return Totals(*(getattr(totals, name) for name in Totals._fields))
