"""Break the webhook of the sandbox that runs, or mend it: down (connections are refused), untrusted
(its certificate is), 500, garbage (no JSON), cut (the connection ends), slow (just in time),
timeout, allow (it admits everything), none.

\b
Examples:
  ippoolctl sandbox fault timeout
  ippoolctl sandbox fault none
"""

from typing import Annotated

import typer

from ippoolctl.cli.options.declaration import complete_from, require_one_of
from ippoolctl.cli.result import Result
from ippoolctl.cli.sandbox.options import FAULTS
from ippoolctl.cli.sandbox.running import change

Word = Annotated[
    str,
    typer.Argument(metavar="WORD", help=", ".join(FAULTS), autocompletion=complete_from(*FAULTS)),
]


def run(context: typer.Context, word: Word) -> Result:
    """Break or mend it."""
    require_one_of(word, FAULTS, f"the fault {word}")
    said = "nothing is wrong with the webhook" if word == "none" else f"webhook fault {word}"
    return change(context.obj, "fault", None if word == "none" else word, said)
