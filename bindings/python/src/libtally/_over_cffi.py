"""The binding over cffi's API mode, with a faster module for the queries."""

from __future__ import annotations

from array import array
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_loader
from typing import TYPE_CHECKING, Any, Callable, TypeVar, Union

from . import _cffi
from ._cffi import ffi, lib

if TYPE_CHECKING:
    from ._quick import Queries
else:
    # The file of the cffi module is this module too.
    _loader = ExtensionFileLoader("libtally._quick", _cffi.__file__)
    _quick = module_from_spec(spec_from_loader(_loader.name, _loader))
    _loader.exec_module(_quick)
    Queries = _quick.Queries

T = TypeVar("T")


@ffi.def_extern()  # type: ignore[untyped-decorator]
def progress(context: Any, done: int, total: int) -> bool:
    """The function that C calls."""
    stop: bool = ffi.from_handle(context)(done)
    return stop


class CffiLibrary:
    name = "cffi"
    functions = lib
    null = ffi.NULL

    counter_has_count = lib.counter_has_count
    counter_count = lib.counter_count
    counter_max_count = lib.counter_max_count
    counter_matching_segments = lib.counter_matching_segments
    stream_feed = lib.stream_feed

    _arrays = {
        kind: ffi.typeof(f"{c_type}[]")
        for kind, c_type in {
            "bool": "bool",
            "int64_t": "int64_t",
            "uint64_t": "uint64_t",
            "uint8_t": "uint8_t",
            "size_t": "size_t",
            "tally_counter": "tally_counter *",
            "tally_stream": "tally_stream *",
            "tally_summary": "tally_summary *",
            "tally_match": "tally_match",
            "tally_totals": "tally_totals",
            "tally_word_cursor": "tally_word_cursor",
            "tally_words": "tally_words *",
            "tally_word": "tally_word",
            "tally_top": "tally_top *",
            "tally_top_word": "tally_top_word",
            "tally_question": "tally_question",
        }.items()
    }

    _frees = {
        kind: getattr(lib, f"{kind}_free")
        for kind in ("tally_counter", "tally_stream", "tally_summary", "tally_words", "tally_top")
    }

    def queries(self, counter: Any, failure: Callable[[int], BaseException]) -> Queries:
        return Queries(int(ffi.cast("uintptr_t", counter)), failure, counter)

    def new(self, kind: str, number: int = 1) -> Any:
        return ffi.new(self._arrays[kind], number)

    def owned(self, kind: str, place: Any) -> Any:
        return ffi.gc(place[0], self._frees[kind])

    def view(self, kind: str, values: Union[array[int], memoryview]) -> Any:
        return ffi.from_buffer(self._arrays[kind], values)

    def with_options(self, kind: str, fields: dict[str, Any], use: Callable[[Any], T]) -> T:
        options = ffi.new(kind + " *", {"size": ffi.sizeof(kind)})
        # Keeps alive the objects that the options point to.
        held = []
        for name, value in fields.items():
            if isinstance(value, bytes):
                pointer = ffi.from_buffer(value)
                setattr(options, name, pointer)
                held.append(pointer)
            elif name == "progress":
                handle = ffi.new_handle(value)
                options.progress, options.context = lib.progress, handle
                held.append(handle)
            else:
                setattr(options, name, value)
        return use(options)

    def field(self, handle: Any) -> Any:
        return handle

    def pointer(self, address: int) -> Any:
        return ffi.cast("void *", address)

    def with_buffer(self, data: Any, use: Callable[[Any, int], T]) -> T:
        with ffi.from_buffer(data) as pointer:
            return use(pointer, len(pointer))

    def bytes_at(self, pointer: Any, length: int) -> bytes:
        return bytes(ffi.buffer(pointer, length))

    def text(self, result: Any) -> str:
        text: bytes = ffi.string(result)
        return text.decode()

    def errno(self) -> int:
        errno: int = ffi.errno
        return errno


LIBRARY = CffiLibrary()
