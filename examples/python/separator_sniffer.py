"""Guesses what separates the fields of a file: which of comma, semicolon, bar and tab occurs most
evenly in its rows.

    python separator_sniffer.py FILE

Prints the separator, the number of fields that most rows have, and how many rows of all looked at
have it. Separators and line ends in quotes do not count, and blank lines are no rows. The exit
status is 0, 1 if none of the four is in the file, or 2 after an error.
"""

from __future__ import annotations

import sys
from collections import Counter as Frequencies
from typing import NamedTuple

from libtally import Counter, Quotes

# The most bytes that are looked at.
SAMPLE = 1 << 20


class Guess(NamedTuple):
    separator: str
    # The number of fields that most rows have, of those that have several.
    fields: int
    # The number of rows that have this many.
    rows: int
    all_rows: int


def guess(separator: str, data: bytes, is_cut: bool) -> Guess | None:
    """How evenly one separator occurs. If the data is cut, its last row is left out."""
    counter = Counter(
        separator, reset=b"\r\n", within=(0, None), skip_empty=True, quotes=Quotes.FIELDS
    )
    # With the wrong separator, a quote can open that nothing closes.
    if not is_cut and counter.unclosed_quote(data) is not None:
        return None
    rows = [row for row in counter.matches(data) if not (is_cut and row.end == len(data))]
    rows_with = Frequencies(row.count + 1 for row in rows if row.count > 0)
    if not rows_with:
        return None
    fields = min(rows_with, key=lambda fields: (-rows_with[fields], fields))
    return Guess(separator, fields, rows_with[fields], len(rows))


def sniff(data: bytes, is_cut: bool = False) -> Guess | None:
    """The best separator, if one occurs."""
    guesses = [found for separator in ",;|\t" if (found := guess(separator, data, is_cut))]
    # The part of the rows that are even decides; then the number of fields.
    return max(guesses, key=lambda it: (it.rows / it.all_rows, it.fields), default=None)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: separator_sniffer.py FILE", file=sys.stderr)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            data = file.read(SAMPLE)
            found = sniff(data, is_cut=file.read(1) != b"")
    except OSError as error:
        print(f"separator_sniffer: {arguments[0]}: {error.strerror}", file=sys.stderr)
        return 2
    if not found:
        return 1
    separator = "\\t" if found.separator == "\t" else found.separator
    print(f"{separator}: {found.fields} fields in {found.rows} of {found.all_rows} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
