"""Manifests to pools: the content of the ``PATH`` arguments of a command."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ippoolctl.crd.externalippool import is_pool, read_pool
from ippoolctl.domain.antrea.pool import Origin, Path, Place, Pool
from ippoolctl.domain.surroundings.kind import NAMES, Kind
from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.domain.unprocessed import (
    PATCH,
    Unprocessed,
    placeholder_in_comments,
)
from ippoolctl.manifests.kustomize import Patches, nearest_kustomization
from ippoolctl.manifests.shapes import Unfit, objects_in, unprocessed_document, why_unfit
from ippoolctl.reading.documents import Document, read_documents
from ippoolctl.reading.limits import MAX_DOCUMENTS, MAX_PROBLEMS
from ippoolctl.reading.sources import (
    COMMENT_MARK,
    Found,
    Problem,
    Source,
    find_files,
    read_files,
    unprocessed_problem,
)

if TYPE_CHECKING:
    from ippoolctl.reading.yaml_comments import Comment

NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})


class Manifests:
    """The content of the input, and its problems."""

    def __init__(self, *, keep_objects: bool = False) -> None:
        self.pools: list[Pool] = []
        """In reading order: files in the order given, documents in the order of the file."""
        self.objects: dict[int, dict[str, Any]] | None = {} if keep_objects else None
        """The object of each pool by the identity of the pool, if they are kept."""
        self.documents: list[Document] = []
        """Those with pools and surroundings; :class:`Origin` refers to them by number."""
        self.others = 0
        """How many objects of other kinds there were, and mappings that are not objects."""
        self.surroundings: dict[Kind, list[Any]] = defaultdict(list)
        """Objects of other kinds that rules look at, as values, by their kind."""
        self.problems: list[Problem] = []
        self.files = 0
        self.foreign: list[Problem] = []
        """Files of other tools, found in directories: why each was left alone."""
        self.patches: dict[str, int] = {}
        """How many patches of each kustomization were left alone, by its directory."""
        self.comments: list[Comment] = []
        """The comments that begin with ``ippoolctl:``."""

    @property
    def identities(self) -> set[int]:
        """The identities of its pools, and of the references of its other objects."""
        others = (each.reference for kept in self.surroundings.values() for each in kept)
        return {*map(id, self.pools), *map(id, others)}

    def file_of(self, pool: Pool) -> str:
        """The file that a pool of the input was read from."""
        assert pool.origin is not None
        return self.documents[pool.origin.document].file

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
    """The object that a pool was read from; unless it is kept, the file is read again."""
    if manifests.objects is not None:
        return manifests.objects[id(pool)]
    assert pool.origin is not None
    document = manifests.documents[pool.origin.document]
    source = Source(document.file, document.text)
    for parsed in read_documents(source):
        if not isinstance(parsed, Problem):
            # One text can contain several values: those of a document that ends with "...".
            value = dict(objects_in(parsed[1])).get(pool.origin.path)
            if isinstance(value, dict):
                again = read_pool(value, pool.origin)
                if again._replace(template=pool.template) == pool:
                    return value
    raise AssertionError("a document cannot be read a second time")


def read_manifests(
    paths: Sequence[str],
    *,
    recursive: bool = False,
    exclude: Sequence[str] = (),
    texts: Mapping[str, str] = NO_TEXTS,
    per_directory: bool = False,
    keep_objects: bool = False,
) -> Manifests:
    """Read files, directories, patterns and standard input (``-``).

    What cannot be read is a problem in the result; the rest is read nevertheless. A file that is
    found in a directory may be one of another tool. ``exclude`` are patterns of
    :func:`~ippoolctl.reading.sources.find_files`; ``texts`` are read instead of the content of the
    files of these names. For ``per_directory`` see :func:`~ippoolctl.reading.sources.read_files`.
    ``keep_objects``: :func:`object_of` is wanted of every pool.
    """
    manifests = Manifests(keep_objects=keep_objects)
    files = list(find_files(paths, recursive=recursive, exclude=exclude))
    patches = Patches(each.name for each in files if isinstance(each, Found))
    count = 0
    for source in read_files(files, per_directory=per_directory):
        if isinstance(source, Problem):
            _add_problem(manifests, source)
            continue
        if source.name in texts:
            source = source._replace(text=texts[source.name])
        manifests.files += 1
        directory = patches.directory_of(source.name)
        if directory is not None:
            _add_unprocessed(manifests, source, Place(source.name, 0, 0), PATCH, directory)
            continue
        if COMMENT_MARK in source.text:
            from ippoolctl.reading.yaml_comments import find_comments  # few files have any

            manifests.comments += find_comments(source)
        for parsed in read_documents(source):
            count += 1
            if isinstance(parsed, Problem):
                _add_problem(manifests, parsed)
            elif count > MAX_DOCUMENTS:
                problem = Problem(parsed[0].place(0, 0), f"more than {MAX_DOCUMENTS} documents")
                manifests.problems.append(problem)
                return manifests
            else:
                _take(manifests, source, *parsed)
    return manifests


def _add_problem(manifests: Manifests, problem: Problem) -> None:
    (manifests.problems if problem.is_ours else manifests.foreign).append(problem)


def _add_unprocessed(
    manifests: Manifests, source: Source, place: Place, kind: Unprocessed, directory: str = ""
) -> None:
    """A document that another tool has to process; a patch that was found is left alone."""
    if kind is PATCH and not source.named:
        manifests.patches[directory] = manifests.patches.get(directory, 0) + 1
        return
    problem = unprocessed_problem(place, kind, directory, is_ours=source.is_ours)
    is_repeated = any(
        last.place.file == place.file and last._replace(place=place) == problem
        for last in manifests.problems[-1:]
    )
    if not is_repeated:
        _add_problem(manifests, problem)


def _take(manifests: Manifests, source: Source, document: Document, value: Any) -> None:
    if value is None:
        return
    kind = unprocessed_document(value)
    if kind is not None:
        directory = nearest_kustomization(source.name) if kind is PATCH else ""
        _add_unprocessed(manifests, source, document.place(0, 0), kind, directory)
        return
    number = len(manifests.documents)
    needed = False
    unfit: dict[Path, Unfit] = {}
    for path, each in objects_in(value):
        if isinstance(each, dict) and is_pool(each):
            pool = read_pool(each, Origin(number, path))
            template = placeholder_in_comments(document.text) if pool.violations else None
            if template is not None:
                pool = pool._replace(template=template)
            manifests.pools.append(pool)
            if manifests.objects is not None:
                manifests.objects[id(pool)] = each
            needed = True
        elif reason := why_unfit(each, path, brackets=document.text.lstrip()[:1] == "["):
            unfit[path] = reason
        else:
            manifests.others += 1
            needed |= _take_surroundings(manifests, each, Origin(number, path))
    if needed:
        manifests.documents.append(document)
    if unfit:
        shown = dict(islice(unfit.items(), MAX_PROBLEMS))
        places = document.locate(shown)
        for path, reason in shown.items():
            ours = source.named or reason.of_pool
            _add_problem(manifests, Problem(places[path], reason.message, reason.hint, ours))


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
