"""Many strings in one call."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from itertools import chain
from typing import Any, Callable, Optional, Union

from ._data import Buffer, exact, text_buffer, with_bytes
from ._errors import failure
from ._library import library

Items = Union[Iterable[Union[str, Buffer]], Buffer]

# The names that the module array has for C's types.
SIZE = "Q" if sys.maxsize > 2**32 else "L"
TYPECODES = {"bool": "B", "uint64_t": "Q"}

# How many items are joined at a time: they stay in the cache, and the whole list is never copied.
# (benches/limits.py on an AMD EPYC with AVX-512: 1024 to 4096 are the best for items of 20 bytes.)
BATCH = 4096


def answers(
    quick: Callable[[Any], Optional[list[Any]]],
    function: Any,
    kind: str,
    handle: Any,
    items: Any,
    counts_nul: bool,
) -> list[Any]:
    """The answers for the items: from `quick`, or where it returns None from `function`, a C
    function that writes an array of `kind`. `counts_nul`: the byte 0 is needle or reset."""
    if isinstance(items, (str, bytes, bytearray)):
        raise TypeError(f"items has to be a list or the like, not {type(items).__name__}")
    # There are arrays only if NumPy has been imported.
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(items, numpy.ndarray):
        # No subclass: not all items of a masked array count.
        plain = type(items) is numpy.ndarray and items.flags.c_contiguous
        # NumPy pads bytes with zeros. Where these are neither hits nor resets they do not matter.
        if plain and items.dtype.kind == "S" and not counts_nul:
            lens = array(SIZE, [items.dtype.itemsize]) * items.size
            return _answers_joined(function, kind, handle, items, lens)
        items = items.ravel().tolist()
    elif type(items) not in (list, tuple):
        # Not list(items): it would believe a length that is not true.
        items = list(chain(items))
    result: list[Any] = []
    for at in range(0, len(items), BATCH):
        batch = items[at : at + BATCH]
        try:
            found = quick(batch)
        except UnicodeEncodeError:
            # It may be about several items together; _join names one.
            found = None
        if found is None:
            found = _answers_joined(function, kind, handle, *_join(batch, at))
        result += found
    return result


def _answers_joined(
    function: Any, kind: str, handle: Any, data: Any, lens: array[int]
) -> list[Any]:
    number = len(lens)
    places = array(TYPECODES[kind], [0]) * number
    views = library.view("size_t", lens), library.view(kind, places)

    def use(pointer: Any, length: int) -> int:
        status: int = function(handle, pointer, length, views[0], number, views[1])
        return status

    status = with_bytes(data, use)
    if status:
        raise failure(status)
    return memoryview(places).cast("B").cast("?").tolist() if kind == "bool" else places.tolist()


def _join(items: Any, first_row: int) -> tuple[Any, array[int]]:
    """All items, one right behind the other, and their lengths in bytes."""
    # A subclass may override its length.
    kinds = list(map(type, items))
    kind = kinds[0] if kinds.count(kinds[0]) == len(kinds) else None
    if kind is str:
        text = "".join(items)
        if text.isascii():
            return text, array(SIZE, map(len, items))
    if kind is not bytes:
        items = [_item_bytes(item, row) for row, item in enumerate(items, first_row)]
    return b"".join(items), array(SIZE, map(len, items))


def _item_bytes(item: Any, row: int) -> bytes:
    if isinstance(item, str):
        try:
            return exact(item).encode()  # type: ignore[no-any-return]
        except UnicodeEncodeError as error:
            what = error.encoding, error.object, error.start, error.end
            raise UnicodeEncodeError(*what, f"{error.reason} (in row {row})") from None
    if isinstance(item, bytes):
        return exact(item)  # type: ignore[no-any-return]
    return text_buffer(item, f"row {row}").tobytes()
