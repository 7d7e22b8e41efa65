"""The C library, called through one of two bindings: the interface of both, and the choice."""

from __future__ import annotations

import os
from array import array
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Callable, Optional, Protocol, TypeVar, Union

from . import _constants as constants

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

# The bindings, the faster one first.
NAMES = ("cffi", "ctypes")


class Queries(Protocol):
    """The queries of one counter, for the most frequent kinds of data. None means that the data is
    of another kind, and that the general way has to be used."""

    def has_count(self, data: object, /) -> Optional[bool]: ...
    def count(self, data: object, /) -> Optional[int]: ...
    def max_count(self, data: object, /) -> Optional[int]: ...
    def matching_segments(self, data: object, /) -> Optional[int]: ...
    def has_counts(self, items: Sequence[object], /) -> Optional[list[bool]]: ...
    def counts(self, items: Sequence[object], /) -> Optional[list[int]]: ...
    def max_counts(self, items: Sequence[object], /) -> Optional[list[int]]: ...


class Library(Protocol):
    """The interface of a binding. Handles and pointers are objects of the binding's own."""

    name: str
    # The functions of tally.h are its attributes.
    functions: Any
    null: Any

    # Queries that return the answer, or minus the status. Data is bytes or a pointer.
    counter_has_count: Callable[[Any, Any, int], int]
    counter_count: Callable[[Any, Any, int], int]
    counter_max_count: Callable[[Any, Any, int], int]
    counter_matching_segments: Callable[[Any, Any, int], int]
    stream_feed: Callable[[Any, Any, int], int]

    def queries(self, counter: Any, failure: Callable[[int], BaseException]) -> Queries:
        """The queries of a counter. `failure` makes the exception for a status."""
        ...

    def new(self, kind: str, number: int = 1) -> Any:
        """An array for results: of an integer type, a struct, or handles."""
        ...

    def owned(self, kind: str, place: Any) -> Any:
        """The handle that was written to `place`. It is freed when nothing refers to it any more: a
        call on another thread does."""
        ...

    def view(self, kind: str, values: Union[array[int], memoryview]) -> Any:
        """The memory of `values` as an array for results. It does not move while the view lives."""
        ...

    def with_options(self, kind: str, fields: dict[str, Any], use: Callable[[Any], T]) -> T:
        """`use` of a pointer to a struct of options with these fields, and its size.

        A `bytes` field becomes a pointer to the bytes. A field `progress` is called with the number
        of bytes read, by the thread that reads. It returns whether to stop, and may not raise.
        """
        ...

    def field(self, handle: Any) -> Any:
        """A handle as the value of a struct's field. It has to live as long as that is used."""
        ...

    def pointer(self, address: int) -> Any:
        """A pointer to an address."""
        ...

    def with_buffer(self, data: Any, use: Callable[[Any, int], T]) -> T:
        """`use` of a pointer to the bytes of a buffer that is contiguous, and their number. The
        bytes do not move meanwhile."""
        ...

    def bytes_at(self, pointer: Any, length: int) -> bytes:
        """A copy of the bytes that a struct's `void` pointer points to."""
        ...

    def text(self, result: Any) -> str:
        """A string that the library returned."""
        ...

    def errno(self) -> int:
        """The `errno` of the last call that failed to read."""
        ...


def load(name: str) -> Library:
    loaded: Library
    if name == "cffi":
        from . import _over_cffi

        loaded = _over_cffi.LIBRARY
    elif name == "ctypes":
        from . import _over_ctypes

        loaded = _over_ctypes.LIBRARY
    else:
        raise ImportError(f"LIBTALLY_BINDING is {name!r}; it can be {' or '.join(NAMES)}")
    version = loaded.text(loaded.functions.tally_version())
    if not fits(version):
        raise ImportError(
            f"this package needs libtally {constants.VERSION}, or a later one that is compatible; "
            f"the library found is {version}"
        )
    return loaded


def fits(version: str) -> bool:
    """Whether a library of a version has what this package calls. Within a major version functions
    are only added."""
    try:
        found, needed = (tuple(map(int, v.split("."))) for v in (version, constants.VERSION))
    except ValueError:
        return False
    return found[0] == needed[0] and found >= needed


def choose() -> Library:
    forced = os.environ.get("LIBTALLY_BINDING")
    if forced:
        return load(forced)
    # Only what says that this Python has no cffi leads to ctypes: not what is wrong with a library.
    try:
        import _cffi_backend  # noqa: F401
    except ImportError:
        # It is not installed, or cannot be loaded in this sub-interpreter.
        return load("ctypes")
    # A free-threaded Python does not look for the file, and not every platform's wheel has it.
    has_module = find_spec("libtally._cffi") is not None
    return load("cffi" if has_module else "ctypes")


library = choose()
