"""The document of ``export``."""

from collections.abc import Mapping, Sequence
from typing import Any

from ippoolctl.render.documents.envelope import Document, document, without_none


def export_document(manifests: Sequence[Mapping[str, Any]], files: Mapping[str, str]) -> Document:
    """The manifest of each pool, and the file that has it, by the name of the pool."""
    return document(
        "ExportList",
        items=[
            without_none({"pool": name, "file": files.get(name), "manifest": dict(each)})
            for each, name in ((each, each["metadata"]["name"]) for each in manifests)
        ],
    )
