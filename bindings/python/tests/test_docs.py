"""The examples of the documentation run."""

from __future__ import annotations

import doctest
import gzip
import importlib
import mmap
import re
from pathlib import Path
from typing import Any

import pytest

import libtally
from libtally import Counter, Reset

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


def run_block(start: str, names: dict[str, Any]) -> dict[str, Any]:
    """The names after the example that starts so."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    [block] = [block for block in blocks if block.startswith(start)]
    exec(block, names)
    return names


def test_columns_of_readme() -> None:
    for package in ("duckdb", "pandas", "polars", "pyarrow"):
        pytest.importorskip(package)
    names = run_block("import duckdb", {})
    pandas = names["pandas"]
    assert names["frame"]["commas"].dtype == "int64[pyarrow]"
    assert names["frame"]["commas"].tolist() == [1, pandas.NA, 2]
    assert names["table"]["commas"].to_list() == [1, None, 2]
    assert names["counted"] == [("a,b", 1), (None, None), ("1,2,3", 2)]
    assert names["summary"].totals.matching_segments == 1


def test_filters_of_readme() -> None:
    for package in ("pandas", "polars", "pyarrow"):
        pytest.importorskip(package)
    names = run_block("import pandas", {})
    assert names["frame"]["text"].to_dict() == {2: "1,2,3"}
    assert names["table"]["text"].to_list() == ["1,2,3"]
    assert names["arrow"]["text"].to_pylist() == ["1,2,3"]


def test_files_of_readme(tmp_path: Path) -> None:
    data = b"a;b;c\n;\n;;;\n" * 200_000 + b";;"
    path = tmp_path / "data"
    path.write_bytes(data)
    with gzip.open(f"{path}.gz", "wb", compresslevel=1) as file:
        file.write(data)
    names = run_block("import gzip", {"path": str(path)})
    assert [match.segment for match in names["found"]] == [
        number for number, line in enumerate(data.split(b"\n")) if line.count(b";") >= 2
    ]
    assert names["totals"].count == data.count(b";")
    # As in memory, and by a counter of final counts.
    within = Counter(";", reset=Reset.NEWLINES, within=(2, None))
    with path.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as text:
        assert [match.segment for match in within.matches(text)] == [
            match.segment for match in names["found"]
        ]
