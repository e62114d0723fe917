"""Lists page by page: while one page is read, the next one is on its way."""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

PAGE: Final = 500
"""Objects of one page; what kubectl asks for."""

OF_A_REVISION: Final = ("resourceVersion", "resourceVersionMatch")
"""What only the first page may be asked with: the token of the others says it, and the server
refuses to hear it twice."""

Object = dict[str, Any]
Ask = Callable[[Mapping[str, str]], Object]
"""One request for a page, by its query."""


def pages(ask: Ask, query: Mapping[str, str]) -> Iterator[Object]:
    """All pages of a list in order. Raises whatever ``ask`` raises."""
    asked = {**query, "limit": str(PAGE)}
    page = ask(asked)
    while token := str(metadata_of(page).get("continue") or ""):
        asked = {key: text for key, text in asked.items() if key not in OF_A_REVISION}
        asked["continue"] = token
        following = _Begun(ask, asked)
        yield page
        page = following.result()
    yield page


def metadata_of(page: Object) -> Object:
    """The metadata of an object or a list; empty if it has none."""
    metadata = page.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


class _Begun:
    """A request that is on its way while we do something else."""

    def __init__(self, ask: Ask, query: Mapping[str, str]) -> None:
        self._page: Object = {}
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(ask, query), daemon=True)
        self._thread.start()

    def result(self) -> Object:
        self._thread.join()
        if self._failure is not None:
            raise self._failure
        return self._page

    def _run(self, ask: Ask, query: Mapping[str, str]) -> None:
        try:
            self._page = ask(query)
        except BaseException as failure:
            self._failure = failure
