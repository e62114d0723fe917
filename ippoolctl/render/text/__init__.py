"""Lines for people, one file per command or kind of result."""
