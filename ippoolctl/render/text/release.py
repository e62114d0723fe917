"""The Antrea release that an output is about, and where it is known from."""

from collections.abc import Iterator
from typing import Final

from ippoolctl.domain.antrea.releases import LATEST, AssumedRelease, ReleaseSource
from ippoolctl.render.notes import Note, warning

_SOURCES: Final = {
    ReleaseSource.CLUSTER: ", reported by the cluster",
    ReleaseSource.IMAGE: ", from the image of antrea-controller",
    ReleaseSource.DEFINITION: ", assumed: the CRD is that of 1.15",
    ReleaseSource.OPTION: ", set by --antrea",
    ReleaseSource.DEFAULT: ", assumed: the cluster does not report its release",
}
_SOURCES_OF_ANOTHER: Final = {
    ReleaseSource.CLUSTER: "the cluster reports",
    ReleaseSource.IMAGE: "the image of antrea-controller is",
    ReleaseSource.DEFINITION: "the CRD is that of",
}


def release_text(assumed: AssumedRelease, *, from_cluster: bool) -> str:
    """``Antrea X.Y.Z``, and the source if the result is about a cluster."""
    release = f"Antrea {assumed.release}"
    if not from_cluster:
        return release
    if assumed.actual:
        return f"{release}, assumed: {_SOURCES_OF_ANOTHER[assumed.source]} {assumed.actual}"
    return f"{release}{_SOURCES[assumed.source]}"


def other_rules(assumed: AssumedRelease) -> Iterator[Note]:
    """A warning about a release that is older or newer than all rules."""
    if assumed.is_older:
        yield warning(
            f"Antrea {assumed.actual} is older than {assumed.release}; using the rules of"
            f" {assumed.release}"
        )
    elif assumed.release[:2] > LATEST[:2]:
        yield warning(
            f"Antrea {assumed.release} is newer than {LATEST}; using the rules of {LATEST}"
        )
