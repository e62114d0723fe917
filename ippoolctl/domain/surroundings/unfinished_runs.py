"""Runs that have detached consumers and are not finished, by what the consumers tell."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ippoolctl.domain.surroundings.reference import Reference

if TYPE_CHECKING:
    from ippoolctl.domain.surroundings.egress import Egress
    from ippoolctl.domain.surroundings.service import Service


def unfinished_runs(
    consumers: "Iterable[Egress | Service]", pool: str | None = None
) -> dict[tuple[str, str], list[Reference]]:
    """The detached consumers, in their order, by the request that detached them and the command
    that finishes it; only the requests that concern ``pool``, if one is given.
    """
    found: dict[tuple[str, str], list[Reference]] = {}
    for each in consumers:
        detachment = each.detachment
        if detachment is not None and (pool is None or pool in detachment.pools):
            run = (detachment.request, detachment.command)
            found.setdefault(run, []).append(each.reference)
    return found
