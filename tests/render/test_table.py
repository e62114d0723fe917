"""Tables: the text that is written to a file equals that of their lines."""

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.render.styles import Segment, Style, paint, table

texts = st.text("ab 1é\n\x1b", max_size=4)
cells = st.one_of(texts, st.builds(Segment, texts, st.sampled_from(Style)))
rows = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=5)
)


@given(rows, st.sets(st.sampled_from("ABCD")))
def test_text_of_a_table_is_that_of_its_lines(rows: list[list[str]], right: set[str]) -> None:
    found = table("ABCD"[: len(rows[0]) if rows else 4], rows, right)

    assert len(found) == len(list(found)) == len(rows) + 1
    assert paint(found) == paint(list(found))


def test_columns_are_three_spaces_apart() -> None:
    found = table(("NAME", "N", "S"), [("a", "10", Segment("ok", Style.GOOD))], right=("N",))

    assert paint(found) == "NAME    N   S\na      10   ok\n"
    assert [each.style for each in found[1].segments if each.text == "ok"] == [Style.GOOD]
