"""Lets a CSV file pass if each row has as many fields as the first, and names the first row that
has not. The file may have any size: it is read in chunks, and no further than that row.

    python csv_gate.py FILE [SEPARATOR]

FILE is a regular file without a byte order mark. SEPARATOR is a byte, or \\t for a tab; a comma if
there is none. Quoted separators and line ends belong to their field, and blank lines are no rows.
The exit status is 0 if the file passes, 1 if it does not, 2 after an error.
"""

from __future__ import annotations

import sys

from libtally import Counter, Quotes, Stream


def rows(separator: bytes, **condition: tuple[int, int | None]) -> Stream:
    """A stream that stops at the first row whose number of separators satisfies the condition."""
    counter = Counter(separator, reset=b"\r\n", skip_empty=True, quotes=Quotes.FIELDS, **condition)
    return Stream(counter)


def line_at(path: str, offset: int) -> int:
    """The number of the line at an offset. Lines end as rows do: with "\\n", "\\r" or both."""
    line, last = 1, b""
    with open(path, "rb") as file:
        while chunk := file.read(min(offset, 1 << 20)):
            ends = chunk.count(b"\n") + chunk.count(b"\r")
            line += ends - (last + chunk).count(b"\r\n")
            offset -= len(chunk)
            last = chunk[-1:]
    return line


def gate(path: str, separator: bytes = b",") -> tuple[int, str] | None:
    """Why the file does not pass, and in which line."""
    # Any number of separators: the first row there is.
    stream = rows(separator, within=(0, None))
    stream.feed_file(path)
    stream.finish()
    first = stream.first_match
    if first:
        stream = rows(separator, outside=(first.count, first.count))
        stream.feed_file(path)
        stream.finish()
        other = stream.first_match
        if other:
            fields = "field" if other.count == 0 else "fields"
            reason = f"{other.count + 1} {fields}, expected {first.count + 1}"
            return line_at(path, other.start), reason
    if stream.unclosed_quote is not None:
        return line_at(path, stream.unclosed_quote), "the quote that opens here is never closed"
    return None


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2):
        print("usage: csv_gate.py FILE [SEPARATOR]", file=sys.stderr)
        return 2
    path, separator = arguments[0], (arguments[1:] or [","])[0].replace("\\t", "\t").encode()
    if len(separator) != 1:
        print(f"csv_gate: {arguments[1]}: the separator is one byte", file=sys.stderr)
        return 2
    try:
        found = gate(path, separator)
    except OSError as error:
        print(f"csv_gate: {path}: {error.strerror}", file=sys.stderr)
        return 2
    if found:
        print(f"{path}:{found[0]}: {found[1]}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
