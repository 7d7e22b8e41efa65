"""The examples that exist in several languages: they do what their comments say."""

from __future__ import annotations

import importlib.util
import json
import random
import re
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[3] / "examples/python"


def run(name: str, *arguments: str, cwd: Path, body: bytes = b"") -> tuple[int, str]:
    """The exit status, and what is printed: on standard output, then on standard error."""
    ended = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments],
        cwd=cwd,
        input=body,
        capture_output=True,
        check=False,
    )
    return ended.returncode, (ended.stdout + ended.stderr).decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("data", "arguments", "reason"),
    [
        (b'a,b\n1,"2\n,3"\r\n\r\nx"y,""\n', [], None),
        (b'\na,b\n"x\ny",z\n1,2,3\n4\n', [], "5: 3 fields, expected 2"),
        (b"a;b\n1,2;3\n4\n", [";"], "3: 1 field, expected 2"),
        (b"a,b\r1,2\r3\r4,5,6\r", [], "3: 1 field, expected 2"),
        (b'a,b\r\n\r\n1,"2\r\n"\r\n3,4,5\r\n', [], "5: 3 fields, expected 2"),
        (b"a\tb\n", ["\\t"], None),
        (b'a,b\n1,"x\ny,2\n', [], "2: the quote that opens here is never closed"),
        (b'a,"b', [], "1: the quote that opens here is never closed"),
        (b"", [], None),
    ],
)
def test_csv_gate(tmp_path: Path, data: bytes, arguments: list[str], reason: str | None) -> None:
    (tmp_path / "f.csv").write_bytes(data)
    printed = f"f.csv:{reason}\n" if reason else ""
    status = 1 if reason else 0
    assert run("csv_gate.py", "f.csv", *arguments, cwd=tmp_path) == (status, printed)


def test_csv_gate_refuses(tmp_path: Path) -> None:
    status, printed = run("csv_gate.py", "missing", cwd=tmp_path)
    assert status == 2
    assert printed.startswith("csv_gate: missing: No such file")
    refused = (2, "csv_gate: ::: the separator is one byte\n")
    assert run("csv_gate.py", "missing", "::", cwd=tmp_path) == refused
    assert run("csv_gate.py", cwd=tmp_path) == (2, "usage: csv_gate.py FILE [SEPARATOR]\n")


@pytest.mark.parametrize(
    ("most", "body", "reason"),
    [
        ("3", b'{"a":"[[[[","b":[{}]}', None),
        ("2", b'{"a":"[[[[","b":[{}]}', "too deep at byte 17"),
        ("0", b"[", "too deep at byte 0"),
        ("9", b'{"a\\"', "the string at byte 1 does not end"),
        ("9", b"", None),
        ("5000", b"[" * 5001, "too deep at byte 5000"),
        ("5001", b"[" * 5001, None),
    ],
)
def test_json_guard(tmp_path: Path, most: str, body: bytes, reason: str | None) -> None:
    printed = f"{reason}\n" if reason else ""
    status = 1 if reason else 0
    assert run("json_guard.py", most, cwd=tmp_path, body=body) == (status, printed)


@pytest.mark.parametrize("most", ["-1", "x", "", "18446744073709551615"])
def test_json_guard_refuses(tmp_path: Path, most: str) -> None:
    usage = (2, "usage: json_guard.py MOST < BODY\n")
    assert run("json_guard.py", most, cwd=tmp_path) == usage


@pytest.mark.parametrize(
    ("data", "printed"),
    [
        (b'a;b;"c,,,"\n1;2,3;4\n\n5;6;7\n', ";: 3 fields in 3 of 3 rows\n"),
        (b'a\tb\n1\t2,3\r\n"\t\t"\tx\n4\n', "\\t: 2 fields in 3 of 4 rows\n"),
        (b"a|b|c,d\n1|2|3,4\n", "|: 3 fields in 2 of 2 rows\n"),
        (b"one\ntwo\n", ""),
        (b"", ""),
        (b"1;2,3\n" * 200_000, ",: 2 fields in 174762 of 174762 rows\n"),
    ],
)
def test_separator_sniffer(tmp_path: Path, data: bytes, printed: str) -> None:
    (tmp_path / "f").write_bytes(data)
    status = 0 if printed else 1
    assert run("separator_sniffer.py", "f", cwd=tmp_path) == (status, printed)


