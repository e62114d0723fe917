"""Kubeconfigs for tests."""

import base64
from pathlib import Path
from typing import Any

import yaml

from ippoolctl.cluster.connection import Connection
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect

CANARY = "c4n4ry-s3cr3t"


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def config(
    user: dict[str, Any] | None = None, name: str = "one", /, **cluster: Any
) -> dict[str, Any]:
    """One context, whose cluster and user have the same name."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}:6443", **cluster}}],
        "users": [{"name": name, "user": user or {}}],
    }


def write(path: Path, value: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else yaml.safe_dump(value), encoding="utf-8")
    return str(path)


def connected(
    value: Any, directory: Path, environment: dict[str, str] | None = None, /, **options: Any
) -> Connection:
    """The connection of one kubeconfig."""
    path = write(directory / "config", value)
    return connect(ConnectionOptions(**options), {"KUBECONFIG": path, **(environment or {})})
