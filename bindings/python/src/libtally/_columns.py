"""The answers for a column: a sequence, with None for null, and a column itself."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from itertools import chain
from typing import Any, Generic, Optional, TypeVar, overload

from . import _constants as constants
from ._arrow import chunks, export
from ._errors import failure
from ._library import library
from ._memory import joined, places, room

T = TypeVar("T", int, bool)

# For more bytes of results than this, a column is checked before there is memory for them: what it
# says of its length may be wrong.
UNCHECKED = 64 << 20

# The bits of each byte, the lowest first.
_BITS = [tuple(bool(byte >> bit & 1) for bit in range(8)) for byte in range(256)]
# From the bytes 0 and 1 to digits.
_DIGITS = b"01" + bytes(254)


def _bools(bits: bytearray, number: int) -> list[bool]:
    return list(chain.from_iterable(map(_BITS.__getitem__, bits)))[:number]


def _bits(bools: bytes) -> bytearray:
    """The bits of `_bools`, each of which is a byte, 0 or 1."""
    digits = bools[::-1].translate(_DIGITS)
    return bytearray(int(digits or b"0", 2).to_bytes((len(bools) + 7) // 8, "little"))


# Not a subclass of Sequence: packages that look for one first would take a column apart, value by
# value, as polars does (720 ms for 5 million values, which it imports in 30 ms).
class Column(Generic[T]):
    """The answers for a column, in its order: a sequence of `int` or `bool`, with None for null.

    `to_numpy()` and `to_list()` convert it. It is a column itself: pyarrow, polars, pandas and all
    that read the Arrow PyCapsule interface take it. It does not change.

    It equals a list of the same values.
    """

    __slots__ = ("__weakref__", "_is_bits", "_length", "_nulls", "_validity", "_values")

    _values: bytearray
    _validity: Optional[bytearray]
    _length: int
    _nulls: int
    _is_bits: bool

    def __init__(self) -> None:
        raise TypeError("a Column is what counts, has_counts and max_counts return")

    @classmethod
    def _of(
        cls,
        values: bytearray,
        validity: Optional[bytearray],
        length: int,
        nulls: int,
        is_bits: bool,
    ) -> Column[Any]:
        column = cls.__new__(cls)
        column._values, column._validity = values, validity if nulls else None
        column._length, column._nulls, column._is_bits = length, nulls, is_bits
        return column

    @classmethod
    def _of_list(cls, answers: list[Any], is_bits: bool) -> Column[Any]:
        number = len(answers)
        nulls = answers.count(None)
        validity = None
        if nulls:
            validity = _bits(bytes([answer is not None for answer in answers]))
            answers = [answer or 0 for answer in answers]
        values = _bits(bytes(answers)) if is_bits else bytearray(array("q", answers).tobytes())
        return cls._of(values, validity, number, nulls, is_bits)

    @property
    def null_count(self) -> int:
        """How many of the values are null."""
        return self._nulls

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Optional[T]: ...
    @overload
    def __getitem__(self, index: slice) -> list[Optional[T]]: ...

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self._at(at) for at in range(*index.indices(self._length))]
        # Also for negative numbers, and with the right exceptions.
        return self._at(range(self._length)[index])

    def _at(self, at: int) -> Any:
        if self._validity is not None and not self._validity[at >> 3] >> (at & 7) & 1:
            return None
        if self._is_bits:
            return bool(self._values[at >> 3] >> (at & 7) & 1)
        return int.from_bytes(self._values[8 * at : 8 * at + 8], sys.byteorder, signed=True)

    def __iter__(self) -> Iterator[Optional[T]]:
        return iter(self.to_list())

    def __reversed__(self) -> Iterator[Optional[T]]:
        return reversed(self.to_list())

    def __contains__(self, value: object) -> bool:
        return value in self.to_list()

    def index(self, value: object, start: int = 0, stop: Optional[int] = None) -> int:
        """Where a value is for the first time, as `list.index` has it."""
        values: list[Any] = self.to_list()
        return values.index(value, start, self._length if stop is None else stop)

    def count(self, value: object) -> int:
        """How often a value occurs."""
        values: list[Any] = self.to_list()
        return values.count(value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (Column, list)):
            theirs = other.to_list() if isinstance(other, Column) else other
            return self.to_list() == theirs
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self[:10])) + (", ..." if self._length > 10 else "")
        return f"<Column of {self._length}: [{shown}]>"

    def __reduce__(self) -> tuple[Any, ...]:
        parts = self._values, self._validity, self._length, self._nulls, self._is_bits
        return Column._of, parts

    def to_list(self) -> list[Optional[T]]:
        """The values as a list."""
        values: Any = memoryview(self._values)
        values = _bools(self._values, self._length) if self._is_bits else values.cast("q").tolist()
        if self._validity is None:
            return values  # type: ignore[no-any-return]
        valid = _bools(self._validity, self._length)
        return [value if is_valid else None for value, is_valid in zip(values, valid)]

    def to_numpy(self) -> Any:
        """The values as a NumPy array: of `int64`, without a copy, or `bool`; of objects if there
        is a null."""
        numpy: Any = import_module("numpy")
        if self._validity is not None:
            result = numpy.empty(self._length, dtype=object)
            result[:] = self.to_list()
            return result
        if self._is_bits:
            bits = numpy.frombuffer(self._values, dtype=numpy.uint8)
            return numpy.unpackbits(bits, count=self._length, bitorder="little").view(bool)
        result = numpy.frombuffer(self._values, dtype=numpy.int64)
        # What is written to it would change this column.
        result.flags.writeable = False
        return result

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> Any:
        result = self.to_numpy()
        if dtype is not None and dtype != result.dtype:
            return result.astype(dtype)
        return result.copy() if copy else result

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        kind = constants.TALLY_RESULTS_BITS if self._is_bits else constants.TALLY_RESULTS_COUNTS
        return export(kind, self._values, self._validity, self._length, self._nulls)


def column_answers(function: Any, handle: Any, column: Any, is_bits: bool) -> Column[Any]:
    """The answers for a column, of a function of C."""
    values: list[bytearray] = []
    validity: list[bytearray] = []
    lengths: list[int] = []
    nulls = 0
    null = library.null
    place = library.new("uint64_t")
    # Closed at once if there is an exception, not when its traceback is gone.
    with closing(chunks(column)) as parts:
        for schema, chunk, length in parts:
            # The library refuses a negative one.
            length = max(0, length)
            bits = (length + 7) // 8
            size = bits if is_bits else 8 * length
            if size > UNCHECKED:
                refuse(function(handle, schema, chunk, null, null, 0, place), column)
            answers = room(size)
            valid = room(bits)
            status = function(
                handle,
                schema,
                chunk,
                places("uint8_t" if is_bits else "int64_t", answers),
                places("uint8_t", valid),
                length,
                place,
            )
            if status:
                raise column_failure(status, column)
            values.append(answers)
            validity.append(valid)
            lengths.append(length)
            nulls += place[0]
    return Column._of(
        _join_bits(values, lengths) if is_bits else joined(values),
        _join_bits(validity, lengths) if nulls else None,
        sum(lengths),
        nulls,
        is_bits,
    )


def joined_answers(
    values: list[bytearray],
    validity: list[bytearray],
    lengths: list[int],
    nulls: int,
    is_bool: bool,
) -> Column[Any]:
    """The column of the answers for its parts, each an `int64_t`; or 0 or 1, for `bool`."""
    if is_bool:
        # The lowest byte of each.
        lowest = 0 if sys.byteorder == "little" else 7
        values = [_bits(bytes(part[lowest::8])) for part in values]
    of_all = _join_bits(values, lengths) if is_bool else joined(values)
    valid = _join_bits(validity, lengths) if nulls else None
    return Column._of(of_all, valid, sum(lengths), nulls, is_bool)


def feed_chunks(function: Any, handle: Any, column: object, parts: Any) -> None:
    """Feeds the parts of a column, as `_arrow.chunks` has them, to a function of C."""
    with closing(parts):
        for schema, chunk, _ in parts:
            status = function(handle, schema, chunk)
            if status:
                raise column_failure(status, column)


def refuse(status: int, column: object) -> None:
    """Raises an exception unless the status is that of a right column that has no room."""
    if status != constants.TALLY_ERROR_LIMIT:
        raise column_failure(status, column)


def column_failure(status: int, column: object) -> BaseException:
    """The exception for a status of a function that was given a column."""
    if status in (
        constants.TALLY_ERROR_INVALID_ARGUMENT,
        constants.TALLY_ERROR_NULL_POINTER,
    ):
        return ValueError(f"the data of {type(column).__name__} is not valid")
    return failure(status)


def _join_bits(parts: list[bytearray], lengths: list[int]) -> bytearray:
    """Bits, of which each part has a number."""
    if len(parts) == 1:
        return parts[0]
    together = bytearray()
    number = 0
    for part, length in zip(parts, lengths):
        shift = number % 8
        if shift and length:
            shifted = (int.from_bytes(part, "little") << shift).to_bytes(len(part) + 1, "little")
            together[-1] |= shifted[0]
            together += shifted[1:]
        else:
            together += part
        number += length
        del together[(number + 7) // 8 :]
    return together
