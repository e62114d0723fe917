"""`start` and `end` of one range are of different address families.

An IPv4-mapped IPv6 address counts as IPv6. The webhook of Antrea 1.15 does not check this: a range
from IPv6 to IPv4 assigns 65,536 bogus addresses, a range from IPv4 to IPv6 is dropped.

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go`.
"""

from ippoolctl.domain.lint.families.refusals import admission_rule

RULE = admission_rule(
    "EIP203",
    "mixed-families",
    "start and end are of different families",
    "use two ranges, one for each family",
    __doc__,
)
