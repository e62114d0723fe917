"""Plain YAML scalars as kubectl reads them.

kubectl turns YAML into JSON with ``sigs.k8s.io/yaml`` (v1.6, go-yaml v2): ``yes`` and ``on`` are
booleans, ``010`` is 8, but nothing with colons is a number and dates are text, so that an unquoted
``1:2:3:4:5:6:7:8`` stays an address. Any other reading would predict something else than what
will be sent.
"""

import re
from typing import Final

Scalar = str | int | float | bool | None

_CONSTANTS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
FIRST_CHARACTERS: Final = frozenset(
    {"", *"+-.0123456789", *(each[0] for each in _CONSTANTS if each)}
)
"""With any other first character, a plain scalar is text."""
_LIKE_A_NUMBER: Final = r"[-+0-9][-+0-9A-Fa-f_xXoO]*+(?:\.[-+0-9Ee_]*+)?+|\.[-+0-9Ee_]++"
is_other_than_text: Final = re.compile(
    "|".join([_LIKE_A_NUMBER, *map(re.escape, _CONSTANTS)])
).fullmatch
"""Matches each plain scalar that is not text, and few others: no address, for example."""
_INTEGER: Final = re.compile(
    r"([-+]?)(?:0[xX]([0-9A-Fa-f]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))"
)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASES: Final = (16, 2, 8, 10)
_MAX_DIGITS: Final = 400
_EXPONENT_FROM: Final = 1e21


def resolve(text: str) -> Scalar:
    """The value of a plain scalar; infinities and NaN are floats, which JSON lacks."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if len(text) > _MAX_DIGITS or not is_other_than_text(text):
        return text
    digits = text if text[0] == "." else text.replace("_", "")
    match = _INTEGER.fullmatch(digits)
    if match:
        number = _integer(match)
        if number is not None:
            return number
    if _FLOAT.fullmatch(digits):
        return _float(digits, text)
    return text


def plain_key(text: str) -> str:
    """The key that a plain scalar stands for."""
    return key_text(resolve(text))


def key_text(value: Scalar) -> str:
    """A key as JSON has it: numbers and booleans become text; empty for what cannot be a key."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _integer(match: re.Match[str]) -> int | None:
    sign, *alternatives = match.groups()
    digits, base = next((each, b) for each, b in zip(alternatives, _BASES, strict=True) if each)
    value = -int(digits, base) if sign == "-" else int(digits, base)
    fits = -(2**63) <= value < 2**63 or (not sign and value < 2**64)
    return value if fits else None


def _float(digits: str, text: str) -> Scalar:
    value = float(digits)
    if abs(value) == float("inf"):
        return text
    # JSON made by Go has no exponent below 10^21, so the server reads a whole number.
    return int(value) if value.is_integer() and abs(value) < _EXPONENT_FROM else value
