"""What the API server and Antrea's webhook answer to a CREATE or an UPDATE of a pool.

:func:`verdict` gives *every* reason to refuse a request, and marks those that a given release can
return: Antrea returns one, and not always the same. Order and wording are those of ``validate.go``
and, from 2.4.3 on, ``pkg/controller/validation/ippool.go``. The API server validates the schema
first and returns all its errors; then the webhook is not called.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ippoolctl.domain.antrea import messages, webhook
from ippoolctl.domain.antrea.messages import Reason, Stage
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import SERVED_VERSIONS, Line, Release

if TYPE_CHECKING:
    from ippoolctl.domain.antrea.known_pools import KnownPools


class Operation(StrEnum):
    """The requests for which Antrea's webhook is called."""

    CREATE = "create"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Admitted:
    """The request is admitted."""


class Refused(NamedTuple):
    """The request is refused; ``reasons`` is not empty, and the first of them is nameable."""

    reasons: tuple[Reason, ...]

    @property
    def stage(self) -> Stage:
        """Which component refuses the request."""
        return self.reasons[0].stage

    @property
    def code(self) -> int:
        """The HTTP status of the response: 404, 409, 422 or 400."""
        return self.reasons[0].code

    @property
    def sentences(self) -> frozenset[str]:
        """The sentences that this release can return; the webhook returns one of its own."""
        return frozenset(reason.message for reason in self.reasons if reason.nameable)


def verdict(
    operation: Operation, new: Pool, old: Pool | None, known: "KnownPools", release: Release
) -> Admitted | Refused:
    """What a release answers to this request while its cache contains the ``known`` pools.

    ``old`` is the pool before an UPDATE. As in Antrea, a known pool of the same name as ``new`` is
    not compared with it. Existing ranges count as the webhook of that release reads them.
    """
    before = old if operation is Operation.UPDATE else None
    reasons = _reasons(new, before, known, release.line)
    return Refused(reasons) if reasons else Admitted()


def creation_reasons(
    new: Pool, known: "KnownPools | None", lines: Iterable[Line]
) -> list[tuple[Reason, ...]]:
    """Every reason of each of these lines to refuse a CREATE, see :func:`verdict`.

    Without ``known`` pools, those that do not depend on others.
    """
    return [_reasons(new, None, known, each) for each in lines]


def _reasons(
    new: Pool, old: Pool | None, known: "KnownPools | None", line: Line
) -> tuple[Reason, ...]:
    schema = tuple(_schema(new, line))
    found = chain(
        webhook.reasons_alone(new, line),
        webhook.reasons_beside_others(new, known, line) if known is not None else (),
        webhook.reasons_of_update(new, old, line) if old else (),
    )
    return (*schema, *_in_order(found, hidden=bool(schema)))


def reasons_alone(new: Pool, release: Release) -> tuple[Reason, ...]:
    """Every reason to refuse a CREATE that does not depend on other pools or other ranges.

    Without overlaps between the ranges of the pool.
    """
    line = release.line
    schema = tuple(_schema(new, line))
    found = webhook.reasons_alone(new, line, overlaps=False)
    return (*schema, *_in_order(found, hidden=bool(schema)))


def name_exists(name: str) -> Reason:
    """Why a CREATE of a name that exists is refused after the webhook has admitted it."""
    sentence, path = messages.already_exists(name), ("metadata", "name")
    return Reason(Stage.STORAGE, "EIP112", sentence, path, 409, nameable=True)


def _in_order(found: Iterable[webhook.ReasonAt], *, hidden: bool) -> Iterator[Reason]:
    ordered = sorted(found, key=lambda each: each[0])
    for step, reason in ordered:
        yield reason._replace(nameable=not hidden and step == ordered[0][0])


def _schema(new: Pool, line: Line) -> Iterator[Reason]:
    served = new.version in SERVED_VERSIONS[line]
    if not served:
        yield Reason(
            Stage.SCHEMA,
            "EIP110",
            messages.not_served(new.version),
            ("apiVersion",),
            404,
            "apiVersion",
            nameable=True,
        )
    # One 400, from decoding, comes before all 422: the server does not validate any further.
    violations = [each for each in new.violations if not each.is_the_webhooks]
    decoded = served and all(each.code == 422 for each in violations)
    for each in violations:
        nameable = decoded or (served and each.code != 422)
        yield Reason(
            Stage.SCHEMA, each.rule, each.sentence, each.path, each.code, each.cause, "", nameable
        )
