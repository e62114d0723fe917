"""Credentials of a request: static, from a file, from a plugin, from a provider package.

:mod:`.cache` is the entry: it gets them when they are needed and keeps them while they are valid.
May use the values of :mod:`ippoolctl.cluster.connection`, bounded reading of files, and the time
limits of :mod:`ippoolctl.cluster.http`.
"""
