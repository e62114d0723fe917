"""Kubernetes' quantities, such as ``500M``: whether one can be read."""

import re
from typing import Final

_FORMAT: Final = r"[+-]?([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[+-]?[0-9]*)"
_SUFFIXES: Final = ("", *"numkMGTPE", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_NANO: Final = -9
_WRONG_FORMAT: Final = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)


def quantity_error(text: str) -> str:
    """Go's message if ``resource.ParseQuantity`` cannot read the text; empty if it can.

    It reads a number without digits as 0, unless the suffix makes it compute exactly. Source:
    Kubernetes v1.36 ``apimachinery/pkg/api/resource/quantity.go`` and ``suffix.go``.
    """
    found = re.fullmatch(_FORMAT, text)
    if not text or found is None:
        return _WRONG_FORMAT
    whole, fraction, suffix = found.groups()
    exponent = _exponent(suffix)
    if suffix not in _SUFFIXES and exponent is None:
        return "unable to parse quantity's suffix"
    is_exact = suffix in ("Pi", "Ei") or (exponent is not None and exponent < _NANO)
    if is_exact and not (whole or fraction):
        return "unable to parse numeric part of quantity"
    return ""


def _exponent(suffix: str) -> int | None:
    """The power of ten after an ``e``, which Go reads as an integer of 64 bits."""
    if not re.fullmatch("[eE][+-]?[0-9]+", suffix):
        return None
    number = int(suffix[1:])
    return number if -(2**63) <= number < 2**63 else None
