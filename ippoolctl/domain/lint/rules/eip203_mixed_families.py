"""`start` and `end` of one range are of different address families.

An IPv4-mapped IPv6 address counts as IPv6. On Antrea 1.15 the webhook does not look: a range from
IPv6 to IPv4 then hands out 65,536 bogus addresses, the other way round it is dropped.

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go`.
"""

from ippoolctl.domain.lint.refusals import refused

RULE = refused(
    "EIP203",
    "start and end are of different families",
    "use two ranges, one for each family",
    __doc__,
)
