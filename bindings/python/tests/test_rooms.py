"""The modules of the package stand on floors, and import only from floors below their own."""

from __future__ import annotations

import ast
from pathlib import Path

import libtally

FOLDER = Path(libtally.__file__).parent

# From the ground up. Modules on one floor do not import each other.
FLOORS = [
    # Generated or compiled.
    {"_constants", "_handle", "_cffi", "_quick"},
    {"_declarations"},
    # The bindings, the choice of one, and the exceptions for its statuses.
    {"_over_cffi", "_over_ctypes"},
    {"_library"},
    {"_errors"},
    # Arguments, data, memory, columns, reading.
    {"_arguments", "_data", "_items", "_memory"},
    {"_arrow"},
    {"_columns", "_options", "_reading", "_word_rule"},
    {"_lists"},
    # The types, and functions of them.
    {"_counter"},
    {"_questions"},
    {"_stream", "_summary", "_words"},
    {"_word_table"},
    {"_word_counts", "_top_words"},
    {"_files", "_ranges"},
    {"aio", "dask", "spark", "__init__"},
    {"__main__"},
]


def imports(source: str) -> set[str]:
    """The modules of the package that a module of it imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                # `from . import x` imports a module, or a name of the package's own.
                names = [module] if module else [alias.name for alias in node.names]
            elif module.split(".")[0] == "libtally":
                names = [module.partition(".")[2] or "__init__"]
            else:
                continue
            found |= {name if is_module(name) else "__init__" for name in names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                package, _, name = alias.name.partition(".")
                if package == "libtally":
                    found.add(name or "__init__")
    return found


def is_module(name: str) -> bool:
    return any(name in floor for floor in FLOORS)


def test_imports_lead_down() -> None:
    floor_of = {name: at for at, names in enumerate(FLOORS) for name in names}
    sources = {path.stem: path for path in FOLDER.glob("*.py")}
    assert sources.keys() == floor_of.keys() - {"_cffi", "_quick"}
    arrows = 0
    for name, path in sources.items():
        for other in imports(path.read_text(encoding="utf-8")):
            assert floor_of[other] < floor_of[name], f"{name} imports {other}"
            arrows += 1
    assert arrows > 30


def test_imports_are_all_seen() -> None:
    source = """
import sys, libtally._data
from . import Counter, aio
from ._stream import Stream
from libtally import Match
from libtally._lists import answers
def function():
    from . import _files as files
"""
    assert imports(source) == {"_data", "__init__", "aio", "_stream", "_lists", "_files"}
