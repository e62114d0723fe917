"""Print the shell completion script for bash, zsh, fish or powershell.

\b
Examples:
  source <(ippoolctl completion bash)
  ippoolctl completion zsh > "${fpath[1]}/_ippoolctl"
  ippoolctl completion fish > ~/.config/fish/completions/ippoolctl.fish
"""

from typing import Annotated

import typer

from ippoolctl.cli.options.declaration import complete_from, require_one_of
from ippoolctl.cli.result import Result
from ippoolctl.cli.typer_internals import print_completion_script

SHELLS = ("bash", "zsh", "fish", "powershell")


def run(
    context: typer.Context,
    shell: Annotated[
        str,
        typer.Argument(
            metavar="SHELL", help=", ".join(SHELLS), autocompletion=complete_from(*SHELLS)
        ),
    ],
) -> Result:
    """Print the script in any output format: it is only for the shell."""
    require_one_of(shell, SHELLS, f"shell {shell}")
    print_completion_script(context.find_root().command, shell)
    return Result()
