"""Inputs from the field: the expected report about each, and texts that it must not contain.

The files are in ``tests/cases``; the rows of a table are arguments, exit code, texts that the
output contains, and texts that it does not.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.builders import HERE, pool_object
from tests.cli.program import Program, run
from tests.fakes import FakeCluster

CASES = HERE / "cases"
Texts = Sequence[str]

TEMPLATE = "this looks like an unrendered"
PROD = "08-kustomize/overlays/prod"
BUILD = f"kustomize build {PROD} | ippoolctl check -"


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(CASES)
    return CASES


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize(
    ("arguments", "code", "said", "unsaid"),
    [
        ("01-doc-list-item/pool.yaml", 2, ["a list of objects", '"- "', "kind: List"], []),
        ("03-placeholders/helm.yaml", 2, [f"{TEMPLATE} Helm", "helm template . |"], ["a key must"]),
        ("03-placeholders/jinja.yaml", 2, [f"{TEMPLATE} Jinja"], ["scanning"]),
        ("03-placeholders/at.yaml", 2, ["at.yaml:7:13: " + TEMPLATE], ["scanning"]),
        ("03-placeholders/env.yaml", 1, ["EIP105", TEMPLATE, "envsubst < FILE |"], ["use a plain"]),
        ("07-encodings/bom-concat.yaml", 0, ["no findings in 2 pools"], []),
        ("07-encodings/utf16le-bom.yaml", 0, ["no findings in 1 pool"], []),
        ("07-encodings/tab.yaml", 2, ["tab.yaml:7:1: tab (U+0009)"], ["scanning"]),
        ("07-encodings/nbsp.yaml", 2, ["nbsp.yaml:7:2: no-break space (U+00A0)"], ["parsing"]),
        ("07-encodings/endash.yaml", 1, ["en dash (U+2013)", "start: 10.44.1.1 and end: 10.44.1.5"],
         ["use a plain"]),
        (f"{PROD}/patch-labels.yaml", 2, ["a kustomize patch", BUILD], ["missing"]),
        (f"{PROD}/patch-ranges.yaml", 2, ["a kustomize patch", BUILD], ["missing"]),
        (f"{PROD}/patch-del.yaml", 2, ["a kustomize patch", BUILD], ["$patch"]),
        (f"{PROD}/json6902.yaml", 2, ["a kustomize patch", BUILD], ["missing"]),
        ("09-sops/pool.enc.yaml", 2, ["encrypted by SOPS", "sops -d 09-sops/pool.enc.yaml |"],
         ["remove"]),
        ("09-sops/pool.regex.yaml", 2, ["encrypted by SOPS", "sops -d 09-sops/pool.regex.yaml |"],
         ["remove", "EIP", "ENC["]),
        ("10-export/list.yaml", 0, ["no findings in 1 pool "], []),
        ("10-export/eiplist.yaml", 0, ["no findings in 2 pools"], []),
        ("16-generatename/gn.yaml", 1, ["pool (without a name)", "crud-pool-?????"], []),
    ],
)  # fmt: skip
def test_a_check_of_a_file(
    program: Program, arguments: str, code: int, said: Texts, unsaid: Texts
) -> None:
    result = program("check", *arguments.split())

    output = result.out + result.err
    assert [each for each in said if each not in output] == []
    assert [each for each in unsaid if each in output] == []
    assert result.code == code


@pytest.mark.usefixtures("cases")
def test_a_template_is_one_error_however_many_documents_it_has(program: Program) -> None:
    result = program("check", "03-placeholders/helm.yaml")

    assert result.err.count("error:") == 1


@pytest.mark.usefixtures("cases")
def test_only_groups_with_antrea_in_them_are_slips(program: Program) -> None:
    result = program("check", "06-foreign-group/pool.yaml", "-o", "json")

    problems = {each["place"]["line"]: each for each in result.document["problems"]}
    assert result.code == 2
    assert [*problems] == [20, 35, 40, 44, 49, 54]
    assert {each["hint"] for line, each in problems.items() if line != 40} == {
        "use crd.antrea.io/v1beta1 ExternalIPPool"
    }
    assert problems[40]["message"] == "missing apiVersion"
    assert problems[40]["hint"] == "add apiVersion: crd.antrea.io/v1beta1"
    assert result.document["summary"]["otherObjects"] == 2


@pytest.mark.usefixtures("cases")
def test_patches_in_a_directory_are_ignored_and_named_once(program: Program) -> None:
    result = program("check", "-R", "08-kustomize")

    assert result.code == 0
    assert "no findings in 1 pool " in result.out
    assert "4 kustomize patches ignored" in result.out
    assert result.err == f"4 kustomize patches ignored; check the result: {BUILD}\n"


@pytest.mark.parametrize("name", ["a\\0b", "\\uD800", "x" * 5000])
def test_a_patch_with_the_name_of_no_file_does_not_break_the_check_of_its_neighbors(
    program: Program, conflict: Path, name: str
) -> None:
    (conflict / "kustomization.yaml").write_text(f'patches: [{{path: "{name}"}}]', encoding="utf-8")

    result = program("check", "edge.yaml")

    assert (result.code, result.err) == (0, "")


@pytest.mark.usefixtures("cases")
def test_a_repository_is_an_error_only_where_it_mentions_pools(program: Program) -> None:
    result = program("check", "-R", "19-mixed-tree/repo")

    (template, hint) = result.err.splitlines()[-2:]
    assert result.code == 2
    assert template.startswith("error: 19-mixed-tree/repo/chart/templates/pools.yaml:1:2: ")
    assert hint == "hint: render it first: helm template . | ippoolctl check -"
    assert "8 files of other tools ignored; list them with -v" in result.err
    assert result.err.count("error:") == 1


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize(
    "pattern",
    ["templates", "templates/", "pools.yaml", "chart/templates", "**/templates/*.yaml", "/chart",
     "19-mixed-tree/repo/chart"],
)  # fmt: skip
def test_exclude_leaves_paths_out(program: Program, pattern: str) -> None:
    result = program("check", "-R", "19-mixed-tree/repo", "--exclude", pattern)

    assert result.code == 0
    assert "no findings in 1 pool " in result.out
    assert "files of other tools ignored" in result.out


@pytest.mark.usefixtures("cases")
def test_every_exclude_counts_and_verbose_lists_what_is_left(program: Program) -> None:
    arguments = ("--exclude", "chart", "--exclude", "*.json")
    result = program("verdict", "-v", "-R", "19-mixed-tree/repo", *arguments)

    assert result.code == 0
    assert "ignored 19-mixed-tree/repo/ansible/site.yml:1:1: not a Kubernetes object" in result.err
    assert "arr.json" not in result.err
    assert "chart" not in result.err


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize("name", ["arr.json", "str.json", "secret.yaml", "kustomization.yaml"])
def test_a_file_of_another_tool_that_is_named_itself_is_an_error(
    program: Program, name: str
) -> None:
    assert program("check", f"19-mixed-tree/repo/manifests/{name}").code == 2


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize("command", ["check", "diff", "verdict"])
def test_a_missing_file_is_one_error(program: Program, command: str) -> None:
    result = program(command, "nowhere.yaml")

    assert (result.code, result.out) == (2, "")
    assert result.err == "error: nowhere.yaml: no such file or directory\nhint: check the path\n"


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize("path", ["19-mixed-tree/repo/chart/Chart.yaml", "09-sops"])
def test_require_pools_without_a_pool_is_code_2(program: Program, path: str) -> None:
    assert program("check", "--require-pools", path).code == 2
    assert program("check", "--require-pools", path, "10-export/list.yaml").code == 2 * (
        path == "09-sops"
    )


@pytest.mark.usefixtures("cases")
def test_a_pool_without_a_name_is_reported_as_rejected_by_the_api_server(program: Program) -> None:
    result = program("diff", "16-generatename/gn.yaml", "--against", "10-export/list.yaml")

    assert "pool (without a name): added" in result.out
    assert "the API server will reject this pool: metadata.name: Required value" in result.out
    assert "Antrea will deny this pool: range [169.254.100.0/30] overlaps" in result.out
    assert "+++ after/(without a name)" in result.out


POOL = json.dumps(pool_object("a", "10.0.0.0/28"))
CIDRS = {
    "ERB": "<%= cidr %>",
    "an expression": "${{ vars.CIDR }}",
    "underscores": "__CIDR__/28",
    "brackets": "[[ cidr ]]",
    "quoted Helm": '"{{ .Values.cidr }}"',
    "a variable": "$CIDR",
    "kustomize": "$(CIDR)",
    "Octopus": "#{Cidr}",
    "a percent sign": "'%CIDR%'",
    "documentation": "<your-cidr>",
    "to be changed": "CHANGEME",
    "Terraform": "${var.cidr}",
    "spruce": "(( grab cidr ))",
    "ytt": "#@ data.values.cidr",
    "no value": "<no value>",
    "plain Jinja": "{{ cidr }}",
    "Jinja with a length": "{{ network }}/28",
    "a flow mapping": "{x: ${CIDR}}",
    "a flow mapping with a name": "{CIDR}",
    "angle brackets": "<<CIDR>>",
    "percent signs": "%%CIDR%%",
    "a quoted percent sign": "'%%CIDR%%'",
    "hash signs": "'#CIDR#'",
    "a bar": "'|CIDR|'",
    "a bar without quotes": "|CIDR|",
    "a percent sign and braces": "'%{CIDR}'",
    "a variable in an address": "10.0.$X.0/28",
    "an escaped variable": "$$CIDR",
    "text of ytt": "(@= data.values.cidr @)",
}
VALUES = {
    "<path:secret/data/net#cidr>": "argocd-vault-plugin generate FILE |",
    "ref+vault://secret/net#/cidr": "vals eval -f FILE |",
    "op://net/egress/cidr": "op inject -i FILE |",
    "vault:secret/data/net#cidr": "a reference to a secret; set the value first",
    "!vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      61": "by Ansible Vault; decrypt it",
    **dict.fromkeys(
        ("EGRESS_CIDR", "CIDR/28", "x.x.x.x/24", "10.x.y.0/24", "A.B.C.D", "PLACEHOLDER",
         "cidr-placeholder", "REPLACE_WITH_CIDR", "insert-cidr-here", "[EGRESS_CIDR]"),
        "this looks like a placeholder; set the value first",
    ),
}  # fmt: skip


def yaml_pool(cidr: str) -> str:
    return (
        "apiVersion: crd.antrea.io/v1beta1\nkind: ExternalIPPool\nmetadata:\n  name: a\n"
        f"spec:\n  ipRanges:\n  - cidr: {cidr}\n  nodeSelector: {{}}\n"
    )


@pytest.mark.parametrize("name", CIDRS)
def test_a_placeholder_is_named_as_one(program: Program, here: Path, name: str) -> None:
    (here / "pool.yaml").write_text(yaml_pool(CIDRS[name]), encoding="utf-8")

    result = program("check", "pool.yaml")

    words = "a template was rendered without" if name == "no value" else TEMPLATE
    assert words in result.out + result.err
    assert result.code in (1, 2)


@pytest.mark.parametrize("cidr", VALUES)
def test_a_reference_or_a_placeholder_is_named_as_one(
    program: Program, here: Path, cidr: str
) -> None:
    (here / "pool.yaml").write_text(yaml_pool(cidr), encoding="utf-8")

    result = program("check", "pool.yaml")

    assert VALUES[cidr] in result.out
    assert result.code == 1


@pytest.mark.parametrize("old", ["name: a", "nodeSelector: {}"])
def test_a_part_that_is_a_variable_is_named_as_one(program: Program, here: Path, old: str) -> None:
    new = {"name: a": "name: egress-$ENV"}.get(old, "nodeSelector: {matchLabels: {a: b-$ENV}}")
    text = yaml_pool("10.0.0.0/28").replace(old, new)
    (here / "pool.yaml").write_text(text, encoding="utf-8")

    result = program("check", "pool.yaml")

    assert "envsubst < FILE |" in result.out


def test_a_template_whose_placeholders_are_comments_is_not_created(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    (here / "pool.yaml").write_text(yaml_pool(CIDRS["ytt"]), encoding="utf-8")

    result = program("create", "-f", "pool.yaml")

    assert result.code == 4
    assert cluster.names == []


@pytest.mark.parametrize(
    "cidr",
    ["10.0.0.0/33", "10.0.0.0", "a.b", "10.0.0.0/24 # ${x}", "10.0.O.0/28", "FD00/64", "{}",
     "{a: 1}", "null"],
)  # fmt: skip
def test_other_invalid_text_is_not_called_a_placeholder(
    program: Program, here: Path, cidr: str
) -> None:
    (here / "pool.yaml").write_text(yaml_pool(cidr), encoding="utf-8")

    result = program("check", "pool.yaml")

    assert TEMPLATE not in result.out + result.err
    assert "placeholder" not in result.out + result.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("source", ["file", "stdin"])
def test_a_byte_order_mark_is_read_as_kubectl_reads_it(
    program: Program, here: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, source: str
) -> None:
    mark = "" if encoding == "utf-8-sig" else "\ufeff"
    data = (mark + yaml_pool("10.0.0.0/28")).replace("\n", "\r\n").encode(encoding)
    (here / "pool.yaml").write_bytes(data)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    result = program("check", "-" if source == "stdin" else "pool.yaml")

    assert (result.code, result.err) == (0, "")
    assert "1 pool " in result.out


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-32", "UTF-32 text"),
        ("utf-16-le", "UTF-16 text without a byte order mark"),
        ("utf-16-be", "UTF-16 text without a byte order mark"),
        ("utf-32-be", "UTF-32 text without a byte order mark"),
    ],
)
def test_another_encoding_is_named(program: Program, here: Path, encoding: str, words: str) -> None:
    (here / "pool.yaml").write_bytes(yaml_pool("10.0.0.0/28").encode(encoding))

    result = program("check", "pool.yaml")

    assert result.code == 2
    assert result.err == f"error: pool.yaml:1:1: {words}\nhint: save the file as UTF-8\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("10.0.0.0/28", "10.0.0.0\u200b/28", "zero width space (U+200B), character 9"),
        ("10.0.0.0/28", "\u201c10.0.0.0/28\u201d", "left double quotation mark (U+201C)"),
        ("10.0.0.0/28", "10.0.0.0/28\u00a0", "no-break space (U+00A0), character 12"),
        ("  - cidr", "  - cidr\u200b", "zero width space (U+200B)"),
        ("  - cidr", "  \u2013 cidr", "en dash (U+2013)"),
        ("  - cidr", "  \u3000- cidr", "ideographic space (U+3000)"),
        ("kind: E", "kind:\u00a0E", "no-break space (U+00A0)"),
        ("kind: E", "kind\uff1aE", "fullwidth colon (U+FF1A)"),
        ("  name", "\tname", "tab (U+0009)"),
        ("IPPool", "IPPool\u200b", "zero width space (U+200B)"),
        ("name: a", "name: \u0430", "cyrillic small letter a (U+0430)"),
        ("apiVersion", "---\n\ufeff---\napiVersion", "byte order mark (U+FEFF)"),
    ],
)
def test_an_invisible_character_is_named(
    program: Program, here: Path, old: str, new: str, words: str
) -> None:
    text = yaml_pool("10.0.0.0/28").replace(old, new, 1)
    (here / "pool.yaml").write_text(text, encoding="utf-8")

    result = program("check", "pool.yaml")

    assert words in result.out + result.err
    assert result.code in (1, 2)


@pytest.mark.parametrize("text", ["a: [", "a: [crd.antrea.io", "{a: fd00:: ", "a:\r- {b\r"])
def test_an_error_behind_the_last_line_has_a_place(program: Program, here: Path, text: str) -> None:
    (here / "pool.yaml").write_bytes(text.encode())

    result = program("check", "pool.yaml")

    assert result.code == 2
    assert result.err.startswith("error: pool.yaml:")


def test_a_colon_without_a_space_is_named(program: Program, here: Path) -> None:
    text = yaml_pool("x").replace("cidr: x", "start: 10.0.0.1\n    end:10.0.0.9")
    (here / "pool.yaml").write_text(text, encoding="utf-8")

    result = program("check", "pool.yaml")

    assert result.code == 2
    assert result.err == (
        "error: pool.yaml:8:5: no space after a colon: end:10.0.0.9\nhint: use end: 10.0.0.9\n"
    )


@pytest.mark.parametrize("address", ["::/0", "::1", "::ffff:0:0/96"])
def test_an_address_that_begins_with_a_colon_needs_quotes_in_braces(
    program: Program, here: Path, address: str
) -> None:
    range_ = f"{{cidr: {address}}}"
    text = yaml_pool("x").replace("cidr: x", range_)
    (here / "pool.yaml").write_text(text, encoding="utf-8")

    result = program("check", "pool.yaml")

    assert result.code == 2
    assert result.err == (
        f"error: pool.yaml:7:12: an address begins with a colon without quotes: {address}\n"
        f'hint: quote it: "{address}"\n'
    )


@pytest.mark.parametrize("address", ["fd00::", "::", "2001:db8:0:1::", "fd00:: # the first"])
@pytest.mark.parametrize("flow", [False, True])
def test_an_address_that_ends_with_a_colon_needs_quotes_before_a_space(
    program: Program, here: Path, address: str, flow: bool
) -> None:
    range_ = f"{{start: {address}\n    , end: fd00::9}}" if flow else f"start: {address}"
    text = yaml_pool("x").replace("cidr: x", range_)
    (here / "pool.yaml").write_text(text, encoding="utf-8")

    result = program("check", "pool.yaml")

    bare = address.partition(" ")[0]
    column = 13 if flow else 12
    assert result.code == 2
    assert result.err == (
        f"error: pool.yaml:7:{column}: an address ends with a colon without quotes: {bare}\n"
        f'hint: quote it: "{bare}"\n'
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("s.json", {**pool_object("a"), "sops": {"mac": "ENC[AES256_GCM,x]"}}, "sops -d s.json"),
        ("b.json", {"data": "ENC[AES256_GCM,x]", "sops": {"version": "3"}}, "sops -d b.json"),
        ("v.yaml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n6364\n", "ansible-vault view v.yaml"),
        ("b.yaml", "age-encryption.org/v1\n-> X25519 abc\n", "age -d b.yaml"),
        ("p.yaml", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n", "gpg -d p.yaml"),
        ("n.json", {**pool_object("a"), "sops": {"age": [], "lastmodified": "x"}}, "sops -d n"),
        (
            "t.json",
            {
                "apiVersion": "template.openshift.io/v1",
                "kind": "Template",
                "objects": [pool_object("a")],
            },
            "oc process -f t.json |",
        ),
        ("a.yaml", "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n", "age -d a.yaml"),
        ("g.yaml", "\0GITCRYPT\0xyz", "git-crypt"),
        ("l.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS"),
        ("m.yaml", "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n", "merge conflict"),
    ],
)
def test_the_tool_that_has_to_render_a_file_is_named(
    program: Program, here: Path, name: str, content: object, words: str
) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (here / name).write_text(text, encoding="utf-8")

    result = program("check", name)

    assert result.code == 2
    assert words in result.err


def test_a_file_that_is_encrypted_is_one_error_however_many_documents_it_has(
    program: Program, here: Path
) -> None:
    secret = yaml_pool("ENC[AES256_GCM,data:x]") + "sops: {mac: x, version: 3.8.1}\n"
    (here / "pool.yaml").write_text(f"{secret}---\n{secret}", encoding="utf-8")

    result = program("check", "pool.yaml")

    assert result.err.count("error:") == 1


def test_encrypted_values_without_their_key_are_never_rewritten(
    program: Program, here: Path
) -> None:
    (here / "pool.yaml").write_text(yaml_pool("ENC[AES256_GCM,data:x]"), encoding="utf-8")

    result = program("check", "pool.yaml")

    assert "encrypted by SOPS; decrypt it first: sops -d FILE | ippoolctl check -" in result.out


def test_a_kind_of_another_vendor_is_counted_only(program: Program, here: Path) -> None:
    objects = [
        {**pool_object("a"), "apiVersion": "example.com/v1"},
        {**pool_object("b"), "apiVersion": "example.com/v1", "kind": "externalippools"},
        {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": {"name": "d"}},
        {"apiVersion": "viaduct.ai/v1", "kind": "ksops", "files": ["e.enc.yaml"]},
    ]
    (here / "a.json").write_text("\n".join(map(json.dumps, objects)), encoding="utf-8")

    result = program("check", "a.json")

    assert result.code == 0
    assert "4 objects of other kinds ignored" in result.out


@pytest.mark.parametrize("kind", ["ExternalIPool", "ExternalIP-Pool", "ExternalIPPol"])
def test_a_misspelled_kind_gets_a_suggestion(program: Program, here: Path, kind: str) -> None:
    (here / "a.json").write_text(json.dumps({**pool_object("a"), "kind": kind}), encoding="utf-8")

    result = program("check", "a.json")

    assert result.code == 2
    assert f"{kind} is not served" in result.err
    assert "hint: use crd.antrea.io/v1beta1 ExternalIPPool" in result.err


ITEM = "{apiVersion: crd.antrea.io/v1beta1, kind: ExternalIPPool, metadata: {name: a}}"
LISTED = "a list of objects, not one object"


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("kind:", "Kind:", "missing kind", "use kind instead of Kind"),
        ("apiVersion", "apiversion", "missing apiVersion", "use apiVersion instead of apiversion"),
        ("apiVersion", "api_version", "missing apiVersion",
         "use apiVersion instead of api_version"),
        ("apiVersion: crd.antrea.io/v1beta1\nkind", "Kind", "missing apiVersion and kind",
         "use kind instead of Kind, and add apiVersion: crd.antrea.io/v1beta1"),
        ("kind: ExternalIPPool\n", "", "missing kind", "add kind: ExternalIPPool"),
        ("kind: ExternalIPPool", "kind: EIP", "crd.antrea.io/v1beta1 EIP is not served",
         "use crd.antrea.io/v1beta1 ExternalIPPool"),
        ("kind: ExternalIPPool", "kind: ExternalIPRange",
         "crd.antrea.io/v1beta1 ExternalIPRange is not served",
         "use crd.antrea.io/v1beta1 ExternalIPPool"),
        ("crd.antrea.io/v1beta1", "[crd.antrea.io/v1beta1]",
         '["crd.antrea.io/v1beta1"] ExternalIPPool is not served',
         "use crd.antrea.io/v1beta1 ExternalIPPool"),
        (yaml_pool("10.0.0.0/28"), f"- - {ITEM}", LISTED, 'remove the leading "- "'),
        (yaml_pool("10.0.0.0/28"), f"[{ITEM},\n{ITEM}]", LISTED, "remove the brackets and commas"),
        (yaml_pool("10.0.0.0/28"), f"items: [{ITEM}]", "missing apiVersion and kind",
         "add apiVersion: v1 and kind: List"),
        (yaml_pool("10.0.0.0/28"), f"apiVersion: v1\nkind: List\nitems: {ITEM}",
         "items is not a list", "add a dash before each object under items"),
        (yaml_pool("10.0.0.0/28"),
         "apiVersion: crd.antrea.io/v1beta1\nkind: externalippoollist\nitems: [{}]",
         "crd.antrea.io/v1beta1 externalippoollist is not served", "use kind: ExternalIPPoolList"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["pool.yaml", "."])
def test_what_is_meant_to_be_a_pool_is_an_error_also_in_a_directory(
    program: Program, here: Path, old: str, new: str, message: str, hint: str, path: str
) -> None:
    text = yaml_pool("10.0.0.0/28").replace(old, new, 1)
    (here / "pool.yaml").write_text(text, encoding="utf-8")

    result = program("check", path)

    name = "pool.yaml" if path == "pool.yaml" else "./pool.yaml"
    assert result.code == 2
    assert result.err.startswith(f"error: {name}:1:1: {message}\nhint: {hint}")


@pytest.mark.parametrize(("end", "code"), [("", 0), ("crd.antrea.io", 2)])
def test_a_large_file_of_another_tool_is_an_error_only_if_it_mentions_pools(
    program: Program, here: Path, monkeypatch: pytest.MonkeyPatch, end: str, code: int
) -> None:
    # With the real limit the file would only be larger.
    monkeypatch.setattr("ippoolctl.reading.sources.MAX_FILE", 2**20)
    (here / "data.json").write_text(f'["{"x" * (2**20 - 8)}{end}"' + " " * 20 + "]", "utf-8")

    result = program("check", ".")

    assert result.code == code
    assert ("more than 1 MiB of manifests" in result.err) == bool(code)
    assert program("check", "data.json").code == 2


@pytest.mark.parametrize("kind", ["Egress", "IPPool", "ClusterGroup"])
def test_another_kind_of_antrea_with_the_fields_of_a_pool_is_no_pool(
    program: Program, here: Path, kind: str
) -> None:
    text = yaml_pool("10.0.0.0/28").replace("ExternalIPPool", kind)
    (here / "pool.yaml").write_text(text, encoding="utf-8")

    result = program("check", "pool.yaml")

    assert (result.code, result.err) == (0, "warning: no ExternalIPPools in the input\n")


@pytest.mark.parametrize(
    "text",
    ["metadata: {name: a}\nspec: {ipRanges: [], nodeSelector: {}}\n",
     "- metadata: {name: a}\n  spec: {ipRanges: [], nodeSelector: {}}\n",
     "items: [{cidr: 10.0.0.0/28}]\nmetadata: {}\n"],
)  # fmt: skip
def test_values_of_a_template_are_files_of_other_tools(
    program: Program, here: Path, text: str
) -> None:
    (here / "values.yaml").write_text(text, encoding="utf-8")

    result = program("check", ".")

    assert result.code == 0
    assert "1 file of other tools ignored" in result.out


def test_items_with_one_of_kind_and_version_inherit_nothing(program: Program, here: Path) -> None:
    item = {"apiVersion": "crd.antrea.io/v1beta1", "metadata": {"name": "a"}}
    listed = {"apiVersion": "crd.antrea.io/v1beta1", "kind": "ExternalIPPoolList", "items": [item]}
    (here / "a.json").write_text(json.dumps(listed), encoding="utf-8")

    result = program("check", "a.json")

    assert result.code == 2
    assert "missing kind" in result.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["check"], 2), (["diff"], 2), (["suggest", "--ips", "2", "--within", "10.0.0.0/8"], 2)],
)
@pytest.mark.parametrize("form", ["pipe", "file"])
def test_standard_input_without_a_dash_is_an_error(
    tmp_path: Path, arguments: list[str], code: int, form: str
) -> None:
    if form == "file":
        (tmp_path / "pool.json").write_text(POOL, encoding="utf-8")
        with (tmp_path / "pool.json").open(encoding="utf-8") as source:
            result = run(*arguments, stdin=source)
    else:
        reader, writer = os.pipe()
        os.write(writer, POOL.encode())
        with os.fdopen(reader) as source, os.fdopen(writer, "w"):
            result = run(*arguments, stdin=source)

    assert result.returncode == code
    assert result.stderr.startswith("error: unexpected data on standard input\n")


@pytest.mark.parametrize("stdin", [subprocess.DEVNULL, subprocess.PIPE])
def test_an_empty_standard_input_is_not_an_input_file(here: Path, stdin: int) -> None:
    environment = {"KUBECONFIG": str(here / "nowhere"), "HOME": str(here)}

    result = run("check", stdin=stdin, env=environment)

    assert result.returncode == 3
    assert "no cluster is configured" in result.stderr
