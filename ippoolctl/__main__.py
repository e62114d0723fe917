"""``python -m ippoolctl``: the same program as the installed command."""

from ippoolctl.cli.start import run

if __name__ == "__main__":
    run()
