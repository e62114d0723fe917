"""The requests of a probe, and the answers."""

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import kubernetes

from tests.builders import pool_object
from tests.parity.backend import Answer, Backend, Stream
from tests.parity.masking import Masks

GROUP = "/apis/crd.antrea.io"
ANTREA = f"{GROUP}/v1beta1"
POOLS = f"{ANTREA}/externalippools"

Keep = Callable[[Any], Any]
"""From a body to what of it is recorded."""

AGE = re.compile(r"(?<=  )\d+(?:ms|[smhd])(?:\d+[smhd])?(?=\s|$)", re.MULTILINE)
GAP = re.compile(r" {2,}")
LOGGED = re.compile(r"[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ reflector\.go:")
"""What kubectl logs, or does not, of a watch that it ended itself: two of its threads race."""


class Transcript:
    """The recorder of a probe; :attr:`entries` is its result."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.entries: list[dict[str, Any]] = []
        self._masks = Masks()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        keep: Keep | None = None,
        **options: Any,
    ) -> Answer:
        """A request that is on record; ``keep`` leaves of the body what can be compared."""
        answer = self.backend.request(method, path, body, query=query, **options)
        shown = keep(answer.body) if keep else answer.body
        self._add(self._line(method, path, query, options), _facts(answer, shown))
        return answer

    def create(self, name: str, *ranges: str, **spec: Any) -> Answer:
        """A pool that is on record."""
        return self.ask("POST", POOLS, pool_object(name, *ranges, **spec))

    def get(self, name: str, **options: Any) -> Answer:
        """A pool that is on record."""
        return self.ask("GET", f"{POOLS}/{name}", **options)

    def patch(self, name: str, body: Any, **options: Any) -> Answer:
        """A merge patch, or a JSON patch if it is a list, that is on record."""
        return self.ask("PATCH", f"{POOLS}/{name}", body, **options)

    def put(self, name: str, body: Any, **options: Any) -> Answer:
        return self.ask("PUT", f"{POOLS}/{name}", body, **options)

    def delete(self, name: str, body: Any = None, **options: Any) -> Answer:
        return self.ask("DELETE", f"{POOLS}/{name}", body, **options)

    def list(self, **query: str) -> Answer:
        """All pools; of each the name is on record, and of the list everything else."""
        return self.ask("GET", POOLS, query=query, keep=listing)

    def given(self, name: str, *ranges: str, **spec: Any) -> Any:
        """A pool that is there before the probe begins, and that the webhook knows of."""
        found = self.quietly("POST", POOLS, pool_object(name, *ranges, **spec))
        assert found.status == 201, found
        self.backend.settle()
        return found.body

    def given_pools(self, *names: str, **labels: Mapping[str, str]) -> None:
        """Some pools with ranges of their own; labels by name."""
        for number, name in enumerate(names):
            pool = pool_object(name, f"10.{number}.0.0/24")
            if name in labels:
                pool["metadata"]["labels"] = labels[name]
            answer = self.quietly("POST", POOLS, pool)
            assert answer.status == 201, answer
        self.backend.settle()

    def quietly(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """A request of which nothing is on record."""
        return self.backend.request(method, path, body, **options)

    def watch(
        self,
        query: Mapping[str, str] | None = None,
        path: str = POOLS,
        *,
        keep: Keep | None = None,
        **options: Any,
    ) -> Stream:
        """Follow a watch; ``keep`` selects the recorded part of each event."""
        stream = self.backend.watch(path, query, **options)
        facts = _facts(Answer(stream.status, stream.headers, None), None)
        del facts["body"]
        shown = [(keep or event)(each) for each in stream.events]
        shown_options = {"accept": options.get("accept", ""), "user": options.get("user", "")}
        line = self._line("WATCH", path, query, shown_options)
        self._add(line, facts | {"events": shown, "end": stream.end})
        return stream

    def kubectl(
        self,
        *arguments: str,
        input: str | None = None,  # noqa: A002 - as in subprocess
        keep: Keep | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """The output of kubectl, without padding and ages."""
        done = self.backend.kubectl(*arguments, input=input)
        output: Any = printed(done.stdout)
        self._add(
            f"kubectl {' '.join(arguments)}",
            {
                "exit": done.returncode,
                "stdout": keep(done.stdout) if keep else output,
                "stderr": printed(done.stderr),
            },
        )
        return done

    @contextmanager
    def python(self) -> Iterator[Any]:
        """The official client."""
        config: Any = kubernetes.config
        with config.new_client_from_config(str(self.backend.kubeconfig())) as client:
            yield client

    def note(self, sentence: str, value: Any) -> None:
        """Something that no answer shows by itself."""
        self.entries.append({"note": sentence, "is": self._masks(value)})

    def _add(self, line: str, facts: dict[str, Any]) -> None:
        self.entries.append({"ask": line, **self._masks(facts)})

    def _line(
        self, method: str, path: str, query: Mapping[str, str] | None, options: dict[str, Any]
    ) -> str:
        asked = "&".join(f"{key}={_word(key, each)}" for key, each in (query or {}).items())
        parts = [method, self._masks.text(path) + (f"?{asked}" if asked else "")]
        parts += [f"{key}={options[key]}" for key in ("content_type", "accept") if options.get(key)]
        if options.get("user"):
            parts.append(f"as {options['user']}")
        return " ".join(parts)


def _word(key: str, value: str) -> str:
    if key == "resourceVersion" and value.isdigit() and len(value) > 1:
        return "<revision>"
    return "<token>" if key == "continue" and len(value) > 30 else value


def _facts(answer: Answer, body: Any) -> dict[str, Any]:
    kept = {key.lower(): each for key, each in answer.headers.items()}
    return {"status": answer.status, "headers": kept, "body": body}


def listing(body: Any) -> Any:
    """A list with the names of its items; an error as it is."""
    if not isinstance(body, dict) or "items" not in body:
        return body
    return {**body, "items": [each["metadata"]["name"] for each in body["items"]]}


def event(found: Any) -> Any:
    """The type of an event, and its object in short; an error in full."""
    if not isinstance(found, dict) or "object" not in found:
        return found
    thing = found["object"]
    if thing.get("kind") == "Status":
        return found
    metadata = {
        key: value
        for key, value in thing.get("metadata", {}).items()
        if key in ("name", "resourceVersion", "labels", "annotations", "generation", "uid")
    }
    short = {key: thing.get(key) for key in ("kind", "apiVersion")} | {"metadata": metadata}
    return {"type": found["type"], "object": short}


def printed(text: str) -> list[str]:
    """Lines of a program, with gaps of two blanks, without ages and logs."""
    told = [each for each in text.splitlines() if not LOGGED.match(each)]
    lines = [AGE.sub("<age>", GAP.sub("  ", each.rstrip())) for each in told]
    # The causes of a refusal come in any order.
    causes = iter(sorted(each for each in lines if each.startswith("* ")))
    return [next(causes) if each.startswith("* ") else each for each in lines]
