"""A guard in front of a JSON parser: rejects a request body that nests too deep, in whatever chunks
it arrives, at the bracket that is one too many.

    python json_guard.py MOST < BODY

Brackets in strings do not count. The exit status is 0 if the body may be parsed, 1 if it nests
deeper than MOST or ends inside a string, 2 after an error. Whether it is valid JSON is for the
parser to find out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from libtally import Counter, Quotes, Stream


class DepthGuard:
    """What a server makes once, and its requests share."""

    def __init__(self, most: int) -> None:
        # "Deeper than most" is "at least most + 1".
        self._counter = Counter(
            set(b"{["), most + 1, closing=b"}]", quotes=Quotes.ANYWHERE, escape="\\"
        )

    def reason(self, chunks: Iterable[bytes]) -> str | None:
        """Why a body is rejected, if it is. Takes no chunk behind the one that decides."""
        stream = Stream(self._counter)
        for chunk in chunks:
            if stream.feed(chunk):
                return f"too deep at byte {stream.first_match.end - 1}"
        if stream.unclosed_quote is not None:
            return f"the string at byte {stream.unclosed_quote} does not end"
        return None


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not arguments[0].isdecimal() or int(arguments[0]) >= 2**64 - 1:
        print("usage: json_guard.py MOST < BODY", file=sys.stderr)
        return 2
    reason = DepthGuard(int(arguments[0])).reason(iter(lambda: sys.stdin.buffer.read(4096), b""))
    if reason:
        print(reason, file=sys.stderr)
    return 1 if reason else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
