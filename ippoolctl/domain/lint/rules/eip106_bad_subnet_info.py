"""`subnetInfo` has no gateway or no prefix length, or a number in it is out of bounds.

`gateway` and `prefixLength` are required, `prefixLength` is 1 to 127, `vlan` 0 to 4094; all
numbers are whole. Bounds that depend on the family of the gateway are checked by the webhook:
EIP206.

Source: `spec.subnetInfo` of the CRD, Antrea 1.15 and later, v1beta1.
"""

from ippoolctl.domain.lint.refusals import admission_rule

RULE = admission_rule(
    "EIP106",
    "bad-subnet-info",
    "subnetInfo is incomplete or out of bounds",
    "set gateway and prefixLength (1 to 127); vlan is optional (0 to 4094)",
    __doc__,
)
