"""Why objects of the cluster could not be read, in words."""

from collections.abc import Sequence

from ippoolctl.domain.surroundings.known import Unknown, Why


def unread_text(unknown: Unknown) -> str:
    """Why the objects of a kind are unknown."""
    kinds = unknown.kind.plural if unknown.kind else "objects"
    match unknown.reason:
        case Why.FORBIDDEN:
            return f"no permission to list {kinds}"
        case Why.NOT_SERVED:
            return f"the cluster does not serve {kinds}"
        case Why.FAILED | Why.NOT_READ | Why.NOT_REPORTED:
            return f"could not read {kinds}: {unknown.detail}"


def unread_texts(unread: Sequence[Unknown]) -> str:
    """The same of several kinds, in one line; empty for none."""
    forbidden = [each for each in unread if each.reason is Why.FORBIDDEN and each.kind]
    plurals = [each.kind.plural for each in forbidden if each.kind]
    last = " and ".join(filter(None, [", ".join(plurals[:-1]), *plurals[-1:]]))
    parts = [f"no permission to list {last}"] if plurals else []
    parts += [unread_text(each) for each in unread if each not in forbidden]
    return "; ".join(parts)
