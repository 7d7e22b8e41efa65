"""Memory for the results of a column."""

from __future__ import annotations

import ctypes
import mmap
import sys
from typing import Any

from ._library import library


def places(kind: str, buffer: bytearray) -> Any:
    """The memory of a bytearray as an array of C's: of `int64_t` or `uint8_t`."""
    view = memoryview(buffer)
    return library.view(kind, view.cast("q") if kind == "int64_t" else view)


if sys.implementation.name == "cpython":
    _new_bytearray = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_ssize_t)(
        ("PyByteArray_FromStringAndSize", ctypes.pythonapi)
    )

# From this number of bytes on, memory is mostly new to the process, and a page fault for each page
# takes as long as counting. To have all pages provided at once takes a quarter from the time if
# they are new, and adds a fifteenth if they are not. (The lines of benches/columns.py on an AMD
# EPYC, from 100 thousand to 5 million.)
_LARGE = 1 << 20
# Since Linux 5.14; earlier ones refuse it, and provide the pages when they are written.
_MADV_POPULATE_WRITE = 23

if sys.platform == "linux":
    _madvise = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)(
        ("madvise", ctypes.CDLL(None))
    )

    def _populate(memory: bytearray) -> None:
        """Has the kernel provide all pages of memory that will be written."""
        address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        before = address % mmap.PAGESIZE
        _madvise(address - before, before + len(memory), _MADV_POPULATE_WRITE)


def room(length: int) -> bytearray:
    """Bytes that are written before they are read."""
    # ctypes would cut the number.
    if length > sys.maxsize:
        raise MemoryError
    memory: bytearray = _new_bytearray(None, length)
    if length >= _LARGE and sys.platform == "linux":
        _populate(memory)
    return memory


def joined(parts: list[bytearray]) -> bytearray:
    """The parts, one right behind the other."""
    if len(parts) == 1:
        return parts[0]
    memory = room(sum(map(len, parts)))
    at = 0
    with memoryview(memory) as view:
        for part in parts:
            view[at : at + len(part)] = part
            at += len(part)
    return memory
