"""The document of ``diff``."""

from collections.abc import Sequence

from ippoolctl.domain.addresses.range_change import RangeEdit
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.diff import FieldChange, PoolDiff
from ippoolctl.domain.change.losses import Losses, LostAddress
from ippoolctl.domain.surroundings.known import Unknown
from ippoolctl.reading.sources import Problem
from ippoolctl.render.documents.envelope import Document, document
from ippoolctl.render.documents.shape import (
    pieces_document,
    problem_documents,
    reference_document,
    span_document,
)
from ippoolctl.render.documents.space.consumers import unread_documents


def diff_document(
    diffs: Sequence[PoolDiff],
    losses: Losses,
    extras: Sequence[Pool],
    unread: Sequence[Unknown],
    unified: str,
    problems: Sequence[Problem],
) -> Document:
    """The differences of two sets of pools; ``extras`` are pools of the cluster without a manifest,
    ``unread`` the consumers that could not be read.
    """
    return document(
        "DiffReport",
        items=[_diff(each, losses.get(each.name, ())) for each in diffs],
        onlyInCluster=[each.name for each in extras],
        unified=unified,
        unread=unread_documents(unread),
        problems=problem_documents(problems),
    )


def _diff(diff: PoolDiff, lost: Sequence[LostAddress]) -> Document:
    return {
        "pool": diff.name,
        "change": diff.change.value,
        "effect": diff.ranges.effect.value,
        "changes": [
            *(_edit(each) for each in diff.ranges.edits),
            *({"class": each.kind.value, **_field(each)} for each in diff.fields),
            *(
                {"class": "in-pieces", "field": "spec.ipRanges", **pieces_document(each)}
                for each in diff.in_pieces
            ),
        ],
        "rangesAdded": list(diff.ranges.texts_added),
        "rangesRemoved": list(diff.ranges.texts_removed),
        "gained": [span_document(each) for each in diff.ranges.gained],
        "lost": [span_document(each) for each in diff.ranges.lost],
        "addressesGained": str(diff.ranges.gained_size),
        "addressesLost": str(diff.ranges.lost_size),
        "append": [span_document(each) for each in diff.ranges.appendable],
        "usable": {"old": diff.usable[0], "new": diff.usable[1]},
        "fields": [_field(each) for each in diff.fields],
        "refusals": list(diff.refusals),
        "losing": [{**reference_document(each.by), "address": each.address.text} for each in lost],
    }


def _edit(edit: RangeEdit) -> Document:
    return {
        "class": edit.kind.value,
        "field": "spec.ipRanges",
        "removed": list(edit.removed),
        "added": list(edit.added),
        "gained": [span_document(each) for each in edit.gained],
        "lost": [span_document(each) for each in edit.lost],
    }


def _field(change: FieldChange) -> Document:
    return {"field": change.field, "old": change.old, "new": change.new}
