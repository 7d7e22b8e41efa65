"""The examples of the documentation run."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

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
