"""A `cidr` passes the CRD's schema and is refused by Antrea's webhook.

The schema takes leading zeros in octets and in the prefix length (`010.0.0.0/24`,
`10.0.0.0/024`); the webhook reads with Go's `netip.ParsePrefix`, which does not.

On Antrea 1.15 the webhook reads ranges only where there is a subnetInfo, so such a pool usually
gets in. After an upgrade to 2.4.3 or later it poisons the webhook (EIP211).

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go`.
"""

from ippoolctl.domain.lint.refusals import refused

RULE = refused(
    "EIP201",
    "a CIDR passes the schema and is refused by the webhook",
    "write the numbers without leading zeros",
    __doc__,
)
