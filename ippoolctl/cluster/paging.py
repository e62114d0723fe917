"""Lists page by page: while one page is read, the next one is requested."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeVar

from ippoolctl.cluster.statuses import HINT_NOT_API_SERVER
from ippoolctl.ports.faults import RejectedFault, UnansweredFault

PAGE: Final = 1000
"""Objects of one page: twice what kubectl requests, since pools are small objects."""

OF_A_REVISION: Final = ("resourceVersion", "resourceVersionMatch")
"""For the first page only: the token of the others contains it, and the server rejects both."""

RESTARTS: Final = 3
"""How often a list is started that expires between its pages."""

_GONE: Final = 410
_NONE: Final = object()

Object = dict[str, Any]
T = TypeVar("T")


class Page(NamedTuple):
    """The object of one page, and the ``Date`` header of its response; empty if there is none."""

    document: Object
    date: str


Ask = Callable[[Mapping[str, str], float | None], Page]
"""One request for a page: its query, and its time limit in seconds."""


def whole_list(
    ask: Ask,
    query: Mapping[str, str],
    read: Callable[[list[Object]], Iterable[T]],
    within: float | None = None,
    now: Callable[[], float] = time.monotonic,
) -> tuple[list[T], str, str]:
    """What ``read`` makes of the items of each page; their resource version, and the first date.

    ``within`` limits the list as a whole. Raises what ``ask`` raises, and
    :class:`UnansweredFault` if the time limit passed or a response is not a list.
    """
    end = None if within is None else now() + within

    def ask_in_time(asked: Mapping[str, str]) -> Page:
        left = None if end is None else end - now()
        if left is not None and left <= 0:
            message = "timed out while listing objects"
            raise UnansweredFault(message, "the server is slow; increase the timeout")
        return ask(asked, left)

    for _ in range(RESTARTS):
        items: list[T] = []
        revision = date = ""
        begun = False
        try:
            for page in _pages(ask_in_time, query):
                begun = True
                revision = revision or str(_metadata_of(page).get("resourceVersion", ""))
                date = date or page.date
                items += read(_items_of(page))
        except RejectedFault as fault:
            # The continue token of a later page can expire: start again.
            if fault.status != _GONE or not begun:
                raise
        else:
            return items, revision, date
    message = "the list expired repeatedly between pages"
    raise UnansweredFault(message, "the server is slow; retry")


def _pages(ask: Callable[[Mapping[str, str]], Page], query: Mapping[str, str]) -> Iterator[Page]:
    asked = {**query, "limit": str(PAGE)}
    page = ask(asked)
    while token := str(_metadata_of(page).get("continue") or ""):
        asked = {key: text for key, text in asked.items() if key not in OF_A_REVISION}
        asked["continue"] = token
        following = _requested(ask, asked)
        yield page
        page = following()
    yield page


def _metadata_of(page: Page) -> Object:
    metadata = page.document.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _items_of(page: Page) -> list[Object]:
    items = page.document.get("items", _NONE)
    if items is None:
        return []  # how Go writes an empty list that was never made
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise UnansweredFault("the server response is not a list", HINT_NOT_API_SERVER)
    return items


def _requested(
    ask: Callable[[Mapping[str, str]], Page], query: Mapping[str, str]
) -> Callable[[], Page]:
    """A request in its own thread; its result waits for it, and raises what ``ask`` raises."""
    outcome: list[Page | BaseException] = []

    def run() -> None:
        try:
            outcome.append(ask(query))
        except BaseException as failure:  # raised by the thread that wants the page
            outcome.append(failure)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def result() -> Page:
        thread.join()
        (found,) = outcome
        if isinstance(found, BaseException):
            raise found
        return found

    return result
