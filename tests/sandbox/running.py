"""A sandbox with a client, and the check for bugs after it has stopped."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.builders import pool_object
from tests.e2e.api import POOLS, Answer, Api
from tests.e2e.waiting import until

QUICK = Settings(status_delay=0.01)


@dataclass(frozen=True, slots=True)
class Running:
    """A running sandbox and its client."""

    sandbox: Sandbox
    api: Api

    def create(self, name: str, *ranges: str, **query: str) -> Answer:
        """Create a pool with these ranges; ``query`` is appended to the URL."""
        return self.api.request("POST", POOLS, pool_object(name, *ranges), query=query)

    def delete(self, name: str) -> Answer:
        return self.api.request("DELETE", f"{POOLS}/{name}")

    def pools(self) -> dict[str, Any]:
        """All pools by name."""
        return {each["metadata"]["name"]: each for each in self.items(POOLS)}

    def items(self, path: str) -> list[Any]:
        listed = self.api.request("GET", path)
        assert listed.status == 200, listed
        found: list[Any] = listed.body["items"]
        return found

    def label(self, path: str) -> Answer:
        """Add a label that nothing reads."""
        return self.api.request("PATCH", path, {"metadata": {"labels": {"any": "thing"}}})

    def settle(self) -> None:
        """Wait until the controller has done all that it does at once."""
        until(lambda: self.sandbox.controller.at_rest, "the controller is at rest")

    def knows(self) -> set[str]:
        """Names of the pools that the webhook knows."""
        with self.sandbox.cache.known() as known:
            return {each.name for each in known}

    def until_known(self, *names: str) -> None:
        """Wait until the webhook knows these pools and no others."""
        until(lambda: self.knows() == set(names), f"the webhook knows {names}")


@contextmanager
def running(
    settings: Settings = QUICK,
    load: Iterable[dict[str, Any]] = (),
    authority: Path | None = None,
) -> Iterator[Running]:
    """A running sandbox; its client logs in as a user with ``token-of-`` and the name."""
    tokens = {user: f"token-of-{user}" for user in ("admin", "editor", "viewer", "nobody", "no")}
    with Sandbox(settings, load) as sandbox:
        api = Api(sandbox.url, authority, tokens)
        try:
            yield Running(sandbox, api)
        finally:
            api.close()
    assert not [*sandbox._server.errors, *sandbox._api.errors, *sandbox.controller.errors]
