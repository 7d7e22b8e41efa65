"""How often each word occurs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Callable, Optional, Union

from . import _arguments as arguments
from . import _constants as constants
from ._counter import Strings
from ._data import Buffer, Data, with_bytes
from ._errors import failure
from ._library import library
from ._reading import File, Progress, read
from ._word_rule import WordRule, word_rule
from ._word_table import Key, Table, decoded, encoded, with_bytes_of

_functions = library.functions

# How many words are copied at a time.
PAGE = 4096


class WordCounts(Table, Mapping[Key, int]):
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

    __slots__ = ()

    _KIND = "tally_words"

    # It can change.
    __hash__ = None  # type: ignore[assignment]

    # Feeding

    def feed(self, data: Data) -> None:
        """Feeds the next chunk, of any size. It may end inside a word or a character."""
        with_bytes_of(data, lambda *chunk: self._call_status(_functions.tally_words_feed, *chunk))

    def feed_column(self, column: Strings) -> None:
        """Feeds the values of a column or list, as if each was a line of a text: so no word is in
        two values, nor in a value and in what was fed before. None is left out. The newline behind
        each counts among `bytes`. For columns, see `ask`.

        After an exception, some of the chunks may have been fed.
        """
        self._feed_column(_functions.tally_words_feed_column, column)

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

    def __getitem__(self, key: Key) -> int:
        place = library.new("uint64_t")
        for word in encoded(key, self._text):
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
        return [(decoded(word, self._text), count) for word, count in copied]

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
        self._merge(right, _functions.tally_words_merge)

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

    @staticmethod
    def load(state: Buffer, rule: WordRule = WordRule.UNICODE, *, text: bool = False) -> WordCounts:
        """The counts that were saved, of the same rule. Any bytes may be given; raises
        `BadStateError` and `DifferentCountersError`."""
        return WordCounts._loaded({"rule": word_rule(rule)}, text, state)

    def __repr__(self) -> str:
        return f"<WordCounts of {self.total()} words, {len(self)} different>"


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
