"""Options and arguments of commands, and how their values are parsed."""
