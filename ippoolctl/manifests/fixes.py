"""Fixes of findings in the text of the files that the pools were read from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ippoolctl.domain.antrea.pool import Path, Pool
from ippoolctl.domain.lint.edit import Edit, FieldEdit, ItemEdit, NotFixed, edited, fields
from ippoolctl.domain.lint.finding import Finding, Fix
from ippoolctl.manifests.read import Manifests
from ippoolctl.reading.documents import Document
from ippoolctl.reading.json_documents import JsonError, read_json
from ippoolctl.reading.line_starts import LineStarts
from ippoolctl.reading.splice import Nodes, Splice, UnspliceableError, spliced


class Fixed(NamedTuple):
    """The result for all files."""

    texts: dict[str, str]
    """The new text of each file that changes."""
    fixes: tuple[Fix, ...]


def fix(
    manifests: Manifests,
    findings: Iterable[Finding],
    live: Mapping[str, Pool],
    texts: Mapping[str, str],
) -> Fixed:
    """Make the edits of the findings that count, at most one for each field.

    ``texts`` are the texts of the files; ``live`` are the pools of the cluster by name.
    """
    in_cluster = {name: {*pool.texts} for name, pool in live.items()}
    wanted: dict[int, dict[Path, Fix]] = defaultdict(dict)
    refused: list[Fix] = []
    for finding in findings:
        pool = finding.subject.about
        if finding.accepted or not isinstance(pool, Pool) or pool.origin is None:
            continue
        for edit in finding.edits:
            path = (*pool.origin.path, *edit.path)
            if isinstance(edit, ItemEdit) and edit.old.text in in_cluster.get(pool.name, ()):
                refused.append(Fix(finding, edit, NotFixed.LIVE))
            else:
                wanted[pool.origin.document].setdefault(path, Fix(finding, edit))
    made: list[Fix] = []
    files = {manifests.documents[number].file for number in wanted}
    starts = {file: LineStarts(texts[file]) for file in files}
    by_file: dict[str, list[Splice]] = defaultdict(list)
    for number, fixes in sorted(wanted.items()):
        document = manifests.documents[number]
        edits = {path: each.edit for path, each in fixes.items()}
        value = _value(document, document.text)
        good = _good(document, value, edits)
        start = _start(document, texts[document.file], starts[document.file])
        for path, each in fixes.items():
            if start is None:
                each = Fix(each.finding, each.edit, NotFixed.TEXT)
            elif path not in good:
                each = Fix(each.finding, each.edit, _why_not(document, value, path, each.edit))
            made.append(each)
        if good and start is not None:
            by_file[document.file] += [
                Splice(a + start, b + start, new) for a, b, new in _splices(document.text, good)
            ]
    return Fixed(
        {file: spliced(texts[file], found) for file, found in by_file.items()},
        (*refused, *made),
    )


def _start(document: Document, text: str, lines: LineStarts) -> int | None:
    """Where the document starts in its file; ``None`` if it is not there as it was read."""
    start = lines.start(document.line)
    start = None if start is None else start + document.column
    return start if start is not None and text.startswith(document.text, start) else None


def _good(document: Document, value: Any, edits: dict[Path, Edit]) -> dict[Path, Edit]:
    """Those of the edits that, together, change exactly what they are to change in the value.

    Of two edits that exclude each other it is the first one.
    """
    good: dict[Path, Edit] = {}

    def add(paths: list[Path]) -> None:
        together = good | {path: edits[path] for path in paths}
        if _is_exact(document, value, together):
            good.update(together)
        elif len(paths) > 1:
            half = len(paths) // 2
            add(paths[:half])
            add(paths[half:])

    add(list(edits))
    return good


def _why_not(document: Document, value: Any, path: Path, edit: Edit) -> NotFixed:
    """Why an edit is not one of the good ones."""
    if value is None:
        return NotFixed.TEXT
    there = value
    for step in path[:-1] if isinstance(edit, FieldEdit) else path:
        there = there[step]
    if isinstance(edit, FieldEdit):
        taken = edit.new in there
    else:
        taken = any(
            name in there
            for new in edit.new
            for name in fields(new).keys() - fields(edit.old).keys()
        )
    return NotFixed.OTHER if taken or _is_exact(document, value, {path: edit}) else NotFixed.TEXT


def _is_exact(document: Document, value: Any, edits: dict[Path, Edit]) -> bool:
    try:
        text = spliced(document.text, _splices(document.text, edits))
    except UnspliceableError:
        return False
    after = _value(document, text)
    return after is not None and after == edited(value, edits)


def _splices(text: str, edits: Mapping[Path, Edit]) -> list[Splice]:
    nodes = Nodes(text)
    found: list[Splice] = []
    for path, edit in edits.items():
        if isinstance(edit, FieldEdit):
            found += nodes.rename(path, edit.new)
        else:
            found += nodes.replace_item(path, fields(edit.old), [*map(fields, edit.new)])
    return found


def _value(document: Document, text: str) -> Any:
    """The one value of a text; ``None`` if there is another number of values."""
    from ippoolctl.reading.yaml_documents import YamlError, read_yaml

    try:
        if document.is_json:
            return read_json(text)
        values = read_yaml(text)
    except (YamlError, JsonError):
        return None
    return values[0] if len(values) == 1 else None
