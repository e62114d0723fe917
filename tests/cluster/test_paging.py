"""Lists page by page, of a server that is a function."""

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from ippoolctl.cluster.paging import RESTARTS, Page, whole_list
from ippoolctl.ports.faults import RejectedFault, UnansweredFault


class Server:
    """Two pages; the second one expires a number of times."""

    def __init__(self, expirations: int) -> None:
        self.expirations = expirations
        self.asked: list[str] = []

    def ask(self, query: Mapping[str, str], within: float | None) -> Page:
        token = query.get("continue", "")
        self.asked.append(token)
        if token and self.expirations:
            self.expirations -= 1
            raise RejectedFault(410, "expired", reason="Expired")
        name, more = ("b", {}) if token else ("a", {"continue": "t"})
        metadata: dict[str, Any] = {"resourceVersion": "7", **more}
        return Page({"metadata": metadata, "items": [{"name": name}]}, "now")

    def names(self) -> list[str]:
        found, revision, _ = whole_list(
            self.ask, {}, lambda items: [each["name"] for each in items]
        )
        assert revision == "7"
        return found


def test_a_list_that_expires_between_pages_starts_again_twice() -> None:
    server = Server(RESTARTS - 1)

    assert server.names() == ["a", "b"]
    assert server.asked == ["", "t", "", "t", "", "t"]


@pytest.mark.parametrize(("seconds", "in_time"), [(0.0, True), (1.5, True), (2.0, False)])
def test_a_page_is_asked_for_only_while_time_is_left(seconds: float, *, in_time: bool) -> None:
    clock = iter((0.0, 0.0, seconds))
    server = Server(0)

    def read() -> list[Any]:
        return whole_list(server.ask, {}, lambda items: items, 2.0, lambda: next(clock))[0]

    if in_time:
        assert len(read()) == 2
    else:
        with pytest.raises(UnansweredFault, match="timed out"):
            read()
    assert server.asked == (["", "t"] if in_time else [""])


def test_a_page_that_hangs_does_not_keep_the_process_alive() -> None:
    ends_with_the_process: list[bool] = []

    class Watched(Server):
        """Two pages; it remembers what kind of thread waits for the second one."""

        def ask(self, query: Mapping[str, str], within: float | None) -> Page:
            if "continue" in query:
                ends_with_the_process.append(threading.current_thread().daemon)
            return super().ask(query, within)

    assert Watched(0).names() == ["a", "b"]
    assert ends_with_the_process == [True]


def test_a_list_that_expires_a_third_time_has_no_result() -> None:
    with pytest.raises(UnansweredFault, match="expired repeatedly"):
        Server(3).names()
