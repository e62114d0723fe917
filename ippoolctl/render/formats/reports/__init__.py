"""One file for each format of ``check --report``."""
