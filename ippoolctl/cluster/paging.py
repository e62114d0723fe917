"""Lists page by page: while one page is read, the next one is on its way."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar

from ippoolctl.ports.faults import RejectedFault, UnansweredFault

PAGE: Final = 1000
"""Objects of one page: twice what kubectl asks for, since pools are small objects."""

OF_A_REVISION: Final = ("resourceVersion", "resourceVersionMatch")
"""What only the first page may be asked with: the token of the others says it, and the server
refuses to hear it twice."""

RESTARTS: Final = 3
"""How often a list is begun anew that grew too old between its pages."""

_GONE: Final = 410
_NONE: Final = object()

Object = dict[str, Any]
T = TypeVar("T")
Ask = Callable[[Mapping[str, str], float | None], Object]
"""One request for a page: by its query, and how many seconds it may take."""


def whole_list(
    ask: Ask,
    query: Mapping[str, str],
    read: Callable[[Object], T],
    within: float | None = None,
    now: Callable[[], float] = time.monotonic,
) -> tuple[list[T], str]:
    """What is read of the items of all pages, and the resource version that they were read at.

    ``within`` bounds the list as a whole. Raises whatever ``ask`` raises, and
    :class:`UnansweredFault` if the time is up or an answer is no list.
    """
    end = None if within is None else now() + within

    def ask_in_time(asked: Mapping[str, str]) -> Object:
        left = None if end is None else end - now()
        if left is not None and left <= 0:
            message = "the list of objects did not end in time"
            raise UnansweredFault(message, "the server is slow; give it more time")
        try:
            return ask(asked, left)
        except RejectedFault as fault:
            if fault.status == _GONE and "continue" in asked:
                raise _TooOldError from None
            raise

    for _ in range(RESTARTS):
        with suppress(_TooOldError):
            items: list[T] = []
            revision = ""
            for page in _pages(ask_in_time, query):
                revision = revision or str(_metadata_of(page).get("resourceVersion", ""))
                items += map(read, _items_of(page))
            return items, revision
    message = "the list of objects grew too old between its pages, again and again"
    raise UnansweredFault(message, "the server is slow; try again")


class _TooOldError(Exception):
    """The continue token expired: begin again."""


def _pages(
    ask: Callable[[Mapping[str, str]], Object], query: Mapping[str, str]
) -> Iterator[Object]:
    asked = {**query, "limit": str(PAGE)}
    page = ask(asked)
    while token := str(_metadata_of(page).get("continue") or ""):
        asked = {key: text for key, text in asked.items() if key not in OF_A_REVISION}
        asked["continue"] = token
        following = _Begun(ask, asked)
        yield page
        page = following.result()
    yield page


def _metadata_of(page: Object) -> Object:
    metadata = page.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _items_of(page: Object) -> list[Object]:
    items = page.get("items", _NONE)
    if items is None:
        return []  # Go's way to write an empty list that was never made
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        message = "the server's answer is not a list"
        raise UnansweredFault(message, "is something else listening there, such as a proxy?")
    return items


class _Begun:
    """A request that is on its way while we do something else."""

    def __init__(
        self, ask: Callable[[Mapping[str, str]], Object], query: Mapping[str, str]
    ) -> None:
        self._page: Object = {}
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(ask, query), daemon=True)
        self._thread.start()

    def result(self) -> Object:
        self._thread.join()
        if self._failure is not None:
            raise self._failure
        return self._page

    def _run(self, ask: Callable[[Mapping[str, str]], Object], query: Mapping[str, str]) -> None:
        try:
            self._page = ask(query)
        except BaseException as failure:
            self._failure = failure
