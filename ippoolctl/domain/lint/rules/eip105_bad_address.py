"""The text of a `start`, `end` or `gateway` is neither an IPv4 nor an IPv6 address.

It must match exactly one of the two formats. Dotted IPv4-mapped text such as `::ffff:10.0.0.1`
matches both and is rejected; zones (`fe80::1%eth0`) and white space are rejected as well.

Source: `oneOf` of `format: ipv4` and `format: ipv6`, kube-openapi
`pkg/validation/strfmt/default.go`.
"""

import re

from ippoolctl.domain.addresses.intended import (
    intended_address,
    intended_ends,
    intended_range,
    unambiguous_ranges,
)
from ippoolctl.domain.addresses.numbers import canonical_text
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.lint.edit import Edit, fields, range_edit
from ippoolctl.domain.lint.families.refusals import admission_rule
from ippoolctl.domain.lint.field_names import rewritten
from ippoolctl.domain.lint.lookups import Refusal


def _fix(refusal: Refusal) -> str:
    field, written = refusal.reason.path[-1], refusal.written
    there = (
        None if field == "gateway" else refusal.pool.ranges[int(refusal.reason.path[2])].spelling
    )
    if written == "" and there and there.cidr:
        return f"remove {field}"
    if isinstance(written, list) and len(written) == 1:
        written = written[0]
    if field == "end" and re.fullmatch(r"\.?[0-9]{1,3}", str(written)):
        ends = there and intended_ends(f"{there.start}-{str(written).removeprefix('.')}")
        if ends:
            return f"use end: {ends[1]}"
    if there and isinstance(written, str):
        found, is_half = intended_range(written), None in there[1:]
        if found is not None and ((is_half and found.cidr) or found.start != found.end):
            return rewritten([found])
    ordinal = parse_addr(intended_address(written)) if isinstance(written, str) else None
    if ordinal is not None:
        length = str(written).partition("/")[2].strip()
        beside = f" and prefixLength: {length}" if length and field == "gateway" else ""
        return f"use {field}: {canonical_text(ordinal)}{beside}"
    return "use a plain IPv4 or IPv6 address, such as 10.0.0.5 or fd00::5"


def _edits(refusal: Refusal) -> tuple[Edit, ...]:
    """Start and end for a range in one of the two fields, without the other one."""
    path, written = refusal.reason.path, refusal.written
    if path[-1] not in ("start", "end") or not isinstance(written, str):
        return ()
    old, found = refusal.pool.ranges[int(path[2])].spelling, unambiguous_ranges(written)
    alone = fields(old).keys() == {path[-1]}
    if len(found) != 1 or not alone or found[0].start == found[0].end:
        return ()
    return range_edit(path[:3], old, found)


RULE = admission_rule(
    "EIP105",
    "bad-address",
    "a start, end or gateway is not an IP address",
    _fix,
    __doc__,
    edits=_edits,
)
