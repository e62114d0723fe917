"""Objects to pools and back: the fast path agrees with the schema."""

import random
from contextlib import suppress
from typing import Any

import pytest

from ippoolctl.crd import externalippool, metadata, plain_spec
from ippoolctl.crd.externalippool import is_pool, read_pool, write_pool
from ippoolctl.crd.plain_spec import read_plain_spec, read_plain_specs
from ippoolctl.crd.schema_reading import read_by_schema
from ippoolctl.domain.addresses.columns import OTHER_FORM
from ippoolctl.domain.addresses.ranges import BadRange, RangeError
from tests.builders import HERE, json_lines, pool_object

RECORDED = [answer["object"] for answer in json_lines(HERE / "go_answers" / "schema.jsonl")]


def both_ways(document: dict[str, Any]) -> bool:
    """Compare both readings; whether the fast one applies."""
    plain = externalippool._read_plain(document, None)
    if plain is not None:
        assert plain == read_by_schema(document, None)
        assert not plain.violations
        assert not plain.pruned
    return plain is not None


TEXTS = [
    "10.0.0.0/24", "10.0.0.1", "010.0.0.1", "2001:DB8::1", "::ffff:10.0.0.1", "::ffff:a00:1",
    "10.0.0.0/024", "fd00::/120", "fe80::1%eth0", " 10.0.0.1", "", "10.0.0.9", "10.0.0.0/33",
]  # fmt: skip
DOCUMENTS = 20_000


