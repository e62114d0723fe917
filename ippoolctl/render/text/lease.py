"""Messages about leased pools, for standard error: standard output belongs to the command."""

from collections.abc import Sequence

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause
from ippoolctl.domain.protocol.outcome import Report, ReportKind
from ippoolctl.render.notes import Note, info, warning
from ippoolctl.render.sentences.causes import cause_text
from ippoolctl.render.sentences.outcome import report_text
from ippoolctl.render.sentences.words import pools_text


def leased_note(pool: Pool) -> Note:
    """The pool is there."""
    return info(f"pool {pool.name} created with {', '.join(pool.texts)}")


def not_awaited_note(cause: Cause) -> Note:
    """The webhook cannot be asked whether it has the pools."""
    return info(f"not waiting for the webhook: {cause_text(cause)}")


def deleted_note(names: Sequence[str]) -> Note:
    """The pools are no longer there."""
    return info(f"{pools_text(names)} deleted")


def kept_note(names: Sequence[str], code: int, lifetime: str) -> Note:
    """The pools stay because the command failed."""
    whose = "their" if len(names) > 1 else "its"
    return info(
        f"{pools_text(names)} kept: the command failed (exit code {code})",
        hint=f"{_deletion(names)}; or, after {whose} lifetime ({lifetime}): ippoolctl sweep",
    )


def may_remain_note(names: Sequence[str]) -> Note:
    """The pools could not be deleted."""
    return warning(
        f"{pools_text(names)} may still exist", f"{_deletion(names)}; or, later: ippoolctl sweep"
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


def _deletion(names: Sequence[str]) -> str:
    return f"delete {'them' if len(names) > 1 else 'it'}: ippoolctl delete {' '.join(names)}"
