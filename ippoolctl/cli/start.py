"""The entry point: answers what needs no option parser, and starts the program for the rest.

Scripts ask for the version before anything else, and importing the parser costs three times what
answering does. ``version`` with any option goes the usual way.
"""

import os
import sys

from ippoolctl import __version__


def run() -> None:
    """Run the program with the arguments of this process, and end it with its exit code."""
    if sys.argv[1:] in (["version"], ["--version"]) and "IPPOOLCTL_OUTPUT" not in os.environ:
        _print_version()
    import gc

    from ippoolctl.cli.app import main

    # Ten thousand pools are a million objects that all stay until the end: looking for garbage
    # among them again and again would cost more than reading them.
    gc.disable()
    sys.exit(main())


def _print_version() -> None:
    try:
        sys.stdout.write(f"ippoolctl {__version__}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(141)
    except (OSError, AttributeError):  # no output, or none that can be written to
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(3)
    sys.exit(0)
