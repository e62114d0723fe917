"""A range is not inside the subnet of `subnetInfo`.

Both ends of every range must be in the masked `gateway/prefixLength`; a range of the other family
never is. The webhook's words "strict subset" are not exact: the whole subnet is admitted.

Source: `validate.go`, Antrea 1.15 and later.
"""

from ippoolctl.domain.lint.families.refusals import admission_rule

RULE = admission_rule(
    "EIP207",
    "outside-subnet",
    "a range is outside the subnet of subnetInfo",
    "move every range inside gateway/prefixLength, or fix subnetInfo",
    __doc__,
)
