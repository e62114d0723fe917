"""The `start` of a range is greater than its `end`.

On Antrea 1.15 the webhook does not look, and the range is dropped with a line in the controller's
log.

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go`.
"""

from ippoolctl.domain.lint.refusals import refused

RULE = refused(
    "EIP204",
    "start is greater than end",
    "exchange start and end",
    __doc__,
)
