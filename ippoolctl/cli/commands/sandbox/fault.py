"""Inject a failure into the webhook of the running sandbox, or end it: down (connection refused),
untrusted (unknown certificate authority), 500 (HTTP 500), garbage (response is not JSON), cut
(connection closed), slow (response just before the timeout), timeout (no response), allow
(everything is admitted), none (no failure).

\b
Examples:
  ippoolctl sandbox fault timeout
  ippoolctl sandbox fault none
"""

from typing import Annotated

import typer

from ippoolctl.cli.options.declaration import complete_from, require_one_of
from ippoolctl.cli.result import Result
from ippoolctl.cli.sandbox.change import change
from ippoolctl.cli.sandbox.options import FAULTS

Word = Annotated[
    str,
    typer.Argument(metavar="WORD", help=", ".join(FAULTS), autocompletion=complete_from(*FAULTS)),
]


def run(context: typer.Context, word: Word) -> Result:
    """Inject the failure, or end it."""
    require_one_of(word, FAULTS, f"failure {word}")
    said = "webhook failure: none" if word == "none" else f"webhook failure: {word}"
    return change(context.obj, "fault", None if word == "none" else word, said)
