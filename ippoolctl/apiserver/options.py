"""Parameters of requests that make no sense, and what the API server says to them.

Source: Kubernetes v1.36 ``apimachinery/pkg/apis/meta/v1/validation`` and ``meta/internalversion/
validation``.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ippoolctl.apiserver.kinds import JsonObject, Kind
from ippoolctl.apiserver.request import JSON, Request
from ippoolctl.apiserver.statuses import bad_request, invalid, unsupported
from ippoolctl.crd.decoding import undecodable

EXACT: Final = "Exact"
_NOT_OLDER: Final = "NotOlderThan"
_MATCH: Final = "resourceVersionMatch"
_VALIDATIONS: Final = ("", "Ignore", "Strict", "Warn")
_POLICIES: Final = ("Foreground", "Background", "Orphan", "nil")

_FIELDS: Final = (
    ("dryRun", list, "[]string"),
    ("preconditions", dict, "v1.Preconditions"),
    ("gracePeriodSeconds", int, "int64"),
)

Cause = tuple[str, str]
"""A parameter, and what is wrong with it."""


def check_write(verb: str, request: Request) -> None:
    """Raise :class:`StatusError` for the parameters of a create, update or patch."""
    query, _ = request.query, request.timeout
    causes = list(_dry_run([query["dryRun"]] if "dryRun" in query else []))
    if query.get("fieldValidation", "") not in _VALIDATIONS:
        causes.append(_unsupported("fieldValidation", query["fieldValidation"], _VALIDATIONS))
    _check(verb, causes)


def delete_options(request: Request) -> JsonObject:
    """The options of a deletion: those of the body, or of the URL. Raises :class:`StatusError`."""
    dry_run = [request.query["dryRun"]] if "dryRun" in request.query else []
    policy = request.query.get("propagationPolicy")
    options: Any = {"dryRun": dry_run, "propagationPolicy": policy}
    request.number("gracePeriodSeconds")
    if request.body:
        if request.content_type != JSON:
            raise unsupported([JSON])
        options = request.json()
        options = {} if options is None else options
    if not isinstance(options, dict) or options.get("kind") not in (None, "", "DeleteOptions"):
        raise bad_request("couldn't get version/kind; json parse error: these are no DeleteOptions")
    found: JsonObject = options
    for field, kind, word in _FIELDS:
        if not isinstance(found.get(field), kind | None):
            raise bad_request(
                undecodable("", (), found[field], f"DeleteOptions.{field}", word).sentence
            )
    causes = list(_dry_run(found.get("dryRun") or []))
    if found.get("propagationPolicy") not in (None, *_POLICIES):
        causes.append(_unsupported("propagationPolicy", found["propagationPolicy"], _POLICIES))
    _check("delete", causes)
    return found


def check_list(request: Request) -> None:
    """Raise :class:`StatusError` for the parameters of a list."""
    match, revision = request.query.get(_MATCH), request.query.get("resourceVersion", "")
    causes: list[Cause] = []
    if "sendInitialEvents" in request.query:
        causes.append(_forbidden("sendInitialEvents is forbidden for list", "sendInitialEvents"))
    if match and not revision:
        causes.append(_forbidden(f"{_MATCH} is forbidden unless resourceVersion is provided"))
    if match and request.query.get("continue"):
        causes.append(_forbidden(f"{_MATCH} is forbidden when continue is provided"))
    if match and match not in (EXACT, _NOT_OLDER):
        causes.append(_unsupported(_MATCH, match, (EXACT, _NOT_OLDER, "")))
    if match == EXACT and revision == "0":
        causes.append(_forbidden(f'{_MATCH} "exact" is forbidden for resourceVersion "0"'))
    _check("list", causes)


def check_watch(request: Request) -> None:
    """Raise :class:`StatusError` for the parameters of a watch."""
    match, initial = request.query.get(_MATCH), "sendInitialEvents" in request.query
    causes: list[Cause] = []
    if initial and match != _NOT_OLDER:
        causes.append(_forbidden(f"sendInitialEvents requires setting {_MATCH} to {_NOT_OLDER}"))
    if match and not initial:
        why = f"{_MATCH} is forbidden for watch unless sendInitialEvents is provided"
        causes.append(_forbidden(why))
    if match and match != _NOT_OLDER:
        causes.append(_unsupported(_MATCH, match, [_NOT_OLDER]))
    if request.query.get("continue"):
        causes.append(_forbidden(f"{_MATCH} is forbidden when continue is provided"))
    _check("list", causes)


def _dry_run(words: list[str]) -> Iterator[Cause]:
    if words and words != ["All"]:
        shown = ", ".join(f'"{each}"' for each in words)
        yield "dryRun", f'dryRun: Unsupported value: [{shown}]: supported values: "All"'


def _forbidden(why: str, name: str = _MATCH) -> Cause:
    return name, f"{name}: Forbidden: {why}"


def _unsupported(name: str, word: str, supported: Iterable[str]) -> Cause:
    listed = ", ".join(f'"{each}"' for each in supported)
    return name, f'{name}: Unsupported value: "{word}": supported values: {listed}'


def _check(verb: str, causes: list[Cause]) -> None:
    if causes:
        raise invalid(Kind("meta.k8s.io", "v1", "", f"{verb.capitalize()}Options"), "", causes)
