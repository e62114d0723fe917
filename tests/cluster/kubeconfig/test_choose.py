"""Options override the kubeconfig, which overrides the service account of the pod."""

from pathlib import Path
from typing import Any

import pytest

from ippoolctl.cluster.connection import (
    ClientCertificate,
    Impersonation,
    NoCredentials,
    Token,
    TokenFile,
)
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect
from ippoolctl.errors import ExitCode, InputError, UnavailableError, UsageError
from tests.builders import HERE
from tests.cluster.kubeconfigs import base64_of, config, connected, write

POD = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}


def two() -> dict[str, Any]:
    """Contexts, clusters and users named one and two."""
    first, second = config({"token": "1"}, "one"), config({"token": "2"}, "two")
    return {
        **first,
        **{name: first[name] + second[name] for name in ("contexts", "clusters", "users")},
    }


@pytest.mark.parametrize(
    ("options", "server", "token"),
    [
        ({}, "https://one:6443", "1"),
        ({"context": "two"}, "https://two:6443", "2"),
        ({"cluster": "two"}, "https://two:6443", "1"),
        ({"user": "two"}, "https://one:6443", "2"),
        ({"server": "https://x"}, "https://x", "1"),
    ],
)
def test_options_select_context_cluster_and_user(
    options: dict[str, str], server: str, token: str, tmp_path: Path
) -> None:
    connection = connected(two(), tmp_path, **options)

    assert connection.server == server
    assert connection.credentials == Token(token)


@pytest.mark.parametrize("kind", ["context", "cluster", "user"])
def test_unknown_name_lists_the_known_names(kind: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"{kind} 'tow' not found") as caught:
        connected(two(), tmp_path, **{kind: "tow"})

    assert caught.value.hint == "did you mean two? use one of one, two"


def test_no_name_is_suggested_without_contexts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="context 'one' not found") as caught:
        connected({**config(), "contexts": []}, tmp_path, context="one")

    assert caught.value.hint == "the kubeconfig has no contexts; use another --kubeconfig"


def test_a_context_with_an_unknown_user_is_rejected(tmp_path: Path) -> None:
    broken = {**config(), "users": []}

    with pytest.raises(InputError, match="user 'one' not found"):
        connected(broken, tmp_path)


