"""Pools on a command line: their names, the files that define them, and their ranges."""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

import typer

from ippoolctl.crd.externalippool import read_pool, write_range
from ippoolctl.crd.group import GROUP, KIND, VERSION, is_resource
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, RangeError, Spelling, read_range
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import InputError, UsageError

_PREFIX: Final = r"(?:eip|externalippools?(?:\.crd\.antrea\.io)?)/"

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...", help="Files, directories or glob patterns; - for standard input"
    ),
]
Files = Annotated[
    list[str] | None,
    typer.Option(
        "-f",
        "--filename",
        metavar="PATH",
        help="File, directory or glob pattern; - for standard input; can be repeated",
    ),
]
Recursive = Annotated[
    bool, typer.Option("-R", "--recursive", help="Search directories recursively")
]
ExcludePath = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="PATTERN",
        help="File, directory or pattern to leave out, as in .gitignore; can be repeated",
    ),
]
Against = Annotated[
    list[str] | None,
    typer.Option(
        "--against",
        metavar="PATH",
        help="File or directory with the existing pools; can be repeated",
    ),
]
Live = Annotated[
    bool, typer.Option("--live", help="Include the pools of the cluster as existing pools")
]
Selector = Annotated[
    str | None,
    typer.Option("-l", "--selector", metavar="SELECTOR", help="Label selector, such as team=net"),
]
Ranges = Annotated[
    list[str] | None,
    typer.Option(
        "--range", metavar="RANGE", help="CIDR or START-END; can be repeated or comma-separated"
    ),
]


def parse_pool_names(
    texts: Sequence[str], *, optional: bool = False, patterns: bool = False
) -> list[str]:
    """The names, also in the forms that kubectl accepts: ``eip/NAME``, or ``eip`` before NAMEs.

    With ``patterns`` also those of :func:`is_pattern`. Raises :class:`UsageError` for an invalid
    name, and for a resource without a name unless names are ``optional``.
    """
    given = list(texts)
    if given and is_resource(given[0]) and (optional or given[1:]):
        del given[0]
    return [parse_pool_name(each, pattern=patterns and is_pattern(each)) for each in given]


def without_resource(text: str) -> str:
    """The name of ``eip/NAME``, as kubectl accepts it; any other text as it is."""
    return re.sub(_PREFIX, "", text, count=1, flags=re.IGNORECASE)


def is_pattern(text: str) -> bool:
    """Whether the text stands for all names that match it: ``*`` any characters, ``?`` one."""
    return "*" in text or "?" in text


def parse_pool_name(text: str, *, pattern: bool = False) -> str:
    """One name, or a ``pattern``. Raises :class:`UsageError` unless it is an RFC 1123 subdomain."""
    from ippoolctl.domain.labels import subdomain_errors

    name = without_resource(text)
    plain = name.replace("*", "x").replace("?", "x") if pattern else name
    if any(subdomain_errors(plain)):
        raise UsageError(
            f"invalid pool name: {text!r}",
            find_hint(text) or "use lower-case letters, digits, - and ., such as edge-1",
        )
    return name


LIST_HINT: Final = "list all pools: ippoolctl list"
"""What to run if a pool is not found."""


def find_hint(text: str) -> str:
    """What to run for an address in place of a name, which can look like one; else empty."""
    return f"find the pool of an address: ippoolctl find {text}" if is_range(text) else ""


def not_found_hint(name: str, known: Iterable[str], where: str = LIST_HINT) -> str:
    """What to do if none of the ``known`` pools has that name; ``where`` if none is like it."""
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1)
    return find_hint(name) or (f"did you mean {close[0]}?" if close else where)


def range_hint(text: str) -> str:
    """The option for a range that was passed as an argument; else empty."""
    return f"use --range {text}" if is_range(text) else ""


def is_range(text: str) -> bool:
    """Whether the text is a CIDR, ``START-END`` or one address that Antrea admits."""
    return not isinstance(read_range(parse_spelling(text)), BadRange)


def parse_spelling(text: str) -> Spelling:
    """A CIDR, ``START-END`` or one address, spelled as on the command line."""
    text = text.strip()
    if "/" in text:
        return Spelling(cidr=text)
    start, dash, end = text.partition("-")
    return Spelling(None, start.strip(), end.strip() if dash else start.strip())


def parse_ranges(texts: Iterable[str]) -> list[IPRange]:
    """The ranges. Raises :class:`InputError` for one that cannot be read."""
    ranges = []
    for text in texts:
        found = read_range(parse_spelling(text))
        if isinstance(found, BadRange):
            raise InputError(f"invalid range: {text!r}", _correction(found))
        ranges.append(found)
    return ranges


def _correction(bad: BadRange) -> str:
    if bad.error is RangeError.ORDER:
        return f"use {bad.spelling.end}-{bad.spelling.start}"
    if bad.error is RangeError.FAMILY:
        return "use a start and an end of the same family"
    return "use a CIDR, START-END or one address, without leading zeros"


def pool_document(name: str, items: list[Any]) -> dict[str, Any]:
    """The Kubernetes object of a pool for all Nodes; ``items`` are those of ``spec.ipRanges``."""
    return {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": KIND,
        "metadata": {"name": name},
        "spec": {"ipRanges": items, "nodeSelector": {}},
    }


def parse_pool(name: str, ranges: list[str]) -> tuple[Pool, dict[str, Any]]:
    """A pool with these ranges, for all Nodes, and its Kubernetes object.

    A range that the schema admits may still be invalid: the pool's admission says so. Raises
    :class:`UsageError` without ranges, and :class:`InputError` for what the schema does not admit.
    """
    if not ranges:
        raise UsageError(
            "no ranges specified", "use --range RANGE, or a size: --ips N --within CIDR"
        )
    document = pool_document(name, [write_range(parse_spelling(each)) for each in ranges])
    pool = read_pool(document)
    for text, found in zip(ranges, pool.ranges, strict=True):
        if isinstance(found, BadRange) and found.error is RangeError.SCHEMA:
            raise InputError(f"invalid range: {text!r}", "use a CIDR, START-END or one address")
    return pool, document
