"""Handles for the ctypes binding, which by itself accepts any number as an address."""

from __future__ import annotations

from ctypes import c_void_p
from typing import Any, Callable


class Handle:
    """The address of an object of the library, which is freed with this one.

    Each kind has a subclass with a slot `address`. ctypes converts an argument with `from_param`;
    that of a slot raises TypeError for objects of other classes.
    """

    __slots__ = ()

    address: c_void_p
    # The library's function, which `_over_ctypes` loads.
    free: Callable[[Any], None]
    from_param: Callable[[Any], c_void_p]

    def __init_subclass__(cls) -> None:
        cls.from_param = vars(cls)["address"].__get__

    def __init__(self, address: int) -> None:
        self.address = c_void_p(address)  # type: ignore[misc]

    def __del__(self) -> None:
        self.free(self)
        self.address.value = None
