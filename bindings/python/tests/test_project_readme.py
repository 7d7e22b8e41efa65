"""The Python code in the project's README runs."""

from __future__ import annotations

from pathlib import Path

import pytest

import libtally

README = Path(__file__).resolve().parents[3] / "README.md"


def test_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not README.exists():
        pytest.skip("only this package is here, not the project")
    blocks = README.read_text(encoding="utf-8").split("```python\n")[1:]
    [code] = [block.split("```")[0] for block in blocks]
    (tmp_path / "data.csv").write_text("a;b\n" + ";" * 64)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(code, names)
    counter = names["counter"]
    assert isinstance(counter, libtally.Counter)
    assert counter.find("x\n" + ";" * 64) == libtally.Match(1, 2, 66, 64)
    last = code.splitlines()[-1].split("#")[0]
    assert eval(last, names) == libtally.Match(1, 4, 68, 64)
