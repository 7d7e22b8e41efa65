"""The items of what is passed as a list, and exceptions that say what to pass instead."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any, Optional

# What is no list, by module and name, and what to do. Nothing is imported for it.
_HINTS = {
    ("polars", "Expr"): "pass a Series; in an expression, use map_batches",
    ("polars", "LazyFrame"): "pass a column of what its collect() returns",
    ("duckdb", "DuckDBPyConnection"): "pass a relation of one column, such as its sql() returns",
}


def listed(items: Any) -> Any:
    """The items of any iterable whose iteration is that of its values, as a list or tuple."""
    kind = type(items)
    if kind in (list, tuple):
        return items
    hint = _hint(items)
    if hint is None and (hasattr(kind, "__iter__") or hasattr(kind, "__getitem__")):
        # Not list(items): it would believe a length that is not true.
        return list(chain(items))
    message = f"items has to be a list or the like, not {kind.__name__}"
    raise TypeError(f"{message}: {hint}" if hint else message)


def _hint(items: Any) -> Optional[str]:
    """What to pass instead of something that is not a list, or would have the answers of its keys,
    names or bytes; None for others."""
    kind = type(items)
    name = package(kind), kind.__name__
    if name in _HINTS:
        return _HINTS[name]
    # A Series of Dask has them too.
    if (hasattr(kind, "columns") or hasattr(kind, "dtypes")) and not hasattr(kind, "dtype"):
        return "pass one of its columns"
    if issubclass(kind, Mapping):
        return "pass a list of its values or of its keys"
    if issubclass(kind, (set, frozenset)):
        return "it has no order; pass a list of it"
    if issubclass(kind, str) or _has_buffer(items):
        return "it is one text, or memory; pass a list of texts"
    return None


def package(kind: type) -> str:
    """The package that a type is of, as far as it says so."""
    return str(kind.__module__).partition(".")[0].lstrip("_")


def _has_buffer(items: Any) -> bool:
    try:
        memoryview(items).release()
    except TypeError:
        return False
    except (ValueError, BufferError):
        # It is closed, say.
        pass
    return True


def is_missing(item: Any) -> bool:
    """Whether an item is NaN, or what pandas has for a missing value."""
    if isinstance(item, float):
        return item != item
    kind = type(item)
    return (package(kind), kind.__name__) in (("pandas", "NAType"), ("pandas", "NaTType"))
