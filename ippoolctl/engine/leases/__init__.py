"""Pools that live as long as a command: renewing their lifetimes, and deleting them at its end."""
