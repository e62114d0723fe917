"""Our reading of kubeconfigs agrees with that of the official package.

Left out, because the official package differs from kubectl there, and we follow kubectl:

* ``current-context`` in several files (its last one wins), so the context is always named;
* a token beside a token file (it never looks at the file), a token beside a password, an exec
  plugin or an auth provider beside static credentials (kubectl refuses or prefers those);
* ``insecure-skip-tls-verify`` beside an authority (kubectl refuses), servers without a scheme
  (kubectl adds one), and white space around the token in a token file (kubectl strips it);
* relative paths of a user whose cluster stands in another file (it takes the cluster's directory);
* plain scalars that are numbers to Go and text to PyYAML, such as ``-.0``;
* passwords beyond Latin-1 (it cannot send them).
"""

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from kubernetes.client import Configuration
from kubernetes.config import load_kube_config

from ippoolctl.cluster.connection import Connection
from ippoolctl.cluster.credentials.cache import CredentialCache
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect
from ippoolctl.reading.yaml_scalars import resolve
from tests.cluster.kubeconfigs import base64_of
from tests.examples import examples

NAMES = st.sampled_from(["alpha", "beta", "gamma", "with space", "a/b@c:d", "ünï"])
WORDS = st.text("abcXYZ019-._~", min_size=3, max_size=20).map("w".__add__)
CONTENT = st.binary(min_size=1, max_size=30)
SERVERS = st.sampled_from(
    ["https://x:6443", "https://x/", "https://x/k8s/c-1/", "https://[fd00::1]:6443", "http://x:80"]
)
FILES = st.sampled_from(["file-a", "sub/file-b", "./file-c", "sub/../file-d"])


@st.composite
def bytes_field(draw: st.DrawFn, name: str) -> dict[str, str]:
    """A field as a file, as data, as both, or not at all."""
    fields: dict[str, str] = {}
    if draw(st.booleans()):
        fields[name] = draw(FILES)
    if draw(st.booleans()):
        fields[f"{name}-data"] = base64_of(draw(CONTENT))
    return fields


@st.composite
def clusters(draw: st.DrawFn) -> dict[str, Any]:
    cluster: dict[str, Any] = {"server": draw(SERVERS)}
    if draw(st.booleans()):
        cluster["insecure-skip-tls-verify"] = draw(st.booleans())
    if not cluster.get("insecure-skip-tls-verify"):
        cluster |= draw(bytes_field("certificate-authority"))
    if draw(st.booleans()):
        cluster["tls-server-name"] = draw(WORDS)
    if draw(st.booleans()):
        cluster["proxy-url"] = f"http://{draw(st.sampled_from(['p:1', 'u:pw@p:1']))}"
    return cluster


@st.composite
def users(draw: st.DrawFn) -> dict[str, Any]:
    user: dict[str, Any] = draw(
        st.one_of(
            st.just({}),
            st.fixed_dictionaries({"token": WORDS}),
            st.fixed_dictionaries({"tokenFile": FILES}),
            st.fixed_dictionaries({"username": WORDS, "password": WORDS}),
        )
    )
    certificate, key = draw(bytes_field("client-certificate")), draw(bytes_field("client-key"))
    return {**user, **certificate, **key} if certificate and key else dict(user)


@st.composite
def kubeconfigs(draw: st.DrawFn) -> dict[str, Any]:
    """Some of the names; another file may have the others."""

    def named(singular: str, values: st.SearchStrategy[Any]) -> list[dict[str, Any]]:
        names = draw(st.lists(NAMES, unique=True, min_size=1))
        return [{"name": name, singular: draw(values)} for name in names]

    contexts = st.fixed_dictionaries({"cluster": NAMES, "user": NAMES})
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "contexts": named("context", contexts),
        "clusters": named("cluster", clusters()),
        "users": named("user", users()),
    }


def origins(files: list[dict[str, Any]], plural: str) -> dict[str, int]:
    """The number of the file that defines each name."""
    found: dict[str, int] = {}
    for number, file in enumerate(files):
        for each in file[plural]:
            found.setdefault(each["name"], number)
    return found


def comparable_contexts(files: list[dict[str, Any]]) -> list[str]:
    """Contexts whose cluster and user are there, in one file; we refuse them if they are not."""
    clusters, users = origins(files, "clusters"), origins(files, "users")
    first: dict[str, dict[str, str]] = {}
    for file in files:
        for each in file["contexts"]:
            first.setdefault(each["name"], each["context"])
    return sorted(
        name
        for name, context in first.items()
        if clusters.get(context["cluster"], -1) == users.get(context["user"], -2)
    )


class _Quoting(yaml.CSafeDumper):
    """Puts text in quotes that only PyYAML would take for text without them, such as ``46e0``."""


def _quoted(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    style = None if resolve(text) == text else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Quoting.add_representer(str, _quoted)


def written(files: list[dict[str, Any]], root: Path) -> str:
    paths = []
    for number, content in enumerate(files):
        directory = root / str(number)
        (directory / "sub").mkdir(parents=True)
        for name in ("file-a", "sub/file-b", "file-c", "file-d"):
            (directory / name).write_text(f"{number}-{name}")
        (directory / "config").write_text(
            yaml.dump(content, Dumper=_Quoting, allow_unicode=True), encoding="utf-8"
        )
        paths.append(str(directory / "config"))
    return os.pathsep.join(paths)


def ours(connection: Connection) -> dict[str, Any]:
    credentials = CredentialCache(connection, exec_allowed=False).get(1, None)
    certificate = connection.client_certificate
    return {
        "host": connection.server,
        "authority": connection.certificate_authority,
        "certificate": certificate and certificate.certificate,
        "key": certificate and certificate.key,
        "authorization": credentials.header,
        "verify": not connection.insecure_skip_tls_verify,
        "name": connection.tls_server_name,
        "proxy": connection.proxy_url,
    }


def theirs(configuration: Any) -> dict[str, Any]:
    def content(path: str | None) -> bytes | None:
        return Path(path).read_bytes() if path else None

    return {
        "host": configuration.host,
        "authority": content(configuration.ssl_ca_cert),
        "certificate": content(configuration.cert_file),
        "key": content(configuration.key_file),
        "authorization": configuration.api_key.get("BearerToken", ""),
        "verify": configuration.verify_ssl,
        "name": configuration.tls_server_name or "",
        "proxy": configuration.proxy or "",
    }


KEY_LIKE_A_NUMBER: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "alpha", "cluster": {"server": "https://x:6443"}}],
    "contexts": [{"name": "alpha", "context": {"cluster": "alpha", "user": "alpha"}}],
    "users": [
        {
            "name": "alpha",
            "user": {"client-certificate-data": "AA==", "client-key-data": "46e0"},
        }
    ],
}


@examples(150)
@given(st.lists(kubeconfigs(), min_size=1, max_size=3))
@example([KEY_LIKE_A_NUMBER])
def test_official_client_agrees(
    monkeypatch: pytest.MonkeyPatch, files: list[dict[str, Any]]
) -> None:
    # The same parser in C: the official package reads every file again for each context.
    monkeypatch.setattr(yaml, "safe_load", partial(yaml.load, Loader=yaml.CSafeLoader))
    with tempfile.TemporaryDirectory() as root:
        paths = written(files, Path(root))
        for context in comparable_contexts(files):
            official = Configuration()
            load_kube_config(  # type: ignore[no-untyped-call]
                paths, context, official, persist_config=False
            )
            connection = connect(ConnectionOptions(context=context), {"KUBECONFIG": paths})

            assert ours(connection) == theirs(official)
            assert connection.context == context
