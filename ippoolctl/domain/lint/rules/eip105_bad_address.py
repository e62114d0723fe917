"""The text of a `start`, `end` or `gateway` is not exactly one of IPv4 and IPv6.

Dotted IPv4-mapped text such as `::ffff:10.0.0.1` matches both formats and is refused for that;
zones (`fe80::1%eth0`) and white space are refused as well.

Source: `oneOf` of `format: ipv4` and `format: ipv6`, kube-openapi
`pkg/validation/strfmt/default.go`.
"""

from ippoolctl.domain.lint.refusals import refused

RULE = refused(
    "EIP105",
    "a start, end or gateway is not an IP address",
    "write a plain IPv4 or IPv6 address, such as 10.0.0.5 or fd00::5",
    __doc__,
)
