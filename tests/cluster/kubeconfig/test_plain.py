"""Kubeconfigs without a YAML parser: the same values, or none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.cluster.kubeconfig.plain import NotPlainError, read_plain
from ippoolctl.reading.yaml_documents import YamlRules, read_yaml

KUBECTL = """\
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTi9+Cg==
    server: https://[2001:db8::1]:6443
  name: kind-kind
contexts:
- context:
    cluster: kind-kind
    user: arn:aws:eks:eu-west-1:1:cluster/a
  name: kind-kind
current-context: kind-kind
kind: Config
preferences: {}
users:
- name: arn:aws:eks:eu-west-1:1:cluster/a
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - "eu-west-1"
      command: aws
      env: null
      provideClusterInfo: false
"""
"""As ``kubectl config view --raw`` prints it."""

PIECES = st.sampled_from(
    [
        "a", "b: ", "c:", "- ", "  ", "    ", "\n", "\n  ", "\n- ", "\n  - ", "name: x", "null",
        "true", "Y", "'", '"', "{}", "[]", "#", ":", " ", "-", "--x", "/p", "1", "~", "---", "\t",
        "é", "!", "&a", "*a", "?", "|", ">", "%", "@", "=", ".", "\\", "<<: ", "0x1", "\r",
    ]
)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["no", "1e3"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def parsed(text: str) -> object:
    documents = read_yaml(text, YamlRules(repeated_keys=True))
    return documents[0] if documents else None


def test_the_form_of_kubectl_needs_no_parser() -> None:
    assert read_plain(KUBECTL) == parsed(KUBECTL)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a: 1", "a: b # c", "a: |\n  b", "a: *b", "a: {b: c}", "a: y", "yes: a",
        "a: b\n  c: d", "a:\n- b\n  c: d", "  a: b\nc: d", "a: b\n---\nc: d", "a: b\r\n", "a: b:",
        '{"a": "b"}', "a:\tb", "a:\n  - b\n  c: d", "é: a", 'a: "\\n"', "a: 'it''s'",
    ],
)  # fmt: skip
def test_everything_else_is_left_to_the_parser(text: str) -> None:
    with pytest.raises(NotPlainError):
        read_plain(text)


@given(st.lists(PIECES, min_size=1, max_size=14).map("".join))
def test_what_is_read_is_what_the_parser_reads(text: str) -> None:
    try:
        found = read_plain(text)
    except NotPlainError:
        return
    assert found == parsed(text)


@given(VALUES)
def test_what_is_written_is_read_alike(value: object) -> None:
    text = yaml.safe_dump(value)
    try:
        found = read_plain(text)
    except NotPlainError:
        return
    assert found == parsed(text)


def test_a_plain_kubeconfig_does_not_import_the_parser(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(KUBECTL)
    code = (
        "import os, sys; from ippoolctl.cluster.kubeconfig.find import read_kubeconfig; "
        "assert read_kubeconfig('', os.environ).current_context; print('yaml' in sys.modules)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KUBECONFIG": str(path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert result.stdout.strip() == "False"
