"""The example quality_filter.py next to the filters of datatrove and the taggers of dolma: whether
their decisions are equal on the same documents, and how many documents each decides in a second.

    python benches/quality.py [FOLDER ...]

Documents are made of the text files below the folders (by default those of this machine's
documentation and sources), whole or cut into pieces, and of changed copies: with bullets, ellipses,
short lines, CR LF, spaces of Unicode, symbols. Needs libtally, numpy and pyarrow, and datatrove and
dolma, of which each is left out if it is not installed.

Words are those of str.split() in both: datatrove's filters use a tokenizer for each language, which
this replaces, as its words are none that white space separates. C4's filter of lines also looks for
sentences, and changes documents; only what counts is compared: dolma's attributes of C4.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow

from libtally import Counter, Question, Reset, WordRule, ask

EXAMPLES = Path(__file__).resolve().parents[1] / "examples/python"
sys.path.insert(0, str(EXAMPLES))
import quality_filter  # noqa: E402

FOLDERS = [
    Path("/usr/share/doc"),
    Path("/usr/share/common-licenses"),
    Path("/usr/share/perl"),
    Path.home() / ".cargo/registry/src",
    Path(sys.prefix),
    Path(__file__).resolve().parents[1],
]
ENDINGS = {".md", ".rst", ".txt", ".html", ".py", ".rs", ".c", ".h", ".pod", ".copyright", ""}
DOCUMENTS = 12_000
LARGEST = 40_000
# The speed is that of the first ones.
SOME = 1500
ROUNDS = 5
LARGE = pyarrow.large_string()
# The answers of this library for texts, which are in a column too.
Ask = Callable[[list[str], Any], list[Any]]


def files(folders: list[Path]) -> list[Path]:
    found = []
    for folder in folders:
        paths = sorted(path for path in folder.rglob("*") if path.suffix in ENDINGS)
        found += random.Random(1).sample(paths, min(len(paths), 3000))
    return found


def texts(folders: list[Path]) -> list[str]:
    """Texts of files, of some of them only a piece."""
    draw = random.Random(2)
    found = []
    for path in files(folders):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError, ValueError):
            continue
        if len(text) > LARGEST:
            start = draw.randrange(len(text) - LARGEST)
            text = text[start : start + draw.randrange(500, LARGEST)]
        found.append(text)
    return found


def changed(text: str, draw: random.Random) -> str:
    """A copy with one thing that the rules look at."""
    rows = text.split("\n")
    share = draw.random()
    some = [draw.random() < share for _ in rows]
    marks = ["- ", "• ", " - ", "\u2003• ", "* ", "# "]
    ends = ["...", "…", "... ", "…\u00a0", ".", "!", '"', "。", " \t", "?\r"]
    kind = draw.randrange(10)
    if kind == 0:
        mark = draw.choice(marks)
        rows = [mark + row if is_one else row for row, is_one in zip(rows, some)]
    elif kind == 1:
        end = draw.choice(ends)
        rows = [row + end if is_one else row for row, is_one in zip(rows, some)]
    elif kind == 2:
        return draw.choice(["\r\n", "\r", "\n\n", "\u2028", "\x0b", "\x85"]).join(rows)
    elif kind == 3:
        space = draw.choice(["\u00a0", "\u2003", "\u3000", "\x1c", "  ", "\u2009"])
        return "".join(space if one == " " and draw.random() < share else one for one in text)
    elif kind == 4:
        rows = [row[: draw.randrange(40)] if is_one else row for row, is_one in zip(rows, some)]
    elif kind == 5:
        words = text.split(" ")
        sign = draw.choice(["#", "…", "...", "—", "1234", "→", "été", "слово", "漢字", "a" * 30])
        return " ".join(sign if draw.random() < share / 2 else word for word in words)
    elif kind == 6:
        rows += draw.choices(rows, k=draw.randrange(5))
    elif kind == 7:
        return " ".join(rows)
    elif kind == 8:
        start = draw.randrange(len(text) + 1)
        return text[start : start + draw.choice([0, 1, 10, 200, 300, 400, 2000])]
    else:
        return text.replace("the", "teh").replace("of", "fo").replace("to", "ot")
    return "\n".join(rows)


def documents(folders: list[Path]) -> list[str]:
    draw = random.Random(3)
    originals = texts(folders)
    result = draw.sample(originals, min(len(originals), DOCUMENTS // 2))
    while len(result) < DOCUMENTS:
        text = draw.choice(originals)
        for _ in range(draw.choice([1, 1, 2, 3])):
            text = changed(text, draw)
        result.append(text)
    draw.shuffle(result)
    return result


def datatrove_rules() -> list[tuple[str, list[Any], Callable[[str], bool]]]:
    """For each filter its name, the example's rules for it, and its decision."""
    try:
        from datatrove.data import Document
        from datatrove.pipeline.filters import c4_filters
        from datatrove.pipeline.filters import fineweb_quality_filter as fineweb
        from datatrove.pipeline.filters import gopher_quality_filter as gopher
        from datatrove.utils.text import TERMINAL_PUNCTUATION
    except ImportError as error:
        print(f"datatrove is left out: {error}")
        return []

    def split(text: str, language: str) -> list[str]:
        return text.split()

    gopher.split_into_words = fineweb.split_into_words = split  # type: ignore[assignment]

    def decision(made: Any) -> Callable[[str], bool]:
        return lambda text: made.filter(Document(text=text, id="")) is True

    of_gopher = decision(gopher.GopherQualityFilter())
    of_fineweb = decision(fineweb.FineWebQualityFilter())
    of_c4 = decision(c4_filters.C4ParagraphFilter())
    # With all marks that the filter has.
    plain_fineweb = partial(quality_filter.plain_fineweb, terminal=tuple(TERMINAL_PUNCTUATION))
    known_gopher, known_fineweb, no_duplicates, known_c4 = quality_filter.RULES
    return [
        # What is not known without Python is left to the original's definition of punctuation.
        ("datatrove Gopher", [(*known_gopher[:2], of_gopher)], of_gopher),
        ("datatrove FineWeb", [(*known_fineweb[:2], plain_fineweb), no_duplicates], of_fineweb),
        ("datatrove mC4", [known_c4], of_c4),
    ]


