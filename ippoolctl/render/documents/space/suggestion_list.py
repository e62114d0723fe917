"""The document of ``suggest``."""

from collections.abc import Sequence

from ippoolctl.domain.addresses.numbers import network_text
from ippoolctl.domain.space.free_ranges import FreeRange
from ippoolctl.domain.space.placement import Placed, Placement
from ippoolctl.domain.space.placement_strategies import Order, PlacementStrategy, ReasonKind
from ippoolctl.domain.space.reserved import Shortage
from ippoolctl.reading.sources import Problem
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.shape import problem_documents, span_document
from ippoolctl.render.sentences.space import family_text, reason_text


def suggestion_document(
    found: Sequence[Placement],
    short: Sequence[tuple[Placement, Shortage]],
    order: Order,
    problems: Sequence[Problem],
) -> Document:
    """Free ranges, and why there are fewer than wanted."""
    seed = order.seed if order.strategy is PlacementStrategy.RANDOM else None
    return document(
        "SuggestionList",
        strategy="near" if order.near else order.strategy.value,
        **without_none({"seed": seed}),
        items=[_item(each, order) for one in found for each in one.placed],
        shortages=[_shortage(*each) for each in short],
        problems=problem_documents(problems),
    )


def _item(each: Placed, order: Order) -> Document:
    return {
        **_range(each.suggestion),
        "strategy": "near" if each.reason is ReasonKind.NEAREST else order.strategy.value,
        "reason": reason_text(each, order),
        "room": span_document(each.room) if each.room else None,
        "grown": network_text(each.grown) if each.grown else None,
    }


def _range(each: FreeRange) -> Document:
    return {
        "range": without_none(each.spelling._asdict()),
        "text": each.spelling.text,
        **span_document(each.span),
        "usable": each.usable,
    }


def _shortage(placement: Placement, why: Shortage) -> Document:
    return {
        "family": family_text(placement.space.networks[0].width),
        "wanted": placement.wanted,
        "found": len(placement.placed),
        "free": str(why.free),
        "outOf": str(why.out_of),
        "largest": _range(placement.largest) if placement.largest else None,
        "takenBy": [*why.pools, *why.others],
    }
