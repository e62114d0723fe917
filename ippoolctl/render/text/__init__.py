"""Lines for people, one file a command or a kind of thing."""
