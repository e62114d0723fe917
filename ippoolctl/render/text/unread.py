"""Why objects of the cluster could not be read, for people."""

from ippoolctl.domain.lint.fact import Unknown, Why


def unread_text(unknown: Unknown) -> str:
    """Why the objects of a kind are unknown."""
    kinds = unknown.kind.plural if unknown.kind else "objects"
    match unknown.reason:
        case Why.FORBIDDEN:
            return f"no permission to list {kinds}"
        case Why.NOT_SERVED:
            return f"the cluster does not serve {kinds}"
        case _:
            return f"could not read {kinds}: {unknown.detail}"
