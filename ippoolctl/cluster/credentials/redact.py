"""Values with secrets in them, which must not show when somebody prints them."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

_Value = TypeVar("_Value", bound=NamedTuple)


def concealing(*secret: str) -> Callable[[type[_Value]], type[_Value]]:
    """Make a named tuple whose ``repr`` leaves these fields out.

    Named tuples, since a data class costs a command ten times as much when it starts.
    """

    def conceal(kind: type[_Value]) -> type[_Value]:
        shown = [name for name in kind._fields if name not in secret]

        def represent(self: _Value) -> str:
            fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
            return f"{kind.__name__}({fields})"

        setattr(kind, "__repr__", represent)  # noqa: B010 - a method, which mypy would not assign
        return kind

    return conceal
