"""The settings of a sandbox, from its options."""

from typing import Any, Final

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import require_one_of, split_values
from ippoolctl.cli.sandbox.options import FAULTS, SandboxOptions, parse_delay, parse_lag
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.errors import InputError, UsageError
from ippoolctl.reading.sources import Source, read_sources
from ippoolctl.sandbox.apiserver.kinds import ALL_VERBS, Kinds
from ippoolctl.sandbox.initial_objects import initial_objects
from ippoolctl.sandbox.sandbox import Settings
from ippoolctl.sandbox.tls import server_context

ADMIN: Final = "admin"
"""The user of the kubeconfig."""


def sandbox_settings(app: AppContext, options: SandboxOptions) -> Settings:
    """Check the options. Raises :class:`UsageError` and :class:`InputError`."""
    if options.address is not None:
        raise UsageError(
            "the sandbox listens on 127.0.0.1 only", "remove --address, --bind-address or --host"
        )
    require_one_of(options.fault, FAULTS, f"--fault {options.fault}")
    return Settings(
        app.release,
        parse_lag("--lag", options.lag),
        options.port,
        parse_delay("--status-delay", options.status_delay),
        options.conditions,
        _users(options),
        _denied(app.release, options),
        _tls_context(options),
    )


def _denied(release: Release, options: SandboxOptions) -> tuple[str, ...]:
    kinds = Kinds(initial_objects(release)[0]).all
    resources = {"*", *(each.plural for each in kinds)}
    resources |= {f"{each.plural}/status" for each in kinds if each.has_status}
    denied = split_values(options.deny)
    for each in denied:
        verb, colon, resource = each.partition(":")
        if not colon:
            raise UsageError(
                f"invalid value: --deny {each} (expected VERB:RESOURCE)",
                "use for example list:egresses",
            )
        require_one_of(verb, ("*", *ALL_VERBS), f"the verb in --deny {each}")
        require_one_of(resource, sorted(resources), f"the resource in --deny {each}")
    return tuple(denied)


def _tls_context(options: SandboxOptions) -> Any:
    certificate, key = options.tls_cert, options.tls_key
    if (certificate is None) != (key is None):
        raise UsageError(
            "--tls-cert and --tls-key must be used together", "use both, or remove both"
        )
    if certificate is None or key is None:
        return None
    try:
        return server_context(certificate, key)
    except OSError as error:
        raise InputError(
            f"cannot serve with --tls-cert {certificate} and --tls-key {key}:"
            f" {error.strerror or error}",
            "use a certificate and its key, both in PEM and without a password",
        ) from None


def _users(options: SandboxOptions) -> dict[str, str]:
    """The user of each token."""
    if options.tokens is None:
        return {}
    if options.tls_cert is None:
        raise UsageError(
            "--tokens requires --tls-cert; clients do not send tokens over plain HTTP",
            "use --tls-cert and --tls-key",
        )
    users: dict[str, str] = {}
    source = read_source(options.tokens)
    for number, row in enumerate(source.text.splitlines(), start=1):
        token, comma, rest = row.partition(",")
        user = rest.partition(",")[0].strip()
        if not row.strip():
            continue
        if not comma or not user or not token.strip().isascii() or not token.strip():
            # Never the row itself: it may contain a secret.
            raise InputError(f"{source.name}:{number}: invalid line", "use TOKEN,USER")
        users[token.strip()] = user
    if ADMIN not in users.values():
        raise InputError(f"{options.tokens} has no token of {ADMIN}", f"add a line: TOKEN,{ADMIN}")
    return users


def read_source(path: str) -> Source:
    """The text of one file. Raises :class:`InputError` for one that cannot be read."""
    source = next(iter(read_sources([path], recursive=False)))
    if not isinstance(source, Source):
        raise InputError(str(source), source.hint)
    return source