def line_counts() -> dict[str, Question]:
    """What dolma's taggers count."""
    ends = Counter({*b'.?!"'}, 1, Reset.NEWLINES)
    bullets, ellipsis = Counter({*b"*-"}, 1, Reset.NEWLINES), Counter("…", 1, Reset.NEWLINES)
    return {
        "characters": Question.count(Counter(quality_filter.FIRST_BYTES, 1)),
        "words": Question.words(WordRule.UNICODE),
        "newlines": Question.count(Counter("\n", 1)),
        "bullets": Question.starting_segments(bullets),
        "ellipses": Question.ending_segments(ellipsis),
        "terminal": Question.ending_segments(ends, trim=WordRule.UNICODE),
        "brace": Question.has_count(Counter("{", 1)),
    }


def dolma_counts() -> Callable[[str], tuple[Any, ...]] | None:
    """The attributes of dolma's taggers that are counts, of a document."""
    try:
        from dolma.taggers import c4, gopher
    except ImportError as error:
        print(f"dolma is left out: {error}")
        return None

    # They are no counts, and take most of the time.
    gopher.all_ngram_counts = lambda words: []  # type: ignore[assignment]

    def counts(text: str) -> tuple[Any, ...]:
        of_gopher, of_c4 = gopher.get_attributes(text), c4.get_attributes(text)
        return (
            of_gopher.character_count,
            of_gopher.word_count,
            of_c4.line_count,
            of_gopher.fraction_of_lines_starting_with_bullet_point,
            of_gopher.fraction_of_lines_ending_with_ellipsis,
            len(of_c4.lines_with_no_ending_punctuation),
            of_c4.has_curly_brace,
        )

    return counts


def own_counts(column: Any, questions: dict[str, Question]) -> list[tuple[Any, ...]]:
    answers = {name: found.to_list() for name, found in ask(column, questions).items()}
    result = []
    for at, newlines in enumerate(answers["newlines"]):
        of_one = {name: found[at] for name, found in answers.items()}
        lines = newlines + 1
        result.append(
            (
                of_one["characters"],
                of_one["words"],
                lines,
                of_one["bullets"] / lines if of_one["characters"] else 0.0,
                of_one["ellipses"] / lines if of_one["characters"] else 0.0,
                lines - of_one["terminal"],
                of_one["brace"],
            )
        )
    return result


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(name: str, texts: list[str], ours: Ask, theirs: Callable[[str], Any]) -> int:
    """Prints whether the answers are equal, and the speed of both, which take turns. That is of the
    processor's time: both use one thread."""
    found, right = ours(texts, pyarrow.array(texts, LARGE)), [*map(theirs, texts)]
    unequal = sum(one != other for one, other in zip(found, right))
    some = texts[:SOME]
    column = pyarrow.array(some, LARGE)
    times = [
        (seconds(lambda: ours(some, column)), seconds(lambda: [*map(theirs, some)]))
        for _ in range(ROUNDS)
    ]
    fast, slow = (statistics.median(one) for one in zip(*times))
    passed = f", {sum(right)} kept" if isinstance(right[0], bool) else ""
    print(
        f"{name}: {len(texts)} documents{passed}, {unequal} unequal; documents per second: "
        f"{len(some) / fast:,.0f} against {len(some) / slow:,.0f}, {slow / fast:.1f} times",
        flush=True,
    )
    return unequal


def kept(rules: list[Any], texts: list[str], column: Any) -> list[bool]:
    return quality_filter.keep(texts, rules, column)


def left_to_python(texts: list[str], rules: list[Any]) -> None:
    """Prints how many documents the questions do not decide."""
    questions = {name: one for rule in rules for name, one in rule[0].items()}
    answers = ask(pyarrow.array(texts, LARGE), questions)
    counts = {name: one.to_numpy() for name, one in answers.items()}
    dropped, kept = quality_filter.decide(*(rule[1](counts) for rule in rules))
    left = (~dropped & ~kept).sum()
    print(f"    {len(questions)} questions; {left} documents were left to Python", flush=True)


def main(arguments: list[str]) -> int:
    texts = documents([Path(argument) for argument in arguments] or FOLDERS)
    size = sum(len(text.encode()) for text in texts)
    print(f"{len(texts)} documents, {size / len(texts):,.0f} bytes on average", flush=True)
    unequal = 0
    for name, rules, theirs in datatrove_rules():
        ours = partial(kept, rules)
        unequal += compare(name, texts, ours, theirs)
        left_to_python(texts, rules)
    counts = dolma_counts()
    if counts is not None:
        questions = line_counts()
        ours = partial(own_counts, questions=questions)
        unequal += compare("dolma's counts", texts, lambda _, column: ours(column), counts)
    return unequal > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
