"""Shared by ``ippoolctl sandbox`` and its subcommands: options, files, the running sandbox."""
