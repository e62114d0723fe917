"""The entry point: prints the version without the option parser, and starts the program otherwise.

Scripts query the version first, and importing the parser takes three times as long as printing it.
``version`` with any option uses the parser.
"""

import os
import sys

from ippoolctl import __version__


def run() -> None:
    """Run the program with the arguments of this process, and end it with its exit code."""
    try:
        _end(_run())
    except KeyboardInterrupt:  # while modules are imported; later the program handles it
        sys.exit(130)


def _end(code: int) -> None:
    """Exit at once: freeing ten thousand pools takes a tenth of the time of listing them."""
    if "kubernetes" in sys.modules:
        sys.exit(code)  # that package has files to remove
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # reported by the writer
            continue
    os._exit(code)


def _run() -> int:
    if sys.argv[1:] in (["version"], ["--version"]) and "IPPOOLCTL_OUTPUT" not in os.environ:
        return _print_version()
    import gc

    # Modules, and ten thousand pools with their million objects, live until the end: repeated
    # garbage collections take a tenth of a start, and longer than reading the pools.
    gc.disable()
    from ippoolctl.cli.app import main

    # While one page of a list is parsed, a thread fetches the next: parsing must not block it.
    sys.setswitchinterval(0.0005)
    return main()


def _print_version() -> int:
    try:
        sys.stdout.write(f"ippoolctl {__version__}\n")
        sys.stdout.flush()
    except (OSError, AttributeError) as error:
        # Nothing more can be written, neither by us nor by the interpreter when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141 if isinstance(error, BrokenPipeError) else 3
    return 0
