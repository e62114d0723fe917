"""The Antrea release that an output is about, and where it is known from."""

from typing import Final

from ippoolctl.domain.antrea.releases import AssumedRelease, ReleaseSource

_SOURCES: Final = {
    ReleaseSource.CLUSTER: ", reported by the cluster",
    ReleaseSource.OPTION: ", set by --antrea",
    ReleaseSource.DEFAULT: ", assumed: the cluster does not report its release",
}


def release_text(assumed: AssumedRelease, *, from_cluster: bool) -> str:
    """``Antrea X.Y.Z``, and the source if the result is about a cluster."""
    return f"Antrea {assumed.release}{_SOURCES[assumed.source] if from_cluster else ''}"
