"""The content of one kubeconfig as values; the files that it names are not read yet.

Source: the types of client-go, tools/clientcmd/api/v1/types.go. Fields that do not matter for the
connection are ignored, as in kubectl.
"""

import base64
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

from ippoolctl.cluster.connection import AuthProvider, ExecPlugin, Impersonation, redacted
from ippoolctl.errors import InputError

_Entry = TypeVar("_Entry")
_EXEC_EXTENSION: Final = "client.authentication.k8s.io/exec"


class ClusterEntry(NamedTuple):
    """A cluster of a kubeconfig; paths are absolute, missing text is empty."""

    server: str = ""
    certificate_authority: str = ""
    certificate_authority_data: bytes | None = None
    insecure_skip_tls_verify: bool = False
    tls_server_name: str = ""
    proxy_url: str = ""
    exec_config: Any = None

    def __repr__(self) -> str:
        return redacted(self, "certificate_authority_data", "proxy_url", "exec_config")


class UserEntry(NamedTuple):
    """A user of a kubeconfig; paths are absolute, missing text is empty."""

    token: str = ""
    token_file: str = ""
    client_certificate: str = ""
    client_certificate_data: bytes | None = None
    client_key: str = ""
    client_key_data: bytes | None = None
    username: str = ""
    password: str = ""
    plugin: ExecPlugin | None = None
    provider: AuthProvider | None = None
    impersonate: Impersonation = Impersonation()

    def __repr__(self) -> str:
        return redacted(self, "token", "client_certificate_data", "client_key_data", "password")


class ContextEntry(NamedTuple):
    """The names of a cluster and of a user that belong together."""

    cluster: str
    user: str


class Kubeconfig(NamedTuple):
    """One file, or several merged."""

    current_context: str = ""
    contexts: Mapping[str, ContextEntry] = MappingProxyType({})
    clusters: Mapping[str, ClusterEntry] = MappingProxyType({})
    users: Mapping[str, UserEntry] = MappingProxyType({})


def parse_kubeconfig(file: str, value: Any) -> Kubeconfig:
    """The entries of a file. Raises :class:`~ippoolctl.errors.InputError` if ill-formed.

    An error names the file and the field and never quotes a value other than a name.
    """
    fields = _Fields(file, value)
    kind = fields.text("kind")
    if kind not in ("", "Config"):
        raise fields.error("kind", "is not Config", "use a kubeconfig file")
    return Kubeconfig(
        fields.text("current-context"),
        _by_name(fields.list("contexts"), lambda each: _context(each.inner("context"))),
        _by_name(fields.list("clusters"), lambda each: _cluster(each.inner("cluster"))),
        _by_name(fields.list("users"), lambda each: _user(each.inner("user"))),
    )


