"""Manifests to objects of any kind, to store them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ippoolctl.domain.antrea.pool import Place
from ippoolctl.manifests.shapes import objects_in, why_unfit
from ippoolctl.reading.documents import Parsed, read_documents
from ippoolctl.reading.sources import Problem, read_sources


class PlacedObject(NamedTuple):
    """An object, and where it starts."""

    value: dict[str, Any]
    place: Place


def read_objects(paths: Sequence[str]) -> list[PlacedObject | Problem]:
    """The objects of files, directories, patterns and standard input, in reading order.

    Empty documents, and values that do not look like an object at all, are ignored.
    """
    found: list[PlacedObject | Problem] = []
    for source in read_sources(paths, recursive=False):
        if isinstance(source, Problem):
            found.append(source)
            continue
        for parsed in read_documents(source):
            found += [parsed] if isinstance(parsed, Problem) else _placed(parsed)
    return found


def _placed(parsed: Parsed) -> list[PlacedObject | Problem]:
    document, value = parsed
    if value is None:
        return []
    values = dict(objects_in(value))
    places = document.locate(values)
    found: list[PlacedObject | Problem] = []
    for path, each in values.items():
        unfit = why_unfit(each, path)
        if unfit:
            found.append(Problem(places[path], unfit.message, unfit.hint))
        elif each.get("kind"):
            found.append(PlacedObject(each, places[path]))
    return found
