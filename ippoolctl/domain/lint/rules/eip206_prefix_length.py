"""`prefixLength` is out of bounds for the gateway: 1 to 31 for IPv4, 1 to 127 for IPv6.

An IPv4-mapped gateway counts as IPv4 on Antrea 1.15 and as IPv6 from 2.0 on.

Source: `validate.go`, Antrea 1.15 and later.
"""

from ippoolctl.domain.lint.families.refusals import admission_rule

RULE = admission_rule(
    "EIP206",
    "prefix-length",
    "prefixLength does not fit the gateway's family",
    "use 1 to 31 with an IPv4 gateway, 1 to 127 with an IPv6 gateway",
    __doc__,
)