def gopher(text: str) -> bool:
    """The rules of Gopher, as its paper and the filters that follow it have them."""
    words = text.split()
    lengths = [len(word) for word in words if re.search(r"[^\W_]", word)]
    if len(lengths) < 50 or len(lengths) > 100_000:
        return False
    if not 3 <= statistics.fmean(lengths) <= 10:
        return False
    symbols = text.count("#"), len(re.findall(r"\.\.\.|…", text))
    if any(number / len(words) > 0.1 for number in symbols):
        return False
    rows = text.splitlines()
    bullets = sum(bool(re.match(r"\s*[•-]", row)) for row in rows)
    ellipses = sum(bool(re.search(r"(\.\.\.|…)\s*\Z", row)) for row in rows)
    if bullets / len(rows) > 0.9 or ellipses / len(rows) > 0.3:
        return False
    without = sum(not re.search(r"[^\W\d_]", word) for word in words)
    stop_words = ["the", "be", "to", "of", "and", "that", "have", "with"]
    return 1 - without / len(words) >= 0.8 - 1e-12 and sum(w in words for w in stop_words) > 1


def fineweb(text: str) -> bool:
    rows = [row for row in text.split("\n") if row and not row.isspace()]
    if not rows or sum(row[-1] in ".!?" for row in rows) / len(rows) < 0.12:
        return False
    if sum(len(row) < 31 for row in rows) / len(rows) > 0.67:
        return False
    again = sum(len(row) * (number - 1) for row, number in Counter(rows).items())
    if again / sum(len(row) for row in text.split("\n")) > 0.01:
        return False
    return text.count("\n") / len(text.split()) <= 0.3


def c4_paragraphs(text: str) -> bool:
    return len(re.findall(r"^[^\n]{200,}", text, re.MULTILINE)) >= 3


def prose(generator: random.Random) -> str:
    """Text that is near the limits of the rules."""
    words = [
        "the",
        "of",
        "and",
        "with",
        "there",
        "a",
        "Xylophon",
        "1850",
        "--",
        "été",
        "→",
        "слово",
    ]
    words += ["#", "…", "...", "e", "continuously"]
    weights = [1, generator.random(), 1, 1, 3, 2, 3]
    weights += [generator.choice([0, 0, 0.2, 1]) for _ in words[len(weights) :]]
    ends = generator.choice(
        [[".", "!", ""], ["...", "…", "… \r"], ["", ","], [".", "。", "\u2003"]]
    )
    starts = generator.choice([[""], ["", "- "], ["• ", " -", "\xa0•"], ["* ", "# "]])
    longest = generator.choice([3, 9, 40, 80])
    rows = [
        generator.choice(starts)
        + generator.choice([" ", " ", "  ", "\u2009"]).join(
            generator.choices(words, weights, k=generator.randrange(longest + 1))
        )
        + generator.choice(ends)
        for _ in range(generator.randrange(1, 40))
    ]
    if generator.random() < 0.2:
        rows += generator.choices(rows, k=2)
    line_end = generator.choice(["\n"] * 8 + ["\n\n", "\r\n", "\r", "\x0b", "\x85", "\u2028"])
    return line_end.join(rows) + generator.choice(["", "\n"])


def test_quality_filter(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    spec = importlib.util.spec_from_file_location("quality_filter", EXAMPLES / "quality_filter.py")
    assert spec is not None
    assert spec.loader is not None
    example: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    generator = random.Random(4)
    texts = ["", " \n", "the of " * 30, *(prose(generator) for _ in range(3000))]
    root = EXAMPLES.parents[1]
    paths = [*root.glob("*.md"), *root.glob("LICENSE*"), *root.glob("src/*/*.rs")]
    texts += [path.read_text(encoding="utf-8") for path in paths]
    known_gopher, known_fineweb, known_duplicates, known_c4 = example.RULES
    for rules, plain in (
        ([known_gopher], gopher),
        ([known_fineweb, known_duplicates], fineweb),
        ([known_c4], c4_paragraphs),
        (example.RULES, lambda text: gopher(text) and fineweb(text) and c4_paragraphs(text)),
    ):
        expected = [*map(plain, texts)]
        assert 0 < sum(expected) < len(texts)
        assert example.keep(texts, rules) == expected
        # What is known of a document is right, whatever plain Python would say.
        answers = example.ask(texts, {k: v for rule in rules for k, v in rule[0].items()})
        counts = {name: column.to_numpy() for name, column in answers.items()}
        dropped, kept = example.decide(*(rule[1](counts) for rule in rules))
        assert not any(is_dropped and right for is_dropped, right in zip(dropped, expected))
        assert all(right for is_kept, right in zip(kept, expected) if is_kept)
        assert (dropped | kept).sum() > len(texts) / 4
    lines = [json.dumps({"text": text, "number": at}) + "\n" for at, text in enumerate(texts)]
    (tmp_path / "texts.jsonl").write_text("".join(lines), encoding="utf-8")
    status, printed = run("quality_filter.py", "texts.jsonl", cwd=tmp_path)
    passed = [line for line, right in zip(lines, expected) if right]
    assert status == 0
    assert printed == "".join(passed) + f"{len(passed)} of {len(texts)} documents pass\n"
    assert run("quality_filter.py", cwd=tmp_path)[0] == 2
