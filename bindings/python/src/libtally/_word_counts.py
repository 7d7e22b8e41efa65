"""How often each word occurs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Callable, Optional, Union

from . import _arguments as arguments
from . import _constants as constants
from ._data import Buffer, Data, with_bytes
from ._errors import InUseError, failure
from ._library import library
from ._reading import File, Progress, read
from ._words import WordRule, utf8, word_rule

_functions = library.functions

# How many words are copied at a time.
PAGE = 4096

Key = Union[str, bytes]


class WordCounts(Mapping[Key, int]):
    """How often each word occurs, for data in chunks and files: a mapping from words to counts.

    >>> counts = WordCounts(text=True)
    >>> counts.feed("to be or n")
    >>> counts.feed("ot to be")
    >>> counts.finish()
    >>> counts.most_common(2)
    [('be', 2), ('to', 2)]
    >>> counts["or"], counts.get("is", 0), len(counts), counts.total()
    (1, 0, 4, 6)

    The last word of the data is counted once `finish` has said that the data ends, or white space
    follows it. Words are `bytes`; with `text=True` they are `str`, decoded as UTF-8, in which other
    bytes become lone surrogates, as `os.fsdecode` has it.

    `max_bytes` is the most memory that the table may hold, `max_word` the length of the longest
    word. Reaching one raises `LimitError`, which loses nothing: all before the byte `counts.bytes`
    is counted, and feeding can continue there. So it is with `MemoryError`.

    Counts can be added with `+`, pickled, and compared with any mapping. One thread at a time may
    use them. Concurrent use raises `InUseError`.
    """

    __slots__ = ("__weakref__", "_handle", "_lock", "_options", "_text")

    # It can change.
    __hash__ = None  # type: ignore[assignment]

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
        place = library.new("tally_words")
        status = library.with_options(
            "tally_words_options",
            self._options,
            lambda options: _functions.tally_words_new_with(options, place),
        )
        if status:
            raise failure(status)
        self._handle: Any = library.owned("tally_words", place)

    @contextmanager
    def _used(self) -> Iterator[Any]:
        """The handle, for one thread: what it points to is read here after the call."""
        if not self._lock.acquire(blocking=False):
            raise InUseError("another call is using the counts")
        try:
            yield self._handle
        finally:
            self._lock.release()

    def _call(self, function: Callable[..., int], *rest: Any) -> None:
        with self._used() as handle:
            status = function(handle, *rest)
        if status:
            raise failure(status)

    def _number(self, function: Callable[..., int], kind: str = "uint64_t") -> int:
        place = library.new(kind)
        self._call(function, place)
        number: int = place[0]
        return number

    # Feeding

    def feed(self, data: Data) -> None:
        """Feeds the next chunk, of any size. It may end inside a word or a character."""
        with_bytes_of(data, lambda *chunk: self._call_status(_functions.tally_words_feed, *chunk))

    def _call_status(self, function: Callable[..., int], *rest: Any) -> int:
        if not self._lock.acquire(blocking=False):
            return constants.TALLY_ERROR_IN_USE
        try:
            return function(self._handle, *rest)
        finally:
            self._lock.release()

    def feed_file(
        self,
        file: File,
        *,
        progress: Union[Progress, bool, None] = None,
        max_bytes: Optional[int] = None,
        threads: int = 1,
    ) -> None:
        """Feeds a file, to its end. Arguments and exceptions are those of `Stream.feed_file`. The
        data does not end there: see `finish`.

        With more than one of `threads`, the library starts threads that read a large regular file,
        given by its path, unless the table has a limit. The calling thread waits, and `progress`
        may not use the counts. Anything else is read by one thread.
        """
        feed_path = self._feed_path if arguments.threads(threads) > 1 else None
        read(file, self._feed_chunk, self._feed_fd, progress, max_bytes, feed_path, threads)

    def _feed_chunk(self, chunk: memoryview) -> bool:
        self.feed(chunk)
        return False

    def _feed_fd(self, fd: int, options: Any) -> int:
        before = self.bytes
        wanted = options.max_bytes if hasattr(options, "max_bytes") else options[0].max_bytes
        status = self._call_status(_functions.tally_words_feed_fd, fd, options)
        if status == constants.TALLY_ERROR_LIMIT and self.bytes - before != wanted:
            # Not the end of a slice: the table's own limit.
            raise failure(status)
        return status

    def _feed_path(self, path: bytes, options: Any) -> int:
        return self._call_status(_functions.tally_words_feed_file, path, options)

    def finish(self) -> None:
        """Says that the data ends here, and so does its last word. What is fed next starts another
        one, as if white space stood between."""
        self._call(_functions.tally_words_finish)

    def update(self, data: Union[Data, WordCounts]) -> None:
        """Adds the words of `data`, which is a text of its own, or other counts."""
        self.finish()
        if isinstance(data, WordCounts):
            self.merge(data)
        else:
            self.feed(data)
        self.finish()

    # Reading

    def _encoded(self, key: object) -> list[bytes]:
        """The words that a key can stand for."""
        if isinstance(key, bytes) and not self._text:
            return [key]
        if isinstance(key, str) and self._text:
            found = [key.encode("utf-8", "surrogatepass")]
            try:
                found.append(key.encode("utf-8", "surrogateescape"))
            except UnicodeEncodeError:
                pass
            return found
        return []

    def _decoded(self, word: bytes) -> Key:
        if not self._text:
            return word
        try:
            return word.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return word.decode("utf-8", "surrogateescape")

    def __getitem__(self, key: Key) -> int:
        place = library.new("uint64_t")
        for word in self._encoded(key):
            status = with_bytes(
                word,
                lambda pointer, length: self._call_status(
                    _functions.tally_words_get, pointer, length, place
                ),
            )
            if status:
                raise failure(status)
            if place[0]:
                count: int = place[0]
                return count
        raise KeyError(key)

    def __len__(self) -> int:
        return self._number(_functions.tally_words_distinct)

    def __iter__(self) -> Iterator[Key]:
        return (word for word, _ in self._pairs())

    def _pairs(self) -> Iterator[tuple[Key, int]]:
        first = 0
        while True:
            page = self._page(
                lambda handle, *places, first=first: _functions.tally_words_list(
                    handle, first, *places
                ),
                PAGE,
            )
            yield from page
            first += len(page)
            if len(page) < PAGE:
                return

    def _page(self, function: Callable[..., int], most: int) -> list[tuple[Key, int]]:
        """The words that a function writes. They are copied before the table can change."""
        words, found = library.new("tally_word", most), library.new("size_t")
        copied: list[tuple[Any, int]] = []
        with self._used() as handle:
            status = function(handle, words, most, found)
            if not status:
                copied = [
                    (library.bytes_at(words[at].bytes, words[at].len), words[at].count)
                    for at in range(found[0])
                ]
        if status:
            raise failure(status)
        return [(self._decoded(word), count) for word, count in copied]

    def most_common(self, n: Optional[int] = None) -> list[tuple[Key, int]]:
        """The `n` most frequent words, or all, with their counts: by count, the highest first, then
        by their bytes."""
        most = len(self)
        if n is not None:
            most = min(most, max(0, arguments.exact_int("n", n)))
        return self._page(_functions.tally_words_top, most)

    def total(self) -> int:
        """The number of words, but for the one that the data ends in so far."""
        return self._number(_functions.tally_words_total)

    @property
    def bytes(self) -> int:
        """How many bytes of the data have been processed."""
        return self._number(_functions.tally_words_bytes)

    # The whole

    def merge(self, right: WordCounts) -> None:
        """Appends what `right` has counted, whose data follows.

        If this one's data ends in a word (it is not finished) and the other one's starts with one,
        these are one word. Raises `DifferentCountersError` if the rules differ.
        """
        if not issubclass(type(right), WordCounts):
            raise TypeError(f"right has to be WordCounts, not {type(right).__name__}")
        if right is self:
            self._call(_functions.tally_words_merge, self._handle)
            return
        with right._used() as other:
            status = self._call_status(_functions.tally_words_merge, other)
        if status:
            raise failure(status)

    def __add__(self, other: WordCounts) -> WordCounts:
        if not isinstance(other, WordCounts):
            return NotImplemented
        result = self.copy()
        result.update(other)
        return result

    def __iadd__(self, other: WordCounts) -> WordCounts:
        if not isinstance(other, WordCounts):
            return NotImplemented
        self.update(other)
        return self

    def copy(self) -> WordCounts:
        """A copy, with the same options."""
        return WordCounts._loaded(self._options, self._text, self.save())

    def clear(self) -> None:
        """Forgets everything."""
        self._call(_functions.tally_words_clear)

    def save(self) -> Any:
        """The state as bytes, for `load` in another process or on another machine."""
        size = library.new("size_t")
        self._call(_functions.tally_words_state_size, size)
        state = bytearray(size[0])
        status = with_bytes(
            state,
            lambda pointer, length: self._call_status(
                _functions.tally_words_save, pointer, length, size
            ),
        )
        if status:
            raise failure(status)
        return memoryview(state)[: size[0]].tobytes()

    @staticmethod
    def load(state: Buffer, rule: WordRule = WordRule.UNICODE, *, text: bool = False) -> WordCounts:
        """The counts that were saved, of the same rule. Any bytes may be given; raises
        `BadStateError` and `DifferentCountersError`."""
        return WordCounts._loaded({"rule": word_rule(rule)}, text, state)

    @staticmethod
    def _loaded(fields: dict[str, int], text: bool, state: Buffer) -> WordCounts:
        if isinstance(state, str):
            raise TypeError("state has to be a bytes-like object, not str")
        place = library.new("tally_words")
        status = library.with_options(
            "tally_words_options",
            fields,
            lambda options: with_bytes(
                state,
                lambda pointer, length: _functions.tally_words_load(
                    options, pointer, length, place
                ),
            ),
        )
        if status:
            raise failure(status)
        counts = WordCounts.__new__(WordCounts)
        counts._options, counts._text, counts._lock = dict(fields), bool(text), threading.Lock()
        counts._handle = library.owned("tally_words", place)
        return counts

    def __reduce__(self) -> tuple[Callable[..., WordCounts], tuple[dict[str, int], bool, Any]]:
        return WordCounts._loaded, (self._options, self._text, self.save())

    def __repr__(self) -> str:
        return f"<WordCounts of {self.total()} words, {len(self)} different>"


def with_bytes_of(data: Data, use: Callable[[Any, int], int]) -> None:
    """Raises the exception for the status of `use` of the data's bytes."""
    status = with_bytes(utf8(data), use)
    if status:
        raise failure(status)


def word_counts(data: Data, rule: Optional[WordRule] = None) -> WordCounts:
    """How often each word of `data` occurs: what `Counter(data.split())` says.

    >>> word_counts("to be or not to be").most_common(1)
    [('be', 2)]
    >>> dict(word_counts(b"a b a"))
    {b'a': 2, b'b': 1}

    Words are str if `data` is, and otherwise bytes. So the rule is, too, unless it is given.
    """
    counts = WordCounts(WordRule(word_rule(rule, data)), text=isinstance(data, str))
    counts.feed(data)
    counts.finish()
    return counts
