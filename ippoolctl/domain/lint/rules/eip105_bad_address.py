"""The text of a `start`, `end` or `gateway` is neither an IPv4 nor an IPv6 address.

It must match exactly one of the two formats. Dotted IPv4-mapped text such as `::ffff:10.0.0.1`
matches both and is rejected; zones (`fe80::1%eth0`) and white space are rejected as well.

Source: `oneOf` of `format: ipv4` and `format: ipv6`, kube-openapi
`pkg/validation/strfmt/default.go`.
"""

from ippoolctl.domain.addresses.intended import intended_address, intended_range
from ippoolctl.domain.addresses.numbers import canonical_text
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.lint.field_names import rewritten
from ippoolctl.domain.lint.lookups import Refusal
from ippoolctl.domain.lint.refusals import admission_rule


def _fix(refusal: Refusal) -> str:
    field, written = refusal.reason.path[-1], refusal.written
    if field != "gateway" and isinstance(written, str):
        found, there = intended_range(written), refusal.pool.ranges[int(refusal.reason.path[2])]
        is_half = None in there.spelling[1:]
        if found is not None and ((is_half and found.cidr) or found.start != found.end):
            return rewritten([found])
    ordinal = parse_addr(intended_address(written)) if isinstance(written, str) else None
    if ordinal is not None:
        length = str(written).partition("/")[2].strip()
        beside = f" and prefixLength: {length}" if length and field == "gateway" else ""
        return f"write {field}: {canonical_text(ordinal)}{beside}"
    return "use a plain IPv4 or IPv6 address, such as 10.0.0.5 or fd00::5"


RULE = admission_rule(
    "EIP105",
    "bad-address",
    "a start, end or gateway is not an IP address",
    _fix,
    __doc__,
)
