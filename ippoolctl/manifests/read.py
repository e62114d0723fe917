"""Manifests to pools: the content of the ``PATH`` arguments of a command."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from ippoolctl.crd.externalippool import is_pool, misspelled_kind, read_pool
from ippoolctl.domain.antrea.pool import Origin, Path, Place, Pool
from ippoolctl.domain.surroundings.kind import NAMES, Kind
from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.reading.documents import Document, read_documents
from ippoolctl.reading.limits import MAX_DOCUMENTS, MAX_PROBLEMS
from ippoolctl.reading.sources import Problem, Source, read_sources


@dataclass(slots=True)
class Manifests:
    """The content of the input, and its problems."""

    pools: list[Pool] = field(default_factory=list)
    """In reading order: files in the order given, documents in the order of the file."""
    documents: list[Document] = field(default_factory=list)
    """The documents with pools and surroundings; :class:`Origin` refers to them by number."""
    others: int = 0
    """How many objects of other kinds there were, and mappings that are not objects."""
    surroundings: dict[Kind, list[Any]] = field(default_factory=lambda: defaultdict(list))
    """Objects of other kinds that rules look at, as values, by their kind."""
    problems: list[Problem] = field(default_factory=list)
    files: int = 0

    @property
    def identities(self) -> set[int]:
        """The identities of its pools, and of the references of its other objects."""
        others = (each.reference for kept in self.surroundings.values() for each in kept)
        return {*map(id, self.pools), *map(id, others)}

    def locate(
        self, fields: Iterable[tuple[Pool | Reference, Path]]
    ) -> dict[tuple[int, Path], Place]:
        """The places of fields of objects, by the identity of the pool or reference and the path.

        Each document is walked once for all of its fields. What has no origin has no place.
        """
        by_document: dict[int, dict[tuple[int, Path], Path]] = defaultdict(dict)
        for each, path in fields:
            if each.origin is not None:
                inside = (*each.origin.path, *path)
                by_document[each.origin.document][id(each), path] = inside
        places: dict[tuple[int, Path], Place] = {}
        for number, asked in by_document.items():
            found = self.documents[number].locate(asked.values())
            places.update((key, found[inside]) for key, inside in asked.items())
        return places


def object_of(manifests: Manifests, pool: Pool) -> dict[str, Any]:
    """The object that a pool was read from, read again: pools do not keep it."""
    assert pool.origin is not None
    document = manifests.documents[pool.origin.document]
    source = Source(document.file, document.text)
    for parsed in read_documents(source):
        if not isinstance(parsed, Problem):
            value = parsed[1]
            for step in pool.origin.path:
                value = value[step]
            # One text can contain several values: those of a document that ends with "...".
            if isinstance(value, dict) and read_pool(value, pool.origin) == pool:
                return value
    raise AssertionError("a document cannot be read a second time")


HINT_OBJECT: Final = "an object has apiVersion, kind and metadata"


def read_manifests(paths: Sequence[str], *, recursive: bool = False) -> Manifests:
    """Read files, directories, patterns and standard input (``-``).

    What cannot be read is a problem in the result; the rest is read nevertheless.
    """
    manifests = Manifests()
    count = 0
    for source in read_sources(paths, recursive=recursive):
        if isinstance(source, Problem):
            manifests.problems.append(source)
            continue
        manifests.files += 1
        for parsed in read_documents(source):
            count += 1
            if isinstance(parsed, Problem):
                manifests.problems.append(parsed)
            elif count > MAX_DOCUMENTS:
                problem = Problem(parsed[0].place(0, 0), f"more than {MAX_DOCUMENTS} documents")
                manifests.problems.append(problem)
                return manifests
            else:
                _take(manifests, *parsed)
    return manifests


def _take(manifests: Manifests, document: Document, value: Any) -> None:
    if value is None:
        return
    number = len(manifests.documents)
    needed = False
    wrong: dict[Path, str] = {}
    for path, each in objects_in(value, ()):
        error = object_error(each)
        if error:
            wrong[path] = error
        elif is_pool(each):
            manifests.pools.append(read_pool(each, Origin(number, path)))
            needed = True
        else:
            manifests.others += 1
            needed |= _take_surroundings(manifests, each, Origin(number, path))
    if needed:
        manifests.documents.append(document)
    if wrong:
        shown = dict(islice(wrong.items(), MAX_PROBLEMS))
        places = document.locate(shown)
        for path, error in shown.items():
            manifests.problems.append(Problem(places[path], error, HINT_OBJECT))


def _take_surroundings(manifests: Manifests, document: dict[str, Any], origin: Origin) -> bool:
    """Keep an object that rules look at; whether it is one."""
    if str(document.get("kind")) not in NAMES:
        return False
    # Most input has pools only.
    from ippoolctl.crd.surroundings.kinds import kind_of, read_object

    kind = kind_of(document)
    if kind is None:
        return False
    manifests.surroundings[kind].append(read_object(kind, document, origin))
    return True


def object_error(value: Any) -> str:
    """Why a value is not an object; empty if it is one.

    Files of other tools beside manifests (values of Helm, kustomizations without a kind) do not
    look like objects at all, and are ignored like objects of other kinds.
    """
    if not isinstance(value, dict):
        return "not a Kubernetes object"
    if value.get("kind") and value.get("apiVersion"):
        return misspelled_kind(value)
    if value.keys().isdisjoint(("kind", "metadata", "spec")):
        return ""
    missing = [field for field in ("apiVersion", "kind") if not value.get(field)]
    return f"missing {' and '.join(missing)}" if missing else ""


def objects_in(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The object itself, or the items of a List, also those of a List in a List."""
    if isinstance(value, dict) and isinstance(value.get("items"), list) and _is_list(value):
        for index, item in enumerate(value["items"]):
            yield from objects_in(item, (*path, "items", index))
    else:
        yield path, value


def _is_list(value: dict[str, Any]) -> bool:
    kind = value.get("kind")
    return isinstance(kind, str) and kind.endswith("List")
