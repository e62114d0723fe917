"""Parameters of requests that make no sense, and what the API server says to them.

Source: Kubernetes v1.36 ``apimachinery/pkg/apis/meta/v1/validation`` and ``meta/internalversion/
validation``.
"""

import json
from collections.abc import Iterator
from typing import Final

from ippoolctl.crd.decoding import misfits
from ippoolctl.sandbox.apiserver import patches
from ippoolctl.sandbox.apiserver.bodies import READERS, read_object
from ippoolctl.sandbox.apiserver.decoding import SCHEME
from ippoolctl.sandbox.apiserver.kinds import REVIEWS, JsonObject, Kind
from ippoolctl.sandbox.apiserver.negotiation import JSON, knows
from ippoolctl.sandbox.apiserver.request import Call, Request
from ippoolctl.sandbox.apiserver.selectors import check_syntax
from ippoolctl.sandbox.apiserver.statuses import (
    bad_request,
    invalid,
    not_acceptable,
    unsupported,
    unsupported_value,
)
from ippoolctl.sandbox.apiserver.structs import STRUCTS

EXACT: Final = "Exact"
_NOT_OLDER: Final = "NotOlderThan"
_MATCH: Final = "resourceVersionMatch"
_VALIDATIONS: Final = ("", "Ignore", "Strict", "Warn")
_POLICIES: Final = ("Foreground", "Background", "Orphan", "nil")

_MAX_MANAGER: Final = 128

Cause = tuple[str, str]
"""A parameter, and what is wrong with it."""


def check_write(verb: str, call: Call) -> None:
    """Raise :class:`StatusError` for the headers and parameters of a create, update or patch."""
    request = call.request
    if verb == "patch":
        patches.check_type(call)
    check_form(call)
    if verb != "create" and not call.name:
        raise bad_request("name must be provided")
    if verb == "create" and call.kind is not REVIEWS and request.content_type not in READERS:
        raise unsupported(READERS)
    query = request.query
    causes = list(_dry_run([query["dryRun"]] if "dryRun" in query else []))
    if query.get("fieldValidation", "") not in _VALIDATIONS:
        causes.append(unsupported_value("fieldValidation", query["fieldValidation"], _VALIDATIONS))
    if verb == "patch" and "force" in query:
        causes.append(_forbidden("may not be specified for non-apply patch", "force"))
    causes += _manager(query.get("fieldManager", ""))
    _check(verb, causes)


def check_form(call: Call) -> None:
    """Raise :class:`StatusError` if the answer cannot be what the client wants."""
    request = call.request
    if request.form is None:
        is_list = request.method == "GET" and not call.name
        by_route = not (call.kind.is_custom or knows(request.headers.get("Accept") or ""))
        raise not_acceptable(by_route=by_route, is_list=is_list)


def check_stream(request: Request) -> None:
    """Raise :class:`StatusError` if a watch cannot be what the client wants."""
    if request.form is not None and request.form.media_type != JSON:
        raise not_acceptable()


def _manager(name: str) -> Iterator[Cause]:
    if len(name.encode()) > _MAX_MANAGER:
        limit = f"may not be more than {_MAX_MANAGER} bytes"
        yield "fieldManager", f"fieldManager: Too long: {limit}"
    for position, each in enumerate(name):
        if not each.isprintable():
            at = len(name[:position].encode())
            why = f"invalid character U+{ord(each):04X} (at position {at})"
            yield (
                "fieldManager",
                f"fieldManager: Invalid value: {json.dumps(name, ensure_ascii=False)}: {why}",
            )


def delete_options(request: Request) -> JsonObject:
    """The options of a deletion: those of the body, or of the URL. Raises :class:`StatusError`."""
    found = _sent(request) if request.body else _in_url(request)
    for each in misfits(found, "v1.DeleteOptions", STRUCTS):
        if each.sentence:
            raise bad_request(each.sentence)
    policy, orphan = found.get("propagationPolicy"), found.get("orphanDependents")
    causes: list[Cause] = []
    if policy is not None and orphan is not None:
        why = "orphanDependents and deletionPropagation cannot be both set"
        field = "propagationPolicy"
        causes.append((field, f'{field}: Invalid value: "{policy}": {why}'))
    if policy not in (None, *_POLICIES):
        causes.append(unsupported_value("propagationPolicy", policy, _POLICIES))
    causes += _dry_run(found.get("dryRun") or [])
    _check("delete", causes)
    if orphan is not None:
        found["propagationPolicy"] = "Orphan" if orphan else "Background"
    return found


