"""Limits of the input. Each is far above any real manifest."""

from typing import Final

MAX_FILE: Final = 32 * 1024 * 1024
"""Bytes of one file."""

MAX_TOTAL: Final = 256 * 1024 * 1024
"""Bytes of all files of one run."""

MAX_DOCUMENTS: Final = 200_000
"""Documents of one run."""

MAX_NODES: Final = 2_000_000
"""Mappings, sequences and scalars of one YAML document; ten thousand pools have 700,000."""

MAX_DEPTH: Final = 64
"""Levels of mappings and sequences."""

MAX_SCALAR: Final = 1024 * 1024
"""Characters of one text; the API server accepts no larger object."""

MAX_EXPANSION: Final = 20_000
"""Nodes that the aliases and merge keys of one document may expand to."""

MAX_PROBLEMS: Final = 20
"""Items of one List that are reported because they are not objects; the rest is not."""
