"""Many questions about each value of a column, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any, Optional, overload

from . import _constants as constants
from ._columns import UNCHECKED, Column, column_failure, joined_answers, refuse
from ._counter import Counter, Strings, check_counter
from ._library import library
from ._lists import column_chunks
from ._memory import places, room
from ._word_rule import WordRule, trim_constant, word_rule

_functions = library.functions

# The functions that make questions, by the constants of their kinds.
_NAMES = {
    constants.TALLY_QUESTION_COUNT: "count",
    constants.TALLY_QUESTION_MAX_COUNT: "max_count",
    constants.TALLY_QUESTION_HAS_COUNT: "has_count",
    constants.TALLY_QUESTION_MATCHING_SEGMENTS: "matching_segments",
    constants.TALLY_QUESTION_STARTING_SEGMENTS: "starting_segments",
    constants.TALLY_QUESTION_ENDING_SEGMENTS: "ending_segments",
    constants.TALLY_QUESTION_WORDS: "words",
    constants.TALLY_QUESTION_BYTES: "bytes",
}


class Question:
    """A question about each value of a column, for `ask`. The functions of this class make one. It
    does not change."""

    __slots__ = ("_counter", "_kind", "_rule")

    _kind: int
    _counter: Optional[Counter]
    _rule: Optional[WordRule]

    def __init__(self) -> None:
        raise TypeError("a Question is made by Question.count and the like")

    @classmethod
    def _of(
        cls, kind: int, counter: Optional[Counter], rule: Optional[WordRule] = None
    ) -> Question:
        question = cls.__new__(cls)
        question._kind, question._counter, question._rule = kind, counter, rule
        return question

    @classmethod
    def count(cls, counter: Counter) -> Question:
        """`Counter.count`."""
        return cls._of(constants.TALLY_QUESTION_COUNT, check_counter(counter))

    @classmethod
    def max_count(cls, counter: Counter) -> Question:
        """`Counter.max_count`."""
        return cls._of(constants.TALLY_QUESTION_MAX_COUNT, check_counter(counter))

    @classmethod
    def has_count(cls, counter: Counter) -> Question:
        """`Counter.has_count`. The answers are `bool`."""
        return cls._of(constants.TALLY_QUESTION_HAS_COUNT, check_counter(counter))

    @classmethod
    def matching_segments(cls, counter: Counter) -> Question:
        """`Counter.matching_segments`."""
        return cls._of(constants.TALLY_QUESTION_MATCHING_SEGMENTS, check_counter(counter))

    @classmethod
    def starting_segments(cls, counter: Counter, *, trim: Optional[WordRule] = None) -> Question:
        """`Counter.starting_segments`."""
        trim_constant(trim)
        return cls._of(constants.TALLY_QUESTION_STARTING_SEGMENTS, check_counter(counter), trim)

    @classmethod
    def ending_segments(cls, counter: Counter, *, trim: Optional[WordRule] = None) -> Question:
        """`Counter.ending_segments`."""
        trim_constant(trim)
        return cls._of(constants.TALLY_QUESTION_ENDING_SEGMENTS, check_counter(counter), trim)

    @classmethod
    def words(cls, rule: WordRule = WordRule.UNICODE) -> Question:
        """`count_words`."""
        return cls._of(constants.TALLY_QUESTION_WORDS, None, WordRule(word_rule(rule)))

    @classmethod
    def bytes(cls) -> Question:
        """The length in bytes; of a str, that of its UTF-8."""
        return cls._of(constants.TALLY_QUESTION_BYTES, None)

    def _key(self) -> tuple[object, ...]:
        return self._kind, self._counter, self._rule

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Question) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        shown = [] if self._counter is None else [repr(self._counter)]
        if self._rule is not None:
            name = "" if self._kind == constants.TALLY_QUESTION_WORDS else "trim="
            shown.append(f"{name}WordRule.{self._rule.name}")
        return f"Question.{_NAMES[self._kind]}({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Question._of, self._key()

    def _write(self, struct: Any) -> None:
        """Writes all but the results to a tally_question."""
        struct.kind = self._kind
        if self._counter is not None:
            struct.counter = library.field(self._counter._handle)
        if self._kind == constants.TALLY_QUESTION_WORDS:
            struct.rule = word_rule(self._rule)
        else:
            struct.trim = trim_constant(self._rule)

    @property
    def _is_bool(self) -> bool:
        return self._kind == constants.TALLY_QUESTION_HAS_COUNT


@overload
def ask(items: Strings, questions: Question) -> Column[Any]: ...
@overload
def ask(items: Strings, questions: Mapping[str, Question]) -> dict[str, Column[Any]]: ...


def ask(items: Any, questions: Any) -> Any:
    """The answers to one or many questions about each value of a column, in one call: each value is
    read from memory once.

    >>> from libtally import Reset
    >>> lines = Counter("#", 0, Reset.NEWLINES)
    >>> found = ask(
    ...     ["# one\\ntwo", None, ""],
    ...     {"words": Question.words(), "titles": Question.starting_segments(lines)},
    ... )
    >>> found["words"].to_list(), found["titles"].to_list()
    ([3, None, 0], [1, None, 0])

    `questions` maps names to questions, and so is the answer; of a single `Question` it is a single
    `Column`. A column is what `Counter.has_counts` takes; a list, with None, is copied in parts.
    Null has the answer null. The GIL is released while the values are read.

    Raises `TypeError` for other types, and `ValueError` if the data of a column is not valid.
    """
    if isinstance(questions, Question):
        return _ask(items, [questions])[0]
    if not isinstance(questions, Mapping):
        kind = type(questions).__name__
        raise TypeError(f"questions has to be a Question or a mapping of them, not {kind}")
    names = list(questions)
    asked = [questions[name] for name in names]
    for name, question in zip(names, asked):
        if not isinstance(question, Question):
            kind = type(question).__name__
            raise TypeError(f"the question {name!r} has to be a Question, not {kind}")
    return dict(zip(names, _ask(items, asked)))


def _ask(items: Any, questions: list[Question]) -> list[Column[Any]]:
    number = len(questions)
    structs = library.new("tally_question", number)
    for at, question in enumerate(questions):
        question._write(structs[at])
    values: list[list[bytearray]] = [[] for _ in questions]
    validity: list[bytearray] = []
    lengths: list[int] = []
    nulls = 0
    place = library.new("uint64_t")
    null = library.null
    # Closed at once if there is an exception, not when its traceback is gone.
    with closing(column_chunks(items)) as parts:
        for schema, chunk, length in parts:
            # The library refuses a negative one.
            length = max(0, length)
            if number * 8 * length > UNCHECKED:
                status = _functions.tally_column_ask(schema, chunk, null, 0, null, 0, place)
                refuse(status, items)
            answers = [room(8 * length) for _ in questions]
            views = [places("int64_t", of_one) for of_one in answers]
            for at, view in enumerate(views):
                structs[at].results = view
            valid = room((length + 7) // 8)
            status = _functions.tally_column_ask(
                schema, chunk, structs, number, places("uint8_t", valid), length, place
            )
            if status:
                raise column_failure(status, items)
            for so_far, of_one in zip(values, answers):
                so_far.append(of_one)
            validity.append(valid)
            lengths.append(length)
            nulls += place[0]
    return [
        joined_answers(of_one, validity, lengths, nulls, question._is_bool)
        for of_one, question in zip(values, questions)
    ]
