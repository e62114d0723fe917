"""How much a manifest may be. Each limit is far above any real one."""

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
"""Characters of one text; the API server takes no larger object."""

MAX_EXPANSION: Final = 20_000
"""Nodes that aliases and merge keys of one document may stand for in all."""

MAX_PROBLEMS: Final = 20
"""Items of one List that are named because they are no objects; they are as wrong beyond."""
