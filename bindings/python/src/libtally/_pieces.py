"""Many pieces of data, for one call."""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from ._data import with_bytes
from ._errors import failure
from ._table import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Buffer, TypeAlias

    Pieces: TypeAlias = Union[Iterable[Union[str, Buffer]], Buffer]

# As the module array calls them.
SIZE = "Q" if sys.maxsize > 2**32 else "L"
TYPECODES = {"bool": "B", "uint64_t": "Q"}


# So many pieces are put together at a time: they stay in the cache, and no copy of all is made.
BATCH = 4096


def ask(
    quick: Callable[[Any], Optional[list[Any]]],
    function: Any,
    kind: str,
    handle: Any,
    pieces: Any,
    padding_is_data: bool,
) -> list[Any]:
    """The answers for the pieces: those of `quick` where it has some, or of `function`, which puts
    them into a `kind` of places."""
    if isinstance(pieces, (str, bytes, bytearray)):
        raise TypeError(f"pieces is many, as a list has them, not {type(pieces).__name__}")
    dtype = getattr(pieces, "dtype", None)
    if dtype is not None:
        # NumPy's bytes are padded with zeros; where these are no hits and no resets, they can stay.
        if dtype.kind == "S" and not padding_is_data and pieces.flags.c_contiguous:
            lens = array(SIZE, [dtype.itemsize]) * pieces.size
            return _ask_joined(function, kind, handle, pieces, lens)
        pieces = pieces.ravel().tolist()
    elif not isinstance(pieces, (list, tuple)):
        pieces = list(pieces)
    answers: list[Any] = []
    for at in range(0, len(pieces), BATCH):
        batch = pieces[at : at + BATCH]
        found = quick(batch)
        answers += _ask_joined(function, kind, handle, *_join(batch)) if found is None else found
    return answers


def _ask_joined(function: Any, kind: str, handle: Any, data: Any, lens: array[int]) -> list[Any]:
    number = len(lens)
    answers = array(TYPECODES[kind], [0]) * number
    views = table.view("size_t", lens), table.view(kind, answers)

    def use(pointer: Any, length: int) -> int:
        status: int = function(handle, pointer, length, views[0], number, views[1])
        return status

    status = with_bytes(data, use)
    if status:
        raise failure(status, "the pieces changed meanwhile")
    return memoryview(answers).cast("B").cast("?").tolist() if kind == "bool" else answers.tolist()


def _join(pieces: Any) -> tuple[Any, array[int]]:
    """All pieces, one right behind the other, and their lengths in bytes."""
    try:
        if isinstance(pieces[0], str):
            text = "".join(pieces)
            if text.isascii():
                return text, array(SIZE, map(len, pieces))
            raise TypeError
        data = b"".join(pieces)
    except TypeError:
        # Some are str, which their bytes stand for now.
        pieces = [piece.encode() if isinstance(piece, str) else piece for piece in pieces]
        try:
            data = b"".join(pieces)
        except TypeError:
            raise TypeError("a piece is a str or has a contiguous buffer, as bytes do") from None
    lens = array(SIZE, map(len, pieces))
    if sum(lens) != len(data):
        # What has items of several bytes is longer than its len.
        lens = array(SIZE, (memoryview(piece).nbytes for piece in pieces))
    return data, lens
