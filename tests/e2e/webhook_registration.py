"""Telling the API server that there is a webhook, as Antrea does."""

import base64
from pathlib import Path
from typing import Any

import trustme
import yaml

from tests.e2e.api import Api

MANIFEST = Path(__file__).parent / "manifests" / "crdvalidator.yaml"
PATH = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
NAME = "crdvalidator.antrea.io"


def register(api: Api, url: str, authority: trustme.CA) -> None:
    """Create the configuration, or restore it."""
    wanted = _configuration(url, authority)
    answer = api.request("POST", PATH, wanted)
    if answer.status == 409:
        live = api.request("GET", f"{PATH}/{NAME}").body["metadata"]
        wanted["metadata"]["resourceVersion"] = live["resourceVersion"]
        answer = api.request("PUT", f"{PATH}/{NAME}", wanted)
    if answer.status not in (200, 201):
        raise RuntimeError(f"cannot register the webhook: {answer.body}")


def unregister(api: Api) -> None:
    """Delete the configuration, if there is one."""
    api.request("DELETE", f"{PATH}/{NAME}")


def _configuration(url: str, authority: trustme.CA) -> dict[str, Any]:
    configuration: dict[str, Any] = yaml.safe_load(MANIFEST.read_text())
    (entry,) = configuration["webhooks"]
    bundle = base64.b64encode(authority.cert_pem.bytes()).decode()
    entry["clientConfig"] = {"url": url, "caBundle": bundle}
    return configuration
