"""The webhook of each release."""

import pytest

from ippoolctl.domain.antrea.releases import (
    LATEST,
    OLDEST,
    SERVED_VERSIONS,
    AssumedRelease,
    Line,
    Release,
    ReleaseSource,
    is_before_oldest,
    parse_release,
    release_of_cluster,
    reported_release,
)
from ippoolctl.errors import UsageError


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("1.15", Line.V1_15),
        ("v1.15.2", Line.V1_15),
        ("2.0", Line.V2_0),
        ("2.4.2", Line.V2_0),
        ("2.4", Line.V2_4_3),
        ("2.4.3", Line.V2_4_3),
        ("2.5.0", Line.V2_4_3),
        ("v2.7.0-1a2b3c4", Line.V2_4_3),
        ("3.1", Line.V2_4_3),
    ],
)
def test_a_release_belongs_to_a_line(text: str, line: Line) -> None:
    assert parse_release(text).line is line


@pytest.mark.parametrize("text", ["", "2", "two", "2.7.0.1", "1.14.3", "-2.7", "2.7 beta"])
def test_other_text_is_an_error_with_a_hint(text: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_release(text)

    assert error.value.hint


def test_v1alpha2_ends_with_1_15() -> None:
    assert SERVED_VERSIONS[Release(1, 15, 2).line] == ("v1alpha2", "v1beta1")
    assert SERVED_VERSIONS[Release(2, 0, 0).line] == ("v1beta1",)


def test_a_release_without_a_patch_number_is_the_newest_of_its_minor() -> None:
    assert [str(parse_release(each)) for each in ("2.4", "2.4.0", "1.15", "2.7")] == [
        "2.4.5",
        "2.4.0",
        "1.15.0",
        "2.7.0",
    ]


@pytest.mark.parametrize(
    ("version", "before", "reported"),
    [
        ("v1.14.9", True, None),
        ("v1.15.0", False, Release(1, 15, 0)),
        ("v2.7.0-1a2b3c4", False, Release(2, 7, 0)),
        ("latest", False, None),
    ],
)
def test_a_version_of_a_controller_is_a_release_or_before_the_oldest(
    version: str, before: bool, reported: Release | None
) -> None:
    assert is_before_oldest(version) is before
    assert reported_release(version) == reported


def test_the_release_of_a_cluster_is_the_oldest_for_one_before_it() -> None:
    source = ReleaseSource.IMAGE

    assert release_of_cluster("v1.13.2", source) == AssumedRelease(OLDEST, source, "1.13.2")
    assert release_of_cluster("v1.15.0", source) == AssumedRelease(OLDEST, source)
    assert release_of_cluster("v2.7.0", source) == AssumedRelease(Release(2, 7, 0), source)
    assert release_of_cluster("latest", source) is None


@pytest.mark.parametrize(
    ("source", "release", "known"),
    [
        (ReleaseSource.OPTION, LATEST, True),
        (ReleaseSource.CLUSTER, LATEST, True),
        (ReleaseSource.IMAGE, LATEST, True),
        (ReleaseSource.DEFINITION, LATEST, False),
        (ReleaseSource.DEFINITION, OLDEST, True),
        (ReleaseSource.DEFAULT, LATEST, False),
        (ReleaseSource.DEFAULT, OLDEST, False),
    ],
)
def test_the_webhook_is_known_if_the_release_is_reported(
    source: ReleaseSource, release: Release, known: bool
) -> None:
    assert AssumedRelease(release, source).is_known is known


def test_a_cluster_with_a_version_before_the_oldest_release_is_older() -> None:
    source = ReleaseSource.CLUSTER

    assert AssumedRelease(OLDEST, source, "1.13.2").is_older
    assert not AssumedRelease(OLDEST, source).is_older
    assert not AssumedRelease(LATEST, source, "2.0 or later").is_older
