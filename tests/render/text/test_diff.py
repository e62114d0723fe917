"""The unified text of a difference."""

import difflib

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.change.diff import diff
from ippoolctl.render.text.diff import unified
from tests.builders import pool

counts = st.integers(0, 8)


@given(counts, counts, counts, counts)
def test_lines_are_aligned_as_the_library_aligns_them(before, removed, added, after) -> None:
    """Also where only lines are added or only some are removed, which is found out sooner."""
    start, end = (
        [f"{word} {each}\n" for each in range(n)] for word, n in (("a", before), ("z", after))
    )
    old = start + [f"- {each}\n" for each in range(removed)] + end
    new = start + [f"+ {each}\n" for each in range(added)] + end
    texts = {"old": "".join(old), "new": "".join(new)}
    diffs = diff([pool("p", "10.0.0.0/24")], [pool("p", "10.0.1.0/24")], LATEST)

    found = unified(diffs, lambda each: texts["old" if each is diffs[0].old else "new"])

    if removed or added:
        assert found == "".join(difflib.unified_diff(old, new, "before/p", "after/p"))
