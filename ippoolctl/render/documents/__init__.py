"""The documents for programs: the public, versioned schema, one file per kind, key by key.

Totals and counts are integers; sizes of spans are decimal strings, since a /64 does not fit into a
double. :data:`~ippoolctl.render.documents.envelope.SCHEMA_FILE` describes all of it.
"""
