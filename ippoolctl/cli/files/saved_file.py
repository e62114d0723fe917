"""The file in which ``delete`` saves pools and their holders before it deletes them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ippoolctl.cli.files.replaced_file import write_new_file
from ippoolctl.crd.saved_holders import write_saved
from ippoolctl.domain.antrea.consumers import Consumers, users_of
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.saved import SavedPools
from ippoolctl.errors import InputError
from ippoolctl.manifests.saved import read_saved_file
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.render.structured import as_yaml

_LONGEST_NAME: Final = 100
"""Characters of the name of a pool in the name of a file."""


class SavedFile:
    """One file for all pools of a command; it is on the disk before the first one is deleted."""

    def __init__(
        self, path: Path | None, directory: Callable[[], Path], now: datetime, server: str
    ) -> None:
        """Without a ``path``, only pools in use are saved, to a new file in the ``directory``."""
        self._explicit = path is not None
        self._path = path
        self._directory = directory
        self._now = now.astimezone(UTC)
        self._saved = SavedPools(at=self._now.strftime("%Y-%m-%dT%H:%M:%SZ"), server=server)

    @property
    def path(self) -> str:
        """The path of the file; empty if nothing is saved yet."""
        return str(self._path) if self._saved.pools else ""

    @property
    def names(self) -> frozenset[str]:
        """The saved pools."""
        return frozenset(self._saved.names)

    def save(self, names: Sequence[str], pools: Sequence[Pool], consumers: Consumers) -> None:
        """Save the pools of a command, whose names are given, as far as they exist.

        What an earlier run of the command has saved of pools that it deleted is kept. Raises
        :class:`InputError` if the file cannot be written or holds anything else, and
        :class:`RejectedFault` without permission to list the consumers.
        """
        saved = self._saved
        for each in pools:
            if self._is_due(each, consumers):
                saved = saved.with_pool(each, consumers.known)
        if not saved.pools:
            return
        if self._path is not None and self._path.is_file() and not self._path.is_symlink():
            saved = _with_earlier(saved, self._path, names)
        self._write(saved, consumers)

    def save_again(self, pool: Pool, consumers: Consumers) -> None:
        """Save a pool as it is just before its deletion, if it has changed; raises the same."""
        if self._is_due(pool, consumers):
            changed = self._saved.with_pool(pool, consumers.known)
            before = next((each for each in self._saved.pools if each.name == pool.name), None)
            same = before is not None and write_saved(SavedPools((before,))) == write_saved(
                SavedPools((pool,))
            )
            if not same or changed.holders != self._saved.holders:
                self._write(changed, consumers)

    def _is_due(self, pool: Pool, consumers: Consumers) -> bool:
        if self._explicit and consumers.unseen:
            kinds = " and ".join(consumers.unseen)
            message = f"no permission to list every {kinds}: not saved, and nothing was deleted"
            hint = "--save requires list on Egresses and Services"
            raise RejectedFault(403, message, hint, reason="Forbidden")
        return self._explicit or users_of(pool, consumers) is not None

    def _write(self, saved: SavedPools, consumers: Consumers) -> None:
        saved = saved._replace(unread=consumers.unseen)
        if self._path is None:
            moment = self._now.strftime("%Y%m%dT%H%M%S.%fZ")
            self._path = self._directory() / f"{saved.names[0][:_LONGEST_NAME]}-{moment}.yaml"
        try:
            write_new_file(self._path, as_yaml(*write_saved(saved)).encode(), mode=0o600)
        except InputError as failed:
            hint = "use --save with a file that can be written"
            raise InputError(failed.message, hint) from None
        self._saved = saved


def _with_earlier(saved: SavedPools, path: Path, names: Sequence[str]) -> SavedPools:
    """With the pools of an earlier run of the same command, which it has deleted since."""
    earlier = read_saved_file(str(path))
    foreign = [each for each in earlier.names if each not in names]
    if foreign:
        message = f"{path} contains saved pool {foreign[0]}; nothing was deleted"
        raise InputError(message, "use another file")
    for name in saved.names:
        earlier = earlier.without(name)
    return saved._replace(
        pools=(*earlier.pools, *saved.pools),
        holders=tuple(sorted([*earlier.holders, *saved.holders])),
        lifetimes={**earlier.lifetimes, **saved.lifetimes},
        at=(earlier.at if earlier.pools else "") or saved.at,
    )
