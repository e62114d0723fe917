"""Deleting pools: one that is named, and leftovers that nothing uses."""
