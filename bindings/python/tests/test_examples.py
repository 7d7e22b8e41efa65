"""The examples that exist in several languages: they do what their comments say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
