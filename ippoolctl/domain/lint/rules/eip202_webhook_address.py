"""A `start`, `end` or `gateway` passes the CRD's schema and is refused by Antrea's webhook.

The schema takes leading zeros in IPv4 numbers (`010.0.0.1`); the webhook reads with Go's
`netip.ParseAddr`, which does not.

On Antrea 1.15 the webhook does not mind, the range then hands out nothing, and after an upgrade to
2.4.3 or later the pool poisons the webhook (EIP211).

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go` and `validate.go`.
"""

from ippoolctl.domain.lint.refusals import refused

RULE = refused(
    "EIP202",
    "an address passes the schema and is refused by the webhook",
    "write the numbers without leading zeros",
    __doc__,
)
