"""The document of ``free``."""

from collections.abc import Sequence

from ippoolctl.domain.addresses.numbers import network_text
from ippoolctl.domain.space.free_space import FreeSpace, minimal_cover
from ippoolctl.reading.sources import Problem
from ippoolctl.render.documents.envelope import Document, document
from ippoolctl.render.documents.shape import problem_documents, span_document


def free_space_document(space: FreeSpace, problems: Sequence[Problem]) -> Document:
    """The gaps of networks, with their CIDRs, and the totals."""
    return document(
        "FreeSpace",
        networks=[network_text(each) for each in space.networks],
        items=[
            {
                **span_document(gap),
                "cidrs": [network_text(each) for each in minimal_cover([gap])],
            }
            for gap in space.gaps
        ],
        summary={
            "free": str(space.free),
            "outOf": str(space.total),
            "largest": span_document(space.largest) if space.largest else None,
        },
        problems=problem_documents(problems),
    )
