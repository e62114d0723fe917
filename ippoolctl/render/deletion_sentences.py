"""Sentences and hints about ``wait``, ``delete`` and ``sweep``."""

from ippoolctl.domain.protocol import causes, reports
from ippoolctl.domain.protocol.causes import Cause
from ippoolctl.domain.protocol.reports import Report

_OLD = "on Antrea 1.15, use --until ready: its webhook does not compare pools"


def deletion_text(pool: str, report: Report) -> str:
    """What happened; empty for a report about something else."""
    match report:
        case reports.StillThere(late=True):
            return f"{pool} still exists; an unanswered delete request may still take effect"
        case reports.StillThere():
            return f"{pool} still exists"
        case reports.Terminating():
            return f"{pool} is terminating"
        case reports.Gone() | reports.NoLongerExists():
            return f"{pool} no longer exists"
        case reports.ClaimStillThere(late=True):
            late = "an unanswered request to remove it may still take effect"
            return f"{pool} still has its claim; {late}"
        case reports.ClaimStillThere():
            return f"{pool} still has its claim"
        case reports.ClaimGone():
            return f"{pool} no longer has a claim"
        case reports.UnknownAfterSignal(claim):
            return f"unknown whether {pool} still {'has its claim' if claim else 'exists'}"
        case reports.RangesUnknown(waits=True):
            return f"{pool} does not exist; its ranges are unknown"
        case reports.RangesUnknown():
            unknown = "its ranges are unknown, so the webhook cache cannot be checked"
            return f"{pool} does not exist; {unknown}"
        case reports.WebhookDeniesAll(pools):
            return f"the webhook denies all pools because of pool {', '.join(pools)} (EIP211)"
        case reports.AllCovered(others, again):
            names = [
                f"a new {each}" if again and f"pool {each}" == pool else each for each in others
            ]
            return (
                f"cannot check the webhook cache for {pool}: its ranges also belong to"
                f" {', '.join(names)}"
            )
        case reports.DeletionStarted():
            return "deletion started"
        case reports.PoolInUse(users, used, deleted):
            who = "; ".join(users) or f"{used} addresses are in use"
            return f"deleted while in use: {who}" if deleted else f"{pool} is in use: {who}"
        case reports.UsageFromStatus(kinds):
            listed = " and ".join(kinds)
            return f"no permission to list every {listed}; usage is taken from the pool status"
        case reports.ChangedMeanwhile():
            return "it changed meanwhile"
        case reports.ClaimNotRemoved(message):
            return f"cannot remove the claim of {pool}: {message}"
        case _:
            return ""


def deletion_hint(name: str, report: Report) -> str:
    """What to do next; may be empty."""
    match report:
        case reports.NotReached(until):
            return f"increase --timeout; {_OLD}" if until == "seen" else "increase --timeout"
        case reports.CannotAskWebhook():
            return "use --until ready or --until gone"
        case reports.RangesUnknown(waits=True):
            return "pass its ranges with --range"
        case reports.RangesUnknown():
            return f"pass its ranges: ippoolctl wait {name} --until forgotten --range RANGE"
        case reports.WebhookDeniesAll(pools):
            return f"delete it: ippoolctl delete {pools[0]}"
        case reports.PoolInUse(deleted=False):
            force = "use --force to delete it even if it is in use"
            return f"move its users to another pool, or {force}"
        case reports.MayStillExist(_, limit) | reports.ClaimMayRemain(_, limit):
            more = "increase --timeout" if limit.waits else "use --wait"
            return f"run the same command again, or {more}"
        case reports.ClaimNotRemoved():
            return "find what overlaps: ippoolctl check"
        case _:
            return ""


def awaited_text(cause: Cause) -> str:
    """Why something is not what is waited for; empty for a cause of another kind."""
    match cause:
        case causes.DoesNotExist():
            return "not found"
        case causes.StillExists():
            return "it still exists"
        case causes.DeletionNotStarted():
            return "deletion not started"
        case causes.IsTerminating(finalizers):
            return (
                f"waiting for finalizers {', '.join(finalizers)}" if finalizers else "terminating"
            )
        case causes.NotReadyCondition(reason, message):
            return f"Ready is False: {reason} {message}".rstrip()
        case causes.StatusMissing():
            return "status not written yet"
        case causes.StatusDiffers(total, expected):
            return f"status reports {total} addresses, expected {expected}"
        case causes.NotInCache():
            return "not in the webhook cache yet"
        case causes.DeletedButInCache():
            return "deleted, but still in the webhook cache"
        case causes.StillDenied(address, pool):
            named = f" because of pool {pool}" if pool else ""
            return f"the webhook still denies {address}{named}"
        case causes.NoOverlapChecks(release):
            return f"Antrea {release} does not compare pools with each other"
        case causes.NoWebhook():
            return "Antrea's webhook for pools is not registered in this cluster"
        case _:
            return ""
