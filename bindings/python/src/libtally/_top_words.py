"""The most frequent words, approximately, in fixed memory."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Union

from . import _arguments as arguments
from ._counter import Strings
from ._data import Buffer, Data, with_bytes
from ._errors import failure
from ._library import library
from ._reading import File, Progress, read
from ._word_rule import WordRule, word_rule
from ._word_table import Key, Table, decoded, encoded, with_bytes_of

_functions = library.functions


class TopWord(NamedTuple):
    """A word that occurs at most `count` times, and at least `count - error` times."""

    word: Key
    # This hides the method of tuple.
    count: int  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleMethodOverride]
    error: int


class TopWords(Table):
    """The most frequent words of data that never ends, in fixed memory: approximate counts, each
    with a bound of its error.

    >>> top = TopWords(text=True, max_bytes=1 << 20)
    >>> top.update("to be or not to be")
    >>> top.most_common(1)
    [TopWord(word='be', count=2, error=0)]

    A word that is held occurs at most `count` times, and at least `count - error` times; one that
    is not held, at most `floor` times. So every word that occurs more often than that is held, and
    as long as there is room for all words, their counts are exact.

    `max_bytes` is how much memory it takes, 1 MiB unless it is given, and at least 32 KiB. Words
    longer than `max_word` bytes are never held: see `skipped`; it is a 64th of `max_bytes` and at
    most 1024 unless it is given, and at most a 16th.

    Words are `bytes`; with `text=True` they are `str`, as in `WordCounts`. Two can be added with
    `+`, and they can be pickled. One thread at a time may use one. Concurrent use raises
    `InUseError`.
    """

    __slots__ = ()

    _KIND = "tally_top"

    # Feeding

    def feed(self, data: Data) -> None:
        """Feeds the next chunk, of any size. It may end inside a word or a character."""
        with_bytes_of(data, lambda *chunk: self._call_status(_functions.tally_top_feed, *chunk))

    def feed_column(self, column: Strings) -> None:
        """Feeds the values of a column or list, as if each was a line of a text: so no word is in
        two values, nor in a value and in what was fed before. None is left out. The newline behind
        each counts among `bytes`. For columns, see `ask`.

        After an exception, some of the chunks may have been fed.
        """
        self._feed_column(_functions.tally_top_feed_column, column)

    def feed_file(
        self,
        file: File,
        *,
        progress: Union[Progress, bool, None] = None,
        max_bytes: Optional[int] = None,
    ) -> None:
        """Feeds a file, to its end. Arguments and exceptions are those of `Stream.feed_file`. The
        data does not end there: see `finish`."""
        read(file, self._feed_chunk, self._feed_fd, progress, max_bytes)

    def _feed_chunk(self, chunk: memoryview) -> bool:
        self.feed(chunk)
        return False

    def _feed_fd(self, fd: int, options: Any) -> int:
        return self._call_status(_functions.tally_top_feed_fd, fd, options)

    def finish(self) -> None:
        """Says that the data ends here, and so does its last word. What is fed next starts another
        one, as if white space stood between."""
        self._call(_functions.tally_top_finish)

    def update(self, data: Union[Data, TopWords]) -> None:
        """Adds the words of `data`, which is a text of its own, or of another one of these."""
        self.finish()
        if isinstance(data, TopWords):
            self.merge(data)
        else:
            self.feed(data)
        self.finish()

    # Reading

    def get(self, word: Key) -> TopWord:
        """How often `word` occurs. If it is not held, count and error are the `floor`."""
        count, error = library.new("uint64_t"), library.new("uint64_t")
        best: Optional[TopWord] = None
        for candidate in encoded(word, self._text):
            status = with_bytes(
                candidate,
                lambda *of_word: self._call_status(
                    _functions.tally_top_get, *of_word, count, error
                ),
            )
            if status:
                raise failure(status)
            if best is None or count[0] != error[0]:
                best = TopWord(word, count[0], error[0])
        if best is None:
            wanted = "str" if self._text else "bytes"
            raise TypeError(f"word has to be {wanted}, not {type(word).__name__}")
        return best

    def most_common(self, n: Optional[int] = None) -> list[TopWord]:
        """The `n` most frequent words, or all that are held: by count, the highest first, then by
        their bytes."""
        most = len(self)
        if n is not None:
            most = min(most, max(0, arguments.exact_int("n", n)))
        words, found = library.new("tally_top_word", most), library.new("size_t")
        copied: list[tuple[bytes, int, int]] = []
        with self._used() as handle:
            status = _functions.tally_top_words(handle, words, most, found)
            if not status:
                # Copied before anything can change.
                for at in range(found[0]):
                    word = words[at]
                    text = library.bytes_at(word.bytes, word.len)
                    copied.append((text, word.count, word.error))
        if status:
            raise failure(status)
        return [TopWord(decoded(word, self._text), count, error) for word, count, error in copied]

    def __len__(self) -> int:
        """How many words are held."""
        return self._number(_functions.tally_top_held)

    def total(self) -> int:
        """The number of words, but for the one that the data ends in so far."""
        return self._number(_functions.tally_top_total)

    @property
    def floor(self) -> int:
        """How often a word that is not held, and not longer than `max_word`, occurs at most."""
        return self._number(_functions.tally_top_floor)

    @property
    def skipped(self) -> int:
        """How many words were longer than `max_word`. They are in the total alone."""
        return self._number(_functions.tally_top_skipped)

    @property
    def bytes(self) -> int:
        """How many bytes of the data have been processed."""
        return self._number(_functions.tally_top_bytes)

    # The whole

    def merge(self, right: TopWords) -> None:
        """Adds what `right` has counted, whose data is behind this one's and white space.

        Raises `DifferentCountersError` if the rules or the longest words differ.
        """
        self._merge(right, _functions.tally_top_merge)

    def __add__(self, other: TopWords) -> TopWords:
        if not isinstance(other, TopWords):
            return NotImplemented
        result = self.copy()
        result.update(other)
        return result

    def __iadd__(self, other: TopWords) -> TopWords:
        if not isinstance(other, TopWords):
            return NotImplemented
        self.update(other)
        return self

    @staticmethod
    def load(
        state: Buffer,
        rule: WordRule = WordRule.UNICODE,
        *,
        text: bool = False,
        max_bytes: Optional[int] = None,
        max_word: Optional[int] = None,
    ) -> TopWords:
        """What was saved, of the same rule and longest word. Any bytes may be given; raises
        `BadStateError` and `DifferentCountersError`."""
        options = {"rule": word_rule(rule)}
        for name, value in (("max_bytes", max_bytes), ("max_word", max_word)):
            if value is not None:
                options[name] = arguments.integer(name, value, 64, least=1)
        return TopWords._loaded(options, text, state)

    def __repr__(self) -> str:
        return f"<TopWords of {self.total()} words, {len(self)} held, floor {self.floor}>"
