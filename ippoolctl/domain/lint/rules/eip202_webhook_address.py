"""A `start`, `end` or `gateway` passes the schema of the CRD but is denied by Antrea's webhook.

The schema allows leading zeros in IPv4 numbers (`010.0.0.1`); the webhook reads the text with Go's
`netip.ParseAddr`, which does not.

Antrea 1.15 admits the pool, but the range has no usable addresses. After an upgrade to 2.4.3 or
later, the pool makes the webhook deny all other pools (EIP211).

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go` and `validate.go`.
"""

from ippoolctl.domain.lint.families.refusals import admission_rule

RULE = admission_rule(
    "EIP202",
    "webhook-address",
    "an address passes the schema but is denied by the webhook",
    "remove the leading zeros",
    __doc__,
)
