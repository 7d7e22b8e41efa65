"""The options of a counter besides its needle, number and reset."""

from __future__ import annotations

import enum
from typing import Any, NamedTuple, Optional

from . import _arguments as arguments
from . import _constants as constants
from ._data import exact

Range = tuple[int, Optional[int]]


class Quotes(enum.Enum):
    """Which quotes hide bytes. Quoted bytes, quotes, escapes and the bytes that these make literal
    are neither hits nor resets, closing bytes or delimiters."""

    FIELDS = constants.TALLY_QUOTES_FIELDS
    """The quotes of CSV, as `csv.reader` reads them: a quote opens only where a field starts, and a
    doubled one inside is literal."""
    ANYWHERE = constants.TALLY_QUOTES_ANYWHERE
    """The quotes of JSON, programs and logs: every quote that is not escaped opens or closes."""


class Options(NamedTuple):
    """The options, checked as far as C cannot check them. They are named as the arguments are."""

    outside: Optional[Range] = None
    within: Optional[Range] = None
    skip_empty: bool = False
    skip_last_empty: bool = False
    quotes: Optional[Quotes] = None
    quote: Optional[bytes] = None
    escape: Optional[bytes] = None
    delimiters: Optional[bytes] = None
    closing: bytes = b""

    def given(self) -> dict[str, Any]:
        """Those that are not the default."""
        return {
            name: value
            for name, value in self._asdict().items()
            if value != self._field_defaults[name]
        }

    def shown(self) -> list[str]:
        """Those that are not the default, as they are written in a call."""
        return [
            f"{name}={value if isinstance(value, Quotes) else repr(value)}"
            for name, value in self.given().items()
        ]

    def in_c(self) -> dict[str, Any]:
        """The fields of tally_counter_options."""
        fields: dict[str, Any] = {
            "flags": constants.TALLY_SKIP_EMPTY * self.skip_empty
            | constants.TALLY_SKIP_LAST_EMPTY * self.skip_last_empty
        }
        for condition, numbers in (
            (constants.TALLY_OUTSIDE, self.outside),
            (constants.TALLY_WITHIN, self.within),
        ):
            if numbers is not None:
                low, high = numbers
                high = constants.TALLY_NO_MAXIMUM if high is None else high
                fields.update(condition=condition, min_number=low, max_number=high)
        if self.quotes is not None:
            fields["quote_rule"] = self.quotes.value
        for name in ("quote", "escape"):
            value = getattr(self, name)
            if value is not None:
                fields[name] = value[0]
        for name in ("delimiters", "closing"):
            value = getattr(self, name)
            if value:
                fields.update({name: value, f"{name}_len": len(value)})
        return fields

    def reason(self, needle: bytes, is_string: bool, reset: bytes) -> Optional[str]:
        """Why C refuses these with a needle and reset bytes. C decides whether; the rules are those
        of tally.h."""
        for name in ("outside", "within"):
            numbers = getattr(self, name)
            if numbers is not None and numbers[1] is not None and numbers[1] < numbers[0]:
                return f"the maximum of {name} is below its minimum"
        for name in ("skip_empty", "skip_last_empty"):
            if getattr(self, name) and set(needle) & set(reset):
                return f"{name} cannot be used if the needle has a reset byte"
        if self.closing and is_string:
            return "closing needs a needle of single bytes"
        if set(self.closing) & set(needle):
            return "a byte of closing is in the needle"
        if self.quotes is None:
            for name in ("quote", "escape", "delimiters"):
                if getattr(self, name) is not None:
                    return f"{name} needs quotes"
            return None
        if self.quotes is not Quotes.FIELDS and self.delimiters is not None:
            return "delimiters are only for Quotes.FIELDS"
        if self.quotes is Quotes.FIELDS and self.delimiters is None and is_string:
            return "Quotes.FIELDS needs delimiters if the needle has several bytes"
        quote = self.quote or b'"'
        if quote == self.escape:
            return "quote and escape are the same"
        for name, byte in (("quote", quote), ("escape", self.escape or b"")):
            for other, where in (
                ("needle", needle),
                ("reset", reset),
                ("closing", self.closing),
                ("delimiters", self.delimiters or b""),
            ):
                if set(byte) & set(where):
                    return f"{name} is in {other}"
        return None


def checked_options(**given: Any) -> Options:
    """The options of a call of Counter."""
    for name in ("outside", "within"):
        if given[name] is not None:
            given[name] = _range(name, given[name])
    for name in ("skip_empty", "skip_last_empty"):
        if not isinstance(given[name], bool):
            raise TypeError(f"{name} has to be a bool, not {type(given[name]).__name__}")
    if not (given["quotes"] is None or isinstance(given["quotes"], Quotes)):
        raise TypeError(f"quotes has to be a Quotes, not {type(given['quotes']).__name__}")
    for name in ("quote", "escape"):
        if given[name] is not None:
            given[name] = _byte(name, given[name])
    given["closing"] = _bytes("closing", given["closing"])
    if given["delimiters"] is not None:
        given["delimiters"] = _bytes("delimiters", given["delimiters"])
    # For C no delimiters are those of the needle.
    if given["delimiters"] == b"":
        raise ValueError("delimiters is empty")
    return Options(**given)


def _range(name: str, value: Any) -> Range:
    try:
        low, high = value
    except (TypeError, ValueError):
        raise TypeError(f"{name} has to be two numbers") from None
    high = None if high is None else arguments.integer(f"the maximum of {name}", high, 64)
    return arguments.integer(f"the minimum of {name}", low, 64), high


def _bytes(name: str, value: Any) -> Any:
    if not isinstance(value, bytes):
        raise TypeError(f"{name} has to be bytes, not {type(value).__name__}")
    return exact(value)


def _byte(name: str, value: Any) -> bytes:
    """One byte, which for C cannot be 0: there 0 stands for the default."""
    if not isinstance(value, (str, bytes)):
        raise TypeError(f"{name} has to be a str or bytes, not {type(value).__name__}")
    value = exact(value)
    byte: bytes = value.encode() if isinstance(value, str) else value
    if len(byte) != 1 or byte == b"\0":
        raise ValueError(f"{name} has to be one byte, and not 0")
    return byte
