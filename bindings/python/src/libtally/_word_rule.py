"""What separates words."""

from __future__ import annotations

from enum import IntEnum
from typing import Optional

from . import _constants as constants
from ._data import Data


class WordRule(IntEnum):
    """What separates words. A word is a longest run of bytes that are in no separator."""

    ASCII = constants.TALLY_WORDS_ASCII
    """White space in ASCII, as `bytes.split()` cuts."""
    UNICODE = constants.TALLY_WORDS_UNICODE
    """White space in Unicode, as `str.split()` cuts. In malformed UTF-8 every occurrence of the
    encoding of such a character separates, and nothing else does."""


def word_rule(rule: Optional[WordRule], data: object = "") -> int:
    """The constant of a rule. None is the rule of `split()` of the data's type."""
    if rule is None:
        return int(WordRule.UNICODE if isinstance(data, str) else WordRule.ASCII)
    if not isinstance(rule, WordRule):
        raise TypeError(f"rule has to be a WordRule, not {type(rule).__name__}")
    return int(rule)


def utf8(data: Data) -> Data:
    """`data`; a str with lone surrogates as the bytes that UTF-8 would have for them."""
    if isinstance(data, str) and not data.isascii():
        return data.encode("utf-8", "surrogatepass")
    return data


def trim_constant(trim: Optional[WordRule]) -> int:
    """The constant of what is left out at the edge of a segment: nothing if it is None."""
    if trim is None:
        return constants.TALLY_TRIM_NONE
    rules = {
        WordRule.ASCII: constants.TALLY_TRIM_ASCII,
        WordRule.UNICODE: constants.TALLY_TRIM_UNICODE,
    }
    if not isinstance(trim, WordRule):
        raise TypeError(f"trim has to be a WordRule or None, not {type(trim).__name__}")
    return rules[trim]
