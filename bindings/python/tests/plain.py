"""The answers of a plain loop, a byte at a time: for every option of a counter."""

from __future__ import annotations

from typing import Any, Optional, Union

from libtally import Counter, Match, Quotes, Reset

NAMED = {
    Reset.NONE: b"",
    Reset.NEWLINES: b"\n",
    Reset.SPACES: b" ",
    Reset.WHITESPACE: b" \t\n\v\f\r",
}


class Segment:
    """Where a segment lies, and how its count changed: where each hit ends, and the count then."""

    def __init__(self, start: int) -> None:
        self.start = self.end = start
        self.count = 0
        self.hits: list[tuple[int, int]] = []


class Question:
    """A counter, and the plain loop that answers for it."""

    def __init__(
        self, needle: Any, number: Optional[int], reset: Union[Reset, bytes], **options: Any
    ) -> None:
        self.counter = Counter(needle, number, reset, **options)
        if isinstance(needle, int):
            needle = chr(needle)
        if isinstance(needle, str):
            needle = needle.encode()
        if isinstance(needle, bytes) and len(needle) == 1:
            needle = {needle[0]}
        self.needle, self.number, self.options = needle, number, options
        self.reset = NAMED[reset] if isinstance(reset, Reset) else reset

    def edges(self, data: bytes) -> tuple[int, int]:
        """How many segments start, and how many end, with the needle."""
        seen, _ = self.visible(data)
        needles = [self.needle] if isinstance(self.needle, bytes) else [*map(_byte, self.needle)]
        ends = [at for at in range(len(data)) if seen[at] and data[at] in self.reset]
        starting = ending = start = 0
        for end in [*ends, len(data)]:
            segment = data[start:end]
            starting += any(
                segment.startswith(needle) and all(seen[start : start + len(needle)])
                for needle in needles
            )
            ending += any(
                segment.endswith(needle) and all(seen[end - len(needle) : end])
                for needle in needles
            )
            start = end + 1
        return starting, ending

    def visible(self, data: bytes) -> tuple[list[bool], Optional[int]]:
        """Which bytes can be hits, resets and closing bytes; and where the quote was opened that is
        open at the end."""
        rule = self.options.get("quotes")
        seen = [True] * len(data)
        if rule is None:
            return seen, None
        quote = self.options.get("quote", b'"')
        escape = self.options.get("escape")
        ends_field = {*self.reset, *(self.options.get("delimiters") or self.needle)}
        opened: Optional[int] = None
        at_start, behind_quote = True, False
        at = 0
        while at < len(data):
            byte = data[at : at + 1]
            if byte == escape and not (behind_quote and rule is Quotes.FIELDS):
                seen[at : at + 2] = [False] * len(seen[at : at + 2])
                at_start, behind_quote = False, False
                at += 2
                continue
            if opened is not None:
                seen[at] = False
                if byte == quote:
                    if rule is Quotes.FIELDS and data[at + 1 : at + 2] == quote:
                        seen[at + 1] = False
                        at += 1
                    else:
                        opened, behind_quote = None, True
            elif byte == quote and (at_start or rule is Quotes.ANYWHERE):
                opened, seen[at], at_start, behind_quote = at, False, False, False
            else:
                at_start, behind_quote = data[at] in ends_field, False
            at += 1
        return seen, opened

    def segments(self, data: bytes) -> list[Segment]:
        seen, _ = self.visible(data)
        closing = self.options.get("closing", b"")
        segments = [Segment(0)]
        at = 0
        while at < len(data):
            if seen[at] and data[at] in self.reset:
                segments[-1].end = at
                segments.append(Segment(at + 1))
            segment = segments[-1]
            length = 0
            if isinstance(self.needle, bytes):
                behind = at + len(self.needle)
                if data.startswith(self.needle, at) and all(seen[at:behind]):
                    length = len(self.needle)
            else:
                length = int(seen[at] and data[at] in self.needle)
            if length:
                segment.count += 1
                segment.hits.append((at + length, segment.count))
            elif seen[at] and data[at] in closing:
                segment.count = max(0, segment.count - 1)
            at += length or 1
        segments[-1].end = len(data)
        return segments

    def match(self, number: int, segment: Segment, is_last: bool) -> Optional[Match]:
        is_empty = segment.start >= segment.end
        skips = self.options.get("skip_empty") or (is_last and self.options.get("skip_last_empty"))
        if is_empty and skips:
            return None
        if self.number is not None:
            ends = [end for end, count in segment.hits if count >= self.number]
            if self.number == 0:
                ends = [segment.start]
            return Match(number, segment.start, ends[0], self.number) if ends else None
        low, high = self.options.get("outside") or self.options["within"]
        is_in = low <= segment.count and (high is None or segment.count <= high)
        if is_in == ("within" in self.options):
            return Match(number, segment.start, segment.end, segment.count)
        return None

    def answers(self, data: bytes) -> dict[str, Any]:
        segments = self.segments(data)
        found = (self.match(at, one, one is segments[-1]) for at, one in enumerate(segments))
        matches = [match for match in found if match is not None]
        return {
            "has_count": bool(matches),
            "count": sum(len(segment.hits) for segment in segments),
            "max_count": max(count for one in segments for _, count in [(0, 0), *one.hits]),
            "matching_segments": len(matches),
            "segments": len(segments),
            "matches": matches,
            "unclosed_quote": self.visible(data)[1],
        }


def _byte(value: int) -> bytes:
    return bytes([value])
