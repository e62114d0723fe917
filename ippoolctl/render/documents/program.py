"""Documents about a run of the program itself: Error, Version, Sandbox."""

from collections.abc import Mapping, Sequence

from ippoolctl.render.documents.envelope import Document, document


def error_document(code: int, message: str, hint: str) -> Document:
    """An error, instead of a result."""
    return document("Error", code=code, message=message, hint=hint)


def version_document(version: str, python: str, releases: Sequence[str]) -> Document:
    """The version of the program."""
    return document("Version", version=version, python=python, antrea=list(releases))


def sandbox_document(control: Mapping[str, str], lag: str, fault: str | None) -> Document:
    """A running sandbox: its addresses and settings."""
    known = {key: control[key] for key in ("url", "kubeconfig", "release")}
    return document("Sandbox", **known, lag=lag, fault=fault)
