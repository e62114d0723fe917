"""The output formats: one file and one row of ``registry.py`` per format.

A format renders one part of a result's :class:`~ippoolctl.render.formats.content.Content`.
"""
