"""The sandbox as a backend of the conformance suite."""

import math
import re
import ssl
from pathlib import Path
from typing import Any
from uuid import uuid4

import trustme
import yaml

from ippoolctl.sandbox.antrea.webhook import InjectedFailure
from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.parity.backend import Answer, HttpBackend

TOKENS = {f"token-of-{user}": user for user in ("admin", "editor", "viewer", "nobody")}
WEBHOOK = re.compile(r"https://antrea\.kube-system\.svc:443|10\.96\.0\.10:443")


def _as_on_loopback(found: re.Match[str]) -> str:
    # There the webhook is a program on a port, and not a Service.
    return "https://127.0.0.1:1" if found[0].startswith("https") else "127.0.0.1:1"


class SandboxBackend(HttpBackend):
    """In this process; each probe gets a new one."""

    def __init__(self, directory: Path) -> None:
        authority = trustme.CA()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(self._context)
        self._authority = directory / "authority.pem"
        authority.cert_pem.write_to_path(str(self._authority))
        self.sandbox = self._fresh()
        super().__init__(self.sandbox.url, self._authority, "token-of-admin", directory)

    def _fresh(self) -> Sandbox:
        settings = Settings(tokens=TOKENS, lag=0.05, status_delay=math.inf, context=self._context)
        return Sandbox(settings)

    def reset(self) -> None:
        self.sandbox.stop()
        self.sandbox = self._fresh()
        self.server = self.sandbox.url

    def close(self) -> None:
        self.sandbox.stop()
        super().close()

    def request(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        answer = super().request(method, path, body, **options)
        return answer._replace(body=_masked(answer.body))

    def kubeconfig(self) -> Path:
        path = self._directory / "kubeconfig"
        user = {"token": self._token}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": "c",
                    "cluster": {
                        "server": self.server,
                        "certificate-authority": str(self._authority),
                    },
                }
            ],
            "users": [{"name": "u", "user": user}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
        path.write_text(yaml.safe_dump(config))
        return path

    def token(self, user: str) -> str:
        return f"token-of-{user}"

    def fault(self, word: str | None) -> None:
        self.sandbox.webhook.failure = InjectedFailure(word) if word else None

    def lag(self, seconds: float) -> None:
        self.sandbox.cache.lag = seconds

    def settle(self) -> None:
        self.sandbox.cache.catch_up()

    def count_addresses(self) -> None:
        self.sandbox.controller.delay = 0.1
        self.sandbox.controller.restart()

    def compact(self) -> None:
        # A write to an unused resource, so that the present is a new revision.
        self.sandbox.store.commit("others", ("", str(uuid4())), None, {"metadata": {}})
        self.sandbox.store.compact()


def _masked(value: Any) -> Any:
    match value:
        case str():
            return WEBHOOK.sub(_as_on_loopback, value)
        case dict():
            return {key: _masked(each) for key, each in value.items()}
        case list():
            return [_masked(each) for each in value]
    return value
