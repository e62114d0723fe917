"""Runs that replace or restore pools, killed at a request and finished by the next run."""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.builders import pool_object
from tests.kills.forge import Child, Forge
from tests.kills.trap import Trap, When
from tests.relocation.stage import Stage
from tests.scenarios.processes import eventually


@dataclass(frozen=True)
class Killing:
    """A stage behind a trap. Every kill gets pools and consumers of its own."""

    stage: Stage
    trap: Trap
    forge: Forge
    egresses: int
    services: int
    between: Callable[[], None] = lambda: None
    """What happens after a kill."""

    def requests_of(self, command: str) -> int:
        """How many requests a whole run sends."""
        arguments, _ = self._set_up(command, 0)
        self.trap.reset()
        ended = self.forge(*arguments)
        assert ended.code == 0, ended
        sent = self.trap.requests
        self._clear()
        return sent

    def kill(self, command: str, number: int, when: When) -> int:
        """Kill a run at a request, and run it again; the code of the killed one."""
        arguments, before = self._set_up(command, number)
        ranges = self._ranges_after(command, number)
        code = self._killed(arguments, number, when)
        self.between()
        again = self.forge(*arguments)
        where = (command, number, when)
        assert again.code == 0, (where, again)
        consumers = self.stage.consumers()
        assert {name: each.address for name, each in consumers.items()} == before, (where, again)
        assert not [name for name, each in consumers.items() if each.detached], (where, again)
        pinned = [name for name, each in consumers.items() if each.fixed]
        assert len(pinned) == (1 if self.services > 3 else 0), (where, pinned)
        assert self.stage.ranges() == ranges, (where, again)
        self._clear()
        return code

    def _killed(self, arguments: Sequence[str], number: int, when: When) -> int:
        started, child = threading.Event(), list[Child]()

        def die() -> None:
            assert started.wait(30)
            self.forge.kill(child[0])

        self.trap.reset()
        self.trap.spring(number, when, die)
        child.append(self.forge.start(*arguments))
        started.set()
        ended = self.forge.end(child[0])
        eventually(self.trap.is_quiet)
        self.trap.reset()
        return ended.code

    def _set_up(self, command: str, number: int) -> tuple[tuple[str, ...], dict[str, str]]:
        """The arguments of the command, and the addresses that all shall have in the end."""
        stage, network = self.stage, f"10.{number % 250}.7"
        stage.pool("a", f"{network}.0/26")
        if command == "move":
            stage.pool("z", "10.251.0.0/28")
        stage.fill("a", network, self.egresses, self.services)
        before = stage.addresses()
        match command:
            case "rename":
                return ("rename", "a", "b", "--yes"), before
            case "shrink":
                removed = f"{network}.61-{network}.62"
                return ("shrink", "a", "--range", removed, "--yes"), before
            case "apply":
                file = stage.directory / f"{number}.json"
                made = pool_object("a", f"{network}.1-{network}.60")
                file.write_text(json.dumps(made), encoding="utf-8")
                return ("apply", str(file), "--replace", "--yes"), before
            case "restore":
                saved = str(stage.directory / f"{number}.yaml")
                assert stage.run("delete", "a", "--force", "--save", saved).code == 0
                stage.rest()
                return ("restore", saved, "--yes"), before
            case _:
                moved = f"{network}.0-{network}.20"
                return ("move", moved, "--from", "a", "--to", "z", "--yes"), before

    def _ranges_after(self, command: str, number: int) -> dict[str, list[str]]:
        network = f"10.{number % 250}.7"
        match command:
            case "rename":
                return {"b": [f"{network}.0/26"]}
            case "restore":
                return {"a": [f"{network}.0/26"]}
            case "shrink" | "apply":
                return {"a": [f"{network}.1-{network}.60"]}
            case _:
                rest = {"a": [f"{network}.21-{network}.62"]}
                return rest | {"z": ["10.251.0.0/28", f"{network}.0-{network}.20"]}

    def _clear(self) -> None:
        for name in self.stage.consumers():
            self.stage.delete("service" if "-s" in name else "egress", name)
        for name in self.stage.pools():
            self.stage.delete("pool", name)
        self.stage.rest()
