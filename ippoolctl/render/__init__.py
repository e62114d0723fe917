"""Values to text: documents with a published schema for machines, lines for people.

Nothing here writes to a stream.
"""
