"""The command line, one file per command: parse, call the layers below, write, exit with a code."""
