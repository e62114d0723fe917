"""One file per command, with its name. Commands do not import each other."""
