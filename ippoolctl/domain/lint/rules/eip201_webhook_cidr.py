"""A `cidr` passes the schema of the CRD but is denied by Antrea's webhook.

The schema allows leading zeros in octets and in the prefix length (`010.0.0.0/24`,
`10.0.0.0/024`); the webhook reads the text with Go's `netip.ParsePrefix`, which does not.

The webhook of Antrea 1.15 reads ranges only if there is a subnetInfo, so it usually admits such a
pool. After an upgrade to 2.4.3 or later, the pool makes the webhook deny all other pools (EIP211).

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go`.
"""

from ippoolctl.domain.lint.families.refusals import admission_rule

RULE = admission_rule(
    "EIP201",
    "webhook-cidr",
    "a CIDR passes the schema but is denied by the webhook",
    "remove the leading zeros",
    __doc__,
)
