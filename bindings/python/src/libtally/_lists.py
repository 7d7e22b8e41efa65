"""Many strings in one call."""

from __future__ import annotations

import ctypes
import sys
from array import array
from collections.abc import Generator, Iterable
from itertools import accumulate
from typing import Any, Callable, Optional, Union

from ._arrow import RELEASE, Array, Schema, chunks, is_column
from ._columns import Column, column_answers
from ._data import LARGE, Buffer, exact, text_buffer, with_bytes
from ._errors import failure
from ._items import is_missing, listed
from ._library import library

Items = Union[Iterable[Union[str, Buffer, None]], Buffer]

# The names that the module array has for C's types.
SIZE = "Q" if sys.maxsize > 2**32 else "L"
TYPECODES = {"bool": "B", "uint64_t": "Q"}

# How many items are joined at a time: they stay in the cache, and the whole list is never copied.
# (benches/limits.py on an AMD EPYC with AVX-512: 1024 to 4096 are the best for items of 20 bytes.)
BATCH = 4096
# How many strings are looked at together, where some in the batch are not ASCII, and how many
# characters each has at most on average: encoding longer ones takes longer than calls.
GROUP = 64
GROUP_CHARACTERS = 256


class Query:
    """One of the questions about each of many items."""

    __slots__ = ("column", "counts_nul", "handle", "joined", "kind", "one", "quick")

    def __init__(
        self,
        handle: Any,
        kind: str,
        one: Callable[[Any], Any],
        quick: Callable[[Any], Optional[list[Any]]],
        joined: Any,
        column: Any,
        counts_nul: bool,
    ) -> None:
        self.handle = handle
        # The type of an answer in C.
        self.kind = kind
        # The answer for an item.
        self.one = one
        # Those for a list, or None if it has an item of another kind.
        self.quick = quick
        # Functions of C: for strings that are joined, and for a column.
        self.joined, self.column = joined, column
        # Whether the byte 0 is needle or reset.
        self.counts_nul = counts_nul

    def answers(self, items: Any) -> Any:
        """The answers for a list, an array of NumPy's, or a column."""
        # There are arrays and Series only if their package has been imported.
        numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
        if numpy is not None and isinstance(items, numpy.ndarray):
            return self.of_numpy(numpy, items)
        if pandas is not None and isinstance(items, (pandas.Series, pandas.Index)):
            return self.of_pandas(pandas, items)
        if is_column(items):
            return column_answers(self.column, self.handle, items, self.kind == "bool")
        return self.of_list(items)

    def of_list(self, items: Any) -> list[Any]:
        """None has the answer None."""
        items = listed(items)
        result: list[Any] = []
        for at in range(0, len(items), BATCH):
            batch = items[at : at + BATCH]
            try:
                found = self.quick(batch)
            except UnicodeEncodeError:
                # It may be about several items together; _join names one.
                found = None
            result += self.of_any(batch, at) if found is None else found
        return result

    def of_any(self, items: Any, first_row: int) -> list[Any]:
        """Large items are read in place, and the others are joined."""
        result: list[Any] = []
        small: list[Any] = []
        rows: list[int] = []

        def flush() -> None:
            if small:
                result.extend(self.of_joined(*_join(small, rows)))
                small.clear()
                rows.clear()

        for row, item in enumerate(items, first_row):
            if item is None:
                flush()
                result.append(None)
            elif (type(item) is str or type(item) is bytes) and len(item) >= LARGE:
                flush()
                try:
                    result.append(self.one(item))
                except UnicodeEncodeError as error:
                    raise _in_row(error, row) from None
            else:
                small.append(item)
                rows.append(row)
        flush()
        return result

    def of_joined(self, data: Any, lens: array[int]) -> list[Any]:
        number = len(lens)
        places = array(TYPECODES[self.kind], [0]) * number
        views = library.view("size_t", lens), library.view(self.kind, places)

        def use(pointer: Any, length: int) -> int:
            status: int = self.joined(self.handle, pointer, length, views[0], number, views[1])
            return status

        status = with_bytes(data, use)
        if status:
            raise failure(status)
        is_bool = self.kind == "bool"
        return memoryview(places).cast("B").cast("?").tolist() if is_bool else places.tolist()

    def of_numpy(self, numpy: Any, items: Any) -> Any:
        """An array of the same shape; of objects if there is a None."""
        kind = items.dtype.kind
        if kind not in "SUOT":
            raise TypeError(
                f"items is a NumPy array of dtype {items.dtype}, which is not text: pass an array "
                "of strings; if its memory is meant, pass its tobytes() to count"
            )
        plain = type(items) is numpy.ndarray and items.flags.c_contiguous and items.size > 0
        # NumPy pads bytes with zeros. Where these are neither hits nor resets they do not matter.
        if plain and kind == "S" and not self.counts_nul:
            # One that counts as the bytes it is made of.
            data = items.reshape(-1).view(numpy.uint8) if items.dtype.itemsize else b""
            answers = self.of_joined(data, array(SIZE, [items.dtype.itemsize]) * items.size)
        else:
            listed = items.ravel().tolist()
            # The value that a dtype of strings has for what is missing.
            missing = getattr(items.dtype, "na_object", None) if kind == "T" else None
            if missing is not None:
                listed = [item if isinstance(item, str) else None for item in listed]
            answers = self.of_list(listed)
        if None in answers:
            result = numpy.empty(len(answers), dtype=object)
            result[:] = answers
        else:
            result = numpy.array(answers, dtype=bool if self.kind == "bool" else numpy.int64)
        return result.reshape(items.shape)

    def of_pandas(self, pandas: Any, items: Any) -> Column[Any]:
        """A column. Objects are read as a list, in which NaN and NA are null."""
        if items.dtype != object and is_column(items):
            return column_answers(self.column, self.handle, items, self.kind == "bool")
        listed = _of_pandas(pandas, items)
        return Column._of_list(self.of_list(listed), self.kind == "bool")


