"""The document of ``suggest``."""

from collections.abc import Sequence

from ippoolctl.domain.space.suggest import Suggestion
from ippoolctl.reading.sources import Problem
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.shape import problem_documents, span_document


def suggestion_document(suggestions: Sequence[Suggestion], problems: Sequence[Problem]) -> Document:
    """Free ranges."""
    return document(
        "SuggestionList",
        items=[
            {
                "range": without_none(each.spelling._asdict()),
                "text": each.spelling.text,
                **span_document(each.span),
                "usable": each.usable,
            }
            for each in suggestions
        ],
        problems=problem_documents(problems),
    )
