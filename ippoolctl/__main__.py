"""``python -m ippoolctl``: the same program as the installed command."""

import sys

from ippoolctl.cli.app import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
