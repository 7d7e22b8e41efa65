"""The binding over ctypes: the standard library alone."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from array import array
from pathlib import Path
from typing import Any, Callable, TypeVar, Union

from . import _declarations
from ._handle import Handle

T = TypeVar("T")


def find_library() -> str:
    """The path of the library: in LIBTALLY_LIBRARY, in the package, or in the system."""
    named = os.environ.get("LIBTALLY_LIBRARY")
    if named:
        return named
    for name in ("libtally.so", "libtally.dylib", "tally.dll"):
        own = Path(__file__).with_name(name)
        if own.exists():
            return str(own)
    found = ctypes.util.find_library("tally")
    if found is None:
        raise ImportError("the package does not contain libtally, and the system does not have it")
    return found


def load() -> Any:
    path = find_library()
    try:
        lib = ctypes.CDLL(path, use_errno=True)
        for name, (result, parameters) in _declarations.FUNCTIONS.items():
            function = getattr(lib, name)
            function.restype = result
            function.argtypes = parameters
        for kind in Handle.__subclasses__():
            kind.free = staticmethod(getattr(lib, kind.__name__ + "_free"))
    except (OSError, AttributeError) as error:
        raise ImportError(f"{path} is not the libtally that is needed: {error}") from error
    return lib


lib = load()


def query(name: str, answer_type: Any) -> Callable[[Any, Any, int], int]:
    """A query that returns the answer, or minus the status."""
    function = getattr(lib, "tally_" + name)
    place = answer_type * 1

    def call(handle: Any, data: Any, length: int) -> int:
        answer = place()
        status: int = function(handle, data, length, answer)
        return -status if status else int(answer[0])

    return call


if sys.implementation.name == "cpython":

    class Buffer(ctypes.Structure):
        """CPython's Py_buffer."""

        _fields_ = [
            ("buf", ctypes.c_void_p),
            ("obj", ctypes.c_void_p),
            ("len", ctypes.c_ssize_t),
            ("itemsize", ctypes.c_ssize_t),
            ("readonly", ctypes.c_int),
            ("ndim", ctypes.c_int),
            ("format", ctypes.c_char_p),
            ("shape", ctypes.c_void_p),
            ("strides", ctypes.c_void_p),
            ("suboffsets", ctypes.c_void_p),
            ("internal", ctypes.c_void_p),
        ]

    # Not the attributes of ctypes.pythonapi: any code may change their types.
    get_buffer = ctypes.PYFUNCTYPE(
        ctypes.c_int, ctypes.py_object, ctypes.POINTER(Buffer), ctypes.c_int
    )(("PyObject_GetBuffer", ctypes.pythonapi))
    release_buffer = ctypes.PYFUNCTYPE(None, ctypes.POINTER(Buffer))(
        ("PyBuffer_Release", ctypes.pythonapi)
    )
    SIMPLE = 0

    def with_py_buffer(data: Any, use: Callable[[Any, int], T]) -> T:
        buffer = Buffer()
        get_buffer(data, buffer, SIMPLE)
        try:
            return use(buffer.buf, buffer.len)
        finally:
            release_buffer(buffer)

    with_buffer = with_py_buffer
else:
    # PyPy, which contains cffi's core.
    from _cffi_backend import FFI

    ffi: Any = FFI()

    def with_cffi_buffer(data: Any, use: Callable[[Any, int], T]) -> T:
        with ffi.from_buffer(data) as pointer:
            return use(int(ffi.cast("uintptr_t", pointer)), len(pointer))

    with_buffer = with_cffi_buffer


class NoQueries:
    """No kind of data has a faster way over ctypes."""

    def has_count(self, data: object, /) -> None:
        return None

    count = max_count = matching_segments = has_counts = counts = max_counts = has_count


class CtypesLibrary:
    name = "ctypes"
    functions = lib
    null = None

    counter_has_count = staticmethod(query("counter_has_count", ctypes.c_bool))
    counter_count = staticmethod(query("counter_count", ctypes.c_uint64))
    counter_max_count = staticmethod(query("counter_max_count", ctypes.c_uint64))
    counter_matching_segments = staticmethod(query("counter_matching_segments", ctypes.c_uint64))
    stream_feed = staticmethod(query("stream_feed", ctypes.c_bool))
    with_buffer = staticmethod(with_buffer)

    _types: dict[str, Any] = {
        "bool": ctypes.c_bool,
        "int64_t": ctypes.c_int64,
        "uint64_t": ctypes.c_uint64,
        "uint8_t": ctypes.c_uint8,
        "size_t": ctypes.c_size_t,
        "tally_counter": ctypes.c_void_p,
        "tally_stream": ctypes.c_void_p,
        "tally_summary": ctypes.c_void_p,
        "tally_match": _declarations.tally_match,
        "tally_totals": _declarations.tally_totals,
        "tally_word_cursor": _declarations.tally_word_cursor,
        "tally_words": ctypes.c_void_p,
        "tally_word": _declarations.tally_word,
        "tally_top": ctypes.c_void_p,
        "tally_top_word": _declarations.tally_top_word,
        "tally_question": _declarations.tally_question,
    }

    def queries(self, counter: Any, failure: Callable[[int], BaseException]) -> NoQueries:
        return NoQueries()

    def new(self, kind: str, number: int = 1) -> Any:
        return (self._types[kind] * number)()

    def owned(self, kind: str, place: Any) -> Any:
        return getattr(_declarations, kind)(place[0])

    def view(self, kind: str, values: Union[array[int], memoryview]) -> Any:
        return (self._types[kind] * len(values)).from_buffer(values)

    def with_options(self, kind: str, fields: dict[str, Any], use: Callable[[Any], T]) -> T:
        struct = getattr(_declarations, kind)
        options = struct(size=ctypes.sizeof(struct))
        # Keeps alive the bytes that the options point to.
        held = []
        for name, value in fields.items():
            if isinstance(value, bytes):
                buffer = ctypes.create_string_buffer(value, len(value) + 1)
                setattr(options, name, ctypes.addressof(buffer))
                held.append(buffer)
            elif name == "progress":
                # The struct holds the function.
                options.progress = _declarations.tally_progress(
                    lambda context, done, total, report=value: report(done)
                )
            else:
                setattr(options, name, value)
        return use(ctypes.pointer(options))

    def field(self, handle: Any) -> Any:
        return handle.address

    def pointer(self, address: int) -> Any:
        return address

    def bytes_at(self, pointer: Any, length: int) -> bytes:
        return ctypes.string_at(pointer, length)

    def text(self, result: Any) -> str:
        text: bytes = result
        return text.decode()

    def errno(self) -> int:
        return ctypes.get_errno()


LIBRARY = CtypesLibrary()
