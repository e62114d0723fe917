"""Plain kubeconfigs are read as the YAML parser reads them, or left to it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.cluster.kubeconfig.plain_yaml import read_plain
from ippoolctl.reading.yaml_documents import YamlRules, read_yaml

RULES = YamlRules(
    max_nodes=200_000, max_expansion=200_000, any_tag=False, repeated_keys=True, may_quote=False
)

KUBECTL = """\
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    extensions:
    - extension:
        last-update: Tue, 01 Sep 2026
        provider: minikube.sigs.k8s.io
      name: cluster_info
    server: https://10.0.0.1:6443
  name: arn:aws:eks:eu-west-1:111122223333:cluster/prod
contexts:
- context:
    cluster: arn:aws:eks:eu-west-1:111122223333:cluster/prod
    user: 10.0.0.1
  name: prod
current-context: prod
kind: Config
preferences: {}
users:
- name: 10.0.0.1
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-west-1
      - -i
      command: aws
      env: null
      installHint: Install aws to use kubectl
      interactiveMode: IfAvailable
      provideClusterInfo: false
"""

INDENTED = """\
---
# Written by an installer.
apiVersion: v1
kind: "Config"

clusters:
  - name: 'k3s'
    cluster:
      server: "https://[::1]:6443"
      insecure-skip-tls-verify: true
      proxy-url:
users:
  - name: admin
    user:
      as-groups: []
      token: a.b-c_d
contexts:
  - name: k3s
    context:
      cluster: k3s
      user: admin
current-context: k3s
"""

NOT_PLAIN = (
    "", "a", "- a", "a: [b]", "a: {b: c}", "a: &x b", "a: *x", "a: !!str b", "a: |\n  b",
    "a: >\n  b", "a: b\n  c", "a: b # c", "a: 1", "a: 1.5", "a: 0x1", "a: 1_0", "a: ~", "a: yes",
    "a: No", "a: .5", "a: -1", "a: b:", "a: b: c", "a:b", "on: a", "1: a", "<<: a", "? a\n: b",
    "\"a\": b", "a: \"\\n\"", "a: 'it''s'", "a: \u00e9", "a:\tb", "a: b\r\n", "a: b\n---\nc: d",
    "%YAML 1.2\n---\na: b", "  a: b", "a:\n  b: c\n d: e", "a:\n- b\n  c: d", "a:\n- - b",
    "a:\n-", "{}", "# c\rd: e", "a: b\n...",
)  # fmt: skip


def same(one: Any, other: Any) -> bool:
    """Equal, types and the order of keys included."""
    if one.__class__ is not other.__class__:
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@pytest.mark.parametrize("text", [KUBECTL, INDENTED, KUBECTL.rstrip("\n")])
def test_what_programs_write_is_plain(text: str) -> None:
    assert same(read_plain(text), read_yaml(text, RULES)[0])


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_other_yaml_is_left_to_the_parser(text: str) -> None:
    assert read_plain(text) is None


def test_neither_long_nor_deep_text_is_plain() -> None:
    assert read_plain(f"a: {'b' * 2**20}") is None
    assert read_plain("\n".join(f"{' ' * level}a:" for level in range(1_000))) is None


SIGNS = "ayn10:-#'\"\\{}[],&*!|>%@?=~/+._ \n\t"
PIECES = st.sampled_from((
    *SIGNS, "name", "no", "On", "true", "null", "1.2.3.4", "0x1f", "1e3", "1:2", "---", "...",
    ": ", ": \n", ":\n", "  ", "\n  ", "\n- ", "\n  - ", " #", "{}", "[]", "<<", "https://h:1",
    "--x", "-x", "-.inf", "key: v\n", "\"q\"", "'q'", "a b", "\n\n",
))  # fmt: skip
LINES = st.lists(st.sampled_from(KUBECTL.splitlines() + INDENTED.splitlines()), max_size=9)


@given(st.lists(PIECES, max_size=9), LINES, st.integers(0, 4))
def test_what_is_read_is_what_the_parser_reads(
    pieces: list[str], lines: list[str], dedent: int
) -> None:
    for text in (
        "".join(pieces),
        f"key: {''.join(pieces)}",
        "\n".join(line.removeprefix(" " * dedent) for line in lines),
        "\n".join([*lines, "".join(pieces)]),
    ):
        found = read_plain(text)
        assert found is None or same(found, read_yaml(text, RULES)[0])
