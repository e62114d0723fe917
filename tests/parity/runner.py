"""Running a probe, and what the real server answered to it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.parity.backend import Backend
from tests.parity.registry import Probe
from tests.parity.transcript import Transcript

ANSWERS = Path(__file__).parent / "answers"

Entries = list[dict[str, Any]]


def run(probe: Probe, backend: Backend) -> Entries:
    """The transcript of a probe on a server that is emptied first."""
    backend.reset()
    transcript = Transcript(backend)
    probe.run(transcript)
    return plain(transcript.entries)


def plain(entries: Entries) -> Entries:
    """As JSON gives it back: tuples are lists."""
    found: Entries = json.loads(json.dumps(entries))
    return found


def recorded(probe: Probe) -> Entries:
    """The last recorded answers of the real server."""
    found: Entries = _answers(probe.subject)[probe.name]
    return found


def known(subject: str) -> dict[str, Entries]:
    """All answers of a subject that are recorded."""
    return dict(_answers(subject)) if (ANSWERS / f"{subject}.json").exists() else {}


@cache
def _answers(subject: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ANSWERS / f"{subject}.json").read_text(encoding="utf-8"))
    return found


def write(subject: str, answers: dict[str, Entries]) -> None:
    """Record the answers of a subject in the order of its probes."""
    text = json.dumps(answers, indent=1, ensure_ascii=False)
    ANSWERS.mkdir(exist_ok=True)
    (ANSWERS / f"{subject}.json").write_text(f"{text}\n", encoding="utf-8")
    _answers.cache_clear()
