"""Manifests: the objects in files, directories, patterns and standard input.

:mod:`.read` makes pools of them, with the place of every field on request; :mod:`.objects` keeps
objects of any kind. May use ``reading``, ``crd`` and the domain.
"""
