"""`subnetInfo` lacks its gateway or its prefix length, or a number in it is out of bounds.

`gateway` and `prefixLength` are required, `prefixLength` is 1 to 127, `vlan` 0 to 4094; all
numbers are whole. Bounds that depend on the gateway's family are checked by the webhook: EIP206.

Source: `spec.subnetInfo` of the CRD, Antrea 1.15 and later, v1beta1.
"""

from ippoolctl.domain.lint.refusals import refused

RULE = refused(
    "EIP106",
    "subnetInfo is incomplete or out of bounds",
    "give gateway and prefixLength (1 to 127); vlan, if any, is 0 to 4094",
    __doc__,
)
