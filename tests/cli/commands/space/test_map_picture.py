"""``map -o svg``: one self-contained file."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.commands.space.test_map import SPACE
from tests.cli.conftest import CONFLICT
from tests.cli.program import Program

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def space(here: Path) -> Path:
    (here / "space.yaml").write_text(SPACE, encoding="utf-8")
    return here


def picture(program: Program, *arguments: str) -> ElementTree.Element:
    result = program("map", "-f", ".", *arguments, "-o", "svg")
    assert result.code == 0
    return ElementTree.fromstring(result.out)


@pytest.mark.usefixtures("space")
def test_shapes_have_the_numbers_of_their_addresses_as_tooltips(program: Program) -> None:
    root = picture(program, "--within", "10.0.0.0/22")

    titles = [each.text for each in root.iter(f"{SVG}title")]
    assert "10.0.2.72-10.0.2.79: 8 held" not in titles  # the cells before look the same
    assert "10.0.2.16-10.0.2.79: 64 held" in titles
    assert "lab: 10.0.2.96-10.0.2.127: 32 held" in titles
    assert "10.0.3.0-10.0.3.127: 128 reserved" in titles


def test_a_long_label_ends_before_its_bar(program: Program, here: Path) -> None:
    (here / "space.yaml").write_text(SPACE.replace("lab", "production-edge-eu-west"), "utf-8")

    root = picture(program, "--within", "2001:db8:abcd:1234::/112", "--within", "10.0.0.0/22")

    # Digits of DejaVu Sans Bold are as wide, as are most letters of a name at most.
    em = {"name": 13 * 0.7, "pool": 12 * 0.7}
    labels = [each for each in root.iter(f"{SVG}text") if each.attrib["class"] in em]
    begin = min(int(each.attrib["x"]) for each in root.iter(f"{SVG}rect") if "x" in each.attrib)
    texts = [
        "".join(each.itertext()).removeprefix(each.findtext(f"{SVG}title", "")) for each in labels
    ]
    assert "production-edge-eu-…" in texts
    assert "2001:db8:abcd:1234:…" in texts
    for each, text in zip(labels, texts, strict=True):
        assert int(each.attrib["x"]) + len(text) * em[each.attrib["class"]] < begin - 5


@pytest.mark.usefixtures("space")
def test_every_shape_stays_inside_its_bar(program: Program) -> None:
    root = picture(program)
    width, height = (int(root.attrib[each]) for each in ("width", "height"))

    groups = list(root.iter(f"{SVG}g"))
    assert groups
    for group in groups:
        parts = [
            {key: int(each.attrib[key]) for key in ("x", "y", "width", "height")}
            for each in group.iter(f"{SVG}rect")
        ]
        assert {(each["x"], each["width"]) for each in parts} == {
            (parts[0]["x"], parts[0]["width"])
        }
        assert all(each["height"] > 0 for each in parts)
        assert 0 <= parts[0]["x"] < parts[0]["x"] + parts[0]["width"] <= width
        top = min(each["y"] for each in parts)
        bottom = max(each["y"] + each["height"] for each in parts)
        assert 0 <= top < bottom <= height
        assert bottom - top in (30, 14)  # a network or a pool by itself, a pool in a network


@pytest.mark.usefixtures("space")
def test_a_112_in_a_32_has_a_shape(program: Program) -> None:
    root = picture(program, "--within", "2001:db8::/32")

    held = [each for each in root.iter(f"{SVG}rect") if each.attrib.get("class") == "held"]
    # One in the legend, one in the bar of the network, one in that of the pool.
    assert [int(each.attrib["width"]) > 0 < int(each.attrib["height"]) for each in held] == [
        True
    ] * 3


@pytest.mark.usefixtures("space")
def test_the_picture_refers_to_nothing_outside_and_has_both_color_schemes(
    program: Program,
) -> None:
    text = program("map", "-f", ".", "-o", "svg").out

    outside = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "://" not in outside
    assert "href" not in outside
    assert "@import" not in outside
    assert "<script" not in outside
    assert "prefers-color-scheme: dark" in outside


def test_hostile_names_are_text(program: Program, here: Path) -> None:
    name = "</text><script>alert(1)</script>&quot;\\u202e\\u0007"
    document = CONFLICT["edge.yaml"].replace("name: edge", f'name: "{name}"')
    (here / "hostile.yaml").write_text(document, encoding="utf-8")

    root = picture(program)

    shown = "</text><script>alert(1)</script>&quot;\\u202e\\x07"
    assert not list(root.iter(f"{SVG}script"))
    assert shown in [each.text for each in root.iter(f"{SVG}title")]
    assert root.attrib["aria-label"].startswith(shown)
    assert "\u202e" not in ElementTree.tostring(root, encoding="unicode")


def test_without_pools_the_picture_is_empty(program: Program, here: Path) -> None:
    (here / "empty.yaml").write_text("", encoding="utf-8")

    assert not list(picture(program).iter(f"{SVG}g"))


def test_one_address_is_in_the_singular(program: Program, here: Path) -> None:
    one = CONFLICT["edge.yaml"].replace("cidr: 10.0.0.0/24", "{start: 10.0.0.5, end: 10.0.0.5}")
    (here / "one.yaml").write_text(one, encoding="utf-8")

    texts = ["".join(each.itertext()) for each in picture(program).iter(f"{SVG}text")]

    assert "10.0.0.5: 1 address, 1 held" in texts
