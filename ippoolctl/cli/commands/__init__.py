"""One file a command, named like it. Commands do not import each other."""
