"""The `start` of a range is greater than its `end`.

The webhook of Antrea 1.15 does not check this: the controller drops the range and logs one line.

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go`.
"""

from ippoolctl.domain.lint.families.refusals import admission_rule

RULE = admission_rule(
    "EIP204",
    "reversed",
    "start is greater than end",
    "swap start and end",
    __doc__,
)
