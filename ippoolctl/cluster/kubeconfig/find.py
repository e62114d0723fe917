"""Finding kubeconfigs and merging them as kubectl does.

Source: ``ClientConfigLoadingRules`` of client-go, tools/clientcmd/loader.go, and "Merging
kubeconfig files" in the documentation of Kubernetes: the first file that defines a name wins with
all that it says under it, the first one that sets ``current-context`` wins.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from ippoolctl.cluster.kubeconfig.entries import Kubeconfig, read_entries
from ippoolctl.cluster.kubeconfig.text import TextError, read_text
from ippoolctl.errors import InputError
from ippoolctl.reading.bounded_file import UnreadableError, read_file


def read_kubeconfig(explicit: str, environment: Mapping[str, str]) -> Kubeconfig:
    """What the file that was named says, else the files of ``KUBECONFIG``, else the default one.

    Empty if there are none. Raises :class:`~ippoolctl.errors.InputError` if a file that is there
    cannot be read or understood, and if the one that was named is not there.
    """
    if explicit:
        return _read(explicit, required=True)
    return _merged([_read(path, required=False) for path in _paths(environment)])


def _paths(environment: Mapping[str, str]) -> list[str]:
    listed = environment.get("KUBECONFIG", "")
    if listed:
        return list(dict.fromkeys(filter(None, listed.split(os.pathsep))))
    home = environment.get("HOME", "")
    return [str(Path(home) / ".kube" / "config")] if home else []


def _read(path: str, *, required: bool) -> Kubeconfig:
    try:
        return read_entries(path, read_text(read_file(path)))
    except UnreadableError as error:
        if error.missing and not required:
            return Kubeconfig()
        hint = "check the path and the rights"
        raise InputError(f"cannot read the kubeconfig {path}: {error.reason}", hint) from None
    except TextError as error:
        hint = "kubectl config view shows what kubectl makes of it"
        raise InputError(f"{path} is no kubeconfig: {error}", hint) from None


def _merged(parts: list[Kubeconfig]) -> Kubeconfig:
    # The first one wins, so it goes in last.
    backwards = parts[::-1]
    return Kubeconfig(
        next((each.current_context for each in parts if each.current_context), ""),
        {name: entry for each in backwards for name, entry in each.contexts.items()},
        {name: entry for each in backwards for name, entry in each.clusters.items()},
        {name: entry for each in backwards for name, entry in each.users.items()},
    )
