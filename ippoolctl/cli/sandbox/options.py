"""The options of ``sandbox`` and ``sandbox run``, and how lags and delays are parsed."""

import re
from collections.abc import Callable, Sequence
from inspect import Parameter, signature
from typing import Annotated, Any, Final, NamedTuple, get_type_hints

import typer

from ippoolctl.cli.options.declaration import complete_from
from ippoolctl.cli.options.waiting import DURATION_HINT
from ippoolctl.cli.result import Result
from ippoolctl.domain.timestamps import NUMBER, duration_seconds
from ippoolctl.errors import UsageError

FAULTS: Final = ("none", "down", "untrusted", "500", "garbage", "cut", "slow", "timeout", "allow")
"""Failures of the webhook: ``none`` and the values of ``InjectedFailure``."""

_UNIT: Final = re.compile(r"[a-z]+$")
_DAY: Final = 86_400.0


class SandboxOptions(NamedTuple):
    """Their values as typed."""

    lag: Annotated[
        str,
        typer.Option(
            "--lag",
            metavar="DURATION",
            help="Lag of the webhook cache, such as 2s, or 0.1..3s for a random lag",
        ),
    ] = "0"
    load: Annotated[
        list[str] | None,
        typer.Option(
            "--load",
            metavar="PATH",
            help="File or directory with initial objects, not checked by the webhook; - for"
            " standard input; can be repeated",
        ),
    ] = None
    fault: Annotated[
        str,
        typer.Option(
            "--fault",
            metavar="WORD",
            autocompletion=complete_from(*FAULTS),
            help=f"Injected webhook failure: {', '.join(FAULTS)}",
        ),
    ] = "none"
    deny: Annotated[
        list[str] | None,
        typer.Option(
            "--deny",
            metavar="VERB:RESOURCE",
            help="Permission to deny to all users, such as list:egresses or delete:*; can be"
            " repeated or comma-separated",
        ),
    ] = None
    status_delay: Annotated[
        str,
        typer.Option(
            "--status-delay",
            metavar="DURATION",
            help="Time until the controller writes the status after a change",
        ),
    ] = "100ms"
    conditions: Annotated[
        bool,
        typer.Option(
            "--conditions",
            help="Write overlap conditions to the status (not in any Antrea release yet)",
        ),
    ] = False
    port: Annotated[
        int,
        typer.Option(
            "--port",
            metavar="N",
            min=0,
            max=65_535,
            help="Port on 127.0.0.1; 0 for any free port",
        ),
    ] = 0
    tls_cert: Annotated[
        str | None,
        typer.Option(
            "--tls-cert",
            metavar="FILE",
            help="Server certificate for HTTPS on 127.0.0.1; clients trust"
            " --certificate-authority (default: this file)",
        ),
    ] = None
    tls_key: Annotated[
        str | None, typer.Option("--tls-key", metavar="FILE", help="Private key of --tls-cert")
    ] = None
    tokens: Annotated[
        str | None,
        typer.Option(
            "--tokens",
            metavar="FILE",
            help="Token file with lines of token,user, as in kube-apiserver; requires --tls-cert."
            " Users: admin, editor, viewer; all others have no permissions",
        ),
    ] = None
    address: Annotated[
        str | None, typer.Option("--address", "--bind-address", "--host", hidden=True)
    ] = None


def with_sandbox_options(run: Callable[..., Result]) -> Callable[..., Result]:
    """A command with these options besides its own, passed as the keyword ``options``."""

    def command(**given: Any) -> Result:
        values = {name: given.pop(name) for name in SandboxOptions._fields}
        return run(**given, options=SandboxOptions(**values))

    hints = get_type_hints(SandboxOptions, include_extras=True)
    own = signature(run)
    shared = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=hints[name])
        for name, default in SandboxOptions._field_defaults.items()
    ]
    parameters = [each for each in own.parameters.values() if each.name != "options"]
    # Typer makes the options of a command from its signature.
    command.__signature__ = own.replace(parameters=[*parameters, *shared])  # type: ignore[attr-defined]
    return command


def parse_delay(option: str, text: str) -> float:
    """Seconds of a duration that can be 0, and is at most a day. Raises :class:`UsageError`."""
    seconds = duration_seconds(text.strip())
    if seconds is None or seconds > _DAY:
        raise UsageError(
            f"invalid duration for {option}: {text.strip()} (maximum: 24h)", DURATION_HINT
        )
    return seconds


def parse_lag(option: str, text: str) -> float | tuple[float, float]:
    """Seconds of ``2s``, or the least and the most of ``0.1..3s``. Raises :class:`UsageError`."""
    first, dots, second = text.strip().partition("..")
    if not dots:
        return parse_delay(option, first)
    unit = _UNIT.search(second)
    if re.fullmatch(NUMBER, first) and unit:
        first += unit[0]
    low, high = parse_delay(option, first), parse_delay(option, second)
    if low > high:
        raise UsageError(
            f"invalid range for {option}: {text} (minimum exceeds maximum)", "swap the two"
        )
    return (low, high)


def lag_text(lag: float | Sequence[float]) -> str:
    """A lag as it can be typed."""
    return f"{lag:g}s" if isinstance(lag, int | float) else f"{lag[0]:g}..{lag[1]:g}s"
