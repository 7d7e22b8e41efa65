"""From Python's data to pointers."""

from __future__ import annotations

import ctypes
import re
import sys
from typing import TYPE_CHECKING, Any, Callable, TypeVar, Union

from ._library import library

if TYPE_CHECKING:
    from typing_extensions import Buffer as Buffer
elif sys.version_info >= (3, 12):
    from collections.abc import Buffer
else:
    # Those of the language; there is no type for all.
    Buffer = Union[bytes, bytearray, memoryview]

Data = Union[str, Buffer]
T = TypeVar("T")

# The formats of single bytes in the struct module, native or not.
BYTE_FORMATS = {order + kind for order in ("", "@", "=", "<", ">", "!", "|") for kind in "Bbc?"}

# Whether a binding can read bytes and str in place. (PyPy's ctypes copies bytes.)
IN_PLACE = sys.implementation.name == "cpython"
# From this number of characters on, reading a str in place is faster than encoding it.
# (benches/limits.py on an AMD EPYC with AVX-512: they are even somewhere from 8192 to 32768.)
LARGE = 16384 if IN_PLACE else sys.maxsize

if IN_PLACE:
    # An ASCII str is its own UTF-8: nothing is copied.
    _utf8 = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p)(
        ("PyUnicode_AsUTF8AndSize", ctypes.pythonapi)
    )


def encoded(data: Data) -> Data:
    """`data`, or its UTF-8 if it is a str that every call would have to encode again."""
    if not isinstance(data, str):
        return data
    text: str = exact(data)
    return text if len(text) >= LARGE and text.isascii() else text.encode()


def exact(data: Union[str, bytes]) -> Any:
    """A str or bytes without what a subclass overrides: its length, for example."""
    if isinstance(data, str):
        return str.__str__(data)
    return bytes.__getitem__(data, slice(None))


def with_bytes(data: Any, use: Callable[[Any, int], T]) -> T:
    """`use` of the bytes of `data`, or a pointer to them, and their number. It may not raise."""
    kind = type(data)
    if kind is str:
        if len(data) >= LARGE and data.isascii():
            return use(library.pointer(_utf8(data, None)), len(data))
        data = data.encode()
        kind = bytes
    if kind is bytes and IN_PLACE:
        return use(data, len(data))
    if (
        kind is bytes
        or kind is bytearray
        or (kind is memoryview and data.format == "B" and data.c_contiguous)
    ):
        return library.with_buffer(data, use)
    if isinstance(data, (str, bytes)):
        return with_bytes(exact(data), use)
    view = text_buffer(data, "data")
    try:
        # PyPy's from_buffer knows few views.
        return library.with_buffer(view if IN_PLACE else data, use)
    finally:
        view.release()


def with_pointer(data: Any, use: Callable[[Any, int], T]) -> T:
    """As `with_bytes`, but always with a pointer, to which a number can be added."""
    if isinstance(data, str):
        data = exact(data).encode()
    view = text_buffer(data, "data")
    try:
        return library.with_buffer(view if IN_PLACE else data, use)
    finally:
        view.release()


def text_buffer(data: Any, name: str) -> memoryview:
    """The buffer of `data`, if it consists of single bytes that are contiguous. `name` is for the
    messages. An object that is closed or released raises an exception of its own."""
    kind = type(data)
    try:
        view = memoryview(data)
    except TypeError:
        hint = "; for a list of them, use has_counts, counts or max_counts"
        signs = ("dtype", "__arrow_c_array__", "__arrow_c_stream__")
        is_many = isinstance(data, (list, tuple)) or any(hasattr(kind, sign) for sign in signs)
        raise TypeError(
            f"{name} has to be a str or a bytes-like object, not {kind.__name__}"
            + (hint if is_many else "")
        ) from None
    except ValueError:
        # NumPy raises it for types of its own, such as dates.
        if not hasattr(kind, "dtype"):
            raise
        raise TypeError(_no_text(name, data, "which has no buffer")) from None
    form = view.format
    if hasattr(data, "mask"):
        problem = _no_text(name, data, "whose buffer contains the masked items")
    elif re.fullmatch(r"\d*s", form):
        # NumPy's S: strings of a fixed width, and so several.
        problem = _no_text(name, data, "which is many strings")
    elif form not in BYTE_FORMATS:
        problem = _no_text(name, data, f"whose buffer (format {form!r}) is not its text")
    elif not view.c_contiguous:
        problem = f"the buffer of {name} is not contiguous: pass a copy that is"
    else:
        return view
    view.release()
    raise TypeError(problem)


def _no_text(name: str, data: Any, reason: str) -> str:
    kind = type(data)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    dtype = f" with dtype {data.dtype}" if hasattr(kind, "dtype") else ""
    return (
        f"{name} is of type {module}{kind.__qualname__}{dtype}, {reason}: pass a list of its items "
        "to has_counts, counts or max_counts, or its tobytes() if its memory is meant"
    )
