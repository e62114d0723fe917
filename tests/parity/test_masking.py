"""Values that are masked, and values that are not."""

import pytest

from tests.parity.masking import Masks


def test_the_same_uid_and_the_same_revision_have_the_same_number() -> None:
    masks = Masks()
    first, second = "0c5a9d8e-0000-4000-8000-00000000000a", "0c5a9d8e-0000-4000-8000-00000000000b"

    def named(uid: str, revision: str) -> object:
        return masks({"metadata": {"name": "a", "uid": uid, "resourceVersion": revision}})

    assert named(first, "7") == named(first, "7")
    assert named(second, "7") == {
        "metadata": {"name": "a", "uid": "<uid 2>", "resourceVersion": "<revision 1>"}
    }


def test_the_revision_and_the_token_of_a_list_are_masked() -> None:
    listed = {"metadata": {"resourceVersion": "12", "continue": "abc", "remainingItemCount": 3}}

    assert Masks()(listed) == {
        "metadata": {
            "resourceVersion": "<revision>",
            "continue": "<token>",
            "remainingItemCount": 3,
        }
    }


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("at 2026-01-02T03:04:05Z", "at <time>"),
        ('Post "https://127.0.0.1:2345/x?timeout=5s"', 'Post "<url>/x?timeout=5s"'),
        ("dial tcp 127.0.0.1:2345: refused", "dial tcp 127.0.0.1:<port>: refused"),
        ("too old resource version: 1 (234)", "too old resource version: 1 (<revision>)"),
        ("version: 345, current: 12", "version: <revision>, current: <revision>"),
        ("precondition (12) does not", "precondition (<revision>) does not"),
        ("precondition (abc) does not", "precondition (abc) does not"),
        ("random-x7b2c", "random-<suffix>"),
        ("10.0.0.0/24", "10.0.0.0/24"),
    ],
)
def test_text_is_masked(text: str, masked: str) -> None:
    assert Masks().text(text) == masked


def test_causes_are_sorted_in_the_message_too() -> None:
    causes = [{"field": "b", "message": "Required"}, {"field": "a", "message": "Required"}]
    status = {"message": "X is invalid: [b: Required, a: Required]", "details": {"causes": causes}}

    assert Masks()(status) == {
        "message": "X is invalid: [a: Required, b: Required]",
        "details": {"causes": causes[::-1]},
    }