# What the parts of a list have as their release. Nobody calls it: the memory is Python's.
_release = RELEASE(lambda _: None)

# How many bytes a part of a list has at most, unless it is one item.
PART = 4 << 20


def column_chunks(items: Any) -> Generator[tuple[Any, Any, int], None, None]:
    """The parts of a column, as `_arrow.chunks` has them, or of a list, each of which is copied."""
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if pandas is not None and isinstance(items, (pandas.Series, pandas.Index)):
        if items.dtype == object or not is_column(items):
            items = _of_pandas(pandas, items)
    elif numpy is not None and isinstance(items, numpy.ndarray):
        items = _of_numpy(items)
    if is_column(items):
        yield from chunks(items)
        return
    items = listed(items)
    small: list[Optional[bytes]] = []
    size = 0
    for row, item in enumerate(items):
        encoded = None if item is None else _item_bytes(item, row)
        len_of_item = 0 if encoded is None else len(encoded)
        if small and (size + len_of_item > PART or len(small) == BATCH):
            yield from _part(small)
            small, size = [], 0
        small.append(encoded)
        size += len_of_item
    if small:
        yield from _part(small)


def _part(items: list[Optional[bytes]]) -> Generator[tuple[Any, Any, int], None, None]:
    """Items as a column of binary values with 64-bit offsets."""
    known = [item or b"" for item in items]
    data = bytearray().join(known)
    offsets = array("q", accumulate(map(len, known), initial=0))
    bits = bytearray((len(items) + 7) // 8)
    for at, item in enumerate(items):
        if item is not None:
            bits[at >> 3] |= 1 << (at & 7)
    memory = [(ctypes.c_char * len(data)).from_buffer(data) if data else None]
    memory += [(ctypes.c_char * (8 * len(offsets))).from_buffer(offsets)]
    memory += [(ctypes.c_char * len(bits)).from_buffer(bits)]
    addresses = [None if place is None else ctypes.addressof(place) for place in memory]
    buffers = (ctypes.c_void_p * 3)(addresses[2], addresses[1], addresses[0])
    release = ctypes.cast(_release, ctypes.c_void_p)
    schema = Schema(format=b"Z", release=release)
    part = Array(
        length=len(items),
        null_count=items.count(None),
        n_buffers=3,
        buffers=ctypes.cast(buffers, ctypes.POINTER(ctypes.c_void_p)),
        release=release,
    )
    yield (
        library.pointer(ctypes.addressof(schema)),
        library.pointer(ctypes.addressof(part)),
        len(items),
    )
    # All of it lives until here.
    del memory, buffers, schema, part


def _of_numpy(items: Any) -> list[Any]:
    """The items of an array of one dimension, None for what is missing."""
    kind = items.dtype.kind
    if kind not in "SUOT":
        raise TypeError(f"items is a NumPy array of dtype {items.dtype}, which is not text")
    if items.ndim != 1:
        raise TypeError(f"items is a NumPy array of {items.ndim} dimensions: pass its ravel()")
    listed: list[Any] = items.tolist()
    if kind == "T" and hasattr(items.dtype, "na_object"):
        listed = [item if isinstance(item, str) else None for item in listed]
    return listed


def _of_pandas(pandas: Any, items: Any) -> list[Any]:
    """The items of a Series, None for what is missing."""
    if items.dtype != object and not isinstance(items.dtype, pandas.StringDtype):
        raise TypeError(
            f"items is a pandas {type(items).__name__} of dtype {items.dtype}, which is not "
            "text: pass its astype('string')"
        )
    nulls = items.isna().tolist()
    return [None if is_null else item for item, is_null in zip(items.tolist(), nulls)]


def _join(items: list[Any], rows: list[int]) -> tuple[Any, array[int]]:
    """All items, one right behind the other, and their lengths in bytes."""
    # A subclass may override its length.
    kinds = list(map(type, items))
    kind = kinds[0] if kinds.count(kinds[0]) == len(kinds) else None
    if kind is str:
        text = "".join(items)
        if text.isascii():
            return text, array(SIZE, map(len, items))
        if len(text) < GROUP_CHARACTERS * len(items):
            try:
                return _encoded(items, text)
            except UnicodeEncodeError:
                # It does not know the row.
                pass
    if kind is not bytes:
        items = list(map(_item_bytes, items, rows))
    return b"".join(items), array(SIZE, map(len, items))


def _encoded(items: list[str], text: str) -> tuple[bytes, array[int]]:
    """Items that are `text` together, as UTF-8, and their lengths. Only groups with a character
    that is not ASCII are encoded item by item."""
    lens = array(SIZE, map(len, items))
    parts: list[bytes] = []
    start = 0
    for at in range(0, len(items), GROUP):
        end = start + sum(lens[at : at + GROUP])
        group = text[start:end]
        if group.isascii():
            parts.append(group.encode())
        else:
            encoded = [item.encode() for item in items[at : at + GROUP]]
            lens[at : at + GROUP] = array(SIZE, map(len, encoded))
            parts += encoded
        start = end
    return b"".join(parts), lens


def _item_bytes(item: Any, row: int) -> bytes:
    if isinstance(item, str):
        try:
            return exact(item).encode()  # type: ignore[no-any-return]
        except UnicodeEncodeError as error:
            raise _in_row(error, row) from None
    if isinstance(item, bytes):
        return exact(item)  # type: ignore[no-any-return]
    if is_missing(item):
        raise TypeError(
            f"row {row} has to be text or None, not {item}: pass None for what is missing, or a "
            f"pandas Series, in which {item} is null"
        )
    return text_buffer(item, f"row {row}").tobytes()


def _in_row(error: UnicodeEncodeError, row: int) -> UnicodeEncodeError:
    what = error.encoding, error.object, error.start, error.end
    return UnicodeEncodeError(*what, f"{error.reason} (in row {row})")
