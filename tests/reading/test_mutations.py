"""20,000 mutated documents go through reading, checking and rendering without a traceback.

Mutations are drawn from a printed seed, so that a failure can be played again.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.releases import LATEST, AssumedRelease, Release, ReleaseSource
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.domain.lint.runner import lint
from ippoolctl.domain.lint.simulation import simulate_admission
from ippoolctl.manifests.read import Manifests, read_manifests
from ippoolctl.render.checked import Checked
from ippoolctl.render.documents.check_report import check_document
from ippoolctl.render.documents.verdict_list import verdict_document
from ippoolctl.render.formats.content import Content
from ippoolctl.render.formats.reports import github, gitlab, junit, markdown, sarif
from ippoolctl.render.structured import as_json
from ippoolctl.render.styles import paint
from ippoolctl.render.text.check import report_lines
from tests.builders import HERE, ROOT, json_lines, pool_object

DOCUMENTS = 20_000
BATCHES = 8
DOCUMENTS_OF_A_FILE = 6
TOKENS = [
    "&a ", "*a", "<<: ", "- ", "? ", ": ", "[", "]", "{", "}", "'", '"', "|\n", ">\n", "\t", "\n",
    "---\n", "...\n", "%YAML 1.1\n", "!!int ", "!!str ", "!x ", "#", ",", "null", "~", "yes",
    "0x1F", "1e400", ".nan", "010", "::", "::ffff:10.0.0.1", "/0", "/129", "-", "255.255.255.255",
    "é", "😀", "\x00",
    "\x1b[2J", "\u202e", "\ud800", "\\u0000", "\\", "List", "items", "cidr", "start", "end",
]  # fmt: skip


def beginning(text: str) -> str:
    """The first documents: a mutation of a long file would mostly read what it left unchanged."""
    return "---\n".join(text.split("---\n")[:DOCUMENTS_OF_A_FILE])


def corpus() -> list[str]:
    texts = [
        beginning(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "examples").rglob("*.yaml"))
    ]
    texts += [json.dumps(pool_object("a", "10.0.0.0/24", "fd00::1-fd00::9"), indent=2)]
    texts += [
        json.dumps(answer["object"])
        for answer in list(json_lines(HERE / "go_answers" / "schema.jsonl"))[:60]
    ]
    return texts


def insert(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(TOKENS) + text[at:]


def delete(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + text[at + rng.choice((1, 1, 2, 5, 20)) :]


def replace(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return (
        text[:at] + chr(rng.choice((rng.randrange(128), rng.randrange(0x11000)))) + text[at + 1 :]
    )


def swap_lines(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


def repeat_piece(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    piece = text[at : at + rng.randrange(60)]
    return text[:at] + piece * rng.randrange(1, 4) + text[at:]


MUTATIONS: list[Callable[[str, random.Random], str]] = [
    insert, insert, delete, replace, swap_lines, repeat_piece,
]  # fmt: skip


def go_through(manifests: Manifests, release: Release, *, reports: bool) -> None:
    report = lint(Facts(manifests.pools, release), RULES)
    if not reports:
        report = report._replace(skipped=())  # the same for all documents
    answers = list(simulate_admission(manifests.pools, KnownPools(), release))
    sides = [each.subject for each in report.findings]
    places = manifests.locate((each.about, each.path) for each in sides)
    assumed = AssumedRelease(release, ReleaseSource.OPTION)
    counts = {"pools": 0, "ranges": 0, "otherObjects": 0, "surroundings": 0, "files": 0}
    checked = Checked(
        report=report,
        places=places,
        release=assumed,
        counts=counts,
        problems=manifests.problems,
        pools=manifests.pools,
        rules=RULES,
        threshold=Severity.ERROR,
    )
    json.loads(as_json(check_document(checked)))
    json.loads(as_json(verdict_document(answers, places, assumed, [])))
    text = paint(report_lines(report, places))
    assert not any(character < " " and character != "\n" for character in text)
    if not reports:
        return
    content = Content(checked=lambda: checked)
    assert all(row.startswith("::") for row in github.render(content).splitlines())
    json.loads(gitlab.render(content))
    json.loads(sarif.render(content))
    ElementTree.fromstring(junit.render(content))
    assert markdown.render(content)


@pytest.mark.parametrize("seed", range(BATCHES))
def test_mutated_documents_cause_no_traceback(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    texts = corpus()
    path = tmp_path / "mutated.yaml"
    read = 0

    for number in range(DOCUMENTS // BATCHES):
        text = rng.choice(texts)
        for _ in range(rng.choice((1, 1, 2, 4, 8))):
            text = rng.choice(MUTATIONS)(text, rng)
        path.unlink(missing_ok=True)  # some file systems wait for the disk if a file is cut
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            manifests = read_manifests([str(path)])
            release = rng.choice((LATEST, Release(2, 4, 2), Release(1, 15, 1)))
            go_through(manifests, release, reports=number % 20 == 0)
        except Exception as error:
            raise AssertionError(f"seed {seed}, document {number}: {text!r}") from error
        read += bool(manifests.pools)

    assert read > DOCUMENTS / BATCHES / 5  # else the mutations only ever break the YAML
