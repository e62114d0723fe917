"""Credentials from a program that the kubeconfig names.

Source: "client-go credential plugins" in the documentation of Kubernetes, and client-go,
plugin/pkg/client/auth/exec/exec.go.
"""

import base64
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import orjson

from ippoolctl.cluster.connection import ClientCertificate, Connection, ExecPlugin
from ippoolctl.cluster.credentials.exec_process import ProcessError, output_of
from ippoolctl.cluster.credentials.redact import concealing
from ippoolctl.ports.faults import CredentialFault

_GROUP: Final = "client.authentication.k8s.io/"
_VERSIONS: Final = (f"{_GROUP}v1", f"{_GROUP}v1beta1")
_MODES: Final = ("Never", "IfAvailable", "Always")


@concealing("token")
class ExecCredential(NamedTuple):
    """What a plugin gave: a token, a certificate, or both."""

    token: str
    """Empty for none."""
    certificate: ClientCertificate | None
    expires: float | None
    """Seconds since 1970; ``None`` if it holds as long as this process."""


def may_use_terminal(plugin: ExecPlugin) -> bool:
    """Whether the plugin would share our terminal: we have one, and it does not say ``Never``."""
    return plugin.interactive_mode != "Never" and _is_terminal(sys.stdin, sys.stderr)


def _is_terminal(*streams: Any) -> bool:
    # A stream is None where the descriptor was closed before we started.
    return all(each is not None and not each.closed and each.isatty() for each in streams)


def run_plugin(
    plugin: ExecPlugin,
    connection: Connection,
    *,
    allowed: bool,
    seconds: float,
    environment: Mapping[str, str] = os.environ,
) -> ExecCredential:
    """Run it once and read what it prints; ``seconds`` is how long it may take.

    Raises :class:`~ippoolctl.ports.faults.CredentialFault`, before anything is run if running is
    not ``allowed``. What the plugin prints on standard error is not repeated: it may hold secrets.
    """
    terminal = may_use_terminal(plugin)
    _check(plugin, allowed=allowed, terminal=terminal)
    surroundings = {
        **environment,
        **dict(plugin.env),
        "KUBERNETES_EXEC_INFO": _information(plugin, connection, interactive=terminal),
    }
    try:
        output = output_of(
            (plugin.command, *plugin.args), surroundings, seconds=seconds, terminal=terminal
        )
    except ProcessError as error:
        hint = "run it yourself to see what it says"
        if error.missing:
            hint = " ".join(plugin.install_hint.split()) or "install it, or mend PATH"
        raise _fault(plugin, error.reason, hint) from None
    return _credential(plugin, output)


def _fault(plugin: ExecPlugin, what: str, hint: str) -> CredentialFault:
    return CredentialFault(f"the exec plugin {plugin.command} {what}", hint)


def _check(plugin: ExecPlugin, *, allowed: bool, terminal: bool) -> None:
    if not allowed:
        raise _fault(plugin, "may not run", "leave out --no-exec-auth, or give --token-file")
    if plugin.api_version not in _VERSIONS:
        wanted = f"wants the protocol {plugin.api_version or 'without a version'}"
        raise _fault(plugin, wanted, f"set apiVersion to {_VERSIONS[0]}, and update the plugin")
    if plugin.interactive_mode not in _MODES:
        hint = f"say one of {', '.join(_MODES)}"
        raise _fault(plugin, f"has interactiveMode {plugin.interactive_mode!r}", hint)
    if plugin.interactive_mode == "Always" and not terminal:
        raise _fault(plugin, "needs a terminal", "run this in a terminal, or give --token-file")


def _information(plugin: ExecPlugin, connection: Connection, *, interactive: bool) -> str:
    spec: dict[str, Any] = {"interactive": interactive}
    if plugin.provide_cluster_info:
        spec["cluster"] = _cluster(plugin, connection)
    document = {"apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": spec}
    try:
        return orjson.dumps(document).decode()
    except TypeError:
        hint = "keep to what JSON knows in the extension of the cluster"
        raise _fault(plugin, "cannot be told its configuration", hint) from None


def _cluster(plugin: ExecPlugin, connection: Connection) -> dict[str, Any]:
    authority = connection.certificate_authority
    fields = {
        "tls-server-name": connection.tls_server_name,
        "insecure-skip-tls-verify": connection.insecure_skip_tls_verify,
        "certificate-authority-data": authority and base64.b64encode(authority).decode(),
        "proxy-url": connection.proxy_url,
        "config": plugin.cluster_config,
    }
    return {"server": connection.server, **{name: each for name, each in fields.items() if each}}


def _credential(plugin: ExecPlugin, output: bytes) -> ExecCredential:
    try:
        document = orjson.loads(output)
    except ValueError:
        document = None
    hint = f"it must print an ExecCredential of {plugin.api_version}"
    if not isinstance(document, dict) or document.get("kind") != "ExecCredential":
        raise _fault(plugin, "printed no ExecCredential", hint)
    if document.get("apiVersion") != plugin.api_version:
        raise _fault(plugin, "printed another version of ExecCredential", hint)
    status = document.get("status")
    if not isinstance(status, dict):
        raise _fault(plugin, "gave no status", hint)
    token, certificate = _text(status, "token"), _certificate(plugin, status)
    if not token and certificate is None:
        raise _fault(plugin, "gave neither a token nor a certificate", hint)
    return ExecCredential(token, certificate, _expiry(plugin, status))


def _text(status: Mapping[str, Any], name: str) -> str:
    value = status.get(name)
    return value if isinstance(value, str) else ""


def _certificate(plugin: ExecPlugin, status: Mapping[str, Any]) -> ClientCertificate | None:
    certificate, key = _text(status, "clientCertificateData"), _text(status, "clientKeyData")
    if bool(certificate) != bool(key):
        raise _fault(plugin, "gave a certificate or a key, not both", "report this to its makers")
    return ClientCertificate(certificate.encode(), key.encode()) if key else None


def _expiry(plugin: ExecPlugin, status: Mapping[str, Any]) -> float | None:
    if status.get("expirationTimestamp") is None:
        return None
    try:
        moment = datetime.fromisoformat(_text(status, "expirationTimestamp"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        hint = "report this to its makers"
        raise _fault(plugin, "gave an expirationTimestamp that is no time", hint) from None
