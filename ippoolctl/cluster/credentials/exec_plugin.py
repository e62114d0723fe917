"""Credentials from a program that the kubeconfig names, run with limits in time and size.

Source: "client-go credential plugins" in the documentation of Kubernetes, and client-go,
plugin/pkg/client/auth/exec/exec.go.
"""

import base64
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import IO, Any, Final, NamedTuple

import orjson

from ippoolctl.cluster.connection import ClientCertificate, Connection, ExecPlugin, redacted
from ippoolctl.errors import reason_of
from ippoolctl.ports.faults import CredentialFault

MAX_OUTPUT: Final = 2**20
"""Bytes on standard output; credentials are a few thousand."""
_GROUP: Final = "client.authentication.k8s.io/"
_VERSIONS: Final = (f"{_GROUP}v1", f"{_GROUP}v1beta1")
_MODES: Final = ("Never", "IfAvailable", "Always")


class ExecCredential(NamedTuple):
    """The output of a plugin: a token, a certificate, or both."""

    token: str
    """Empty for none."""
    certificate: ClientCertificate | None
    expires: float | None
    """Seconds since 1970; ``None`` if it is valid as long as this process runs."""

    def __repr__(self) -> str:
        return redacted(self, "token")


def may_use_terminal(plugin: ExecPlugin) -> bool:
    """Whether the plugin would share our terminal: we have one, and its mode is not ``Never``."""
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
    """Run it once and read its output; ``seconds`` is the time limit.

    Raises :class:`~ippoolctl.ports.faults.CredentialFault`, before anything is run if that is not
    ``allowed``. The plugin's standard error is not repeated: it may contain secrets.
    """
    terminal = may_use_terminal(plugin)
    _check(plugin, allowed=allowed, terminal=terminal)
    surroundings = {
        **environment,
        **dict(plugin.env),
        "KUBERNETES_EXEC_INFO": _information(plugin, connection, interactive=terminal),
    }
    return _credential(plugin, _output(plugin, surroundings, seconds=seconds, terminal=terminal))


def _fault(
    plugin: ExecPlugin, what: str, hint: str = "run it yourself to see its messages"
) -> CredentialFault:
    return CredentialFault(f"the exec plugin {plugin.command} {what}", hint)


def _check(plugin: ExecPlugin, *, allowed: bool, terminal: bool) -> None:
    if not allowed:
        hint = "remove --no-exec-auth, or use --token-file"
        raise _fault(plugin, "is disabled by --no-exec-auth", hint)
    if plugin.api_version not in _VERSIONS:
        wrong = f"has an unsupported apiVersion: {plugin.api_version or 'none'}"
        raise _fault(plugin, wrong, f"set apiVersion to {_VERSIONS[0]}, and update the plugin")
    if plugin.interactive_mode not in _MODES:
        hint = f"use one of {', '.join(_MODES)}"
        raise _fault(plugin, f"has an invalid interactiveMode: {plugin.interactive_mode!r}", hint)
    if plugin.interactive_mode == "Always" and not terminal:
        raise _fault(plugin, "needs a terminal", "run this in a terminal, or use --token-file")


def _information(plugin: ExecPlugin, connection: Connection, *, interactive: bool) -> str:
    spec: dict[str, Any] = {"interactive": interactive}
    if plugin.provide_cluster_info:
        authority = connection.certificate_authority
        fields = {
            "tls-server-name": connection.tls_server_name,
            "insecure-skip-tls-verify": connection.insecure_skip_tls_verify,
            "certificate-authority-data": authority and base64.b64encode(authority).decode(),
            "proxy-url": connection.proxy_url,
            "config": plugin.cluster_config,
        }
        known = {name: each for name, each in fields.items() if each}
        spec["cluster"] = {"server": connection.server, **known}
    document = {"apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": spec}
    try:
        return orjson.dumps(document).decode()
    except TypeError:
        hint = "use only JSON values in the extension of the cluster"
        raise _fault(plugin, "cannot get its configuration", hint) from None


def _output(
    plugin: ExecPlugin, environment: Mapping[str, str], *, seconds: float, terminal: bool
) -> bytes:
    """The standard output of the plugin.

    With ``terminal`` it has our standard input and error. Without, it has neither, nor a terminal
    that it could open by itself, and all that it started ends with it at the time limit.
    """
    ends = time.monotonic() + seconds
    process = _start(plugin, environment, terminal=terminal)
    assert process.stdout is not None
    finished = False
    try:
        output = _read(plugin, process.stdout, ends)
        code = process.wait(max(0.0, ends - time.monotonic()))
        finished = True
    except subprocess.TimeoutExpired:
        raise _fault(plugin, f"timed out after {seconds:.0f}s") from None
    finally:
        process.stdout.close()
        if not finished:
            _kill(process, group=not terminal)
    if code:
        raise _fault(plugin, f"ended with code {code}")
    return output


def _start(
    plugin: ExecPlugin, environment: Mapping[str, str], *, terminal: bool
) -> "subprocess.Popen[bytes]":
    hidden = None if terminal else subprocess.DEVNULL
    try:
        return subprocess.Popen(  # noqa: S603  # no shell; the kubeconfig is trusted like code
            [plugin.command, *plugin.args],
            stdin=hidden,
            stdout=subprocess.PIPE,
            stderr=hidden,
            env=dict(environment),
            start_new_session=not terminal,
        )
    except FileNotFoundError:
        hint = " ".join(plugin.install_hint.split()) or "install it, or fix PATH"
        raise _fault(plugin, "was not found", hint) from None
    except OSError as error:
        raise _fault(plugin, f"does not start: {reason_of(error)}") from None
    except ValueError:
        raise _fault(plugin, "does not start: a NUL character in its command") from None


def _read(plugin: ExecPlugin, stream: IO[bytes], ends: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while selector.select(max(0.0, ends - time.monotonic())):
            part = os.read(stream.fileno(), 65_536)
            if not part:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > MAX_OUTPUT:
                raise _fault(plugin, f"printed more than {MAX_OUTPUT // 2**20} MiB")
    raise subprocess.TimeoutExpired("", 0)


def _kill(process: "subprocess.Popen[bytes]", *, group: bool) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


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
        raise _fault(plugin, "returned no status", hint)
    token, certificate = _text(status, "token"), _certificate(plugin, status)
    if not token and certificate is None:
        raise _fault(plugin, "returned neither a token nor a certificate", hint)
    return ExecCredential(token, certificate, _expiry(plugin, status))


def _text(status: Mapping[str, Any], name: str) -> str:
    value = status.get(name)
    return value if isinstance(value, str) else ""


def _certificate(plugin: ExecPlugin, status: Mapping[str, Any]) -> ClientCertificate | None:
    certificate, key = _text(status, "clientCertificateData"), _text(status, "clientKeyData")
    if bool(certificate) != bool(key):
        raise _fault(plugin, "returned only one of certificate and key", _HINT_REPORT)
    return ClientCertificate(certificate.encode(), key.encode()) if key else None


def _expiry(plugin: ExecPlugin, status: Mapping[str, Any]) -> float | None:
    if status.get("expirationTimestamp") is None:
        return None
    try:
        expires = datetime.fromisoformat(_text(status, "expirationTimestamp"))
        return (expires if expires.tzinfo else expires.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise _fault(plugin, "returned an invalid expirationTimestamp", _HINT_REPORT) from None


_HINT_REPORT: Final = "report this to the plugin maintainers"
