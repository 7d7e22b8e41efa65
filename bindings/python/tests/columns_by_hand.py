"""Columns of the Arrow C data interface, made by hand: right ones in every layout, and broken ones.

Each buffer is memory of its own and just long enough, so that a memory checker sees every read
outside. The slots of nulls are out of bounds wherever the layout allows it.
"""

from __future__ import annotations

import ctypes
import struct
from functools import partial
from typing import Any, Callable, Optional

from libtally._arrow import GET, RELEASE, Array, Schema, Stream

_libc: Any = ctypes.CDLL(None)
_malloc = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_size_t)(("malloc", _libc))
_free = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(("free", _libc))
_capsule = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(
    ("PyCapsule_New", ctypes.pythonapi)
)

KEYS = {"c": "b", "C": "B", "s": "h", "S": "H", "i": "i", "I": "I", "l": "q", "L": "Q"}
LAYOUTS = ["u", "z", "U", "Z", "vu", "vz", "w:3", "n", *KEYS]
LARGEST = 2**63 - 1


def _release(kind: Any, place: int) -> None:
    kind.from_address(place).release = None


_release_schema = RELEASE(partial(_release, Schema))
_release_array = RELEASE(partial(_release, Array))


def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


class HandMade:
    """A column of these values, behind `offset` more that are not part of it. With `w:3`, values
    are cut or filled with spaces; with `n` they are all null."""

    def __init__(self, layout: str, values: list[Optional[bytes]], offset: int = 0) -> None:
        self.layout = layout
        self.schema, self.array = Schema(), Array()
        self.values_schema, self.values_array = Schema(), Array()
        self._kept: list[Any] = []
        self._memory: list[int] = []
        if layout == "n":
            values = [None] * len(values)
        elif layout == "w:3":
            values = [None if value is None else value[:3].ljust(3) for value in values]
        self.values = values
        before = b"before"[: 3 if layout == "w:3" else 6]
        every = [before for _ in range(offset)] + values
        self._fill(self.schema, self.array, layout, every)
        self.array.offset, self.array.length = offset, len(values)
        self.array.null_count = values.count(None)

    def __del__(self) -> None:
        for place in self._memory:
            _free(place)

    def own(self, content: bytes) -> int:
        place: int = _malloc(len(content) or 1)
        ctypes.memmove(place, content, len(content))
        self._memory.append(place)
        return place

    def _fill(self, schema: Any, array: Any, layout: str, values: list[Optional[bytes]]) -> None:
        schema.format = layout.encode()
        schema.release, array.release = map(_address, (_release_schema, _release_array))
        array.length = len(values)
        bits = sum(1 << at for at, value in enumerate(values) if value is not None)
        buffers: list[Any] = [self.own(bits.to_bytes((len(values) + 7) // 8, "little"))]
        if layout in "uzUZ":
            ends = [0]
            for value in values:
                ends.append(ends[-1] + len(value or b""))
            kind = "i" if layout in "uz" else "q"
            buffers.append(self.own(struct.pack(f"={len(ends)}{kind}", *ends)))
            buffers.append(self.own(b"".join(value or b"" for value in values)))
        elif layout in ("vu", "vz"):
            views, long = [], b""
            for value in values:
                if value is None:
                    views.append(b"\xee" * 16)
                elif len(value) <= 12:
                    views.append(struct.pack("=i12s", len(value), value))
                else:
                    views.append(struct.pack("=i4sii", len(value), value[:4], 1, len(long)))
                    long += value
            # The first of its buffers is empty.
            buffers += [self.own(b"".join(views)), None, self.own(long)]
            buffers.append(self.own(struct.pack("=2q", 0, len(long))))
        elif layout.startswith("w:"):
            width = int(layout[2:])
            buffers.append(self.own(b"".join(value or b"?" * width for value in values)))
        elif layout == "n":
            buffers = []
        else:
            # Each value once, in reverse; and one that no key has, which is null.
            different = [*reversed(dict.fromkeys(v for v in values if v)), b"", None]
            self._fill(self.values_schema, self.values_array, "u", different)
            self.values_array.null_count = 1
            schema.dictionary = ctypes.pointer(self.values_schema)
            array.dictionary = ctypes.pointer(self.values_array)
            kind = KEYS[layout]
            keys = [127 if value is None else different.index(value) for value in values]
            buffers.append(self.own(struct.pack(f"={len(keys)}{kind}", *keys)))
        places = (ctypes.c_void_p * len(buffers))(*buffers)
        self._kept.append(places)
        array.n_buffers = len(buffers)
        array.buffers = ctypes.cast(places, ctypes.POINTER(ctypes.c_void_p))

    def write(self, buffer: int, format: str, at: int, value: int) -> None:
        """Overwrites number `at` of a buffer."""
        size = struct.calcsize(format)
        place = self.array.buffers[buffer] + at * size
        ctypes.memmove(place, struct.pack("=" + format, value), size)

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        return (
            _capsule(ctypes.addressof(self.schema), b"arrow_schema", None),
            _capsule(ctypes.addressof(self.array), b"arrow_array", None),
        )


class InChunks:
    """A stream of columns of one layout. Counts what is released."""

    def __init__(self, columns: list[HandMade]) -> None:
        self.columns = columns
        self.handed_out = self.released = 0
        self._left = list(columns)
        self._kept = (
            GET(self._get_schema),
            GET(self._get_next),
            RELEASE(self._release_schema),
            RELEASE(self._release_array),
            RELEASE(self._release_stream),
        )
        get_schema, get_next, self._of_schema, self._of_array, of_stream = map(_address, self._kept)
        self.stream = Stream(get_schema=get_schema, get_next=get_next, release=of_stream)

    def _get_schema(self, _: int, place: int) -> int:
        schema = self.columns[0].schema
        ctypes.memmove(place, ctypes.addressof(schema), ctypes.sizeof(schema))
        # One that is released stays so.
        if schema.release:
            Schema.from_address(place).release = self._of_schema
            self.handed_out += 1
        return 0

    def _get_next(self, _: int, place: int) -> int:
        if not self._left:
            Array.from_address(place).release = None
            return 0
        array = self._left.pop(0).array
        ctypes.memmove(place, ctypes.addressof(array), ctypes.sizeof(array))
        if array.release:
            Array.from_address(place).release = self._of_array
            self.handed_out += 1
        return 0

    def _release_schema(self, place: int) -> None:
        self.released += 1
        Schema.from_address(place).release = None

    def _release_array(self, place: int) -> None:
        self.released += 1
        Array.from_address(place).release = None

    def _release_stream(self, place: int) -> None:
        Stream.from_address(place).release = None

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return _capsule(ctypes.addressof(self.stream), b"arrow_array_stream", None)


# What is broken in a column of `FOR_BREAKING`, and in which layouts. The first value is not null.
FOR_BREAKING = [b"ccc", None, b"c and more than twelve bytes", b"", b"xc"]
BY_OFFSETS, VIEWS, KEYED = ["u", "z", "U", "Z"], ["vu", "vz"], list(KEYS)
WITH_BUFFERS = [layout for layout in LAYOUTS if layout != "n"]
_WIDTH = {"u": "i", "z": "i", "U": "q", "Z": "q"}


def _set(struct: str, field: str, value: Any, column: HandMade) -> None:
    setattr(getattr(column, struct), field, value)


def _set_buffer(at: int, value: Optional[int], column: HandMade) -> None:
    column.array.buffers[at] = value


def _write(buffer: int, form: Optional[str], at: int, value: int, column: HandMade) -> None:
    """Overwrites the number of a value; the form is that of its offsets if none is given."""
    column.write(buffer, form or _WIDTH[column.layout], at + column.array.offset, value)


def _write_view(word: int, value: int, column: HandMade) -> None:
    """Overwrites a word of the view of the third value, which is long."""
    column.write(1, "i", 4 * (2 + column.array.offset) + word, value)


def _write_length(value: int, column: HandMade) -> None:
    """Overwrites the length of the second of the buffers of views, which has 28 bytes."""
    column.write(4, "q", 1, value)


def _misalign(column: HandMade) -> None:
    column.array.buffers[1] += 1


def _nest(column: HandMade) -> None:
    column.values_schema.dictionary = ctypes.pointer(column.values_schema)


def _add_dictionary(column: HandMade) -> None:
    column.schema.dictionary = ctypes.pointer(HandMade("u", [b"c"]).schema)


Change = Callable[[HandMade], None]


def _broken() -> list[tuple[str, list[str], Change]]:
    kinds: list[tuple[str, list[str], Change]] = []

    def add(name: str, layouts: list[str], change: Change) -> None:
        kinds.append((name, layouts, change))

    def sets(what: str, struct: str, field: str, *values: Any, layouts: list[str]) -> None:
        for value in values:
            add(f"{what} {value}", layouts, partial(_set, struct, field, value))

    def writes(
        what: str, buffer: int, form: Optional[str], at: int, *values: int, layouts: list[str]
    ) -> None:
        for value in values:
            add(f"{what} {value}", layouts, partial(_write, buffer, form, at, value))

    sets("schema released", "schema", "release", None, layouts=LAYOUTS)
    sets("array released", "array", "release", None, layouts=LAYOUTS)
    # The last two are a list, and one that is not UTF-8.
    formats = [None, b"", b"w:", b"w:-1", b"w:+3", b"w:99999999999999999999", b"+l", b"\xff"]
    sets("format", "schema", "format", *formats, layouts=LAYOUTS)
    sets("length", "array", "length", -1, -LARGEST - 1, layouts=LAYOUTS)
    sets("offset", "array", "offset", -1, -LARGEST - 1, layouts=LAYOUTS)
    sets("offset", "array", "offset", LARGEST, LARGEST - 4, layouts=WITH_BUFFERS)
    sets("null count", "array", "null_count", -2, 6, LARGEST, layouts=LAYOUTS)
    sets("buffers", "array", "n_buffers", -1, -LARGEST - 1, 1, layouts=LAYOUTS)
    sets("buffers", "array", "n_buffers", 0, layouts=WITH_BUFFERS)
    sets("buffers", "array", "n_buffers", 2, 4, layouts=BY_OFFSETS)
    sets("buffers", "array", "n_buffers", 2, layouts=VIEWS)
    sets("buffers", "array", "n_buffers", 3, layouts=[*KEYED, "w:3"])
    sets("children of the array", "array", "n_children", 1, -1, layouts=LAYOUTS)
    sets("children of the type", "schema", "n_children", 1, -1, layouts=LAYOUTS)
    sets("no buffers at", "array", "buffers", None, layouts=WITH_BUFFERS)
    for at, layouts in [(0, WITH_BUFFERS), (1, WITH_BUFFERS), (2, BY_OFFSETS), (3, VIEWS)]:
        add(f"no buffer {at}", layouts, partial(_set_buffer, at, None))
    add("no lengths of views", VIEWS, partial(_set_buffer, 4, None))
    add("not aligned", [*BY_OFFSETS, *(key for key in KEYED if key not in "cC")], _misalign)
    writes("first offset", 1, None, 0, -1, -(2**31), layouts=BY_OFFSETS)
    writes("offset that falls", 1, None, 2, 0, -1, layouts=BY_OFFSETS)
    writes("last offset", 1, None, 5, -1, 0, layouts=BY_OFFSETS)
    writes("largest offset before the last", 1, "i", 4, 2**31 - 1, layouts=["u", "z"])
    writes("largest offset before the last", 1, "q", 4, LARGEST, layouts=["U", "Z"])
    # A view is four words: the length, the beginning, the buffer, the offset.
    for what, word, values in [
        ("length of a view", 0, [-1, 29, 2**31 - 1, -(2**31)]),
        ("buffer of a view", 2, [-1, 0, 2, 2**31 - 1]),
        ("offset of a view", 3, [-1, 1, 2**31 - 1, -(2**31)]),
    ]:
        for value in values:
            add(f"{what} {value}", VIEWS, partial(_write_view, word, value))
    for value in (-1, 27):
        add(f"length of a buffer {value}", VIEWS, partial(_write_length, value))
    for key in KEYED:
        width = KEYS[key]
        highest = 2 ** (8 * struct.calcsize("=" + width) - width.islower()) - 1
        # The dictionary has at most six values.
        for value in [6, highest] + [-1, -highest - 1] * width.islower():
            writes("key", 1, width, 0, value, layouts=[key])
    sets("no dictionary of the array", "array", "dictionary", None, layouts=KEYED)
    sets("no dictionary of the type", "schema", "dictionary", None, layouts=KEYED)
    sets("dictionary released", "values_array", "release", None, layouts=KEYED)
    sets("type of the dictionary released", "values_schema", "release", None, layouts=KEYED)
    sets("length of the dictionary", "values_array", "length", -1, 1, layouts=KEYED)
    sets("format of the dictionary", "values_schema", "format", None, b"l", b"", layouts=KEYED)
    sets("offset of the dictionary", "values_array", "offset", -1, LARGEST, layouts=KEYED)
    add("dictionary of the dictionary", KEYED, _nest)
    others = [layout for layout in LAYOUTS if layout not in KEYED]
    add("a dictionary of the type alone", others, _add_dictionary)
    return kinds


BROKEN = [(name, layout, change) for name, layouts, change in _broken() for layout in layouts]
