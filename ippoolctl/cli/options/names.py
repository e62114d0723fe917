"""Names of pools typed on a command line, also in the forms that kubectl takes and prints."""

import re
from collections.abc import Sequence
from typing import Final

from ippoolctl.errors import UsageError

RESOURCES: Final = ("eip", "externalippool", "externalippools")
"""What kubectl calls the kind; the long ones also with the group."""

_PREFIX: Final = re.compile(r"(?:eip|externalippools?(?:\.crd\.antrea\.io)?)/", re.IGNORECASE)
_GROUP: Final = ".crd.antrea.io"
_NAME: Final = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?")
_LONGEST: Final = 253
_ID: Final = re.compile(r"[!-~]{1,253}")


def typed_names(texts: Sequence[str], *, optional: bool = False) -> list[str]:
    """The names, without ``eip/`` or the like before them, or ``eip`` as a word of its own.

    Raises :class:`UsageError` for what can be no name, and for a resource without a name unless
    names are ``optional``.
    """
    given = list(texts)
    if given and given[0].lower().removesuffix(_GROUP) in RESOURCES and (optional or given[1:]):
        del given[0]
    return [typed_name(each) for each in given]


def typed_name(text: str) -> str:
    """One name. Raises :class:`UsageError` for what can be none (RFC 1123 subdomain)."""
    name = _PREFIX.sub("", text, count=1)
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise UsageError(
            f"{text!r} cannot be the name of a pool",
            "a name is made of small letters, digits, - and ., such as edge-1",
        )
    return name


def typed_request_id(text: str) -> str:
    """The id of a request. Raises :class:`UsageError` for one that nobody could tell apart."""
    if not _ID.fullmatch(text):
        raise UsageError(
            f"{text!r} cannot be the id of a request",
            "an id has 1 to 253 printable ASCII characters and no spaces, such as job-4711",
        )
    return text
