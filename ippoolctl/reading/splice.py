"""Changes in a YAML or JSON text that leave every other character as it is.

Each change replaces a few scalars, found through the marks of the parser. What is written in a way
that cannot be changed in one place (an alias, a text in several lines) is refused.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from ippoolctl.domain.antrea.pool import Path

_QUOTES: Final = ("'", '"')


class Splice(NamedTuple):
    """One replacement: the characters from start to end become the text."""

    start: int
    end: int
    text: str


class UnspliceableError(Exception):
    """A change that is not possible in one place of this text."""


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all replacements, which must not overlap."""
    parts: list[str] = []
    position = 0
    for start, end, new in sorted(splices):
        if start < position:
            raise UnspliceableError
        parts += [text[position:start], new]
        position = end
    return "".join([*parts, text[position:]])


class Nodes:
    """The nodes of the one document in a text, with their places."""

    def __init__(self, text: str) -> None:
        """Raises :class:`UnspliceableError` if it cannot be parsed, or has several documents."""
        import yaml
        from yaml.cyaml import CLoader

        self._text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"
        try:
            self._root: Any = CLoader(text).get_single_node()
        except yaml.YAMLError:
            raise UnspliceableError from None

    def rename(self, path: Path, new: str) -> list[Splice]:
        """Another key for the field at a path."""
        key, _ = self._member(self._at(path[:-1]), str(path[-1]))
        return [self._replaced(key, new)]

    def replace_item(
        self, path: Path, old: Mapping[str, str], new: list[Mapping[str, str]]
    ) -> list[Splice]:
        """Other fields for the list item at a path; all but the last go into items before it."""
        items, item = self._at(path[:-1]), self._at(path)
        members = {name: self._member(item, name) for name in old}
        for name, (_, value) in members.items():
            if value.value != old[name]:
                raise UnspliceableError
        splices = self._fields(item, members, new[-1])
        if len(new) > 1:
            key, value = next(iter(members.values()))
            splices.append(self._before(items, item, key, value, new[:-1]))
        return splices

    def _fields(
        self, item: Any, members: Mapping[str, Any], new: Mapping[str, str]
    ) -> list[Splice]:
        if members.keys() == new.keys():
            return [
                self._replaced(value, new[name], flow=item.flow_style)
                for name, (_, value) in members.items()
                if value.value != new[name]
            ]
        if len(members) != 1:
            raise UnspliceableError
        ((key, value),) = members.values()
        self._replaced(value, "")
        separator = ", " if item.flow_style else self._newline + " " * key.start_mark.column
        text = separator.join(self._pairs(key, value, new, flow=item.flow_style))
        return [Splice(key.start_mark.index, value.end_mark.index, text)]

    def _before(
        self, items: Any, item: Any, key: Any, value: Any, new: list[Mapping[str, str]]
    ) -> Splice:
        start = item.start_mark.index
        texts = [self._pairs(key, value, each, flow=item.flow_style) for each in new]
        if items.flow_style:
            return Splice(start, start, "".join(f"{{{', '.join(each)}}}, " for each in texts))
        dash = self._text.rfind("-", 0, start)
        line = self._text.rfind("\n", 0, dash) + 1
        before, after = self._text[line:dash], self._text[dash + 1 : start]
        if before.strip(" ") or after.strip(" "):
            raise UnspliceableError
        indent = self._newline + before
        if item.flow_style:
            lines = [f"-{after}{{{', '.join(each)}}}{indent}" for each in texts]
        else:
            below = f"{indent} {' ' * len(after)}"
            lines = [f"-{after}{below.join(each)}{indent}" for each in texts]
        return Splice(dash, dash, "".join(lines))

    def _pairs(self, key: Any, value: Any, new: Mapping[str, str], *, flow: bool) -> list[str]:
        return [
            f"{_written(name, key.style)}: {_written(text, value.style, flow=flow)}"
            for name, text in new.items()
        ]

    def _replaced(self, node: Any, new: str, *, flow: bool = False) -> Splice:
        start, end = node.start_mark, node.end_mark
        if not isinstance(node.value, str) or node.style not in (None, "", *_QUOTES):
            raise UnspliceableError
        # An anchor or a tag in front belongs to the node, too.
        if start.line != end.line or self._text[start.index] in "&!":
            raise UnspliceableError
        return Splice(start.index, end.index, _written(new, node.style, flow=flow))

    def _at(self, path: Path) -> Any:
        node = self._root
        for step in path:
            if isinstance(step, str):
                node = self._member(node, step)[1]
            elif getattr(node, "id", "") == "sequence" and step < len(node.value):
                node = node.value[step]
            else:
                raise UnspliceableError
        return node

    def _member(self, node: Any, name: str) -> tuple[Any, Any]:
        if getattr(node, "id", "") == "mapping":
            for key, value in node.value:
                if key.value == name:
                    return key, value
        raise UnspliceableError


def _written(text: str, style: str | None, *, flow: bool = False) -> str:
    """A scalar in the style of another one; in quotes if it is none without them."""
    colons = text.startswith(":") or text.endswith(":") or (flow and ":" in text)
    quote = style if style in _QUOTES else '"' if colons else ""
    return f"{quote}{text}{quote}"
