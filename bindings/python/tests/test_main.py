"""`python -m libtally`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import libtally


def run(*arguments: str, standard_input: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "libtally", *arguments],
        input=standard_input,
        capture_output=True,
        env={**os.environ, "LIBTALLY_BINDING": libtally.binding()},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_answers(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"c\nxc-c\n")
    assert run("-n", "2", "c", str(path)) == (0, f"{path}: segment 2, byte 4\n", "")
    assert run("-n", "3", "c", str(path)) == (1, "", "")
    assert run("-n", "3", "-r", "none", "c", str(path))[0] == 0
    assert run("c", standard_input=b"abc") == (0, "-: segment 1, byte 3\n", "")
    assert run("c", "-", standard_input=b"ab") == (1, "", "")


def test_errors(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"c")
    missing = str(tmp_path / "missing")
    status, out, err = run("c", missing, str(path))
    # The others are answered for.
    assert (status, out) == (2, f"{path}: segment 1, byte 1\n")
    assert err == f"{missing}: No such file or directory\n"
    assert run("", str(path))[0] == 2
    assert run("-n", "-1", "c", str(path))[0] == 2
