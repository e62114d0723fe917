"""What can be said about a sandbox before it starts, for whoever starts one."""

from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.shared import listed, offering, require_known
from ippoolctl.cli.options.waiting import typed_delay, typed_lag
from ippoolctl.errors import InputError, UsageError

if TYPE_CHECKING:
    from ippoolctl.sandbox.sandbox import Settings

FAULTS: Final = ("none", "down", "untrusted", "500", "garbage", "cut", "slow", "timeout", "allow")
"""Failures of the webhook: the names of :class:`~ippoolctl.sandbox.antrea.webhook.Fault`."""
ADMIN: Final = "admin"
"""The user of the kubeconfig."""

LagTime = Annotated[
    str,
    typer.Option(
        "--lag",
        metavar="DURATION",
        help="How long Antrea's webhook does not know of a change yet, such as 2s;"
        " 0.1..3s is anything between the two.",
    ),
]
Load = Annotated[
    list[str] | None,
    typer.Option(
        "--load",
        metavar="PATH",
        help="Start with the objects of this file or directory, past the webhook; - for standard"
        " input; may be repeated.",
    ),
]
FaultWord = Annotated[
    str,
    typer.Option(
        "--fault",
        metavar="WORD",
        autocompletion=offering(*FAULTS),
        help=f"What is wrong with the webhook: {', '.join(FAULTS)}.",
    ),
]
Deny = Annotated[
    list[str] | None,
    typer.Option(
        "--deny",
        metavar="VERB:RESOURCE",
        help="Forbid this to everybody, such as list:egresses or delete:*; may be repeated,"
        " takes commas.",
    ),
]
StatusDelay = Annotated[
    str,
    typer.Option(
        "--status-delay",
        metavar="DURATION",
        help="How long after a change the controller writes the status.",
    ),
]
Conditions = Annotated[
    bool,
    typer.Option(
        "--conditions", help="Write conditions about overlaps, as no release of Antrea does yet."
    ),
]
Port = Annotated[
    int,
    typer.Option(
        "--port", metavar="N", min=0, max=65_535, help="Port on 127.0.0.1; 0 for any that is free."
    ),
]
TlsCert = Annotated[
    str | None,
    typer.Option(
        "--tls-cert",
        metavar="FILE",
        help="Serve HTTPS with this certificate, for 127.0.0.1. Clients trust"
        " --certificate-authority if that is given, else this file.",
    ),
]
TlsKey = Annotated[
    str | None, typer.Option("--tls-key", metavar="FILE", help="The key of --tls-cert.")
]
Tokens = Annotated[
    str | None,
    typer.Option(
        "--tokens",
        metavar="FILE",
        help="Ask for a bearer token: lines of token,user, as kube-apiserver reads them. The users"
        " are admin, editor, viewer and others, who may do nothing. Needs --tls-cert.",
    ),
]
Address = Annotated[str | None, typer.Option("--address", "--bind-address", "--host", hidden=True)]


class SandboxOptions(NamedTuple):
    """The options as they were typed."""

    lag: str
    load: list[str] | None
    fault: str
    deny: list[str] | None
    status_delay: str
    conditions: bool
    port: int
    tls_cert: str | None
    tls_key: str | None
    tokens: str | None
    address: str | None

    def settings(self, app: AppContext) -> "Settings":
        """What they come to. Raises :class:`UsageError` and :class:`InputError`."""
        from ippoolctl.sandbox.sandbox import Settings

        if self.address is not None:
            raise UsageError(
                "the sandbox binds loopback only: it asks nobody who they are",
                "leave the address out",
            )
        require_known(self.fault, FAULTS, f"--fault {self.fault}")
        return Settings(
            app.release,
            typed_lag("--lag", self.lag),
            self.port,
            typed_delay("--status-delay", self.status_delay),
            self.conditions,
            self._users(),
            self._denied(app),
            self._context(),
        )

    def _denied(self, app: AppContext) -> tuple[str, ...]:
        from ippoolctl.cli.sandbox_load import kinds_of
        from ippoolctl.sandbox.apiserver.kinds import ALL_VERBS

        kinds = kinds_of(app.release).all
        resources = {"*", *(each.plural for each in kinds)}
        resources |= {f"{each.plural}/status" for each in kinds if each.has_status}
        denied = listed(self.deny)
        for each in denied:
            verb, colon, resource = each.partition(":")
            if not colon:
                raise UsageError(f"--deny {each} is not VERB:RESOURCE", "write list:egresses")
            require_known(verb, ("*", *ALL_VERBS), f"the verb of --deny {each}")
            require_known(resource, sorted(resources), f"the resource of --deny {each}")
        return tuple(denied)

    def _context(self) -> Any:
        from ippoolctl.sandbox.tls import server_context

        if (self.tls_cert is None) != (self.tls_key is None):
            raise UsageError("--tls-cert and --tls-key go together", "give both, or none")
        if self.tls_cert is None or self.tls_key is None:
            return None
        try:
            return server_context(self.tls_cert, self.tls_key)
        except OSError as error:
            raise InputError(
                f"cannot serve with --tls-cert {self.tls_cert} and --tls-key {self.tls_key}:"
                f" {error.strerror or error}",
                "give a certificate and its key, both in PEM and without a password",
            ) from None

    def _users(self) -> dict[str, str]:
        from ippoolctl.reading.sources import Source, read_sources

        if self.tokens is None:
            return {}
        if self.tls_cert is None:
            raise UsageError(
                "--tokens without --tls-cert: no client sends tokens in the clear",
                "add --tls-cert and --tls-key",
            )
        users: dict[str, str] = {}
        for source in read_sources([self.tokens], recursive=False):
            if not isinstance(source, Source):
                raise InputError(str(source), source.hint)
            users |= _users_in(source.name, source.text)
        if ADMIN not in users.values():
            raise InputError(f"{self.tokens} has no token of {ADMIN}", "the kubeconfig needs one")
        return users


def _users_in(name: str, text: str) -> dict[str, str]:
    users: dict[str, str] = {}
    for number, row in enumerate(text.splitlines(), start=1):
        token, comma, rest = row.partition(",")
        user = rest.partition(",")[0].strip()
        if not row.strip():
            continue
        if not comma or not user or not token.strip().isascii() or not token.strip():
            # Never the row itself: it may hold a secret.
            raise InputError(f"{name}:{number}: not a token and a user", "write token,user")
        users[token.strip()] = user
    return users
