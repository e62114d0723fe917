"""What one kubeconfig says, as values; the files that it names are not read yet.

Source: the types of client-go, tools/clientcmd/api/v1/types.go. Fields that are not about the
connection are passed over, as kubectl does.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

from ippoolctl.cluster.connection import AuthProvider, ExecPlugin, Impersonation
from ippoolctl.cluster.credentials.redact import concealing
from ippoolctl.cluster.kubeconfig.fields import Fields

_Entry = TypeVar("_Entry")
_EXEC_EXTENSION: Final = "client.authentication.k8s.io/exec"


@concealing("certificate_authority_data", "proxy_url", "exec_config")
class ClusterEntry(NamedTuple):
    """A cluster of a kubeconfig; paths are absolute, text that is not given is empty."""

    server: str = ""
    certificate_authority: str = ""
    certificate_authority_data: bytes | None = None
    insecure_skip_tls_verify: bool = False
    tls_server_name: str = ""
    proxy_url: str = ""
    exec_config: Any = None


@concealing("token", "client_certificate_data", "client_key_data", "password")
class UserEntry(NamedTuple):
    """A user of a kubeconfig; paths are absolute, text that is not given is empty."""

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


class ContextEntry(NamedTuple):
    """Which cluster and which user belong together."""

    cluster: str
    user: str


class Kubeconfig(NamedTuple):
    """One file, or several that were merged."""

    current_context: str = ""
    contexts: Mapping[str, ContextEntry] = MappingProxyType({})
    clusters: Mapping[str, ClusterEntry] = MappingProxyType({})
    users: Mapping[str, UserEntry] = MappingProxyType({})

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing that could lead to a cluster."""
        return not (self.current_context or self.contexts or self.clusters or self.users)


def read_entries(file: str, value: Any) -> Kubeconfig:
    """The entries of a file. Raises :class:`~ippoolctl.errors.InputError` if ill-formed."""
    fields = Fields(file, value)
    kind = fields.text("kind")
    if kind not in ("", "Config"):
        raise fields.error("kind", "is not Config", "this is no kubeconfig; name another file")
    return Kubeconfig(
        fields.text("current-context"),
        _named(fields, "contexts", "context", _context),
        _named(fields, "clusters", "cluster", _cluster),
        _named(fields, "users", "user", _user),
    )


def _named(
    fields: Fields, plural: str, singular: str, read: Callable[[Fields], _Entry]
) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for each in fields.list(plural):
        name = each.text("name")
        if name in found:
            raise each.error("name", f"{name!r} is given twice", "rename or remove one of them")
        found[name] = read(each.inner(singular))
    return found


def _context(fields: Fields) -> ContextEntry:
    return ContextEntry(fields.text("cluster"), fields.text("user"))


def _cluster(fields: Fields) -> ClusterEntry:
    return ClusterEntry(
        server=fields.text("server"),
        certificate_authority=fields.path("certificate-authority"),
        certificate_authority_data=fields.data("certificate-authority-data"),
        insecure_skip_tls_verify=fields.flag("insecure-skip-tls-verify"),
        tls_server_name=fields.text("tls-server-name"),
        proxy_url=fields.text("proxy-url"),
        exec_config=_exec_config(fields),
    )


def _exec_config(fields: Fields) -> Any:
    extensions = fields.list("extensions")
    found = (each.any("extension") for each in extensions if each.text("name") == _EXEC_EXTENSION)
    return next(found, None)


def _user(fields: Fields) -> UserEntry:
    return UserEntry(
        token=fields.text("token"),
        token_file=fields.path("tokenFile"),
        client_certificate=fields.path("client-certificate"),
        client_certificate_data=fields.data("client-certificate-data"),
        client_key=fields.path("client-key"),
        client_key_data=fields.data("client-key-data"),
        username=fields.text("username"),
        password=fields.text("password"),
        plugin=_plugin(fields.inner("exec")) if fields.has("exec") else None,
        provider=_provider(fields.inner("auth-provider")) if fields.has("auth-provider") else None,
        impersonate=_impersonation(fields),
    )


def _plugin(fields: Fields) -> ExecPlugin:
    if not fields.text("command"):
        raise fields.error("command", "is missing", "say which program gives the credentials")
    return ExecPlugin(
        command=fields.program("command"),
        api_version=fields.text("apiVersion"),
        args=fields.texts("args"),
        env=tuple((each.text("name"), each.text("value")) for each in fields.list("env")),
        # kubectl demands the field in v1; what it stands for in v1beta1 harms nobody there.
        interactive_mode=fields.text("interactiveMode") or "IfAvailable",
        provide_cluster_info=fields.flag("provideClusterInfo"),
        install_hint=fields.text("installHint"),
    )


def _provider(fields: Fields) -> AuthProvider:
    return AuthProvider(fields.text("name"), fields.pairs("config"))


def _impersonation(fields: Fields) -> Impersonation:
    extra = fields.inner("as-user-extra")
    return Impersonation(
        user=fields.text("as"),
        groups=fields.texts("as-groups"),
        uid=fields.text("as-uid"),
        extra=tuple((key, extra.texts(key)) for key in extra.names()),
    )
