"""What tables of words have in common: options, one user at a time, states."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from . import _arguments as arguments
from . import _constants as constants
from ._columns import feed_chunks
from ._data import Buffer, Data, with_bytes
from ._errors import InUseError, failure
from ._library import library
from ._lists import column_chunks
from ._word_rule import WordRule, utf8, word_rule

if TYPE_CHECKING:
    from typing_extensions import Self

_functions = library.functions

Key = Union[str, bytes]


class Table:
    """Words with what is known of them."""

    __slots__ = ("__weakref__", "_handle", "_lock", "_options", "_text")

    # The name of the handle in C, and of its functions up to the last underscore.
    _KIND: str

    def __init__(
        self,
        rule: WordRule = WordRule.UNICODE,
        *,
        text: bool = False,
        max_bytes: Optional[int] = None,
        max_word: Optional[int] = None,
        seed: Optional[int] = None,
    ) -> None:
        if hasattr(self, "_handle"):
            raise arguments.initialized(self)
        self._options = {"rule": word_rule(rule)}
        for name, value in (("max_bytes", max_bytes), ("max_word", max_word), ("seed", seed)):
            if value is not None:
                self._options[name] = arguments.integer(name, value, 64, least=1)
        self._text = bool(text)
        self._lock = threading.Lock()
        place = library.new(self._KIND)
        status = library.with_options(
            "tally_words_options",
            self._options,
            lambda options: self._function("new_with")(options, place),
        )
        if status:
            raise failure(status)
        self._handle: Any = library.owned(self._KIND, place)

    @classmethod
    def _function(cls, name: str) -> Callable[..., int]:
        function: Callable[..., int] = getattr(_functions, f"{cls._KIND}_{name}")
        return function

    @contextmanager
    def _used(self) -> Iterator[Any]:
        """The handle, for one thread: what it points to is read here after the call."""
        if not self._lock.acquire(blocking=False):
            raise InUseError("another call is using this")
        try:
            yield self._handle
        finally:
            self._lock.release()

    def _call(self, function: Callable[..., int], *rest: Any) -> None:
        with self._used() as handle:
            status = function(handle, *rest)
        if status:
            raise failure(status)

    def _call_status(self, function: Callable[..., int], *rest: Any) -> int:
        if not self._lock.acquire(blocking=False):
            return constants.TALLY_ERROR_IN_USE
        try:
            return function(self._handle, *rest)
        finally:
            self._lock.release()

    def _number(self, function: Callable[..., int]) -> int:
        place = library.new("uint64_t")
        self._call(function, place)
        number: int = place[0]
        return number

    def _merge(self, right: Table, function: Callable[..., int]) -> None:
        if getattr(right, "_KIND", None) != self._KIND:
            name = type(right).__name__
            raise TypeError(f"right has to be {type(self).__name__}, not {name}")
        if right is self:
            self._call(function, self._handle)
            return
        with right._used() as other:
            status = self._call_status(function, other)
        if status:
            raise failure(status)

    def _feed_column(self, function: Callable[..., int], column: Any) -> None:
        with self._used() as handle:
            feed_chunks(function, handle, column, column_chunks(column))

    def copy(self) -> Self:
        """A copy, with the same options."""
        return self._loaded(self._options, self._text, self.save())

    def clear(self) -> None:
        """Forgets everything."""
        self._call(self._function("clear"))

    def save(self) -> Any:
        """The state as bytes, for `load` in another process or on another machine."""
        size = library.new("size_t")
        self._call(self._function("state_size"), size)
        state = bytearray(size[0])
        status = with_bytes(
            state,
            lambda pointer, length: self._call_status(
                self._function("save"), pointer, length, size
            ),
        )
        if status:
            raise failure(status)
        return memoryview(state)[: size[0]].tobytes()

    @classmethod
    def _loaded(cls, fields: dict[str, int], text: bool, state: Buffer) -> Self:
        if isinstance(state, str):
            raise TypeError("state has to be a bytes-like object, not str")
        place = library.new(cls._KIND)
        status = library.with_options(
            "tally_words_options",
            fields,
            lambda options: with_bytes(
                state,
                lambda pointer, length: cls._function("load")(options, pointer, length, place),
            ),
        )
        if status:
            raise failure(status)
        table = cls.__new__(cls)
        table._options, table._text, table._lock = dict(fields), bool(text), threading.Lock()
        table._handle = library.owned(cls._KIND, place)
        return table

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[dict[str, int], bool, Any]]:
        return self._loaded, (self._options, self._text, self.save())


def encoded(key: object, text: bool) -> list[bytes]:
    """The words that a key can stand for."""
    if isinstance(key, bytes) and not text:
        return [key]
    if isinstance(key, str) and text:
        found = [key.encode("utf-8", "surrogatepass")]
        try:
            found.append(key.encode("utf-8", "surrogateescape"))
        except UnicodeEncodeError:
            pass
        return found
    return []


def decoded(word: bytes, text: bool) -> Key:
    """The key for a word."""
    if not text:
        return word
    try:
        return word.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return word.decode("utf-8", "surrogateescape")


def with_bytes_of(data: Data, use: Callable[[Any, int], int]) -> None:
    """Raises the exception for the status of `use` of the data's bytes."""
    status = with_bytes(utf8(data), use)
    if status:
        raise failure(status)
