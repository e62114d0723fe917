"""``-o cidrs``: the ranges alone, all of them CIDRs (see ``Format.cidrs``)."""

from ippoolctl.render.formats.content import Content


def render(content: Content) -> str:
    """One CIDR per line."""
    return "".join(f"{each}\n" for each in content.ranges()) if content.ranges else ""
