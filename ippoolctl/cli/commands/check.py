"""Find what is wrong with pools: conflicts with both places, what Antrea would refuse, and the
hazards that it does not notice. Without PATHs the pools of the cluster are checked, with PATHs
these among themselves, and with --live as they would land in the cluster.

\b
Examples:
  ippoolctl check
  ippoolctl check manifests/ --live
  ippoolctl check manifests/ -R
  kustomize build . | ippoolctl check -
  ippoolctl check pools.yaml --ignore EIP109 --fail-on warning -o json
"""

from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.checked import Checked, emit_report
from ippoolctl.cli.context import AppContext, input_code
from ippoolctl.cli.options.declaration import (
    ENVIRONMENT_PREFIX,
    complete_from,
    require_one_of,
    split_values,
)
from ippoolctl.cli.options.pools import Files, Live, Paths, Recursive
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.inventory import Inventory, landed
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.domain.lint.runner import Report, lint, select
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.errors import ExitCode, UsageError, worst

if TYPE_CHECKING:
    from ippoolctl.manifests.read import Manifests

FORMATS = ("table", "json", "yaml")
NEVER = "never"

Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="RULE",
        envvar=f"{ENVIRONMENT_PREFIX}SELECT",
        autocompletion=complete_from(*(rule.id for rule in RULES)),
        help="Run only these rules; EIP2 stands for all of EIP2xx. May be repeated, takes commas.",
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="RULE",
        envvar=f"{ENVIRONMENT_PREFIX}IGNORE",
        autocompletion=complete_from(*(rule.id for rule in RULES)),
        help="Leave these rules out.",
    ),
]
FailOn = Annotated[
    str,
    typer.Option(
        "--fail-on",
        metavar="SEVERITY",
        envvar=f"{ENVIRONMENT_PREFIX}FAIL_ON",
        autocompletion=complete_from(*Severity, NEVER),
        help="Exit with 1 from this severity on: error, warning, info or never.",
    ),
]
RequireAll = Annotated[
    bool, typer.Option("--require-all", help="Exit with 3 if any rule could not run.")
]


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    select_: Select = None,
    ignore: Ignore = None,
    fail_on: FailOn = Severity.ERROR.value,
    require_all: RequireAll = False,
    live: Live = False,
) -> ExitCode:
    """Check the pools."""
    app: AppContext = context.obj
    threshold = _threshold(fail_on)
    asked_for = split_values(select_)
    chosen = _known(asked_for or app.config.select)
    rules = select(RULES, chosen, _known([*split_values(ignore), *app.config.ignore]))
    manifests = app.manifests(paths, filename, recursive=recursive)
    checked = _look(app, manifests, files=bool(paths or filename), live=live)
    today = app.now().date()
    report = lint(checked.inventory, rules, app.release, app.config.accepted, today)
    if checked.live is not None and manifests.files:
        report = report.about({id(each) for each in manifests.pools}, always=("EIP211",))
    for each in app.config.accepted:
        if each.expires and each.expires < today:
            pair = " and ".join(sorted(each.pools))
            app.emitter.warning(f"the accepted overlap of {pair} expired on {each.expires}")
    again = [*(paths or ()), *(filename or ()), *(["-R"] if recursive else [])]
    again += ["--live"] if live else []
    missed = _named(report, asked_for)
    emit_report(app, report, checked, again, skipped=require_all or missed)
    return worst(
        ExitCode.NO if report.reaches(threshold) else ExitCode.YES,
        ExitCode.UNKNOWN if missed or (require_all and report.skipped) else ExitCode.YES,
        input_code(manifests),
    )


def _look(app: AppContext, manifests: "Manifests", *, files: bool, live: bool) -> Checked:
    """The cluster alone, the files alone, or the files as they would land in the cluster."""
    if files and not live:
        return Checked(manifests, Inventory(manifests.pools), None)
    listed = app.live()
    inventory = landed(manifests.pools, listed.pools, parse_timestamp(listed.date))
    return Checked(manifests, inventory, len(listed.pools))


def _threshold(text: str) -> Severity | None:
    require_one_of(text, [*Severity, NEVER], f"--fail-on {text}")
    return None if text == NEVER else Severity(text)


def _known(ids: list[str] | tuple[str, ...]) -> list[str]:
    """The ids in upper case; raises :class:`UsageError` for one that no rule begins with."""
    found = [each.upper() for each in ids]
    for each in found:
        if not any(rule.id.startswith(each) for rule in RULES):
            from difflib import get_close_matches

            close = get_close_matches(each, [rule.id for rule in RULES], n=1, cutoff=0.8)
            hint = (
                f"did you mean {close[0]}?"
                if close
                else f"rules are {RULES[0].id} to {RULES[-1].id}"
            )
            raise UsageError(f"there is no rule {each}", hint)
    return found


def _named(report: Report, chosen: list[str]) -> bool:
    """Whether a rule that could not run was asked for by its full id."""
    asked = {each.upper() for each in chosen}
    return any(each.rule.id in asked for each in report.skipped)
