"""A record of each relocation that has begun, in the state directory of the user.

Consumers carry it too, in an annotation; the record is for pools without any.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256

from ippoolctl.cli.files.replaced_file import write_new_file
from ippoolctl.cli.files.state_directory import state_directory
from ippoolctl.crd.relocation import read_relocation, write_relocation
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.relocation import Relocation
from ippoolctl.render.documents.envelope import document
from ippoolctl.render.structured import as_json


class UnfinishedRecord:
    """The record of one request to one API server."""

    def __init__(self, server: str, request: str, environment: Mapping[str, str]) -> None:
        self._request = request
        name = sha256(f"{server}\n{request}".encode()).hexdigest()[:16]
        self._path = state_directory(environment) / f"unfinished-{name}.json"

    def read(self, pools: Iterable[Pool]) -> Relocation | None:
        """What an earlier run recorded; ``None`` without a record, and for one that is outdated."""
        try:
            found = json.loads(self._path.read_bytes())
            relocation = read_relocation(self._request, found["relocation"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return relocation if relocation.deleted and relocation.is_current(pools) else None

    def write(self, relocation: Relocation) -> None:
        """Record it. Raises :class:`~ippoolctl.errors.InputError` if that fails."""
        written = write_relocation(relocation)
        record = document("UnfinishedRelocation", request=self._request, relocation=written)
        write_new_file(self._path, as_json(record).encode(), mode=0o600)

    def remove(self) -> None:
        """It is finished."""
        with suppress(OSError):
            self._path.unlink()
