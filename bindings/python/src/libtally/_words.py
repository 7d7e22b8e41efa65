"""Words: how many there are."""

from __future__ import annotations

from typing import Any, Callable, Optional, Union, overload

from ._arrow import is_column
from ._columns import Column
from ._counter import Arrow
from ._data import Data, with_bytes
from ._errors import failure
from ._library import library
from ._questions import Question, ask
from ._reading import File, Progress, read
from ._word_rule import WordRule, utf8, word_rule

_functions = library.functions


@overload
def count_words(data: Data, rule: Optional[WordRule] = None) -> int: ...
@overload
def count_words(data: Arrow, rule: Optional[WordRule] = None) -> Column[int]: ...


def count_words(data: Any, rule: Optional[WordRule] = None) -> Any:
    """The number of words in `data`, or in each value of a column.

    >>> count_words("one two\\u2003three")
    3
    >>> count_words(b"one two\\xe2\\x80\\x83three")
    2

    The rule is that of `split()` of the type of `data`, unless another one is given: so this is
    `len(data.split())`. Of a column it is the rule of `str`; for columns, see `ask`.
    """
    if is_column(data):
        return ask(data, Question.words(WordRule.UNICODE if rule is None else rule))
    number = word_rule(rule, data)
    place = library.new("uint64_t")
    status = with_bytes(
        utf8(data),
        lambda pointer, length: _functions.tally_count_words(pointer, length, number, place),
    )
    if status:
        raise failure(status)
    count: int = place[0]
    return count


class WordCounter:
    """The number of words in data that comes in chunks and files.

    >>> counter = WordCounter()
    >>> counter.feed("one tw")
    >>> counter.feed(b"o\\xe2\\x80")
    >>> counter.feed(b"\\x83three")
    >>> counter.words
    3

    One thread at a time may use a counter.
    """

    __slots__ = ("__weakref__", "_cursor", "_rule")

    def __init__(self, rule: WordRule = WordRule.UNICODE) -> None:
        self._rule = word_rule(rule)
        self._cursor: Any = library.new("tally_word_cursor")

    def __reduce__(self) -> tuple[Callable[..., WordCounter], tuple[int, int, int]]:
        return WordCounter._restored, (self._rule, self._cursor[0].words, self._cursor[0].state)

    @staticmethod
    def _restored(rule: int, words: int, state: int) -> WordCounter:
        counter = WordCounter(WordRule(rule))
        counter._cursor[0].words = words
        counter._cursor[0].state = state
        return counter

    def feed(self, data: Data) -> None:
        """Feeds the next chunk, of any size."""
        status = with_bytes(
            utf8(data),
            lambda pointer, length: _functions.tally_count_words_chunk(
                pointer, length, self._rule, self._cursor
            ),
        )
        if status:
            raise failure(status)

    def feed_file(
        self,
        file: File,
        *,
        progress: Union[Progress, bool, None] = None,
        max_bytes: Optional[int] = None,
    ) -> None:
        """Feeds a file, to its end. Arguments and exceptions are those of `Stream.feed_file`."""
        read(file, self._feed_chunk, self._feed_fd, progress, max_bytes)

    def _feed_chunk(self, chunk: memoryview) -> bool:
        self.feed(chunk)
        return False

    def _feed_fd(self, fd: int, options: Any) -> int:
        status: int = _functions.tally_count_words_fd(fd, self._rule, options, self._cursor)
        return status

    @property
    def words(self) -> int:
        """The number of words so far, as if the data ended here."""
        words: int = self._cursor[0].words
        return words

    def reset(self) -> None:
        """Starts again, as if nothing had been fed."""
        self._cursor = library.new("tally_word_cursor")
