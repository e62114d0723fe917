"""Finding kubeconfigs and merging them as kubectl does.

Source: ``ClientConfigLoadingRules`` of client-go, tools/clientcmd/loader.go, and "Merging
kubeconfig files" in the documentation of Kubernetes: the first file that defines a name wins with
its whole entry, the first file that sets ``current-context`` wins.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ippoolctl.cluster.kubeconfig.parse import Kubeconfig, parse_kubeconfig
from ippoolctl.errors import InputError
from ippoolctl.reading.encodings import EncodingError, decode
from ippoolctl.reading.files import Obstacle, UnreadableError, read_file
from ippoolctl.reading.yaml_documents import YamlError, YamlRules, read_yaml

_RULES: Final = YamlRules(
    max_nodes=200_000,
    max_expansion=200_000,
    any_tag=False,
    repeated_keys=True,
    may_quote=False,
)
"""Repeated keys as in kubectl; nothing is quoted, since it may be a secret."""


def read_kubeconfig(explicit: str, environment: Mapping[str, str]) -> Kubeconfig:
    """The ``explicit`` file, else the files of ``KUBECONFIG`` merged, else the default file.

    Empty if there are none. Raises :class:`~ippoolctl.errors.InputError` if a file cannot be read
    or understood, and if the explicit one does not exist.
    """
    if explicit:
        return _read(explicit, required=True)
    parts = [_read(path, required=False) for path in kubeconfig_paths(environment)]
    # The first one wins, so its entries are added last.
    backwards = parts[::-1]
    return Kubeconfig(
        next((each.current_context for each in parts if each.current_context), ""),
        {name: entry for each in backwards for name, entry in each.contexts.items()},
        {name: entry for each in backwards for name, entry in each.clusters.items()},
        {name: entry for each in backwards for name, entry in each.users.items()},
    )


def kubeconfig_paths(environment: Mapping[str, str]) -> list[str]:
    """The files of ``KUBECONFIG``, else the default file; they need not exist."""
    listed = environment.get("KUBECONFIG", "")
    if listed:
        return list(dict.fromkeys(filter(None, listed.split(os.pathsep))))
    home = environment.get("HOME", "")
    return [str(Path(home) / ".kube" / "config")] if home else []


def _read(path: str, *, required: bool) -> Kubeconfig:
    try:
        documents = read_yaml(decode(read_file(path)), _RULES)
    except UnreadableError as error:
        if error.obstacle is Obstacle.MISSING and not required:
            return Kubeconfig()
        hint = "check the path and the file permissions"
        raise InputError(f"cannot read the kubeconfig {path}: {error.reason}", hint) from None
    except EncodingError as error:
        raise InputError(f"invalid kubeconfig {path}: {error.message}", _HINT_COMPARE) from None
    except YamlError as error:
        reason = f"line {error.line + 1}: {error.message}"
        raise InputError(f"invalid kubeconfig {path}: {reason}", _HINT_COMPARE) from None
    return parse_kubeconfig(path, documents[0] if documents else None)


_HINT_COMPARE: Final = "compare with the output of kubectl: kubectl config view"
