"""Parts shared by several documents."""

from collections.abc import Iterable

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.pool import Place
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.reading.sources import Problem
from ippoolctl.render.documents.envelope import Document


def span_document(span: Span) -> Document:
    """The first and the last address, and the number of addresses."""
    return {
        "first": address_text(span.first),
        "last": address_text(span.last),
        "addresses": str(span.size),
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


def problem_documents(problems: Iterable[Problem]) -> list[Document]:
    """Inputs that could not be read."""
    return [
        {"place": place_document(each.place), "message": each.message, "hint": each.hint}
        for each in problems
    ]
