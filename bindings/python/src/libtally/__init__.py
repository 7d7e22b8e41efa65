"""Does this character occur at least N times, in any word, any line, or the whole text?

>>> from libtally import Counter, Reset
>>> c = Counter("c", 3, Reset.NEWLINES)
>>> c.has_count("hello-c-c-c-goodbye")
True
>>> c.find(b"c-c\\nc-c-c")
Match(segment=1, start=4, end=9)

`Counter` is the question; its methods answer it for data in memory and for files. `Stream` and
`Summary` take data in chunks. Offsets and lengths are in bytes.

Environment: `LIBTALLY_BACKEND` forces a back end, "cffi" or "ctypes"; `LIBTALLY_LIBRARY` is the
path of the library for the latter; `TALLY_BACKEND` forces an instruction set.
"""

from ._counter import Counter, Match, Reset
from ._errors import LimitError, OverlapError, PanicError
from ._stream import Stream
from ._summary import Summary, Totals
from ._table import table as _table

__all__ = [
    "Counter",
    "LimitError",
    "Match",
    "OverlapError",
    "PanicError",
    "Reset",
    "Stream",
    "Summary",
    "Totals",
    "backend",
    "instruction_set",
]

__version__ = _table.text(_table.lib.tally_version())


def backend() -> str:
    """What calls the library: "cffi" or "ctypes"."""
    return _table.name


def instruction_set() -> str:
    """What the library counts with: "avx512", "avx2", "sse2", "neon" or "portable"."""
    return _table.text(_table.lib.tally_backend())
