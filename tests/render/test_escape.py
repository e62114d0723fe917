"""No external text moves the cursor, hides text or reorders it."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.render.structured import as_json, as_yaml
from ippoolctl.render.styles import Segment, Style, escape, line, paint, table
from ippoolctl.render.terminal import paint as paint_for_people
from tests.examples import examples

BIDI = "\u202a\u202e\u2066\u2069\u200f\u061c\u200b\ufeff"
anything = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\r\nerror: x", BIDI, "[fd00::1]", "[/bold]", "é"]
)


def is_safe(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


@examples(600)
@given(anything)
def test_escaped_text_has_no_control_and_no_format_character(text: str) -> None:
    assert all(map(is_safe, escape(text)))


def test_escaped_characters_stay_visible() -> None:
    assert escape("a\x1b[2J\u202eb\n") == "a\\x1b[2J\\u202eb\\n"
    assert escape("[fd00::1]/é 😀") == "[fd00::1]/é 😀"


@examples(200)
@given(anything, anything)
def test_lines_are_safe_however_they_are_painted(a: str, b: str) -> None:
    lines = [line(Segment(a, Style.ERROR), b, hanging=4), *table((a, "B"), [(b, a)])]

    plain = paint(lines)
    uncoloured = paint_for_people(lines, color=False, wrap=True)
    coloured = paint_for_people(lines, color=True, wrap=False)

    assert all(map(is_safe, plain.replace("\n", "")))
    assert all(map(is_safe, uncoloured.replace("\n", "")))
    for code in ("\x1b[31m", "\x1b[0m", "\x1b[1m"):
        coloured = coloured.replace(code, "")
    assert all(map(is_safe, coloured.replace("\n", "")))


@examples(200)
@given(st.dictionaries(st.text(max_size=5), anything, max_size=3))
def test_documents_are_ascii_and_read_back(document: dict[str, str]) -> None:
    encodable = {
        key: value.encode("utf-8", "backslashreplace").decode() for key, value in document.items()
    }

    assert as_json(document).isascii()
    assert json.loads(as_json(document)) == encodable
    assert as_yaml(document).isascii()


def test_brackets_are_not_eaten_as_markup() -> None:
    shown = paint_for_people([line("node [fd00::1] ok [/etc]")], color=True, wrap=True)

    assert "[fd00::1] ok [/etc]" in shown
