"""Print the completion script of a shell: bash, zsh, fish or powershell.

\b
Examples:
  source <(ippoolctl completion bash)
  ippoolctl completion zsh > "${fpath[1]}/_ippoolctl"
  ippoolctl completion fish > ~/.config/fish/completions/ippoolctl.fish
"""

from typing import Annotated

import typer
from typer.completion import get_completion_inspect_parameters, shell_complete

from ippoolctl.cli.options.declaration import complete_from, require_one_of
from ippoolctl.errors import ExitCode

FORMATS = ("table", "json", "yaml")  # a script is a script, whatever IPPOOLCTL_OUTPUT says
SHELLS = ("bash", "zsh", "fish", "powershell")


def run(
    context: typer.Context,
    shell: Annotated[
        str,
        typer.Argument(
            metavar="SHELL", help=", ".join(SHELLS), autocompletion=complete_from(*SHELLS)
        ),
    ],
) -> ExitCode:
    """Print the script."""
    require_one_of(shell, SHELLS, f"the shell {shell!r}")
    # Registers the shells: Typer does it for programs that it builds as a whole.
    get_completion_inspect_parameters()
    root = context.find_root()
    shell_complete(root.command, {}, "ippoolctl", "_IPPOOLCTL_COMPLETE", f"source_{shell}")
    return ExitCode.YES