class Specs:
    """Draws specs that are plain, and specs that are nearly so."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def odd(self) -> Any:
        drawn: list[Any] = [None, True, False, self._random.randint(-1, 200), [], {}]
        return self.choice([*drawn, *self._random.sample(TEXTS, 3)])

    def item(self) -> Any:
        match self._random.randrange(3):
            case 0:
                return {"cidr": self.choice(TEXTS)}
            case 1:
                return {"start": self.choice(TEXTS), "end": self.choice(TEXTS)}
            case _:
                return self._fields(["cidr", "start", "end", "foo"], 3)

    def selector(self) -> Any:
        labels = {"matchLabels": self._fields(["a", "b/c"], 2)}
        return self.choice([{}, {}, labels, labels, self.odd()])

    def subnet(self) -> Any:
        lengths = [0, 1, 24, 31, 64, 127, 128, True, 24.0]
        subnet = {"gateway": self.choice(TEXTS), "prefixLength": self.choice(lengths)}
        vlan = {"vlan": self.choice([0, 5, 4094, 4095, None, "1"])}
        return self.choice([subnet, {**subnet, **vlan}, self.odd()])

    def spec(self) -> dict[str, Any]:
        ranges = [self.item() for _ in range(self._random.randrange(4))]
        subnet = {"subnetInfo": self.subnet()} if self._random.random() < 0.5 else {}
        return {"ipRanges": ranges, "nodeSelector": self.selector(), **subnet}

    def choice(self, values: list[Any]) -> Any:
        return self._random.choice(values)

    def _fields(self, names: list[str], most: int) -> dict[str, Any]:
        chosen = self._random.sample(names, self._random.randrange(most + 1))
        return {name: self.odd() for name in chosen}


def test_a_pool_read_by_the_fast_path_equals_that_of_the_schema() -> None:
    specs = Specs(20_000)
    plain = 0

    for _ in range(DOCUMENTS):
        document = pool_object(specs.choice(["a", "a-b", "A", "a.b", "", "-"]))
        document["spec"] = specs.spec()
        plain += both_ways(document)

    assert plain > DOCUMENTS / 100  # else the fast path is never taken


def test_specs_read_together_equal_those_read_one_by_one() -> None:
    specs = Specs(20_000)
    usual = pool_object("a", "10.0.0.0/28", "fd00::1-fd00::9", "10.0.1.1-10.0.1.2")["spec"]
    drawn: list[Any] = [specs.odd() for _ in range(500)]
    drawn += [specs.spec() for _ in range(DOCUMENTS)]
    drawn += [{**usual, "ipRanges": each} for each in ("", {}, {"cidr": "10.0.0.0/8"})]
    together = 0

    for spec in drawn:
        beside = [usual] * specs.choice([0, 0, 0, 1])
        assert read_plain_specs([*beside, spec]) == [
            *map(read_plain_spec, beside),
            read_plain_spec(spec),
        ]
        with suppress(plain_spec._OtherFormError, *OTHER_FORM):
            together += len(plain_spec._read_together([spec, usual])) == 2

    assert together > len(drawn) / 100  # else specs are never read together
    assert read_plain_specs([usual] * 150) == [read_plain_spec(usual)] * 150


def test_both_readings_of_recorded_objects_agree() -> None:
    for document in RECORDED:
        both_ways(document)


def test_most_real_pools_are_read_fast() -> None:
    plain = pool_object("lab", "10.0.0.0/28", "fd00::1-fd00::9")
    plain["spec"]["subnetInfo"] = {"gateway": "10.0.0.1", "prefixLength": 24, "vlan": 5}
    plain["spec"]["nodeSelector"] = {"matchLabels": {"network-role": "egress-gateway"}}

    assert externalippool._read_plain(plain, None) is not None


def test_written_pool_is_read_back() -> None:
    document = pool_object("lab", "10.0.0.77/24", "2001:DB8::1-2001:DB8::9")
    document["metadata"]["labels"] = {"team": "net"}
    document["spec"]["subnetInfo"] = {"gateway": "10.0.0.1", "prefixLength": 24}

    assert write_pool(read_pool(document)) == document


def test_every_range_keeps_its_position() -> None:
    document = pool_object("a")
    document["spec"]["ipRanges"] = [5, {"cidr": "10.0.0.0/24"}, None, {"cidr": []}, {"start": "x"}]

    pool = read_pool(document)

    faults = [each.error if isinstance(each, BadRange) else None for each in pool.ranges]
    assert faults == [
        RangeError.SCHEMA,
        None,
        RangeError.SCHEMA,
        RangeError.SCHEMA,
        RangeError.SCHEMA,
    ]


@pytest.mark.parametrize(
    ("api_version", "kind", "expected"),
    [
        ("crd.antrea.io/v1beta1", "ExternalIPPool", True),
        ("crd.antrea.io/v1", "ExternalIPPool", True),
        ("crd.antrea.io/v1beta1", "IPPool", False),
        ("other.io/v1beta1", "ExternalIPPool", False),
        (None, "ExternalIPPool", False),
        (5, ["ExternalIPPool"], False),
    ],
)
def test_external_ip_pools_of_any_version_are_recognized(
    api_version: Any, kind: Any, *, expected: bool
) -> None:
    assert is_pool({"apiVersion": api_version, "kind": kind}) is expected


@pytest.mark.parametrize(
    ("metadata", "path", "words"),
    [
        (None, ("metadata", "name"), "name or generateName is required"),
        ({}, ("metadata", "name"), "name or generateName is required"),
        ([], ("metadata",), "cannot unmarshal array"),
        ({"name": 5}, ("metadata", "name"), "cannot unmarshal number"),
        ({"name": "Lab"}, ("metadata", "name"), "lowercase RFC 1123 subdomain"),
        ({"name": "a" * 254}, ("metadata", "name"), "no more than 253 characters"),
        ({"generateName": "E2E-"}, ("metadata", "generateName"), "lowercase RFC 1123"),
        ({"name": "a", "labels": {"a": True}}, ("metadata", "labels", "a"), "unmarshal bool"),
        ({"name": "a", "labels": []}, ("metadata", "labels"), "unmarshal array"),
        ({"name": "a", "labels": {"a": "b!"}}, ("metadata", "labels", "a"), "a valid label"),
        ({"name": "a", "labels": {"a": "b" * 64}}, ("metadata", "labels", "a"), "no more than 63"),
        (
            {"name": "a", "annotations": {"a": "x" * 262_145}},
            ("metadata", "annotations"),
            "Too long",
        ),
        ({"name": "a", "labels": {"x y": "b"}}, ("metadata", "labels", "x y"), "name part"),
    ],
)
def test_invalid_metadata_is_a_violation(metadata: Any, path: tuple[str, ...], words: str) -> None:
    document = pool_object("a")
    document["metadata"] = metadata

    (violation,) = read_pool(document).violations

    assert violation.rule == "EIP111"
    assert violation.path == path
    assert words in violation.sentence


@pytest.mark.parametrize(
    "metadata", [{"name": "a.b-c"}, {"generateName": "e2e-"}, {"name": "a", "labels": {"x/y": ""}}]
)
def test_valid_metadata_has_no_violation(metadata: dict[str, Any]) -> None:
    document = pool_object("a")
    document["metadata"] = metadata

    assert not read_pool(document).violations


def test_status_is_dropped_before_validation() -> None:
    document = pool_object("a", "10.0.0.0/24")
    document["status"] = {"usage": {"total": "254"}, "conditions": []}

    pool = read_pool(document)

    assert not pool.violations
    assert not pool.pruned


def test_metadata_errors_are_those_of_the_server() -> None:
    refused = 0
    for answer in json_lines(HERE / "go_answers" / "metadata.jsonl"):
        found = sorted(each.sentence for each in metadata.violations(answer["metadata"]))

        assert found == answer["sentences"], answer["metadata"]
        refused += bool(found)
    assert 100 < refused < 390
