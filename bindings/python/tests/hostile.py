"""Objects that lie: subclasses and look-alikes whose methods return nonsense.

Each has a true content, which is what the interpreter itself keeps for it.
"""

from __future__ import annotations

from typing import Any, Callable

# What a lying method returns or raises.
LENGTHS: list[Any] = [0, 1, 3, 100_000, 1 << 40, 2**63, -1, "3", None, 1.5]


def lying_bytes(content: bytes, length: Any) -> bytes:
    class Bytes(bytes):
        def __len__(self) -> int:
            return length  # type: ignore[no-any-return]

        def __getitem__(self, key: Any) -> Any:
            return b"ccc"

        def __iter__(self) -> Any:
            return iter([1, 2, 3])

        def __bytes__(self) -> bytes:
            return b"ccc"

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = bytes.__hash__

        def decode(self, *_: Any) -> str:
            return "ccc"

    return Bytes(content)


def lying_str(content: str, length: Any) -> str:
    class Str(str):
        __slots__ = ()

        def __len__(self) -> int:
            return length  # type: ignore[no-any-return]

        def __getitem__(self, key: Any) -> Any:
            return "c"

        def __iter__(self) -> Any:
            return iter("ccc")

        def __str__(self) -> str:
            return "ccc"

        def encode(self, *_: Any, **__: Any) -> Any:
            return [b"ccc", length][length == 1]

        def isascii(self) -> bool:
            return True

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = str.__hash__

    return Str(content)


def lying_bytearray(content: bytes, length: Any) -> bytearray:
    class Array(bytearray):
        def __len__(self) -> int:
            return length  # type: ignore[no-any-return]

        def __getitem__(self, key: Any) -> Any:
            return 0

    return Array(content)


def lying_list(items: list[Any], length: Any) -> list[Any]:
    class List(list):  # type: ignore[type-arg]
        def __len__(self) -> int:
            return length  # type: ignore[no-any-return]

        def __getitem__(self, key: Any) -> Any:
            return [None]

    return List(items)


def lying_int(number: int, other: Any) -> int:
    class Int(int):
        def __index__(self) -> int:
            return other  # type: ignore[no-any-return]

        __int__ = __index__

        def __lt__(self, _: object) -> bool:
            return True

        __le__ = __gt__ = __ge__ = __eq__ = __lt__

        def __ne__(self, _: object) -> bool:
            return False

        __hash__ = int.__hash__

        def __sub__(self, _: object) -> Any:
            return other

        __rsub__ = __add__ = __radd__ = __sub__

    return Int(number)


def pretending(kind: type) -> Any:
    """An object of no use that isinstance believes to be of a kind."""

    class Pretender:
        _handle = 0xDEADBEEF
        _queries = None
        value = 12345

        @property  # type: ignore[misc]
        def __class__(self) -> Any:
            return kind

        def __len__(self) -> int:
            return 1 << 40

        def encode(self) -> Any:
            return self

    return Pretender()


class File:
    """A file object of which `readinto` does whatever it is given."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def readinto(self, buffer: Any) -> Any:
        answer = self.answers.pop(0) if self.answers else 0
        return answer(buffer) if callable(answer) else answer


def filling(content: bytes) -> Callable[[Any], int]:
    """An honest answer of a `File`."""

    def fill(buffer: Any) -> int:
        buffer[: len(content)] = content
        return len(content)

    return fill
