"""Reading manifests: bounded, strict, with the place of every field when it is asked for.

Files, directories, globs and standard input; YAML and JSON; several documents, ``List`` objects.
"""
