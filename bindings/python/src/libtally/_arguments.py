"""Checks of arguments that have to come before a call of C, where every integer has a width."""

from __future__ import annotations

from operator import index
from typing import Any


def integer(name: str, value: Any, bits: int, least: int = 0) -> int:
    """`value` as an int from `least` to what an unsigned integer of `bits` bits can hold."""
    try:
        number = index(value)
    except TypeError:
        raise TypeError(f"{name} has to be an int, not {type(value).__name__}") from None
    if not least <= number < 1 << bits:
        raise ValueError(f"{name} has to be from {least} to 2**{bits} - 1")
    return number


def threads(number: Any) -> int:
    """A number of threads."""
    return integer("threads", number, 32, least=1)
