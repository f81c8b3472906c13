"""What belongs to which thing, where equal things are not the same."""

from collections.abc import Iterable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ByIdentity(Generic[Value]):
    """Values by the very thing that they belong to. Can be pickled together with the things."""

    def __init__(self, pairs: Iterable[tuple[object, Value]]) -> None:
        # They are kept: what is gone could leave its number to another.
        self._pairs = tuple(pairs)
        self._values = {id(thing): value for thing, value in self._pairs}

    def __reduce__(self) -> tuple[object, ...]:
        # Elsewhere the things have other numbers.
        return type(self), (self._pairs,)

    def get(self, thing: object) -> Value | None:
        """The value of this thing, if it has one."""
        return self._values.get(id(thing))

    def __getitem__(self, thing: object) -> Value:
        return self._values[id(thing)]
