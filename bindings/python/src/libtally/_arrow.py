"""The Arrow PyCapsule interface: columns of other packages, read without a copy or a dependency.

https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from ._errors import failure
from ._items import package
from ._library import library
from ._memory import places


class ArrowArrayExportable(Protocol):
    """An array that can be read through the Arrow PyCapsule interface."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any: ...


class ArrowStreamExportable(Protocol):
    """A column in chunks that can be read through the Arrow PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


class Schema(ctypes.Structure):
    """struct ArrowSchema."""


class Array(ctypes.Structure):
    """struct ArrowArray."""


class Stream(ctypes.Structure):
    """struct ArrowArrayStream."""


# Functions are called with the GIL: they are those of other packages, and may be Python's.
Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.POINTER(Schema)),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))),
    ("dictionary", ctypes.POINTER(Array)),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
Stream._fields_ = [
    ("get_schema", ctypes.c_void_p),
    ("get_next", ctypes.c_void_p),
    ("get_last_error", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]

HAS_CAPSULES = sys.implementation.name == "cpython"
RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
GET = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
LAST_ERROR = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)

if HAS_CAPSULES:
    _pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
        ("PyCapsule_GetPointer", ctypes.pythonapi)
    )
    # The same in a destructor, where nothing may refer to the capsule any more.
    _dying_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(
        ("PyCapsule_GetPointer", ctypes.pythonapi)
    )
    _destructor = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
    _capsule = ctypes.PYFUNCTYPE(
        ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p
    )(("PyCapsule_New", ctypes.pythonapi))


def is_column(items: object) -> bool:
    """Whether an object can be read through the interface."""
    kind = type(items)
    return HAS_CAPSULES and (
        hasattr(kind, "__arrow_c_stream__") or hasattr(kind, "__arrow_c_array__")
    )


def release(struct: Any) -> None:
    """Releases a schema, an array or a stream, unless that was done or it was moved."""
    if struct.release:
        RELEASE(struct.release)(ctypes.addressof(struct))


def chunks(column: Any) -> Generator[tuple[Any, Any, int], None, None]:
    """The chunks of a column: for each a pointer to its schema, one to its array, and its length,
    for as long as the next is not asked for."""
    if hasattr(type(column), "__arrow_c_stream__"):
        capsule = column.__arrow_c_stream__()
        stream = Stream.from_address(_pointer(capsule, b"arrow_array_stream"))
        yield from stream_chunks(stream, column)
        # The stream is the capsule's, which releases it.
        del capsule
    else:
        schema_capsule, array_capsule = column.__arrow_c_array__()
        schema = Schema.from_address(_pointer(schema_capsule, b"arrow_schema"))
        array = Array.from_address(_pointer(array_capsule, b"arrow_array"))
        check_type(schema, column)
        yield from column_of(schema, array, column)
        del schema_capsule, array_capsule


def stream_chunks(stream: Any, column: object) -> Iterator[tuple[Any, Any, int]]:
    if not stream.release:
        raise ValueError(f"the stream of {type(column).__name__} was consumed before")
    with owned(Schema) as schema:
        get(stream, GET(stream.get_schema), schema)
        check_type(schema, column)
        get_next = GET(stream.get_next)
        while True:
            with owned(Array) as array:
                get(stream, get_next, array)
                if not array.release:
                    return
                yield from column_of(schema, array, column)


@contextmanager
def owned(kind: Any) -> Iterator[Any]:
    """A struct that is released at the end."""
    struct = kind()
    try:
        yield struct
    finally:
        release(struct)


def get(stream: Any, function: Any, struct: Any) -> None:
    number = function(ctypes.addressof(stream), ctypes.addressof(struct))
    if number:
        text = stream.get_last_error and LAST_ERROR(stream.get_last_error)(ctypes.addressof(stream))
        message = text.decode(errors="replace") if text else f"error {number}"
        raise RuntimeError(f"the column could not be read: {message}")


def check_type(schema: Any, column: Any) -> None:
    """TypeError unless the library knows the type of the column, or of the only one of a table."""
    if schema.format == b"+s":
        if schema.n_children != 1:
            names = (schema.children[at][0].name or b"" for at in range(schema.n_children))
            shown = ", ".join(repr(name.decode(errors="replace")) for name in names)
            kind = type(column)
            hint = ""
            if package(kind) == "pandas" and len(column.columns) < schema.n_children:
                hint = " as a Series, without the index"
            raise TypeError(
                f"items is a {kind.__name__} of {schema.n_children} columns ({shown}): "
                f"pass one of them{hint}"
            )
        schema = schema.children[0][0]
    form = (schema.dictionary[0] if schema.dictionary else schema).format or b""
    if form not in (b"u", b"U", b"z", b"Z", b"vu", b"vz", b"n") and not form.startswith(b"w:"):
        shown = form.decode(errors="replace")
        raise TypeError(
            f"items is a {type(column).__name__} of the Arrow format {shown!r}, which is not text: "
            "convert it to a column of strings or binary values"
        )


def column_of(schema: Any, array: Any, column: object) -> Iterator[tuple[Any, Any, int]]:
    """A column, or the only one of a table, as one of `chunks`, behind `check_type`."""
    if schema.format == b"+s":
        if array.n_children != 1 or not (array.offset >= 0 and array.length >= 0):
            raise ValueError("the table is not valid")
        if array.null_count > 0:
            raise TypeError("items is a column of structs, some of which are null")
        schema, child = schema.children[0][0], array.children[0][0]
        if child.length < array.offset + array.length or child.offset < 0:
            raise ValueError("the table is longer than its column")
        # The offset and length of a table are those of its columns.
        if array.offset or array.length != child.length:
            whole, array = array, Array.from_buffer_copy(child)
            array.offset += whole.offset
            array.length = whole.length
            array.null_count = min(array.null_count, array.length) if not whole.offset else -1
        else:
            array = child
    yield (
        library.pointer(ctypes.addressof(schema)),
        library.pointer(ctypes.addressof(array)),
        array.length,
    )


# The structs that capsules of this package point to, by their addresses.
_exported: dict[int, Any] = {}


def _destroy(name: bytes) -> Any:
    """The destructor of capsules with a name."""

    def destroy(capsule: int) -> None:
        struct = _exported.pop(_dying_pointer(capsule, name))
        release(struct)

    return _destructor(destroy) if HAS_CAPSULES else None


_NAMES = (b"arrow_schema", b"arrow_array")
_DESTROY = {name: _destroy(name) for name in _NAMES}


def export(kind: int, values: Any, validity: Any, number: int, nulls: int) -> tuple[Any, Any]:
    """The capsules of results. `values` and `validity` are buffers, or None."""
    if not HAS_CAPSULES:
        raise TypeError("this Python has no capsules")
    structs = Schema(), Array()
    status = library.functions.tally_results_export(
        kind,
        places("uint8_t", values),
        library.null if validity is None else places("uint8_t", validity),
        number,
        nulls,
        *(library.pointer(ctypes.addressof(struct)) for struct in structs),
    )
    if status:
        raise failure(status)
    schema, array = map(_export_one, structs, _NAMES)
    return schema, array


def _export_one(struct: Any, name: bytes) -> Any:
    place = ctypes.addressof(struct)
    _exported[place] = struct
    try:
        return _capsule(place, name, ctypes.cast(_DESTROY[name], ctypes.c_void_p))
    except BaseException:
        release(_exported.pop(place))
        raise
