"""Manifests to pools: what the ``PATH`` arguments of a command come to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from ippoolctl.crd.externalippool import is_pool, misspelt_kind, read_pool
from ippoolctl.domain.antrea.pool import Origin, Path, Place, Pool
from ippoolctl.reading.documents import Document, read_documents
from ippoolctl.reading.limits import MAX_DOCUMENTS, MAX_PROBLEMS
from ippoolctl.reading.sources import Problem, Source, read_sources


@dataclass(slots=True)
class Manifests:
    """All that was read, and what could not be."""

    pools: list[Pool] = field(default_factory=list)
    """In reading order: files in the order given, documents in the order of the file."""
    documents: list[Document] = field(default_factory=list)
    """The documents that pools came from; :class:`Origin` counts them."""
    others: int = 0
    """Objects of other kinds and mappings that are no objects, left alone."""
    problems: list[Problem] = field(default_factory=list)
    files: int = 0

    def locate(self, fields: Iterable[tuple[Pool, Path]]) -> dict[tuple[int, Path], Place]:
        """The places of fields of pools, by the pool's identity and the path; each document is
        walked once, however many fields are asked for. Pools without an origin have none.
        """
        by_document: dict[int, dict[tuple[int, Path], Path]] = defaultdict(dict)
        for pool, path in fields:
            if pool.origin is not None:
                inside = (*pool.origin.path, *path)
                by_document[pool.origin.document][id(pool), path] = inside
        places: dict[tuple[int, Path], Place] = {}
        for number, asked in by_document.items():
            found = self.documents[number].locate(asked.values())
            places.update((key, found[inside]) for key, inside in asked.items())
        return places


def object_of(manifests: Manifests, pool: Pool) -> dict[str, Any]:
    """The object that a pool was read from, read once more: pools keep only what they mean."""
    assert pool.origin is not None
    document = manifests.documents[pool.origin.document]
    source = Source(document.file, document.text)
    for parsed in read_documents(source):
        if not isinstance(parsed, Problem):
            value = parsed[1]
            for step in pool.origin.path:
                value = value[step]
            # One text can hold several values: those of a document that ends with "...".
            if isinstance(value, dict) and read_pool(value, pool.origin) == pool:
                return value
    raise AssertionError("a document that was read before can be read again")


HINT_OBJECT: Final = "an object has apiVersion, kind and metadata"


def read_manifests(paths: Sequence[str], *, recursive: bool = False) -> Manifests:
    """Read files, directories, patterns and standard input (``-``).

    What cannot be read is a problem of the result; the rest is there all the same.
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
    pools = len(manifests.pools)
    missing: dict[Path, str] = {}
    for path, each in objects_in(value, ()):
        complaint = complaint_about(each)
        if complaint:
            missing[path] = complaint
        elif is_pool(each):
            manifests.pools.append(read_pool(each, Origin(number, path)))
        else:
            manifests.others += 1
    if len(manifests.pools) > pools:
        manifests.documents.append(document)
    if missing:
        shown = dict(islice(missing.items(), MAX_PROBLEMS))
        places = document.locate(shown)
        for path, complaint in shown.items():
            manifests.problems.append(Problem(places[path], complaint, HINT_OBJECT))


def complaint_about(value: Any) -> str:
    """What keeps a value from being an object; empty if nothing.

    Files of other tools that lie beside manifests (values of Helm, kustomizations without a kind)
    do not look like objects at all, and are left alone like objects of other kinds.
    """
    if not isinstance(value, dict):
        return "not a Kubernetes object"
    if value.get("kind") and value.get("apiVersion"):
        return misspelt_kind(value)
    if value.keys().isdisjoint(("kind", "metadata", "spec")):
        return ""
    missing = [field for field in ("apiVersion", "kind") if not value.get(field)]
    return f"missing {' and '.join(missing)}" if missing else ""


def objects_in(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The object itself, or the items of a List; a List in a List is looked into as well."""
    if isinstance(value, dict) and isinstance(value.get("items"), list) and _is_list(value):
        for index, item in enumerate(value["items"]):
            yield from objects_in(item, (*path, "items", index))
    else:
        yield path, value


def _is_list(value: dict[str, Any]) -> bool:
    kind = value.get("kind")
    return isinstance(kind, str) and kind.endswith("List")
