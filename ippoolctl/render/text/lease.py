"""Messages about leased pools, for standard error: standard output belongs to the command."""

from collections.abc import Sequence

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause
from ippoolctl.domain.protocol.outcome import Report, ReportKind
from ippoolctl.render.notes import Note, info, warning
from ippoolctl.render.sentences.causes import cause_text
from ippoolctl.render.sentences.outcome import report_text


def leased_note(pool: Pool) -> Note:
    """The pool is there."""
    return info(f"pool {pool.name} created with {', '.join(pool.texts)}")


def not_awaited_note(cause: Cause) -> Note:
    """The webhook cannot be asked whether it has the pools."""
    return info(f"not waiting for the webhook: {cause_text(cause)}")


def deleted_note(names: Sequence[str]) -> Note:
    """The pools are no longer there."""
    return info(f"{_pools(names)} deleted")


def kept_note(names: Sequence[str], code: int, lifetime: str) -> Note:
    """The pools stay because the command failed."""
    return info(
        f"{_pools(names)} kept: the command failed (exit code {code}). Delete:"
        f" ippoolctl delete {' '.join(names)}; ippoolctl sweep deletes {_them(names)} when"
        f" {'their' if len(names) > 1 else 'its'} lifetime has ended (--ttl {lifetime})"
    )


def may_remain_note(names: Sequence[str]) -> Note:
    """The pools could not be deleted."""
    return warning(
        f"{_pools(names)} may still exist. Delete: ippoolctl delete {' '.join(names)};"
        f" ippoolctl sweep deletes {_them(names)} later"
    )


def gone_note(name: str) -> Note:
    """Another client deleted the pool while the command ran."""
    return warning(report_text(name, Report(ReportKind.DELETED_BY_OTHERS)))


def not_renewed_note(name: str, cause: Cause) -> Note:
    """The lifetime of the pool could not be renewed."""
    return warning(f"cannot renew the lifetime of pool {name}, retrying: {cause_text(cause)}")


def renewed_note(name: str) -> Note:
    """It could be renewed after a failure."""
    return info(f"renewed the lifetime of pool {name}")


def _pools(names: Sequence[str]) -> str:
    return f"pool {names[0]}" if len(names) == 1 else f"pools {', '.join(names)}"


def _them(names: Sequence[str]) -> str:
    return "them" if len(names) > 1 else "it"
