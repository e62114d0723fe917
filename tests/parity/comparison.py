"""The parts of an answer in which two servers may differ."""

import re
from typing import Any

FREE = tuple(
    (re.compile(pattern, re.DOTALL), rf"\1{word}")
    for pattern, word in (
        # Messages of a parser of JSON, base64 or selectors.
        (r"(json parse error: ).*", "<the parser's words>"),
        (r"(error decoding patch: ).*", "<the parser's words>"),
        (r"(continue key is not valid: ).*", "<the parser's words>"),
        (
            r"()(?:unable to parse requirement: |found '[^']*', ?expected: ).*",
            "<the parser's words>",
        ),
        # The other media types that a server reads or writes.
        (
            r"(media types include: |media types are accepted: |Available representations: ).*",
            "<media types>",
        ),
    )
)
UNTOLD = frozenset({"description"})
"""Members of JSON that are written for people, and by people."""


def comparable(value: Any) -> Any:
    """A transcript without the parts that may differ."""
    match value:
        case dict():
            if value.get("code") == 422:
                value = _with_a_set_of_causes(value)
            return {key: comparable(each) for key, each in value.items() if key not in UNTOLD}
        case list():
            return [comparable(each) for each in value]
        case str():
            for pattern, word in FREE:
                value = pattern.sub(word, value)
    return value


def _with_a_set_of_causes(status: dict[str, Any]) -> dict[str, Any]:
    """Of an update the real server gives some causes two and three times."""
    match status:
        case {"details": {"causes": [*causes]} as details}:
            once = [each for at, each in enumerate(causes) if each not in causes[:at]]
            return status | {"details": details | {"causes": once}}
    return status
