"""Files with addresses: one or more in a line, ``#`` begins a comment."""

import re
from collections.abc import Iterator
from typing import Final

from ippoolctl.cli.options.pools import parse_ranges
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.errors import InputError
from ippoolctl.reading.sources import Found, Problem, read_files

_AROUND_DASH: Final = re.compile(r"\s*-\s*")
_BETWEEN: Final = re.compile(r"[\s,;]+")


def read_addresses(file: str) -> Iterator[tuple[str, Span]]:
    """The addresses and ranges of a file, or of standard input, each with its text.

    Raises :class:`InputError` for what cannot be read.
    """
    (source,) = read_files([Found(file)])
    if isinstance(source, Problem):
        raise InputError(str(source), source.hint)
    for number, line in enumerate(source.text.splitlines(), 1):
        address = parse_addr(line)
        if address is not None:  # the usual case
            yield line, Span(address, address)
            continue
        ranges = _AROUND_DASH.sub("-", line.partition("#")[0]).strip(" \t,;")
        texts = list(filter(None, _BETWEEN.split(ranges)))
        try:
            spans = [each.span for each in parse_ranges(texts)]
        except InputError as error:
            raise InputError(f"{source.name}:{number}: {error.message}", error.hint) from None
        yield from zip(texts, spans, strict=True)
