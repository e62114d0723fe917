"""Merge patches (RFC 7396) and JSON patches (RFC 6902), with the answers of the API server.

Source: ``gopkg.in/evanphx/json-patch.v4`` as Kubernetes v1.36 uses it in
``apiserver/pkg/endpoints/handlers/patch.go``.
"""

import re
from copy import deepcopy
from typing import Any, Final

import orjson

from ippoolctl.sandbox.apiserver.decoding import read_json
from ippoolctl.sandbox.apiserver.kinds import JsonObject
from ippoolctl.sandbox.apiserver.left_out import APPLY, BODY, STRATEGIC
from ippoolctl.sandbox.apiserver.request import Call
from ippoolctl.sandbox.apiserver.statuses import IN_BODY, StatusError, bad_request, unread

MERGE: Final = "application/merge-patch+json"
JSON: Final = "application/json-patch+json"
STRATEGIC_MERGE: Final = "application/strategic-merge-patch+json"
SERVER_SIDE_APPLY: Final = "application/apply-patch+yaml"

_INDEX: Final = re.compile("[-+]?[0-9]+")


def check_type(call: Call) -> None:
    """Raise :class:`StatusError` for a patch of a type that the kind does not take."""
    media_type = call.request.content_type
    if media_type == SERVER_SIDE_APPLY:
        raise APPLY.refusal()
    taken = (JSON, MERGE) if call.kind.is_custom else (JSON, MERGE, STRATEGIC_MERGE)
    if media_type not in taken:
        raise BODY.refusal(unread(*taken))


def read(call: Call) -> Any:
    """A merge patch, which is an object, or a JSON patch, which is a list of objects.

    A strategic merge patch is read as a merge patch, which it equals if it names no lists. Raises
    :class:`StatusError`.
    """
    media_type = call.request.content_type
    try:
        found = read_json(call.request.body)
    except ValueError as error:
        raise bad_request(f"error decoding patch: {error}") from None
    if not isinstance(found, list if media_type == JSON else dict):
        raise bad_request("error decoding patch: json: cannot unmarshal into a patch")
    if media_type == STRATEGIC_MERGE and not _names_no_lists(found):
        raise STRATEGIC.refusal()
    return found


def _names_no_lists(patch: Any) -> bool:
    if isinstance(patch, dict):
        return all(key[:1] != "$" and _names_no_lists(each) for key, each in patch.items())
    return not isinstance(patch, list)


def applied(patch: Any, target: JsonObject) -> JsonObject:
    """The target after the patch. Raises :class:`StatusError` if it does not apply."""
    document: Any = target
    if isinstance(patch, dict):
        document = _merged(target, patch)
    else:
        document = deepcopy(target)
        try:
            for each in patch:
                document = _changed(document, each)
        except (AttributeError, LookupError, TypeError, ValueError):
            raise StatusError(422, IN_BODY, details={}) from None
    if not isinstance(document, dict):
        raise StatusError(422, IN_BODY, details={})
    return document


def _merged(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _merged(result.get(key), value)
    return result


def _changed(document: Any, operation: JsonObject) -> Any:
    """The document after one operation. Raises errors of several types if it does not apply."""
    steps = _steps(operation["path"])
    match operation["op"]:
        case "test":
            if text_of(_found(document, steps, missing=None)) != text_of(operation.get("value")):
                raise ValueError("the test fails")
            return document
        case "remove":
            _take(document, steps)
            return document
        case "add" | "replace" as word:
            value = operation.get("value")
        case "move":
            value, word = _take(document, _steps(operation["from"])), "add"
        case "copy":
            # An absent key is copied as null.
            source = _steps(operation["from"])
            if not source:
                raise ValueError("the whole document cannot be copied")
            value, word = _found(document, source, missing=None), "add"
        case _:
            raise ValueError("there is no such operation")
    return _put(document, steps, deepcopy(value), insert=word == "add")


def text_of(value: Any) -> bytes:
    """The value as JSON with sorted keys: the same text for values that are equal in JSON."""
    # In Python 1, 1.0 and True are equal.
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _steps(path: str) -> list[str]:
    if path and not path.startswith("/"):
        raise ValueError("a path begins with a slash")
    return [each.replace("~1", "/").replace("~0", "~") for each in path.split("/")[1:]]


def _found(document: Any, steps: list[str], **default: Any) -> Any:
    """The value at the path; the default only if the last key is absent."""
    for step in steps[:-1]:
        document = document[_key(document, step)]
    if not steps:
        return document
    if default and isinstance(document, dict):
        return document.get(steps[-1], default["missing"])
    return document[_key(document, steps[-1])]


def _key(parent: Any, step: str) -> Any:
    if not isinstance(parent, dict | list):
        raise TypeError("a scalar has no members")
    if isinstance(parent, dict):
        return step
    if not _INDEX.fullmatch(step):
        raise ValueError(step)
    return int(step)


def _put(document: Any, steps: list[str], value: Any, *, insert: bool) -> Any:
    if not steps:
        return value
    parent = _found(document, steps[:-1])
    if not insert or isinstance(parent, dict):
        parent[_key(parent, steps[-1])] = value
        return document
    size = len(parent)
    at = size if steps[-1] == "-" else _key(parent, steps[-1])
    if not -size - 1 <= at <= size:
        raise IndexError(at)
    # A negative index counts from the end of the list after the insertion.
    parent.insert(at if at >= 0 else at + size + 1, value)
    return document


def _take(document: Any, steps: list[str]) -> Any:
    parent = _found(document, steps[:-1])
    return parent.pop(_key(parent, steps[-1]))
