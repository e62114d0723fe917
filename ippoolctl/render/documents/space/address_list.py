"""The documents of ``find``."""

from collections.abc import Iterable, Sequence

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.space.lookup.addresses import AddressState, Answer, Match
from ippoolctl.domain.surroundings.known import Unknown
from ippoolctl.domain.surroundings.waiting import Waiting
from ippoolctl.reading.sources import Problem
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.shape import problem_documents, release_fields, span_document
from ippoolctl.render.documents.space.consumers import (
    held_document,
    unread_documents,
    waiting_document,
)


def address_list_document(
    answers: Iterable[Answer],
    release: AssumedRelease,
    unread: Sequence[Unknown],
    problems: Sequence[Problem],
    *,
    consumers_known: bool,
) -> Document:
    """Addresses with their pools and holders."""
    return document(
        "AddressList",
        **release_fields(release),
        items=[_answer(each, consumers_known=consumers_known) for each in answers],
        unread=unread_documents(unread),
        problems=problem_documents(problems),
    )


def _answer(answer: Answer, *, consumers_known: bool) -> Document:
    return {
        "query": answer.query.text,
        **span_document(answer.query.span),
        "pools": [
            _match(each, single=answer.query.is_single, known=consumers_known)
            for each in answer.matches
        ],
        "withoutPool": [span_document(each) for each in answer.without_pool],
        "held": [held_document(each) for each in answer.held],
        "others": list(answer.others),
    }


def _match(match: Match, *, single: bool, known: bool) -> Document:
    state = match.state(consumers_known=known) if single else None
    return without_none(
        {
            "pool": match.pool.name,
            "range": match.found.text,
            "state": state and state.value,
            "claimed": match.claimed or None,
            "used": len(match.held) if known else None,
            "parts": [
                without_none(
                    {
                        **span_document(part.span),
                        "assignable": part.obstacle is None and not match.claimed,
                        "reason": _reason(match, part.obstacle),
                    }
                )
                for part in match.parts
            ],
            "gateway": None if match.gateway is None else address_text(match.gateway),
        }
    )


def _reason(match: Match, obstacle: str | None) -> str | None:
    return AddressState.CLAIMED.value if match.claimed else obstacle


def waiting_list_document(
    waiting: Iterable[Waiting],
    release: AssumedRelease,
    unread: Sequence[Unknown],
    problems: Sequence[Problem],
) -> Document:
    """Egresses and Services without an address."""
    return document(
        "WaitingList",
        **release_fields(release),
        items=[waiting_document(each) for each in waiting],
        unread=unread_documents(unread),
        problems=problem_documents(problems),
    )
