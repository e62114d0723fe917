"""What Go's JSON decoder says to a value of the wrong type."""

from ippoolctl.domain.pool import Path, SchemaViolation, dotted

_NAMES = {bool: "bool", int: "number", float: "number", str: "string", list: "array"}


def undecodable(rule: str, path: Path, value: object, goal: str, type_name: str) -> SchemaViolation:
    """A value that does not fit into a field of a Go struct: status 400."""
    kind = _NAMES.get(type(value), "object")
    sentence = f"json: cannot unmarshal {kind} into Go struct field {goal} of type {type_name}"
    return SchemaViolation(rule, path, dotted(path), sentence, 400)
