"""`subnetInfo` has no gateway or no prefix length, or a number in it is out of bounds.

`gateway` and `prefixLength` are required, `prefixLength` is 1 to 127, `vlan` 0 to 4094; all
numbers are whole. Bounds that depend on the family of the gateway are checked by the webhook:
EIP206.

Source: `spec.subnetInfo` of the CRD, Antrea 1.15 and later, v1beta1.
"""

from ippoolctl.domain.addresses.intended import intended_address, intended_length
from ippoolctl.domain.lint.families.refusals import admission_rule
from ippoolctl.domain.lint.field_names import corrections
from ippoolctl.domain.lint.lookups import Refusal


def _fix(refusal: Refusal) -> str:
    path, written = refusal.reason.path, refusal.written
    usual = "set gateway and prefixLength (1 to 127); vlan is optional (0 to 4094)"
    if path == ("spec", "subnetInfo") and isinstance(written, str):
        length = intended_length(written.partition("/")[2])
        address = intended_address(written)
        known = address and length
        return f"use gateway: {address} and prefixLength: {length}" if known else usual
    if path == ("spec", "subnetInfo") and isinstance(written, list):
        return "subnetInfo is one object, not a list: remove the dash"
    if written is None:
        return corrections(refusal.pool, (str(path[-1]),), refusal.pool.pruned) or usual
    if path[-1] == "prefixLength" and isinstance(written, str):
        length = intended_length(written)
        return f"use prefixLength: {length}, without quotes" if length else usual
    if path[-1] == "vlan" and isinstance(written, str) and written.isdecimal():
        return f"use vlan: {written}, without quotes"
    return usual


RULE = admission_rule(
    "EIP106",
    "bad-subnet-info",
    "subnetInfo is incomplete or out of bounds",
    _fix,
    __doc__,
)