class _Fields:
    """One mapping of a file. Every method raises :class:`~ippoolctl.errors.InputError`.

    A field that is missing or null reads as empty, as in Go.
    """

    def __init__(self, file: str, value: Any, place: str = "") -> None:
        self._file = file
        # Where in the file, such as ``clusters[0].cluster``; empty for the whole.
        self._place = place
        self._values: dict[str, Any] = self._checked(value, dict, place or "the file") or {}

    def text(self, name: str) -> str:
        """Any text; a number must be quoted, as kubectl requires it."""
        return str(self._checked(self._values.get(name), str, self._full(name)) or "")

    def flag(self, name: str) -> bool:
        """Whether it is true."""
        return bool(self._checked(self._values.get(name), bool, self._full(name)))

    def any(self, name: str) -> Any:
        """The value as it is; ``None`` if it is missing."""
        return self._values.get(name)

    def data(self, name: str) -> bytes | None:
        """The decoded base64; ``None`` if the field is empty."""
        text = self.text(name)
        try:
            return base64.b64decode("".join(text.split()), validate=True) or None
        except ValueError:
            raise self.error(name, "is not base64", "encode it again, or use a file") from None

    def path(self, name: str) -> str:
        """A path, absolute from the directory of the file; empty if the field is."""
        path = self.text(name)
        return str(Path(self._file).absolute().parent / path) if path else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self._checked(self._values.get(name), list, self._full(name)) or []
        # Null is not text here.
        return tuple(self._checked(each, str, self._full(name), or_null=False) for each in values)

    def inner(self, name: str) -> "_Fields":
        """A mapping; empty if it is missing."""
        return _Fields(self._file, self._values.get(name), self._full(name))

    def list(self, name: str) -> "list[_Fields]":
        """A list of mappings."""
        values = self._checked(self._values.get(name), list, self._full(name)) or []
        places = (f"{self._full(name)}[{number}]" for number in range(len(values)))
        return [
            _Fields(self._file, self._checked(each, dict, place, or_null=False), place)
            for each, place in zip(values, places, strict=True)
        ]

    def names(self) -> tuple[str, ...]:
        """The names of all fields, sorted."""
        return tuple(sorted(self._values))

    def error(self, name: str, what: str, hint: str) -> InputError:
        """An error about a field, for the caller to raise."""
        return InputError(f"{self._file}: {self._full(name)} {what}", hint)

    def _full(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name

    def _checked(self, value: Any, kind: type, place: str, *, or_null: bool = True) -> Any:
        if isinstance(value, kind) or (value is None and or_null):
            return value
        hint = "quote it" if kind is str else "check that this file is a kubeconfig"
        raise InputError(f"{self._file}: {place} is not {_KINDS[kind]}", hint)


_KINDS: Final = {dict: "a mapping", list: "a list", str: "text", bool: "true or false"}


def _by_name(entries: list[_Fields], read: Callable[[_Fields], _Entry]) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for each in entries:
        name = each.text("name")
        if name in found:
            raise each.error("name", f"{name!r} is defined twice", "rename or remove one of them")
        found[name] = read(each)
    return found


def _context(fields: _Fields) -> ContextEntry:
    return ContextEntry(fields.text("cluster"), fields.text("user"))


def _cluster(fields: _Fields) -> ClusterEntry:
    extensions = (
        each.any("extension")
        for each in fields.list("extensions")
        if each.text("name") == _EXEC_EXTENSION
    )
    return ClusterEntry(
        server=fields.text("server"),
        certificate_authority=fields.path("certificate-authority"),
        certificate_authority_data=fields.data("certificate-authority-data"),
        insecure_skip_tls_verify=fields.flag("insecure-skip-tls-verify"),
        tls_server_name=fields.text("tls-server-name"),
        proxy_url=fields.text("proxy-url"),
        exec_config=next(extensions, None),
    )


def _user(fields: _Fields) -> UserEntry:
    plugin, provider = fields.any("exec"), fields.any("auth-provider")
    return UserEntry(
        token=fields.text("token"),
        token_file=fields.path("tokenFile"),
        client_certificate=fields.path("client-certificate"),
        client_certificate_data=fields.data("client-certificate-data"),
        client_key=fields.path("client-key"),
        client_key_data=fields.data("client-key-data"),
        username=fields.text("username"),
        password=fields.text("password"),
        plugin=None if plugin is None else _plugin(fields.inner("exec")),
        provider=None if provider is None else _provider(fields.inner("auth-provider")),
        impersonate=_impersonation(fields),
    )


def _plugin(fields: _Fields) -> ExecPlugin:
    command = fields.text("command")
    return ExecPlugin(
        # One without a separator is looked up in PATH later. Source:
        # ``GetAuthInfoFileReferences`` in client-go, tools/clientcmd/loader.go.
        command=fields.path("command") if os.sep in command else command,
        api_version=fields.text("apiVersion"),
        args=fields.texts("args"),
        env=tuple((each.text("name"), each.text("value")) for each in fields.list("env")),
        # kubectl requires the field in v1; its default in v1beta1 is harmless there.
        interactive_mode=fields.text("interactiveMode") or "IfAvailable",
        provide_cluster_info=fields.flag("provideClusterInfo"),
        install_hint=fields.text("installHint"),
    )


def _provider(fields: _Fields) -> AuthProvider:
    config = fields.inner("config")
    return AuthProvider(
        fields.text("name"), tuple((key, config.text(key)) for key in config.names())
    )


def _impersonation(fields: _Fields) -> Impersonation:
    extra = fields.inner("as-user-extra")
    return Impersonation(
        user=fields.text("as"),
        groups=fields.texts("as-groups"),
        uid=fields.text("as-uid"),
        extra=tuple((key, extra.texts(key)) for key in extra.names()),
    )
