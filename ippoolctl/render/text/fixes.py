"""The fixes of a check, for people."""

from collections.abc import Iterable, Iterator, Mapping

from ippoolctl.domain.lint.finding import Fix
from ippoolctl.render.notes import Note, warning
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.check import why_not_fixed
from ippoolctl.render.styles import Line, Segment, Style, diff_row, line


def fixed_lines(fixes: Iterable[Fix]) -> Iterator[Line]:
    """Each change that was made, with the place of its finding, and an empty line."""
    made = [each for each in fixes if each.why_not is None]
    for each in made:
        yield line(
            Segment(f"{each.place}: " if each.place else "", Style.STRONG),
            Segment(f"fixed {each.finding.rule}", Style.GOOD),
            f": {each.edit.old_text} -> {each.edit.new_text}",
            hanging=4,
        )
    if made:
        yield line()


def diff_lines(files: Mapping[str, tuple[str, str]]) -> Iterator[Line]:
    """A unified diff of the files for ``patch -p0``, each with its text before and after."""
    import difflib

    for file, texts in files.items():
        before, after = map(_rows, texts)
        for row in difflib.unified_diff(before, after, file, file):
            yield diff_row(row.removesuffix("\n"), exact=True)
            if not row.endswith("\n"):
                yield line("\\ No newline at end of file")


def _rows(text: str) -> list[str]:
    """The lines as ``patch`` counts them: only a line feed ends one."""
    *rows, last = text.split("\n")
    return [*(f"{row}\n" for row in rows), *([last] if last else [])]


def not_fixed_notes(fixes: Iterable[Fix]) -> Iterator[Note]:
    """A warning for each change that was not possible."""
    for each in fixes:
        if each.why_not is not None:
            where = f"{each.place}: " if each.place else ""
            yield warning(f"{where}{each.finding.rule} not fixed: {why_not_fixed(each)}")


def dry_run_summary(fixes: Iterable[Fix], files: int) -> str:
    """How much would be changed."""
    made = sum(each.why_not is None for each in fixes)
    if not made:
        return "nothing to fix"
    return f"would fix {counted(made, 'finding')} in {counted(files, 'file')}"
