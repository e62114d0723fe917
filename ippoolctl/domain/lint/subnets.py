"""Hints about the subnets of pools."""

from collections.abc import Iterable

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import Span


def advised(hosts: Iterable[Span]) -> str:
    """The part of a hint that names the ranges to use."""
    return f"use {' and '.join(span_text(*each) for each in hosts)}"