def test_no_current_context(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no current context") as caught:
        connected({**two(), "current-context": ""}, tmp_path)

    assert caught.value.hint == "use --context: one, two"


def test_unknown_current_context(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="context 'three' not found"):
        connected({**two(), "current-context": "three"}, tmp_path)


def test_server_option_needs_no_kubeconfig() -> None:
    connection = connect(ConnectionOptions(server="https://x:1/y"), {})

    assert connection.server == "https://x:1/y"
    assert connection.context == ""
    assert connection.credentials == NoCredentials()


def test_server_option_drops_the_tls_server_name(tmp_path: Path) -> None:
    connection = connected(config(**{"tls-server-name": "other"}), tmp_path, server="https://x")

    assert connection.tls_server_name == ""


def test_token_file_option_replaces_all_credentials(tmp_path: Path) -> None:
    user = {
        "as": "u",
        "exec": {"command": "c", "apiVersion": "v"},
        "client-certificate-data": base64_of(b"c"),
        "client-key-data": base64_of(b"k"),
    }

    connection = connected(config(user), tmp_path, token_file="t")

    assert connection.credentials == TokenFile("t")
    assert connection.client_certificate is None
    assert connection.impersonate.user == "u"


def test_insecure_option_drops_the_authority(tmp_path: Path) -> None:
    authority = {"certificate-authority": "missing"}

    connection = connected(config(**authority), tmp_path, insecure_skip_tls_verify=True)

    assert connection.insecure_skip_tls_verify
    assert connection.certificate_authority is None


def test_authority_option_overrides_the_kubeconfig(tmp_path: Path) -> None:
    path = write(tmp_path / "ca", "mine")

    for cluster in (
        {"insecure-skip-tls-verify": True},
        {"certificate-authority-data": base64_of(b"theirs")},
    ):
        connection = connected(config(**cluster), tmp_path, certificate_authority=path)
        assert connection.certificate_authority == b"mine"
        assert not connection.insecure_skip_tls_verify


def test_contradictory_options_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be used together"):
        connected(config(), tmp_path, insecure_skip_tls_verify=True, certificate_authority="ca")
    with pytest.raises(UsageError, match="--as-group requires --as"):
        connected(config(), tmp_path, as_groups=("g",))


@pytest.mark.parametrize("server", ["ftp://x", "https://", "x:99999", "https://a b"])
def test_an_invalid_server_option_is_named_as_invalid_usage(tmp_path: Path, server: str) -> None:
    """It was "invalid server URL" with exit code 3, without the value."""
    with pytest.raises(UsageError) as caught:
        connected(config(), tmp_path, server=server)

    assert caught.value.message == f"invalid value: --server {server}"
    assert caught.value.hint == "use https://host:port"


def test_an_invalid_server_option_with_a_password_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        connected(config(), tmp_path, server="ftp://u:secret@x")

    assert caught.value.message == "invalid value: --server"


def test_impersonation_options_override_single_fields(tmp_path: Path) -> None:
    user = {"as": "u", "as-groups": ["g"]}

    assert connected(config(user), tmp_path, as_user="v").impersonate == Impersonation("v", ("g",))
    assert connected(config(user), tmp_path, as_groups=("h",)).impersonate == Impersonation(
        "u", ("h",)
    )


def test_service_account_of_the_pod_is_used(tmp_path: Path) -> None:
    write(tmp_path / "token", "t")
    write(tmp_path / "ca.crt", "authority")

    connection = connect(ConnectionOptions(), POD, service_account=tmp_path)

    assert connection.server == "https://[fd00::1]:443"
    assert connection.certificate_authority == b"authority"
    assert connection.credentials == TokenFile(str(tmp_path / "token"))


def test_kubeconfig_overrides_the_pod(tmp_path: Path) -> None:
    write(tmp_path / "token", "t")
    path = write(tmp_path / "config", config())

    environment = {**POD, "KUBECONFIG": path}

    assert connect(ConnectionOptions(), environment, service_account=tmp_path).context == "one"


@pytest.mark.parametrize("environment", [{}, POD, {"KUBECONFIG": "/nowhere/config"}])
def test_no_configuration_is_an_error_and_not_localhost(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(UnavailableError, match="no cluster is configured") as caught:
        connect(ConnectionOptions(), environment, service_account=tmp_path)

    assert caught.value.exit_code is ExitCode.UNKNOWN
    assert caught.value.hint


def test_explicit_empty_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no contexts"):
        connect(ConnectionOptions(kubeconfig=write(tmp_path / "empty", "")), POD)


def test_plain_http_reads_no_certificates(tmp_path: Path) -> None:
    user = {"client-certificate": "missing", "client-key": "missing", "token": "t"}

    connection = connected(config(user, server="http://x"), tmp_path)

    assert connection.client_certificate is None
    assert connection.credentials == Token("t")


def test_certificate_and_token_are_both_used(tmp_path: Path) -> None:
    user = {
        "token": "t",
        "client-certificate-data": base64_of(b"c"),
        "client-key-data": base64_of(b"k"),
    }

    connection = connected(config(user), tmp_path)

    assert connection.credentials == Token("t")
    assert connection.client_certificate == ClientCertificate(b"c", b"k")


@pytest.mark.parametrize(("name", "words"), [("e1", "is empty"), ("e2", "has no contexts")])
def test_an_empty_kubeconfig_is_called_empty(name: str, words: str, tmp_path: Path) -> None:
    path = str(HERE / "cases" / "14-kubeconfig" / name)

    with pytest.raises(UnavailableError, match=f"no cluster is configured: {path} {words}"):
        connect(ConnectionOptions(), {"KUBECONFIG": path}, service_account=tmp_path)


def test_an_empty_default_kubeconfig_is_called_empty(tmp_path: Path) -> None:
    path = write(tmp_path / ".kube" / "config", "")

    with pytest.raises(UnavailableError, match=f"no cluster is configured: {path} is empty"):
        connect(ConnectionOptions(), {"HOME": str(tmp_path)}, service_account=tmp_path)
