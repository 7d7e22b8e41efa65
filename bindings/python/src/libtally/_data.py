"""From Python's data to pointers."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any, Callable, TypeVar, Union

from ._library import library

if TYPE_CHECKING:
    from typing_extensions import Buffer, TypeAlias

    Data: TypeAlias = Union[str, Buffer]

T = TypeVar("T")

# Whether a back end can read bytes and str in place. (PyPy's ctypes copies bytes.)
IN_PLACE = sys.implementation.name == "cpython"
# From this number of characters on, reading a str in place is faster than encoding it.
# (benches/limits.py on an AMD EPYC with AVX-512: they are even somewhere from 8192 to 32768.)
LARGE = 16384 if IN_PLACE else sys.maxsize

if IN_PLACE:
    # An ASCII str is its own UTF-8: nothing is copied.
    _utf8 = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p)(
        ("PyUnicode_AsUTF8AndSize", ctypes.pythonapi)
    )


def _is_readable(text: str) -> bool:
    """Whether a str is to be read in place."""
    return len(text) >= LARGE and text.isascii()


def encoded(data: Data) -> Data:
    """`data`, or its UTF-8 if it is a str that every call would have to encode again."""
    return data.encode() if isinstance(data, str) and not _is_readable(data) else data


def with_bytes(data: Any, use: Callable[[Any, int], T]) -> T:
    """`use` of the bytes of `data`, or a pointer to them, and their number. It may not raise."""
    if isinstance(data, str):
        if _is_readable(data):
            return use(library.pointer(_utf8(data, None)), len(data))
        data = data.encode()
    if IN_PLACE and isinstance(data, bytes):
        return use(data, len(data))
    try:
        return library.with_buffer(data, use)
    except TypeError:
        hint = "; for a list of them, use has_counts, counts or max_counts"
        raise TypeError(
            f"data has to be a str or a bytes-like object, not {type(data).__name__}"
            + (hint if isinstance(data, (list, tuple)) else "")
        ) from None
    except (BufferError, ValueError):
        # NumPy raises ValueError.
        raise TypeError("the buffer of data is not contiguous: pass a copy that is") from None
