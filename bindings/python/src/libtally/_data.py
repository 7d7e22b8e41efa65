"""From Python's data to pointers."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any, Callable, TypeVar, Union

from ._table import table

if TYPE_CHECKING:
    from typing_extensions import Buffer, TypeAlias

    Data: TypeAlias = Union[str, Buffer]

T = TypeVar("T")

# Whether bytes can be given to a back end as they are, and a str be looked into. (PyPy's ctypes
# copies bytes.)
IN_PLACE = sys.implementation.name == "cpython"
# From so many characters on, reading a str in place is quicker than encoding it.
LARGE = 8192 if IN_PLACE else sys.maxsize

if IN_PLACE:
    # The UTF-8 of an ASCII str is the str itself: nothing is copied.
    _utf8 = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p)(
        ("PyUnicode_AsUTF8AndSize", ctypes.pythonapi)
    )


def with_bytes(data: Any, use: Callable[[Any, int], T]) -> T:
    """`use` of the bytes of `data`, or a pointer to them, and their number. It raises nothing."""
    if isinstance(data, str):
        if len(data) >= LARGE and data.isascii():
            return use(table.pointer(_utf8(data, None)), len(data))
        data = data.encode()
    if IN_PLACE and isinstance(data, bytes):
        return use(data, len(data))
    try:
        return table.with_buffer(data, use)
    except TypeError:
        hint = "; for many at once there are has_counts, counts and max_counts"
        raise TypeError(
            f"data is a str or has a buffer, as bytes do: not {type(data).__name__}"
            + (hint if isinstance(data, (list, tuple)) else "")
        ) from None
    except (BufferError, ValueError):
        # NumPy says ValueError.
        raise TypeError("the buffer of data is not contiguous: give a copy that is") from None
