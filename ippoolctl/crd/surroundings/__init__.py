"""Objects beside pools to the values of ``domain/surroundings``, one kind a file.

Nothing here fails on odd objects: a value of a wrong type counts as absent, and an address that
cannot be read is left out. :mod:`.kinds` is the table of all kinds.
"""
