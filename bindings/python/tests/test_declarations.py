"""The declarations in Python are those of declarations.h, which the crate's tests check."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

import libtally
from libtally import _declarations

FOLDER = Path(__file__).resolve().parents[1]


def test_declarations_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pycparser")
    monkeypatch.setattr(sys, "path", [str(FOLDER), *sys.path])
    import make_declarations

    made = make_declarations.translate(make_declarations.HEADER.read_text(encoding="utf-8"))
    for name, text in made.items():
        assert (FOLDER / "src/libtally" / name).read_text(encoding="utf-8") == text, (
            f"{name} is out of date: run `make header`"
        )


def test_structs_have_the_sizes_of_c() -> None:
    assert ctypes.sizeof(_declarations.tally_match) == 32
    assert ctypes.sizeof(_declarations.tally_totals) == 40
    assert ctypes.sizeof(_declarations.tally_word_cursor) == 16
    if libtally.binding() == "cffi":
        from libtally._cffi import ffi

        for name in (
            "tally_match",
            "tally_totals",
            "tally_read_options",
            "tally_counter_options",
            "tally_word",
            "tally_top_word",
            "tally_words_options",
            "tally_question",
        ):
            assert ctypes.sizeof(getattr(_declarations, name)) == ffi.sizeof(name)
