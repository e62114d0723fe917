"""Fixes in the text: changed values, unchanged bytes, and fixes that are not made."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.edit import NotFixed
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.domain.lint.runner import lint
from ippoolctl.manifests.fixes import Fixed, fix
from ippoolctl.manifests.read import read_manifests
from tests.builders import pool, pool_object

HEAD = "apiVersion: crd.antrea.io/v1beta1\nkind: ExternalIPPool\nmetadata: {name: a}\nspec:\n"
SELECTOR = "  nodeSelector: {}\n"


def fixed(path: Path, text: str, *live: Pool) -> Fixed:
    path.write_bytes(text.encode())
    manifests = read_manifests([str(path)])
    findings = lint(Facts(manifests.pools), RULES).findings
    return fix(manifests, findings, {each.name: each for each in live}, {str(path): text})


def rewritten(path: Path, text: str) -> str:
    """The text after as many rounds as it takes."""
    for _ in range(5):
        texts = fixed(path, text).texts
        if not texts:
            return text
        text = texts[str(path)]
    raise AssertionError("there is no end")


CASES = {
    "host bits": ("- cidr: 10.0.0.7/24  # c\n", "- cidr: 10.0.0.0/24  # c\n"),
    "quotes": ("- cidr: '10.0.0.7/24'\n", "- cidr: '10.0.0.0/24'\n"),
    "one address": ("- cidr: 10.0.0.7/32 # c\n", "- start: 10.0.0.7\n    end: 10.0.0.7 # c\n"),
    "flow": ("- {cidr: 10.0.0.6/31}\n", "- {start: 10.0.0.6, end: 10.0.0.7}\n"),
    "IPv6 at the end": ("- cidr: fd00::/128\n", '- start: "fd00::"\n    end: "fd00::"\n'),
    "IPv6 in a flow": ("- {cidr: fd00::7/128}\n", '- {start: "fd00::7", end: "fd00::7"}\n'),
    "canonical": (
        "- start: FD00::0001 # a\n    # b\n    end:   fd00:0::9\n",
        "- start: fd00::1 # a\n    # b\n    end:   fd00::9\n",
    ),
    "mapped": (
        "- start: '::ffff:a00:1'\n    end: '::ffff:a00:9'\n",
        "- start: '10.0.0.1'\n    end: '10.0.0.9'\n",
    ),
    "text with a dash": (
        "- cidr: 10.0.0.1-10.0.0.9\n",
        "- start: 10.0.0.1\n    end: 10.0.0.9\n",
    ),
    "two ranges in one text": (
        "- cidr: 10.0.0.1-10.0.0.9, 10.0.1.0/24 # c\n",
        "- start: 10.0.0.1\n    end: 10.0.0.9\n  - cidr: 10.0.1.0/24 # c\n",
    ),
    "stop": ("- start: 10.0.0.1\n    stop: 10.0.0.9\n", "- start: 10.0.0.1\n    end: 10.0.0.9\n"),
    "from and to": (
        "- {from: 10.0.0.1, 'to': 10.0.0.9}\n",
        "- {start: 10.0.0.1, 'end': 10.0.0.9}\n",
    ),
    "a range in start": ("- start: 10.0.0.1-10.0.0.9\n", "- start: 10.0.0.1\n    end: 10.0.0.9\n"),
    "netmask": ("- cidr: 10.0.0.0/255.255.255.0\n", "- cidr: 10.0.0.0/24\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_fix_changes_one_range(tmp_path: Path, case: str, newline: str) -> None:
    before, after = (
        f"# é😀\n---\n{HEAD}  ipRanges:\n  {ranges}  - cidr: 10.9.0.0/24\n{SELECTOR}".replace(
            "\n", newline
        )
        for ranges in CASES[case]
    )

    assert rewritten(tmp_path / "a.yaml", before) == after


GATEWAY = "  subnetInfo: {gateway: 10.0.0.5, prefixLength: 24}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "  ipRanges:\n  # all\n  - cidr: 10.0.0.0/24 # c\n",
            (
                "  ipRanges:\n  # all\n  - start: 10.0.0.1\n    end: 10.0.0.4\n"
                "  - start: 10.0.0.6\n    end: 10.0.0.254 # c\n"
            ),
        ),
        (
            "  ipRanges:\n    -  start: 10.0.0.1\n       end: 10.0.0.9\n",
            (
                "  ipRanges:\n    -  start: 10.0.0.1\n       end: 10.0.0.4\n"
                "    -  start: 10.0.0.6\n       end: 10.0.0.9\n"
            ),
        ),
        (
            "  ipRanges: [{start: 10.0.0.1, end: 10.0.0.9}]\n",
            "  ipRanges: [{start: 10.0.0.1, end: 10.0.0.4}, {start: 10.0.0.6, end: 10.0.0.9}]\n",
        ),
        (
            "  ipRanges:\n  - {start: 10.0.0.1, end: 10.0.0.9}\n",
            (
                "  ipRanges:\n  - {start: 10.0.0.1, end: 10.0.0.4}\n"
                "  - {start: 10.0.0.6, end: 10.0.0.9}\n"
            ),
        ),
    ],
)
def test_the_gateway_is_cut_out_of_a_range(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "a.yaml"

    assert rewritten(path, HEAD + before + GATEWAY) == HEAD + after + GATEWAY


def test_json_is_fixed_as_json(tmp_path: Path) -> None:
    text = (
        '{"apiVersion": "crd.antrea.io/v1beta1", "kind": "ExternalIPPool",\n'
        '\t"metadata": {"name": "a"}, "spec": {"nodeSelector": {},\n'
        '\t"ipRanges": [{"cidr": "10.0.0.7/32"}, {"cidr": "10.0.1.1/24"}]}}\n'
    )

    after = rewritten(tmp_path / "a.json", text)

    assert after == text.replace(
        '"cidr": "10.0.0.7/32"', '"start": "10.0.0.7", "end": "10.0.0.7"'
    ).replace("10.0.1.1/24", "10.0.1.0/24")


def test_json_documents_on_one_line_are_fixed(tmp_path: Path) -> None:
    pools = [pool_object(f"é{number}", f"10.{number}.0.1/24") for number in range(3)]
    text = " ".join(json.dumps(each, ensure_ascii=False) for each in pools)

    assert rewritten(tmp_path / "a.json", text) == text.replace(".0.1/24", ".0.0/24")


@pytest.mark.parametrize(
    "ranges",
    [
        "- &x {cidr: 10.0.0.7/24}\n  - *x\n",
        "- cidr: &x 10.0.0.7/24\n  - cidr: 10.1.0.0/24\n    start: *x\n",
        "- cidr: >-\n      10.0.0.7/24\n",
        "- cidr: !!str 10.0.0.7/24\n",
        '- cidr: "10.0.0.\\x37/24"\n  - <<: {cidr: 10.0.1.7/24}\n',
    ],
    ids=["alias", "anchor", "block", "tag", "merge key"],
)
def test_values_with_anchors_or_escapes_are_not_fixed(tmp_path: Path, ranges: str) -> None:
    text = f"{HEAD}  ipRanges:\n  {ranges}{SELECTOR}"

    found = fixed(tmp_path / "a.yaml", text)

    if "\\x37" in text:  # the first one is fixed, the second one is not there
        assert found.texts[str(tmp_path / "a.yaml")] == text.replace("10.0.0.\\x37", "10.0.0.0")
    else:
        assert found.texts == {}
    assert NotFixed.TEXT in {each.why_not for each in found.fixes}


@pytest.mark.parametrize(
    "fields",
    [
        "cidr: 10.70.0.0/33",
        "cidr: 10.73.0.0/64",
        "cidr: fd00::/129",
        "cidr: 10.0.0.1/33-10.0.0.9",
        "cidr: 10.1.1.0/24-10.1.4.0/24",
        "cidr: 10.1.1.9/24-10.1.1.20/24",
        "cidr: 10.0.0.1 10.0.0.9",
        "cidr: 10.0.0.1, 10.0.0.9",
        "cidr: 10.8.0.50-40",
        "cidr: 10.8.0.40-50",
        "cidr: 10.90.0.9-10.90.0.1",
        "cidr: 10.90.0.9-fd00::1",
        "cidr: 010.0.0.1-010.0.0.9",
        "start: 10.90.0.9-10.90.0.1",
        "start: 10.8.0.40-50",
        "end: 10.1.1.0/24-10.1.4.0/24",
    ],
)
def test_a_text_with_two_meanings_or_none_is_left_alone(tmp_path: Path, fields: str) -> None:
    found = fixed(tmp_path / "a.yaml", f"{HEAD}  ipRanges:\n  - {fields}\n{SELECTOR}")

    assert found == Fixed({}, ())


def test_a_document_behind_a_second_byte_order_mark_is_left_alone(tmp_path: Path) -> None:
    text = f"{HEAD}  ipRanges:\n  - cidr: 10.0.0.7/24\n{SELECTOR}"

    found = fixed(tmp_path / "a.yaml", f"{text}---\n\ufeff{text.replace('name: a', 'name: b')}")

    assert [each.why_not for each in found.fixes if each.finding.rule == "EIP410"] == [
        None,
        NotFixed.TEXT,
    ]


@pytest.mark.parametrize("name", ["ipranges", "range", "addresses"])
def test_a_misnamed_ranges_field_is_corrected(tmp_path: Path, name: str) -> None:
    text = f"{HEAD}  {name}:\n  - cidr: 10.0.0.7/24\n{SELECTOR}"

    assert rewritten(tmp_path / "a.yaml", text) == text.replace(name + ":", "ipRanges:").replace(
        "0.7", "0.0"
    )


def test_ranges_under_another_name_beside_the_right_one_stay(tmp_path: Path) -> None:
    text = f"{HEAD}  ipranges: []\n  ipRanges: []\n{SELECTOR}"

    found = fixed(tmp_path / "a.yaml", text)

    assert found.texts == {}
    assert [each.why_not for each in found.fixes] == [NotFixed.OTHER]


def test_only_one_of_two_misnamed_fields_is_renamed(tmp_path: Path) -> None:
    text = (
        f"{HEAD}  ipRanges:\n  - {{start: 10.0.0.1, to: 10.0.0.9, stop: 10.0.0.8}}\n"
        f"  - cidr: 10.1.0.77/24\n{SELECTOR}"
    )

    found = fixed(tmp_path / "a.yaml", text)

    assert found.texts[str(tmp_path / "a.yaml")] == text.replace("stop:", "end:").replace("77", "0")
    assert {each.edit.old_text: each.why_not for each in found.fixes} == {
        "stop": None,
        "to": NotFixed.OTHER,
        "10.1.0.77/24": None,
    }


def test_a_fix_that_excludes_another_one_leaves_the_rest(tmp_path: Path) -> None:
    subnet = "  subnetInfo: {gateway: 10.4.0.1, prefixLength: 8}\n"
    text = (
        f"{HEAD}  ipRanges:\n  - {{cidr: 10.1.0.77/24}}\n"
        f"  - {{cidr: 10.4.0.0/24, stop: 10.4.0.8}}\n{SELECTOR}{subnet}"
    )

    found = fixed(tmp_path / "a.yaml", text)

    assert "{cidr: 10.1.0.0/24}" in found.texts[str(tmp_path / "a.yaml")]
    assert {each.why_not for each in found.fixes} == {None, NotFixed.OTHER}


def test_an_unfixable_pool_of_a_list_does_not_block_the_others(tmp_path: Path) -> None:
    bad = pool_object("bad", "10.0.0.7/24")
    bad["spec"]["ipRanges"] = [{"start": "10.0.0.1", "to": "10.0.0.9", "stop": "10.0.0.8"}]
    items = [pool_object("a", "10.1.0.7/24"), bad, pool_object("b", "10.2.0.7/24")]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})

    found = fixed(tmp_path / "a.json", text)

    assert found.texts[str(tmp_path / "a.json")] == text.replace("0.7/24", "0.0/24").replace(
        '"stop"', '"end"'
    )


def test_the_text_of_a_live_range_stays(tmp_path: Path) -> None:
    text = f"{HEAD}  ipRanges:\n  - cidr: 10.0.0.7/24\n  - cidr: 10.0.1.7/24\n{SELECTOR}"

    found = fixed(tmp_path / "a.yaml", text, pool("a", "10.0.0.7/24"))

    assert [each.why_not for each in found.fixes] == [NotFixed.LIVE, None]
    assert found.texts[str(tmp_path / "a.yaml")] == text.replace("10.0.1.7", "10.0.1.0")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(CASES)), st.sampled_from(["", "# x\n", "  # é\n\n", "\n"])
        ),
        min_size=1,
        max_size=6,
    )
)
def test_fixes_change_nothing_else_and_are_idempotent(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("fixes") / "a.yaml"
    before, after = (
        "---\n".join(
            f"{space}{HEAD.replace('name: a', f'name: a{number}')}  ipRanges:\n"
            f"  {CASES[case][side]}{SELECTOR}{space}"
            for number, (case, space) in enumerate(parts)
        )
        for side in (0, 1)
    )

    assert rewritten(path, before) == after
    assert fixed(path, after).texts == {}
