"""The exception for each status of the library."""

from __future__ import annotations

import os
from typing import Optional

from . import _constants as constants
from ._library import library


class LimitError(Exception):
    """There is more to read than `max_bytes`, or a limit of the library is reached."""


class PanicError(BaseException):
    """A defect of the library, caught before it could do harm. Please report it.

    A stream or summary in which it happened raises it again from everything but `reset()`.

    `except Exception` does not catch it, since there is no correct answer to go on with.
    """


class InUseError(RuntimeError):
    """Another call is using the stream or summary: on another thread, or the one that is reading
    a file and called this code."""


class OverlapError(ValueError):
    """The summaries cannot be merged exactly: overlapping hits cross the cut between them."""


class ResetInNeedleError(ValueError):
    """The needle has several bytes, and one of them is a reset byte."""


class NotAMatchError(ValueError):
    """The match to continue from cannot be a match of this counter in this data."""


class DifferentCountersError(ValueError):
    """The summaries, or the summary and the state, are of counters that ask different questions."""


class BadStateError(ValueError):
    """The bytes are not a state that this version can load, or they are damaged."""


class FinishedError(ValueError):
    """The data of the stream has ended. Nothing can be fed until it is reset."""


EXCEPTIONS: dict[int, type[BaseException]] = {
    # These two do not reach a caller: the package passes no NULL, and when it cancels a call, it
    # raises the exception that is the reason.
    constants.TALLY_ERROR_NULL_POINTER: RuntimeError,
    constants.TALLY_ERROR_CANCELLED: RuntimeError,
    constants.TALLY_ERROR_INVALID_ARGUMENT: ValueError,
    constants.TALLY_ERROR_IO: OSError,
    constants.TALLY_ERROR_NO_MEMORY: MemoryError,
    constants.TALLY_ERROR_LIMIT: LimitError,
    constants.TALLY_ERROR_PANIC: PanicError,
    constants.TALLY_ERROR_OVERLAP: OverlapError,
    constants.TALLY_ERROR_IN_USE: InUseError,
    constants.TALLY_ERROR_RESET_IN_NEEDLE: ResetInNeedleError,
    constants.TALLY_ERROR_NOT_A_MATCH: NotAMatchError,
    constants.TALLY_ERROR_DIFFERENT_COUNTERS: DifferentCountersError,
    constants.TALLY_ERROR_BAD_STATE: BadStateError,
    constants.TALLY_ERROR_FINISHED: FinishedError,
}


def failure(status: int, file: Optional[object] = None) -> BaseException:
    """The exception for a status, with the library's message. `file` is the file being read."""
    if status == constants.TALLY_ERROR_IO:
        number = library.errno()
        return OSError(number, os.strerror(number), file)
    message = library.text(library.functions.tally_status_message(status))
    return EXCEPTIONS.get(status, RuntimeError)(message)
