"""The configuration file: defaults of a repository or a user.

It contains only settings that are safe in a file: networks to search, addresses to avoid, rules to
run, accepted findings; never a connection, a command or a secret. A file that another user owns or
that every user can write is refused. One that its group can write is accepted: with a umask of 002,
all files of a repository are like that.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ippoolctl.domain.antrea.capacity import NEARLY_FULL
from ippoolctl.domain.antrea.pool import Path as FieldPath
from ippoolctl.errors import InputError, reason_of
from ippoolctl.reading.files import file_mode

if TYPE_CHECKING:
    from ippoolctl.domain.lint.finding import Acceptance
    from ippoolctl.reading.documents import Document

FILE_NAME: Final = ".ippoolctl.yaml"
_LISTS: Final = ("supernets", "exclude", "select", "ignore")
_OVERLAPS: Final = "acceptedOverlaps"
_ACCEPTED: Final = ("accepted", _OVERLAPS)
KEYS: Final = (*_LISTS, "nearlyFull", *_ACCEPTED)
"""All keys."""
_RULE: Final = r"EIP[0-9]{3}"


class Config(NamedTuple):
    """The values of the file; empty if there is none."""

    file: str = ""
    supernets: tuple[str, ...] = ()
    """Networks to look for free ranges in, as CIDRs."""
    exclude: tuple[str, ...] = ()
    """Ranges that are never suggested."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    nearly_full: int = NEARLY_FULL
    """From how many percent of used addresses a pool is nearly full."""
    accepted: "tuple[Acceptance, ...]" = ()


def find_config(start: Path, environment: Mapping[str, str]) -> Path | None:
    """The nearest file, from a directory up to the git root or home; else the user's own."""
    home = environment.get("HOME", "")
    for directory in (start, *start.parents):
        candidate = directory / FILE_NAME
        if stat.S_ISREG(file_mode(candidate)):
            return candidate
        if str(directory) == home or file_mode(directory / ".git"):
            break
    base = environment.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    own = Path(base) / "ippoolctl" / "config.yaml" if base else None
    return own if own is not None and stat.S_ISREG(file_mode(own)) else None


def read_config(path: Path) -> Config:
    """Read a configuration. Raises :class:`InputError` if it is invalid."""
    from ippoolctl.reading.documents import read_documents
    from ippoolctl.reading.sources import Problem, read_sources

    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        reason = reason_of(error)
        raise InputError(f"configuration {path}: {reason}", "check --config") from None
    if not regular:
        raise InputError(f"configuration {path} is not a regular file", "use a file")
    for source in read_sources([str(path)], recursive=False):
        if isinstance(source, Problem):
            raise InputError(f"configuration {source}", source.hint)
        _require_own(path)
        for parsed in read_documents(source):
            if isinstance(parsed, Problem):
                raise InputError(f"configuration {parsed}", parsed.hint)
            if parsed[1] is not None:
                return _config(str(path), *parsed)
    return Config(str(path))


def _require_own(path: Path) -> None:
    status = path.stat()
    if status.st_uid not in (os.getuid(), 0) or status.st_mode & stat.S_IWOTH:
        raise InputError(
            f"configuration {path} is owned by another user or writable by every user",
            "run chown and chmod o-w on it, or use another --config",
        )


def _config(file: str, document: "Document", value: Any) -> Config:
    if not isinstance(value, dict):
        raise InputError(
            f"configuration {file} is not a mapping", f"use the keys {', '.join(KEYS)}"
        )
    for key in value:
        if key not in KEYS:
            raise InputError(
                f"configuration {file}: unknown key {key!r}",
                f"use the keys {', '.join(KEYS)}",
            )
    texts = {key: tuple(_texts(file, key, value.get(key))) for key in _LISTS}
    accepted = {path: _acceptance(file, str(path[0]), entry) for path, entry in _entries(value)}
    places = document.locate(accepted) if accepted else {}
    percent = _percent(file, value.get("nearlyFull", NEARLY_FULL))
    return Config(
        file,
        **texts,
        nearly_full=percent,
        accepted=tuple(each._replace(place=places[path]) for path, each in accepted.items()),
    )


def _texts(file: str, key: str, value: Any) -> Iterator[str]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    for item in items:
        if not isinstance(item, str):
            raise InputError(
                f"configuration {file}: {key} must be a list of strings", "quote each item"
            )
        yield item


def _percent(file: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100:
        message = f"configuration {file}: nearlyFull is not a percentage: {value!r}"
        raise InputError(message, "use a number from 1 to 100")
    return value


def _entries(value: dict[str, Any]) -> Iterator[tuple[FieldPath, Any]]:
    """What is accepted: the path in the file, and the entry."""
    for key in _ACCEPTED:
        entries = value.get(key)
        if isinstance(entries, list):
            yield from (((key, number), each) for number, each in enumerate(entries))
        elif entries is not None:
            yield (key,), entries


def _acceptance(file: str, key: str, entry: Any) -> "Acceptance":
    from ippoolctl.domain.lint.finding import Acceptance

    pools, rule, reason = [""], "", ""
    rest: dict[Any, Any] = {}
    match entry:
        case {"pools": [str(a), str(b)], "reason": str(reason), **rest} if key == _OVERLAPS:
            pools = [a, b]
        case {"rule": str(rule), "pools": [str(a), str(b)], "reason": str(reason), **rest}:
            pools = [a, b]
        case {"rule": str(rule), "pool": str(pool), "reason": str(reason), **rest}:
            pools = [pool]
        case _:
            pass
    if not (reason and rest.keys() <= {"expires"} and bool(rule) == (key != _OVERLAPS)):
        fields = "pools: [a, b]" if key == _OVERLAPS else "rule: EIP504, pool: a"
        raise InputError(
            f"configuration {file}: invalid {key} entry",
            f"use {{{fields}, reason: why, expires: 2027-01-31}}",
        )
    if rule and not re.fullmatch(_RULE, rule):
        message = f"configuration {file}: invalid rule: {rule!r}"
        raise InputError(message, "use a full rule ID, such as EIP504")
    if key == _OVERLAPS and len({"/" in name for name in pools}) > 1:
        message = f"configuration {file}: only one of {pools[0]} and {pools[1]} names its cluster"
        raise InputError(message, "use [cluster/pool, cluster/pool], or two plain names")
    expires = _expiry(file, rest.get("expires"))
    return Acceptance(frozenset(pools), reason, expires, rule, one_pool=len(pools) == 1)


def _expiry(file: str, value: Any) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        message = f"configuration {file}: invalid date: {value!r}"
        raise InputError(message, "use a date such as 2027-01-31") from None
