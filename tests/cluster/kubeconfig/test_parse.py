"""Kubeconfigs are found, merged and parsed as in kubectl."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from ippoolctl.cluster.connection import (
    AuthProvider,
    Basic,
    ClientCertificate,
    ExecPlugin,
    Impersonation,
    NoCredentials,
    Token,
    TokenFile,
)
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect
from ippoolctl.errors import ExitCode, InputError
from ippoolctl.ports.faults import ConfigurationFault
from tests.cluster.kubeconfigs import base64_of, config, connected, write

NOTHING = ConnectionOptions()


def test_explicit_file_is_the_only_one(tmp_path: Path) -> None:
    named = write(tmp_path / "named", config(None, "named"))
    other = write(tmp_path / "other", config(None, "other"))

    connection = connect(ConnectionOptions(kubeconfig=named), {"KUBECONFIG": other})

    assert (connection.server, connection.context) == ("https://named:6443", "named")


def test_missing_explicit_file_is_invalid_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere: no such file") as caught:
        connect(ConnectionOptions(kubeconfig=str(tmp_path / "nowhere")), {})

    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.hint


def test_first_file_wins_and_missing_files_are_skipped(
    tmp_path: Path,
) -> None:
    first = config({"token": "first"}, "same")
    del first["current-context"]
    second = config({"token": "second"}, "same", **{"tls-server-name": "second"})
    third = config(None, "third")
    paths = [
        str(tmp_path / "missing"),
        write(tmp_path / "a", first),
        "",
        write(tmp_path / "b", second),
        write(tmp_path / "c", third),
    ]

    connection = connect(NOTHING, {"KUBECONFIG": os.pathsep.join(paths)})

    assert connection.context == "same"
    assert connection.credentials == Token("first")
    assert connection.tls_server_name == ""


def test_default_file_is_in_the_home_directory(tmp_path: Path) -> None:
    write(tmp_path / ".kube" / "config", config(None, "home"))

    assert connect(NOTHING, {"HOME": str(tmp_path)}).context == "home"


def test_paths_are_relative_to_the_directory_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = {"client-certificate": "c.pem", "client-key": "sub/k.pem"}
    text = config(user, **{"certificate-authority": "./ca.pem"})
    write(tmp_path / "dir" / "config", text)
    for name in ("ca.pem", "c.pem", "sub/k.pem"):
        write(tmp_path / "dir" / name, name)
    monkeypatch.chdir(tmp_path)

    connection = connect(ConnectionOptions(kubeconfig="dir/config"), {})

    assert connection.certificate_authority == b"ca.pem"
    assert connection.client_certificate == ClientCertificate(b"c.pem", b"sub/k.pem")


@pytest.mark.parametrize(
    ("command", "expected"),
    [("plugin", "plugin"), ("./plugin", "{}/plugin"), ("/bin/plugin", "/bin/plugin")],
)
def test_command_with_a_separator_is_relative_to_the_file(
    command: str, expected: str, tmp_path: Path
) -> None:
    user = {"exec": {"command": command, "apiVersion": "client.authentication.k8s.io/v1"}}

    plugin = connected(config(user), tmp_path).credentials

    assert isinstance(plugin, ExecPlugin)
    assert plugin.command == expected.format(tmp_path)


def test_data_fields_override_file_fields(tmp_path: Path) -> None:
    user = {
        "client-certificate": "missing",
        "client-certificate-data": base64_of(b"certificate"),
        "client-key": "missing",
        "client-key-data": base64_of(b"key"),
    }
    authority = {
        "certificate-authority": "missing",
        "certificate-authority-data": base64_of(b"authority"),
    }

    connection = connected(config(user, **authority), tmp_path)

    assert connection.certificate_authority == b"authority"
    assert connection.client_certificate == ClientCertificate(b"certificate", b"key")


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ({}, NoCredentials()),
        ({"token": "t"}, Token("t")),
        ({"tokenFile": "/t"}, TokenFile("/t")),
        ({"tokenFile": "/t", "token": "t"}, TokenFile("/t", "t")),
        ({"username": "u", "password": "p"}, Basic("u", "p")),
        (
            {"auth-provider": {"name": "oidc", "config": {"id-token": "t"}}},
            AuthProvider("oidc", (("id-token", "t"),)),
        ),
        ({"token": "t", "exec": {"command": "c", "apiVersion": "v"}}, Token("t")),
    ],
)
def test_credentials_of_a_user(user: dict[str, Any], expected: object, tmp_path: Path) -> None:
    assert connected(config(user), tmp_path).credentials == expected


def test_exec_plugin_with_all_fields(tmp_path: Path) -> None:
    user = {
        "exec": {
            "command": "c",
            "apiVersion": "client.authentication.k8s.io/v1",
            "args": ["a", "b"],
            "env": [{"name": "NAME", "value": "v"}],
            "interactiveMode": "Never",
            "provideClusterInfo": True,
            "installHint": "buy it",
        }
    }
    extension = {"name": "client.authentication.k8s.io/exec", "extension": {"audience": 7}}

    connection = connected(config(user, extensions=[extension]), tmp_path)

    assert connection.credentials == ExecPlugin(
        command="c",
        api_version="client.authentication.k8s.io/v1",
        args=("a", "b"),
        env=(("NAME", "v"),),
        interactive_mode="Never",
        provide_cluster_info=True,
        install_hint="buy it",
        cluster_config={"audience": 7},
    )


def test_impersonation_fields(tmp_path: Path) -> None:
    user = {"as": "u", "as-groups": ["g"], "as-uid": "1", "as-user-extra": {"k": ["v", "w"]}}

    assert connected(config(user), tmp_path).impersonate == Impersonation(
        "u", ("g",), "1", (("k", ("v", "w")),)
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "the file is not a mapping"),
        ("hello", "the file is not a mapping"),
        ("kind: Pod\n", "kind is not Config"),
        ("clusters: 5\n", "clusters is not a list"),
        ("clusters: [5]\n", "clusters[0] is not a mapping"),
        ("users: [{name: 5}]\n", "users[0].name is not text"),
        ("clusters: [{name: a, cluster: {server: [1]}}]", "clusters[0].cluster.server is not text"),
        (
            "clusters: [{name: a, cluster: {certificate-authority-data: '%'}}]",
            "clusters[0].cluster.certificate-authority-data is not base64",
        ),
        ("users: [{name: a}, {name: a}]", "users[1].name 'a' is defined twice"),
        ("a: [\n", "line 2: not valid YAML"),
        ("a: \x00", "a NUL character"),
        ("a: !!python/object:os.system x", "a YAML tag other than"),
        ("[" * 100, "nested deeper than 64"),
        ("a: &a [*a]", "an alias is inside its own anchor"),
        ("a: *b", "an alias has no anchor before it"),
        ("? [a]\n: b", "a key must be text"),
    ],
)
def test_invalid_kubeconfig_is_one_line_with_the_file(
    text: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        connected(text, tmp_path)

    assert message in caught.value.message
    assert str(tmp_path / "config") in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_aliases_work_up_to_a_limit(tmp_path: Path) -> None:
    user = "- name: one\n  user: &u {token: t}\n- {name: two, user: *u}\n"
    path = write(
        tmp_path / "few",
        f"current-context: c\nusers:\n{user}"
        "contexts: [{name: c, context: {cluster: c, user: two}}]\n"
        "clusters: [{name: c, cluster: {server: https://c}}]\n",
    )
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)
    )

    assert connect(ConnectionOptions(kubeconfig=path), {}).credentials == Token("t")
    with pytest.raises(InputError, match="aliases expand to more than 200000 nodes"):
        connected(bomb, tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_is_read_as_kubectl_reads_it(tmp_path: Path, encoding: str) -> None:
    mark = "" if encoding == "utf-8-sig" else "\ufeff"
    text = yaml.safe_dump(config({"token": "t"})).replace("\n", "\r\n")
    (tmp_path / "config").write_bytes((mark + text).encode(encoding))

    connection = connect(ConnectionOptions(kubeconfig=str(tmp_path / "config")), {})

    assert connection.credentials == Token("t")


def test_a_plugin_without_a_command_is_an_error_of_its_user_only(tmp_path: Path) -> None:
    value = config({"token": "t"})
    value["users"].append({"name": "other", "user": {"exec": {"args": ["a"]}}})

    assert connected(value, tmp_path).credentials == Token("t")
    with pytest.raises(InputError, match="the exec plugin of the user has no command"):
        connected(value, tmp_path, user="other")


@pytest.mark.parametrize(
    ("user", "cluster"),
    [
        ({"token": "REDACTED"}, {}),
        ({"username": "u", "password": "REDACTED"}, {}),
        ({"client-certificate-data": "DATA+OMITTED", "client-key-data": "DATA+OMITTED"}, {}),
        ({"token": "t"}, {"certificate-authority-data": "DATA+OMITTED"}),
    ],
)
def test_a_kubeconfig_without_its_secrets_is_named_as_one(
    user: dict[str, Any], cluster: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationFault, match="lacks its secrets") as caught:
        connected(config(user, **cluster), tmp_path)

    assert caught.value.hint == "print it with kubectl config view --raw"


def test_a_kubeconfig_that_is_not_utf_8_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(b"a: \xff")

    with pytest.raises(InputError, match="not UTF-8 text"):
        connect(ConnectionOptions(kubeconfig=str(tmp_path / "config")), {})


def test_pipe_directory_and_too_large_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr("ippoolctl.reading.files.read_file.__defaults__", (10,))
    large = write(tmp_path / "large", "a" * 11)

    for path in (str(tmp_path / "pipe"), str(tmp_path), large):
        with pytest.raises(InputError, match="cannot read the kubeconfig"):
            connect(ConnectionOptions(kubeconfig=path), {})


@pytest.mark.parametrize(
    ("user", "cluster", "message"),
    [
        ({}, {"server": ""}, "the cluster has no server"),
        ({}, {"server": "ftp://x"}, "invalid server URL: 'ftp://x'"),
        ({}, {"server": "https://"}, "invalid server URL"),
        ({}, {"server": "https://x:99999"}, "invalid server URL"),
        ({}, {"server": "https://[x"}, "invalid server URL"),
        ({}, {"server": "https://a b"}, "invalid server URL"),
        ({}, {"server": "https://u:p@x"}, "contains a user or a password"),
        ({}, {"proxy-url": "socks5://x:1"}, "socks5 proxies are not supported"),
        ({}, {"proxy-url": "nonsense"}, "the kubeconfig's proxy-url is not a valid URL"),
        ({}, {"certificate-authority": "gone"}, "cannot read the certificate authority"),
        ({"client-certificate-data": base64_of(b"c")}, {}, "a client certificate and no key"),
        ({"token": "t", "password": "p"}, {}, "a token and a password"),
        ({"as-groups": ["g"]}, {}, "but no user"),
        (
            {"exec": {"command": "c"}, "auth-provider": {"name": "oidc"}},
            {},
            "an exec plugin and an auth provider",
        ),
        (
            {},
            {"insecure-skip-tls-verify": True, "certificate-authority-data": base64_of(b"c")},
            "a certificate authority and insecure-skip-tls-verify",
        ),
    ],
)
def test_contradictory_entries_are_refused_as_in_kubectl(
    user: dict[str, Any], cluster: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationFault, match=message) as caught:
        connected(config(user, **cluster), tmp_path)

    assert caught.value.hint


@pytest.mark.parametrize(
    ("server", "cluster", "expected"),
    [
        ("https://x/k8s/", {}, "https://x/k8s"),
        ("https://x?a=b#c", {}, "https://x"),
        ("HTTPS://x:1/", {}, "https://x:1"),
        ("x:1", {}, "http://x:1"),
        ("x:1", {"insecure-skip-tls-verify": True}, "https://x:1"),
    ],
)
def test_server_url_is_normalized(
    server: str, cluster: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    assert connected(config(**{**cluster, "server": server}), tmp_path).server == expected
