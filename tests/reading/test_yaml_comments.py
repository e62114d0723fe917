"""Comments of ippoolctl in YAML: the ``#`` that begins one, and the line it refers to."""

import pytest

from ippoolctl.reading.sources import Source
from ippoolctl.reading.yaml_comments import find_comments


def found(text: str) -> list[tuple[int, int, str]]:
    return [(each.place.line, each.line, each.text) for each in find_comments(Source("f", text))]


@pytest.mark.parametrize(
    ("text", "line", "about"),
    [
        ("a: 1 # ippoolctl: x\n", 1, 1),
        ("a: 1\t#ippoolctl:x", 1, 1),
        ("# ippoolctl: x\na: 1\n", 1, 2),
        ("b: 1\n  # ippoolctl: x\n# another\n\n  # more\na: 1\n", 2, 6),
        ("# ippoolctl: x\n---\na: 1\n", 1, 3),
        ("a: 1\n# ippoolctl: x\n---\na: 1\n", 2, 4),
        ("# ippoolctl: x\r\n\r\na: 1\r\n", 1, 3),
        ("%YAML 1.1\n---\na: é 😀 # ippoolctl: x\n", 3, 3),
        ("- # ippoolctl: x\n  a: 1\n", 1, 1),
        ("a: |\n  text\n# ippoolctl: x\nb: 1\n", 3, 4),
        ("{a: 1, # ippoolctl: x\n b: 2}\n", 1, 1),
        ("a: 'it''s' # ippoolctl: x\n", 1, 1),
        ("a: [\n---\nb: 1 # ippoolctl: x\n", 3, 3),
        ("a: 1\n# ippoolctl: x", 2, 2),
    ],
)
def test_a_comment_has_its_line_and_its_target(text: str, line: int, about: int) -> None:
    assert found(text) == [(line, about, "x")]


@pytest.mark.parametrize(
    "text",
    [
        'a: "x # ippoolctl: x"\n',
        "a: 'x\n  # ippoolctl: x\n  y'\n",
        "a: |\n  # ippoolctl: x\n  y\n",
        "a: >-\n  text\n\n  # ippoolctl: x\n",
        "a: b# ippoolctl: x\n",
        '{"a": "# ippoolctl: x"}',
        "a: é😀\nb: '# ippoolctl: x'\n",
        "# see ippoolctl: x\n",
    ],
)
def test_a_hash_inside_a_text_is_not_a_comment(text: str) -> None:
    assert found(text) == []
