"""Files with addresses to avoid."""

import re
from collections.abc import Iterator
from typing import Final

from ippoolctl.cli.options.pools import parse_ranges
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.errors import InputError

_AROUND_DASH: Final = re.compile(r"\s*-\s*")
_BETWEEN: Final = re.compile(r"[\s,;]+")


def read_exclusions(file: str) -> Iterator[Span]:
    """The ranges of a file, or of standard input: one or more in a line, # begins a comment.

    Raises :class:`InputError` for what cannot be read.
    """
    from ippoolctl.reading.sources import Found, Problem, read_files

    (source,) = read_files([Found(file)])
    if isinstance(source, Problem):
        raise InputError(str(source), source.hint)
    for number, line in enumerate(source.text.splitlines(), 1):
        ranges = _AROUND_DASH.sub("-", line.partition("#")[0]).strip(" \t,;")
        try:
            yield from (each.span for each in parse_ranges(filter(None, _BETWEEN.split(ranges))))
        except InputError as error:
            raise InputError(f"{source.name}:{number}: {error.message}", error.hint) from None
