"""Does this character occur at least N times, in any word, any line, or the whole text?

>>> from libtally import Counter, Reset
>>> c = Counter("c", 3, Reset.NEWLINES)
>>> c.has_count("hello-c-c-c-goodbye")
True
>>> c.find(b"c-c\\nc-c-c")
Match(segment=1, start=4, end=9, count=3)

`Counter` is the question; its methods answer it for data in memory. `ask` answers many of each
value of a column. `Stream` and `Summary` are made
of a counter, for data in chunks and files. `has_count_file`, `find_file` and `totals_file` read a
whole file. `count_words` and `WordCounter` count words,
`word_counts` and `WordCounts` how often each occurs, `TopWords` the most frequent ones in fixed
memory. Offsets and lengths are in bytes.

Environment variables: `LIBTALLY_BINDING` forces a binding, "cffi" or "ctypes";
`LIBTALLY_LIBRARY` is the path of the library for the latter; `TALLY_BACKEND` forces an instruction
set.
"""

from ._columns import Column
from ._counter import Counter, Match, Reset
from ._errors import (
    BadStateError,
    DifferentCountersError,
    FinishedError,
    InUseError,
    LimitError,
    NotAMatchError,
    OverlapError,
    PanicError,
    ResetInNeedleError,
)
from ._files import find_file, has_count_file, totals_file
from ._library import library as _library
from ._options import Quotes
from ._questions import Question, ask
from ._stream import Stream
from ._summary import Summary, Totals
from ._top_words import TopWord, TopWords
from ._word_counts import WordCounts, word_counts
from ._word_rule import WordRule
from ._words import WordCounter, count_words

__all__ = [
    "BadStateError",
    "Column",
    "Counter",
    "DifferentCountersError",
    "FinishedError",
    "InUseError",
    "LimitError",
    "Match",
    "NotAMatchError",
    "OverlapError",
    "PanicError",
    "Question",
    "Quotes",
    "Reset",
    "ResetInNeedleError",
    "Stream",
    "Summary",
    "Totals",
    "TopWord",
    "TopWords",
    "WordCounter",
    "WordCounts",
    "WordRule",
    "ask",
    "backend",
    "binding",
    "count_words",
    "find_file",
    "has_count_file",
    "totals_file",
    "word_counts",
]

__version__ = _library.text(_library.functions.tally_version())


def binding() -> str:
    """How the library is called: "cffi" or "ctypes"."""
    return _library.name


def backend() -> str:
    """The widest instruction set in use: "avx512", "avx2", "sse2", "neon" or "portable"."""
    return _library.text(_library.functions.tally_backend())
