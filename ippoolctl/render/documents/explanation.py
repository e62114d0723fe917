"""The documents of ``explain``."""

from collections.abc import Iterable

from ippoolctl.domain.explanation.advice import rules_for
from ippoolctl.domain.explanation.live import LiveAnswer
from ippoolctl.domain.explanation.recognition import Message
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.shape import span_document
from ippoolctl.render.sentences.explanation import meaning, next_step, now, retry_now


def rule_document(rule: Rule) -> Document:
    """A rule and its page."""
    return document(
        "Rule",
        id=rule.id,
        name=rule.name,
        severity=rule.severity.value,
        title=rule.title,
        page=rule.page,
    )


def explanation_document(found: Iterable[tuple[Message, LiveAnswer | None]]) -> Document:
    """The messages of a text, each with its explanation."""
    return document("ExplanationList", items=[_item(message, live) for message, live in found])


def _item(message: Message, live: LiveAnswer | None) -> Document:
    return without_none(
        {
            "kind": message.kind.value,
            "message": message.text,
            "line": message.line,
            "count": message.count,
            "pool": message.pool or None,
            "meaning": meaning(message),
            "retry": retry_now(message, live).value,
            "next": next_step(message, live),
            "rules": list(rules_for(message)),
            "live": _live(message, live) if live is not None else None,
        }
    )


def _live(message: Message, live: LiveAnswer) -> Document:
    return {
        "state": live.state.value,
        "text": now(message, live),
        "conflicts": [
            {
                "pool": each.pool.name,
                "state": each.hold_state.value,
                "range": each.theirs,
                "intersection": span_document(each.intersection),
            }
            for each in live.conflicts
        ],
        "pools": list(live.pools),
    }
