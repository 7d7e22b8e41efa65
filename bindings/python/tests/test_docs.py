"""The examples of the documentation run."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

import libtally

README = Path(__file__).resolve().parents[1] / "README.md"


def test_docstrings() -> None:
    tried = 0
    for path in sorted(Path(libtally.__file__).parent.glob("*.py")):
        name = "libtally" if path.stem == "__init__" else f"libtally.{path.stem}"
        # The last two need what they are for: see test_dask and test_spark.
        if path.stem in ("__main__", "_over_cffi", "dask", "spark"):
            continue
        loaded = importlib.import_module(name)
        results = doctest.testmod(loaded)
        assert results.failed == 0
        tried += results.attempted
    assert tried > 15


def test_readme() -> None:
    results = doctest.testfile(str(README), module_relative=False)
    assert results.failed == 0
    assert results.attempted > 5


def test_columns_of_readme() -> None:
    for package in ("duckdb", "pandas", "polars", "pyarrow"):
        pytest.importorskip(package)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    [block] = [block for block in blocks if block.startswith("import duckdb")]
    names: dict[str, Any] = {}
    exec(block, names)
    assert names["frame"]["commas"].tolist() == [1, None, 2]
    assert names["table"]["commas"].to_list() == [1, None, 2]
    assert names["counted"] == [("a,b", 1), (None, None), ("1,2,3", 2)]
    assert names["summary"].totals.matching_segments == 1
