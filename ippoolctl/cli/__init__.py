"""The command line: one file a command; parse, ask the layers below, emit, answer with a code."""
