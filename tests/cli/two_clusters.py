"""Two simulated clusters in one kubeconfig."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ippoolctl.sandbox.sandbox import Sandbox, Settings

UNREACHABLE = "http://127.0.0.1:9"


def write_kubeconfig(path: Path, servers: dict[str, str], current: str = "") -> None:
    """A kubeconfig with one context, named like its cluster, for each server."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": current,
        "clusters": [{"name": name, "cluster": {"server": url}} for name, url in servers.items()],
        "users": [{"name": "any", "user": {}}],
        "contexts": [
            {"name": name, "context": {"cluster": name, "user": "any"}} for name in servers
        ],
    }
    path.write_text(json.dumps(content), encoding="utf-8")


@contextmanager
def two_clusters(
    path: Path, prod: list[dict[str, Any]], lab: list[dict[str, Any]]
) -> Iterator[tuple[Sandbox, Sandbox]]:
    """Sandboxes with these objects. The kubeconfig has the contexts prod and lab, gone for one that
    does not respond, and again for that of prod.
    """
    quick = Settings(status_delay=0.0)
    with Sandbox(quick, prod) as one, Sandbox(quick, lab) as two:
        servers = {"prod": one.url, "lab": two.url, "gone": UNREACHABLE, "again": one.url}
        write_kubeconfig(path, servers, "prod")
        yield one, two
