"""Reserving ranges without a lock, as decisions. Uses space, annotations and below.

A twin is another run of the same request: the same request ID, possibly at the same time.
"""
