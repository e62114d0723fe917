"""What differs from run to run is written as a word in angle brackets."""

import re
from typing import Any

UID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
RUN = re.compile(r"(\w)\1{60,}")
PATTERNS = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", "<time>"),
        (r"https?://(?:127\.0\.0\.1|localhost):\d+", "<url>"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:<port>"),
        (r"\b(random-)[bcdfghjklmnpqrstvwxz2456789]{5}\b", r"\1<suffix>"),
        (r"((?:version: |current: |version match: |rsion=))\d{2,}", r"\1<revision>"),
        (r"(<revision>|version: 1) \(\d+\)", r"\1 (<revision>)"),
        (r"\b(precondition|record) \(\d+\)", r"\1 (<revision>)"),
        # A patch that cannot be decoded is shown as a whole object, managed fields and all.
        (r'Invalid value: "\{.*\}": ', 'Invalid value: "<the object>": '),
        (r"'\{[^']*\"creationTimestamp\"[^']*\}'", "'<the object>'"),
        (r"(Resource Version: +)\d+", r"\1<revision>"),
    )
)


class Masks:
    """The masks of one transcript: the same uid or revision has the same number in all of it."""

    def __init__(self) -> None:
        self._uids: dict[str, int] = {}
        self._revisions: dict[str, int] = {}

    def __call__(self, value: Any) -> Any:
        match value:
            case dict():
                value = _in_order(value)
                # Numbers are given in an order that the server has no say in.
                return {key: self._member(key, value[key]) for key in sorted(value)}
            case list():
                return [self(each) for each in value]
            case str():
                return self.text(value)
        return value

    def text(self, text: str) -> str:
        """Free text, also of a program."""
        text = UID.sub(lambda found: f"<uid {_number(self._uids, found[0])}>", text)
        for pattern, word in PATTERNS:
            text = pattern.sub(word, text)
        return RUN.sub(lambda found: f"{found[1]}<{len(found[0])} times>", text)

    def revision(self, revision: str) -> str:
        """That of an object."""
        return f"<revision {_number(self._revisions, revision)}>"

    def _member(self, key: str, value: Any) -> Any:
        return (
            self._metadata(value) if key == "metadata" and isinstance(value, dict) else self(value)
        )

    def _metadata(self, metadata: dict[str, Any]) -> dict[str, Any]:
        masked = {
            key: self(metadata[key])
            for key in sorted(metadata)
            if key not in ("managedFields", "selfLink")
        }
        if metadata.get("resourceVersion"):
            # That of a list moves with every write to anything.
            named = "name" in metadata
            found = metadata["resourceVersion"]
            masked["resourceVersion"] = self.revision(found) if named else "<revision>"
        if metadata.get("continue"):
            masked["continue"] = "<token>"
        return masked


def _in_order(status: dict[str, Any]) -> dict[str, Any]:
    """A status whose causes are sorted, also in its message: the order of a Go map is random."""
    details = status.get("details")
    causes = details.get("causes", []) if isinstance(details, dict) else []
    if not isinstance(details, dict) or len(causes) < 2:
        return status
    told = dict.fromkeys(f"{each.get('field')}: {each['message']}" for each in causes)
    head, found, _ = str(status["message"]).partition(" is invalid: [")
    if found and status["message"] == f"{head}{found}{', '.join(told)}]":
        status = status | {"message": f"{head}{found}{', '.join(sorted(told))}]"}
    sorted_causes = sorted(causes, key=lambda each: (str(each.get("field")), each["message"]))
    return status | {"details": details | {"causes": sorted_causes}}


def _number(known: dict[str, int], value: str) -> int:
    return known.setdefault(value, len(known) + 1)
