"""The annotations of everything public can be evaluated, also without a type checker's packages."""

from __future__ import annotations

import inspect
import typing
from pathlib import Path
from typing import Any

import pytest

import libtally
from libtally import aio

FOLDER = str(Path(libtally.__file__).parent)


def public() -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for module in (libtally, aio):
        for name in module.__all__:
            one = getattr(module, name)
            found.append((name, one))
            if inspect.isclass(one) and not issubclass(one, BaseException):
                for member in vars(one):
                    value = inspect.getattr_static(one, member)
                    if isinstance(value, property):
                        value = value.fget
                    if isinstance(value, (staticmethod, classmethod)):
                        value = value.__func__
                    # Not those that dataclass and enum make.
                    if inspect.isfunction(value) and FOLDER in value.__code__.co_filename:
                        found.append((f"{name}.{member}", value))
    return found


@pytest.mark.parametrize(("name", "one"), public(), ids=[name for name, _ in public()])
def test_hints(name: str, one: Any) -> None:
    hints = typing.get_type_hints(one)
    if inspect.isfunction(one):
        parameters = set(inspect.signature(one).parameters) - {"self", "cls"}
        assert parameters <= hints.keys()
        assert "return" in hints


def test_all_are_found() -> None:
    names = {name for name, _ in public()}
    assert len(names) > 40
    assert {"Counter.find_many", "Stream.feed_file", "Summary.load", "totals_file"} <= names
