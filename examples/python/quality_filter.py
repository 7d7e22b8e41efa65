"""Filters documents by the rules with which training data for language models is filtered: those
of Gopher (Rae et al., 2021), of FineWeb (Penedo et al., 2024), and that of multilingual C4 (Xue et
al., 2021).

    python quality_filter.py FILE

FILE has a JSON object with a string "text" in each line. The lines of the documents that pass are
printed, and at the end, to standard error, how many these are. Needs numpy.

Each rule compares counts, and one call asks for all of them, of many documents. Some rules also
need what is no such count: which characters that are not ASCII are letters or punctuation, whether
a word is one of a list, which lines occur twice. For these there is a lower and an upper bound,
with which most documents are decided. The others are left to plain Python. So the decision is that
of the plain rules, for every document.

Words are those of str.split(), and so is white space.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy

from libtally import Counter, Question, Reset, WordRule, ask

WHITE = WordRule.UNICODE
STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")
# What the lines of prose end with. Others than these may be added in plain_fineweb.
TERMINAL = (".", "!", "?")

# Sets of bytes.
ALL = frozenset(range(0x100))
LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
LETTERS_OR_DIGITS = LETTERS | frozenset(b"0123456789")
NOT_ASCII = ALL - frozenset(range(0x80))
# All but the bytes that continue a character.
FIRST_BYTES = ALL - frozenset(range(0x80, 0xC0))
# The white-space characters of one byte.
SPACES = b" \t\n\v\f\r\x1c\x1d\x1e\x1f"
# str.splitlines() cuts at these bytes, at CR LF once, and at three more characters.
LINE_ENDS = b"\n\v\f\r\x1c\x1d\x1e"
MORE_LINE_ENDS = ("\x85", "\u2028", "\u2029")


def count(needle: Any) -> Question:
    return Question.count(Counter(needle, 1))


def has(needle: str) -> Question:
    return Question.has_count(Counter(needle, 1))


def words_with(needle: frozenset[int]) -> Question:
    """How many words have a byte of a set. Those that a space of several bytes separates are one."""
    return Question.matching_segments(Counter(needle, 1, SPACES))


def lines(**condition: Any) -> Question:
    """How many lines have a number of characters. They end at newlines alone."""
    characters = FIRST_BYTES - {10}
    return Question.matching_segments(Counter(characters, reset=Reset.NEWLINES, **condition))


def lines_start(needle: str) -> Question:
    return Question.starting_segments(Counter(needle, 1, LINE_ENDS), trim=WHITE)


def lines_end(needle: str) -> Question:
    return Question.ending_segments(Counter(needle, 1, LINE_ENDS), trim=WHITE)


def line_ends_with(needle: Any) -> Question:
    return Question.ending_segments(Counter(needle, 1, Reset.NEWLINES))


COMMON = {
    "words": Question.words(WHITE),
    "characters": count(FIRST_BYTES),
}
GOPHER = COMMON | {
    # Words as far as they are separated by one byte: all, and those that have certain bytes.
    "parts": words_with(ALL - {*SPACES}),
    "with_letter": words_with(LETTERS),
    "with_letter_or_more": words_with(LETTERS | NOT_ASCII),
    "with_letter_or_digit": words_with(LETTERS_OR_DIGITS),
    "with_letter_or_digit_or_more": words_with(LETTERS_OR_DIGITS | NOT_ASCII),
    "letters_and_digits": count(LETTERS_OR_DIGITS),
    "spaces": count(frozenset(SPACES)),
    "hashes": count("#"),
    "three_dots": count("..."),
    "ellipses": count("…"),
    # Lines as str.splitlines() has them: nothing behind the last end is no line.
    "pieces": Question.matching_segments(Counter(" ", 0, LINE_ENDS, skip_last_empty=True)),
    "crlf": count("\r\n"),
    "bullets": lines_start("•"),
    "dashes": lines_start("-"),
    "lines_end_in_dots": lines_end("..."),
    "lines_end_in_ellipsis": lines_end("…"),
    **{f"line_end_{at}": has(end) for at, end in enumerate(MORE_LINE_ENDS)},
    # A stop word between spaces is one. Where it does not occur at all, there is none.
    **{f"word_{word}": has(f" {word} ") for word in STOP_WORDS},
    **{f"has_{word}": has(word) for word in STOP_WORDS},
}
FINEWEB = COMMON | {
    "newlines": count("\n"),
    # Lines that are not blank: white space left out, they start with any byte.
    "filled": Question.starting_segments(Counter(ALL - {10}, 1, Reset.NEWLINES), trim=WHITE),
    "not_empty": lines(min_number=1),
    "short": lines(within=(0, 30)),
    "terminal": line_ends_with(frozenset(map(ord, TERMINAL))),
    "end_not_in_ascii": line_ends_with(NOT_ASCII),
}
C4 = {"long_lines": lines(min_number=200)}

# For each document, whether it is known to be dropped, and whether it is known to be kept.
Known = tuple[Any, Any]


def decide(*rules: Known) -> Known:
    """One rule that drops a document is enough; to be kept, it has to pass all."""
    return (
        numpy.logical_or.reduce([dropped for dropped, _ in rules]),
        numpy.logical_and.reduce([kept for _, kept in rules]),
    )


def below(low: Any, high: Any, least: float) -> Known:
    """What is below a limit is dropped. It is from `low` to `high`."""
    return high < least, low >= least


def above(low: Any, high: Any, most: float) -> Known:
    """What is above a limit is dropped."""
    return low > most, high <= most


def gopher(counts: dict[str, Any]) -> Known:
    """50 to 100,000 words that are not punctuation, of 3 to 10 characters on average; at most 0.1
    "#" or ellipses per word; at most 0.9 of the lines start with a bullet, and at most 0.3 end with
    an ellipsis; at least 0.8 of the words have a letter; there are two different stop words."""
    get = counts.__getitem__
    words, parts = numpy.maximum(get("words"), 1), get("parts")
    # Words without a letter or digit, and without a character that is not ASCII.
    marks = parts - get("with_letter_or_digit_or_more")
    fewest, most = get("with_letter_or_digit"), words - marks
    # The characters of words that are not punctuation: at least their letters and digits, at most
    # all that are no space, but for one in each other word.
    shortest = get("letters_and_digits") / most.clip(1)
    longest = (get("characters") - get("spaces") - marks) / fewest.clip(1)
    found = sum(get(f"word_{word}").astype(int) for word in STOP_WORDS)
    possible = sum(get(f"has_{word}").astype(int) for word in STOP_WORDS)
    dots = get("three_dots") + get("ellipses")
    with_letter = words - (parts - get("with_letter_or_more"))
    # Not known, if there are line ends that were not counted.
    is_odd = numpy.logical_or.reduce([get(f"line_end_{at}") for at in range(3)])
    number = numpy.maximum(get("pieces") - get("crlf"), 1)
    bullets = (get("bullets") + get("dashes")) / number
    ellipses = (get("lines_end_in_dots") + get("lines_end_in_ellipsis")) / number
    of_lines = decide(above(bullets, bullets, 0.9), above(ellipses, ellipses, 0.3))
    return decide(
        below(fewest, most, 50),
        above(fewest, most, 100_000),
        below(shortest, longest, 3),
        above(shortest, longest, 10),
        above(get("hashes") / words, get("hashes") / words, 0.1),
        above(dots / words, dots / words, 0.1),
        (of_lines[0] & ~is_odd, of_lines[1] & ~is_odd),
        below(get("with_letter") / words, with_letter / words, 0.8),
        below(found, possible, 2),
    )


def fineweb(counts: dict[str, Any]) -> Known:
    """Of the lines that are not blank, at least 0.12 end with a mark of TERMINAL, and at most 0.67
    have at most 30 characters; there are at most 0.3 newlines per word."""
    get = counts.__getitem__
    filled, words = get("filled").clip(1), get("words").clip(1)
    number = get("newlines") + 1
    ends = get("terminal") / filled, (get("terminal") + get("end_not_in_ascii")) / filled
    # Blank lines are short, unless they have many spaces. Empty ones are.
    blank, empty = number - get("filled"), number - get("not_empty")
    short = (get("short") - blank) / filled, (get("short") - empty) / filled
    newlines = get("newlines") / words
    none = get("filled") == 0
    return decide(
        (none, ~none),
        below(*ends, 0.12),
        above(*short, 0.67),
        above(newlines, newlines, 0.3),
    )


def no_duplicates(counts: dict[str, Any]) -> Known:
    """At most 0.01 of the characters are in lines that stood before. Nobody knows."""
    nobody = counts["words"] < 0
    return nobody, nobody


def c4_paragraphs(counts: dict[str, Any]) -> Known:
    """At least three lines have 200 characters or more."""
    return below(counts["long_lines"], counts["long_lines"], 3)


def plain_gopher(text: str) -> bool:
    words = text.split()
    real = [word for word in words if any(map(str.isalnum, word))]
    if not 50 <= len(real) <= 100_000 or not 3 <= sum(map(len, real)) / len(real) <= 10:
        return False
    dots = text.count("...") + text.count("…")
    if text.count("#") / len(words) > 0.1 or dots / len(words) > 0.1:
        return False
    rows = text.splitlines()
    bullets = sum(row.lstrip().startswith(("•", "-")) for row in rows)
    ellipses = sum(row.rstrip().endswith(("...", "…")) for row in rows)
    if bullets / len(rows) > 0.9 or ellipses / len(rows) > 0.3:
        return False
    with_letter = sum(any(map(str.isalpha, word)) for word in words)
    return with_letter / len(words) >= 0.8 and len({*STOP_WORDS}.intersection(words)) >= 2


def plain_fineweb(text: str, terminal: tuple[str, ...] = TERMINAL) -> bool:
    rows = [row for row in text.split("\n") if row.strip()]
    if not rows or sum(row.endswith(terminal) for row in rows) / len(rows) < 0.12:
        return False
    if sum(len(row) <= 30 for row in rows) / len(rows) > 0.67:
        return False
    return text.count("\n") / len(text.split()) <= 0.3


def plain_no_duplicates(text: str) -> bool:
    rows = [row for row in text.split("\n") if row.strip()]
    twice = sum(map(len, rows)) - sum(map(len, {*rows}))
    return not rows or twice / (len(text) - text.count("\n")) <= 0.01


def plain_c4_paragraphs(text: str) -> bool:
    return sum(len(row) >= 200 for row in text.split("\n")) >= 3


Rule = tuple[dict[str, Question], Callable[[dict[str, Any]], Known], Callable[[str], bool]]
RULES: list[Rule] = [
    (GOPHER, gopher, plain_gopher),
    (FINEWEB, fineweb, plain_fineweb),
    (COMMON, no_duplicates, plain_no_duplicates),
    (C4, c4_paragraphs, plain_c4_paragraphs),
]


def keep(texts: Sequence[str], rules: Sequence[Rule] = RULES, column: Any = None) -> list[bool]:
    """Whether each document passes all rules. `column` has the texts as a column, if there is one:
    it is read in place, where a list is copied."""
    questions = {name: question for rule in rules for name, question in rule[0].items()}
    answers = ask(texts if column is None else column, questions)
    counts = {name: answers[name].to_numpy() for name in questions}
    known = [rule[1](counts) for rule in rules]
    kept = ~numpy.logical_or.reduce([dropped for dropped, _ in known])
    for (_, passed), (_, _, plain) in zip(known, rules):
        for at in numpy.flatnonzero(kept & ~passed):
            kept[at] = plain(texts[at])
    return kept.tolist()  # type: ignore[no-any-return]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: quality_filter.py FILE", file=sys.stderr)
        return 2
    number = passed = 0
    with open(arguments[0], encoding="utf-8") as file:
        while batch := [line for _, line in zip(range(4096), file)]:
            kept = keep([json.loads(line)["text"] for line in batch])
            sys.stdout.writelines(line for line, is_kept in zip(batch, kept) if is_kept)
            number += len(kept)
            passed += sum(kept)
    print(f"{passed} of {number} documents pass", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
