"""Files that the program writes beside its output. It may use the presenter and ``render``."""
