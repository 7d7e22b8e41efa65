"""The exceptions, and which status is which."""

from __future__ import annotations

import os
from typing import Optional

from . import _constants as constants
from ._table import table


class LimitError(Exception):
    """There is more to be read than `max_bytes`, or a limit of the library is reached."""


class OverlapError(ValueError):
    """Parts cannot be merged exactly: occurrences that overlap run across the cut."""


class PanicError(BaseException):
    """A defect of the library, which was stopped before it could do harm. Please report it.

    No `except Exception` catches it: the answer is not to be had.
    """


def failure(status: int, about: str = "", file: Optional[object] = None) -> BaseException:
    """The exception for a status. `about` is what an invalid argument can be."""
    if status == constants.TALLY_ERROR_IO:
        number = table.errno()
        return OSError(number, os.strerror(number), file)
    message = table.text(table.lib.tally_status_message(status))
    if status == constants.TALLY_ERROR_INVALID_ARGUMENT:
        return ValueError(about or message)
    if status == constants.TALLY_ERROR_NO_MEMORY:
        return MemoryError(message)
    if status == constants.TALLY_ERROR_LIMIT:
        return LimitError(message)
    if status == constants.TALLY_ERROR_OVERLAP:
        return OverlapError(message)
    if status == constants.TALLY_ERROR_PANIC:
        return PanicError(message)
    return RuntimeError(f"{message} (status {status})")