def _sent(request: Request) -> JsonObject:
    if request.content_type not in READERS:
        raise unsupported(READERS)
    try:
        found, _ = read_object(request.content_type, request.body.decode(errors="replace"))
    except ValueError as error:
        raise bad_request(str(error)) from None
    version, kind = found.get("apiVersion") or "meta.k8s.io/v1", found.get("kind")
    if version.count("/") > 1:
        raise bad_request(f"unexpected GroupVersion string: {version}")
    if kind not in (None, "", "DeleteOptions"):
        where = f'for version "{version}" in scheme "{SCHEME}"'
        raise bad_request(f'no kind "{kind}" is registered {where}')
    return found


def _in_url(request: Request) -> JsonObject:
    query = request.query
    preconditions = {key: query[key] for key in ("uid", "resourceVersion") if query.get(key)}
    found: JsonObject = {"preconditions": preconditions} if preconditions else {}
    if "dryRun" in query:
        found["dryRun"] = [query["dryRun"]]
    if "propagationPolicy" in query:
        found["propagationPolicy"] = query["propagationPolicy"]
    if "orphanDependents" in query:
        found["orphanDependents"] = request.flag("orphanDependents")
    if "gracePeriodSeconds" in query:
        found["gracePeriodSeconds"] = request.number("gracePeriodSeconds")
    return found


def check_list(request: Request) -> None:
    """Raise :class:`StatusError` for the parameters of a list."""
    _check_values(request)
    match, revision = request.query.get(_MATCH), request.query.get("resourceVersion", "")
    causes: list[Cause] = []
    if "sendInitialEvents" in request.query:
        causes.append(_forbidden("sendInitialEvents is forbidden for list", "sendInitialEvents"))
    if match and not revision:
        causes.append(_forbidden(f"{_MATCH} is forbidden unless resourceVersion is provided"))
    if match and request.query.get("continue"):
        causes.append(_forbidden(f"{_MATCH} is forbidden when continue is provided"))
    if match and match not in (EXACT, _NOT_OLDER):
        causes.append(unsupported_value(_MATCH, match, (EXACT, _NOT_OLDER, "")))
    if match == EXACT and revision == "0":
        causes.append(_forbidden(f'{_MATCH} "exact" is forbidden for resourceVersion "0"'))
    _check("list", causes)


def check_watch(request: Request) -> None:
    """Raise :class:`StatusError` for the parameters of a watch."""
    _check_values(request)
    match, initial = request.query.get(_MATCH), "sendInitialEvents" in request.query
    causes: list[Cause] = []
    if initial and match != _NOT_OLDER:
        causes.append(_forbidden(f"sendInitialEvents requires setting {_MATCH} to {_NOT_OLDER}"))
    if match and not initial:
        why = f"{_MATCH} is forbidden for watch unless sendInitialEvents is provided"
        causes.append(_forbidden(why))
    if match and match != _NOT_OLDER:
        causes.append(unsupported_value(_MATCH, match, [_NOT_OLDER]))
    if request.query.get("continue"):
        causes.append(_forbidden(f"{_MATCH} is forbidden when continue is provided"))
    _check("list", causes)


def _check_values(request: Request) -> None:
    for name in ("limit", "timeoutSeconds"):
        request.number(name)
    check_syntax(request.query)


def _dry_run(words: list[str]) -> Iterator[Cause]:
    if set(words) - {"All"}:
        shown = ", ".join(f'"{each}"' for each in words)
        yield "dryRun", f'dryRun: Unsupported value: [{shown}]: supported values: "All"'


def _forbidden(why: str, name: str = _MATCH) -> Cause:
    return name, f"{name}: Forbidden: {why}"


def _check(verb: str, causes: list[Cause]) -> None:
    if causes:
        raise invalid(Kind("meta.k8s.io", "v1", "", f"{verb.capitalize()}Options"), "", causes)
