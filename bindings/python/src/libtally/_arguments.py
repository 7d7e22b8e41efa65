"""Checks of arguments that have to come before a call of C, where every integer has a width."""

from __future__ import annotations

import sys
from operator import index
from typing import Any


def exact_int(name: str, value: Any) -> int:
    """`value` as an int, and no subclass of it, which may override comparisons."""
    try:
        # Before Python 3.10 index returns instances of subclasses.
        return int.__index__(index(value))
    except TypeError:
        raise TypeError(f"{name} has to be an int, not {type(value).__name__}") from None


def integer(name: str, value: Any, bits: int, least: int = 0) -> int:
    """`value` as an int from `least` to what an unsigned integer of `bits` bits can hold."""
    number = value if type(value) is int else exact_int(name, value)
    if not least <= number < 1 << bits:
        raise ValueError(f"{name} has to be from {least} to 2**{bits} - 1")
    return number


def threads(number: Any) -> int:
    """A number of threads."""
    return integer("threads", number, 32, least=1)


def max_bytes(number: Any) -> int:
    """A limit of what is read. None means that there is none."""
    if number is None:
        return sys.maxsize
    limit = exact_int("max_bytes", number)
    if limit < 0:
        raise ValueError("max_bytes is negative")
    return min(limit, sys.maxsize)


def initialized(one: object) -> RuntimeError:
    """The exception for a second `__init__`: another thread may be using the handle."""
    return RuntimeError(f"{type(one).__name__}.__init__ was called before")
