"""The fields of a kubeconfig, read with their types checked; each error names file and field."""

import base64
import os
from pathlib import Path
from typing import Any, Final

from ippoolctl.errors import InputError

_KINDS: Final = {dict: "a mapping", list: "a list", str: "text", bool: "true or false"}


class Fields:
    """One mapping of a file. Every method raises :class:`~ippoolctl.errors.InputError`.

    A field that is missing or null reads as empty, which is what Go makes of it.
    """

    def __init__(self, file: str, value: Any, place: str = "") -> None:
        self.file = file
        self.place = place
        """Where in the file, such as ``clusters[0].cluster``; empty for the whole."""
        self._values: dict[Any, Any] = {}
        if value is not None:
            self._values = self._checked(value, dict, place or "the file")

    def text(self, name: str) -> str:
        """Any text; a number must stand in quotes, as kubectl wants it."""
        return str(self._get(name, str) or "")

    def flag(self, name: str) -> bool:
        """Whether it is true."""
        return bool(self._get(name, bool))

    def any(self, name: str) -> Any:
        """The value as it is."""
        return self._values.get(name)

    def data(self, name: str) -> bytes | None:
        """The bytes behind base64; ``None`` if the field is empty."""
        text = self.text(name)
        try:
            return base64.b64decode("".join(text.split()), validate=True) or None
        except ValueError:
            raise self.error(name, "is not base64", "encode it again, or name a file") from None

    def path(self, name: str) -> str:
        """A path, made absolute from the directory of the file; empty if the field is."""
        return self.resolved(self.text(name))

    def resolved(self, path: str) -> str:
        """The path as seen from the directory of the file."""
        return str(Path(self.file).absolute().parent / path) if path else ""

    def program(self, name: str) -> str:
        """A command: one without a separator is looked up in ``PATH`` later.

        Source: ``GetAuthInfoFileReferences`` in client-go, tools/clientcmd/loader.go.
        """
        command = self.text(name)
        return self.resolved(command) if os.sep in command else command

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self._get(name, list) or []
        return tuple(self._checked(each, str, self._full(name)) for each in values)

    def inner(self, name: str) -> "Fields":
        """A mapping, empty if it is missing."""
        return Fields(self.file, self._values.get(name), self._full(name))

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(name) is not None

    def list(self, name: str) -> "list[Fields]":
        """A list of mappings."""
        values = self._get(name, list) or []
        return [
            Fields(
                self.file,
                self._checked(each, dict, f"{self._full(name)}[{number}]"),
                f"{self._full(name)}[{number}]",
            )
            for number, each in enumerate(values)
        ]

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """A mapping of texts to texts, sorted; null reads as empty text."""
        inner = self.inner(name)
        return tuple((key, inner.text(key)) for key in inner.names())

    def names(self) -> tuple[str, ...]:
        """The names of all fields, sorted."""
        return tuple(sorted(self._checked(key, str, self.place) for key in self._values))

    def error(self, name: str, what: str, hint: str) -> InputError:
        """An error about a field, to be raised by the caller."""
        return InputError(f"{self.file}: {self._full(name)} {what}", hint)

    def _full(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def _get(self, name: str, kind: type) -> Any:
        value = self._values.get(name)
        return None if value is None else self._checked(value, kind, self._full(name))

    def _checked(self, value: Any, kind: type, place: str) -> Any:
        if isinstance(value, kind):
            return value
        hint = "put it in quotes" if kind is str else "is this a kubeconfig?"
        raise InputError(f"{self.file}: {place} is not {_KINDS[kind]}", hint)
