"""The output formats: one file a format, one row a format in ``registry.py``.

A format makes text of one part of a result's :class:`~ippoolctl.render.formats.content.Content`.
"""
