"""The text of a `start`, `end` or `gateway` is neither an IPv4 nor an IPv6 address.

It must match exactly one of the two formats. Dotted IPv4-mapped text such as `::ffff:10.0.0.1`
matches both and is rejected; zones (`fe80::1%eth0`) and white space are rejected as well.

Source: `oneOf` of `format: ipv4` and `format: ipv6`, kube-openapi
`pkg/validation/strfmt/default.go`.
"""

from ippoolctl.domain.lint.refusals import admission_rule

RULE = admission_rule(
    "EIP105",
    "bad-address",
    "a start, end or gateway is not an IP address",
    "use a plain IPv4 or IPv6 address, such as 10.0.0.5 or fd00::5",
    __doc__,
)
