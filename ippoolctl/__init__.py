"""A command-line tool for Antrea ExternalIPPools."""

__version__ = "0.1.0"
