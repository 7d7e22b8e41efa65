"""The choice of a back end: what calls the library's C functions."""

from __future__ import annotations

import os
from array import array
from typing import TYPE_CHECKING, Any, Callable, Optional, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

# The back ends by their names, the better first.
NAMES = ("cffi", "ctypes")


class Queries(Protocol):
    """A counter's queries for what is asked most often. The answer, or None for what they are not
    for: then the general way has it."""

    def has_count(self, data: object, /) -> Optional[bool]: ...
    def count(self, data: object, /) -> Optional[int]: ...
    def max_count(self, data: object, /) -> Optional[int]: ...
    def segments_reached(self, data: object, /) -> Optional[int]: ...
    def has_counts(self, pieces: Sequence[object], /) -> Optional[list[bool]]: ...
    def counts(self, pieces: Sequence[object], /) -> Optional[list[int]]: ...
    def max_counts(self, pieces: Sequence[object], /) -> Optional[list[int]]: ...


class Table(Protocol):
    """What a back end provides. A handle, and a pointer, is whatever the back end makes of it."""

    name: str
    # The functions of tally.h, by their names there.
    lib: Any
    null: Any

    # Queries: the answer, or minus the status. Data may be bytes, or a pointer.
    counter_has_count: Callable[[Any, Any, int], int]
    counter_count: Callable[[Any, Any, int], int]
    counter_max_count: Callable[[Any, Any, int], int]
    counter_segments_reached: Callable[[Any, Any, int], int]
    stream_feed: Callable[[Any, Any, int], int]

    def queries(self, counter: Any) -> Queries:
        """Those of a counter, while its handle lives."""
        ...

    def new(self, kind: str, number: int = 1) -> Any:
        """An array of so many places for results: of an integer type, a struct, or handles."""
        ...

    def view(self, kind: str, values: array[int]) -> Any:
        """The memory of an array, as such places. It stays in place while the view lives."""
        ...

    def read_options(self, max_bytes: int) -> Any:
        """A pointer to a tally_read_options."""
        ...

    def with_read_options(
        self, max_bytes: int, threads: int, progress: Callable[[int], bool], use: Callable[[Any], T]
    ) -> T:
        """`use` of a pointer to a tally_read_options. `progress` is called with the number of bytes
        read, by the thread that reads; it says whether to stop, and raises nothing."""
        ...

    def pointer(self, address: int) -> Any:
        """A pointer to an address."""
        ...

    def with_buffer(self, data: Any, use: Callable[[Any, int], T]) -> T:
        """`use` of the pointer to an object's bytes and their length; BufferError or TypeError
        where an object has no contiguous bytes. They stay in place meanwhile."""
        ...

    def text(self, result: Any) -> str:
        """A text of the library."""
        ...

    def errno(self) -> int:
        """Why the last call failed to read."""
        ...


def load(name: str) -> Table:
    if name == "cffi":
        from . import _over_cffi

        return _over_cffi.TABLE
    if name == "ctypes":
        from . import _over_ctypes

        return _over_ctypes.TABLE
    raise ImportError(f"LIBTALLY_BACKEND is {name!r}; there are {' and '.join(NAMES)}")


def choose() -> Table:
    forced = os.environ.get("LIBTALLY_BACKEND")
    if forced:
        return load(forced)
    try:
        return load("cffi")
    except ImportError:
        # No cffi, or a Python that cannot load its module: PyPy, free-threaded, sub-interpreters.
        return load("ctypes")


table = choose()
