"""The back end over cffi's API mode, and what is quicker than that for the queries."""

from __future__ import annotations

from array import array
from typing import Any, Callable, TypeVar

from ._cffi import ffi, lib
from ._quick import Queries

T = TypeVar("T")


@ffi.def_extern()  # type: ignore[untyped-decorator]
def progress(context: Any, done: int, total: int) -> bool:
    """The function that C calls."""
    stop: bool = ffi.from_handle(context)(done)
    return stop


class CffiTable:
    name = "cffi"
    lib = lib
    null = ffi.NULL

    counter_has_count = lib.counter_has_count
    counter_count = lib.counter_count
    counter_max_count = lib.counter_max_count
    counter_segments_reached = lib.counter_segments_reached
    stream_feed = lib.stream_feed

    _arrays = {
        kind: ffi.typeof(f"{c_type}[]")
        for kind, c_type in {
            "bool": "bool",
            "uint64_t": "uint64_t",
            "size_t": "size_t",
            "tally_counter": "tally_counter *",
            "tally_stream": "tally_stream *",
            "tally_summary": "tally_summary *",
            "tally_match": "tally_match",
            "tally_totals": "tally_totals",
        }.items()
    }

    def queries(self, counter: Any) -> Queries:
        return Queries(int(ffi.cast("uintptr_t", counter)))

    def new(self, kind: str, number: int = 1) -> Any:
        return ffi.new(self._arrays[kind], number)

    def view(self, kind: str, values: array[int]) -> Any:
        return ffi.from_buffer(self._arrays[kind], values)

    def read_options(self, max_bytes: int) -> Any:
        size = ffi.sizeof("tally_read_options")
        return ffi.new("tally_read_options *", {"size": size, "max_bytes": max_bytes})

    def with_read_options(
        self, max_bytes: int, threads: int, progress: Callable[[int], bool], use: Callable[[Any], T]
    ) -> T:
        options = self.read_options(max_bytes)
        options.threads = threads
        # It lives as long as this.
        handle = ffi.new_handle(progress)
        options.progress, options.context = lib.progress, handle
        return use(options)

    def pointer(self, address: int) -> Any:
        return ffi.cast("void *", address)

    def with_buffer(self, data: Any, use: Callable[[Any, int], T]) -> T:
        with ffi.from_buffer(data) as pointer:
            return use(pointer, len(pointer))

    def text(self, result: Any) -> str:
        text: bytes = ffi.string(result)
        return text.decode()

    def errno(self) -> int:
        errno: int = ffi.errno
        return errno


TABLE = CffiTable()
