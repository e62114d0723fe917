"""Parts shared by several documents."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.pool import Place, Pool
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.errors import IppoolctlError
from ippoolctl.render.documents.envelope import Document, without_none

if TYPE_CHECKING:
    from ippoolctl.domain.change.range_plan import Pieces
    from ippoolctl.reading.sources import Problem


def reference_document(reference: Reference) -> Document:
    """Kind, namespace and name."""
    return without_none(
        {
            "kind": reference.kind,
            "namespace": reference.namespace or None,
            "name": reference.name,
        }
    )


def span_document(span: Span) -> Document:
    """The first and the last address, and the number of addresses."""
    return {
        "first": address_text(span.first),
        "last": address_text(span.last),
        "addresses": str(span.size),
    }


def pieces_document(part: "Pieces") -> Document:
    """A wanted range, the ranges that a pool has instead, and what Antrea can assign of both."""
    wanted, ranges = part.usable
    return {
        "wanted": part.wanted.text,
        "ranges": list(part.texts),
        "usable": {"wanted": wanted, "ranges": ranges},
    }


def place_document(place: Place) -> Document:
    """A file, or a place in one."""
    if not place.line:
        return {"file": place.file}
    return {"file": place.file, "line": place.line, "column": place.column}


def release_fields(assumed: AssumedRelease) -> Document:
    """The release whose rules apply, its source, and what the cluster has if that differs."""
    actual = {"clusterRelease": assumed.actual} if assumed.actual else {}
    return {"release": str(assumed.release), "releaseSource": assumed.source.value, **actual}


def group_document(
    kind: str,
    name: str,
    release: AssumedRelease | None,
    pools: Sequence[Pool],
    error: IppoolctlError | None,
) -> Document:
    """One of several clusters or directories, or why it could not be read."""
    if error is not None:
        failure = {"code": int(error.exit_code), "message": error.message, "hint": error.hint}
        return {kind: name, "error": failure}
    ranges = sum(len(pool.ranges) for pool in pools)
    fields = release_fields(release) if release else {}
    return {kind: name, **fields, "pools": len(pools), "ranges": ranges}


def problem_documents(problems: "Iterable[Problem]") -> list[Document]:
    """Inputs that could not be read."""
    return [
        {"place": place_document(each.place), "message": each.message, "hint": each.hint}
        for each in problems
    ]
