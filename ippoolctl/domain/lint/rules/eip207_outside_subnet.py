"""A range is not inside the subnet that `subnetInfo` describes.

Both ends of every range must be in the masked `gateway/prefixLength`; a range of the other family
never is. Antrea's words "strict subset" are wording only: the whole subnet is accepted.

Source: `validate.go`, Antrea 1.15 and later.
"""

from ippoolctl.domain.lint.refusals import refused

RULE = refused(
    "EIP207",
    "a range is outside the subnet of subnetInfo",
    "put every range inside gateway/prefixLength, or correct subnetInfo",
    __doc__,
)
