"""Antrea releases, and the lines of releases with the same webhook.

Source: ``pkg/controller/externalippool/validate.go`` at every tag: the file changed in v2.0.0 and
in v2.4.3 (backported together with v2.5.0), and nowhere else since v1.15.0.
"""

import re
from enum import Enum, StrEnum
from typing import Final, NamedTuple

from ippoolctl.errors import UsageError

_TEXT: Final = r"v?([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,4}))?(?:[-+].*)?"


class Line(Enum):
    """Releases whose webhook has the same rules and messages."""

    V1_15 = "1.15"
    """Reads ranges only if there is a subnetInfo, and does not compare pools."""
    V2_0 = "2.0-2.4.2"
    """Reads every range and compares it with every cached pool, one range after the other."""
    V2_4_3 = "2.4.3 and later"
    """Checks the pool itself first; then every cached pool must be readable; then compares."""


SERVED_VERSIONS: Final = {
    Line.V1_15: ("v1alpha2", "v1beta1"),
    Line.V2_0: ("v1beta1",),
    Line.V2_4_3: ("v1beta1",),
}
"""Versions of ExternalIPPool that the CRD of these releases serves, the storage version last."""


class Release(NamedTuple):
    """An Antrea release; compares by number."""

    major: int
    minor: int
    patch: int

    @property
    def line(self) -> Line:
        """Which webhook this release has."""
        if self < (2, 0, 0):
            return Line.V1_15
        return Line.V2_0 if self < (2, 4, 3) else Line.V2_4_3

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


class ReleaseSource(StrEnum):
    """Where it is known from which release to assume."""

    OPTION = "option"
    """The user gave it."""
    CLUSTER = "cluster"
    """The controller of the cluster reports it."""
    IMAGE = "image"
    """It is the image tag in the Deployment of antrea-controller."""
    DEFINITION = "crd"
    """Only the releases with the CRD of the cluster are known: the latest one of them."""
    DEFAULT = "default"
    """It is unknown, or was not looked for: the latest release."""


class AssumedRelease(NamedTuple):
    """The release whose rules apply."""

    release: Release
    source: ReleaseSource
    actual: str = ""
    """What the cluster has if that is not certainly the same: ``1.13.2``, ``2.0 or later``."""

    @property
    def is_known(self) -> bool:
        """Whether its webhook is certainly that of the cluster, or a later one than the cluster
        has: a release before 1.15 has fewer rules than 1.15.
        """
        found = (ReleaseSource.OPTION, ReleaseSource.CLUSTER, ReleaseSource.IMAGE)
        by_definition = self.source is ReleaseSource.DEFINITION
        return self.source in found or (by_definition and self.release.line is Line.V1_15)

    @property
    def is_older(self) -> bool:
        """Whether the cluster has a release before :data:`OLDEST`."""
        return self.release == OLDEST and bool(self.actual)


LATEST: Final = Release(2, 7, 0)
"""The latest release whose source was read; a later one is treated like it."""

OLDEST: Final = Release(1, 15, 0)

NEWEST_PATCH: Final = {(2, 4): 5}
"""The patch number of ``X.Y`` alone, for the releases in which it matters."""


def parse_release(text: str) -> Release:
    """Read ``2.7``, ``2.4.2`` or ``v2.7.0-1a2b3c4``; ``X.Y`` alone is the newest patch of X.Y.

    Raises :class:`UsageError` for other text and for releases before 1.15.
    """
    release = _number(text)
    if release is None:
        raise UsageError(
            f"invalid Antrea release: {text!r}", "use X.Y or X.Y.Z, such as 2.7 or 2.4.2"
        )
    if release < OLDEST:
        raise UsageError(f"Antrea {release} is not supported", "use 1.15 or a later release")
    return release


def is_before_oldest(version: str) -> bool:
    """Whether a controller reports a release before :data:`OLDEST`; false for other text."""
    release = _number(version)
    return release is not None and release < OLDEST


def reported_release(version: str) -> Release | None:
    """The release of a version that a controller reports, such as ``v2.7.0-1a2b3c4``.

    ``None`` for other text, such as ``latest`` of a development build, and before 1.15.
    """
    release = _number(version)
    return None if release is None or release < OLDEST else release


def release_of_cluster(version: str, source: ReleaseSource) -> AssumedRelease | None:
    """The release to assume for a version that the cluster tells; ``None`` for other text.

    For a release before :data:`OLDEST` it is :data:`OLDEST`.
    """
    release = _number(version)
    if release is not None and release < OLDEST:
        return AssumedRelease(OLDEST, source, str(release))
    return None if release is None else AssumedRelease(release, source)


def _number(version: str) -> Release | None:
    match = re.fullmatch(_TEXT, version.strip())
    if match is None:
        return None
    major, minor = int(match[1]), int(match[2])
    patch = int(match[3]) if match[3] else NEWEST_PATCH.get((major, minor), 0)
    return Release(major, minor, patch)
