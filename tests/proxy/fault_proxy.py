"""A proxy in front of an API server that injects faults, by rule and in a replayable way."""

import base64
import json
import ssl
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import trustme
import yaml

from tests.proxy.faults import Dice, Rule
from tests.proxy.front import Entry, Front
from tests.proxy.upstream import Upstream

_OF_THE_SERVER = ("certificate-authority", "insecure-skip-tls-verify", "tls-server-name")
_FILES_OF_USERS = ("client-certificate", "client-key", "tokenFile")


class FaultProxy:
    """Stands on loopback from ``with`` on until its end.

    ``authority`` is the file with the CA of an upstream with https, ``certificate`` one with a
    client certificate and its key for the upstream: that of a client does not get through. With
    ``tls`` clients have to come with https, and may come with tokens. For the decisions see
    :class:`~tests.proxy.faults.Dice`.
    """

    def __init__(
        self,
        upstream_url: str,
        *,
        seed: int,
        rules: Iterable[Rule] = (),
        authority: Path | None = None,
        certificate: Path | None = None,
        tls: bool = False,
    ) -> None:
        self._upstream = (
            upstream_url,
            str(authority) if authority else None,
            str(certificate) if certificate else None,
        )
        self._dice = Dice(seed, rules)
        self._own = trustme.CA() if tls else None
        self.seed = seed
        self.authority = self._own.cert_pem.bytes() if self._own else None
        """The CA of the certificate that clients see."""
        self.url = ""

    def __enter__(self) -> Self:
        self._front = Front(Upstream(*self._upstream), self._dice.throw, self._context())
        scheme = "https" if self._own else "http"
        self.url = f"{scheme}://127.0.0.1:{self._front.server_port}"
        self._thread = threading.Thread(target=self._front.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._front.end()
        self._thread.join()
        if self._front.errors:
            raise ExceptionGroup("the proxy itself went wrong", self._front.errors)

    @property
    def log(self) -> list[Entry]:
        """All requests in the order of the decisions; entries change until they have ended."""
        return self._front.log

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules for requests from now on; those that are there already keep their fault."""
        return self._dice.rules

    @rules.setter
    def rules(self, rules: Iterable[Rule]) -> None:
        self._dice.rules = tuple(rules)

    def clear(self) -> None:
        """No faults any more."""
        self.rules = ()

    def settle(self) -> None:
        """Wait until requests delayed by ``Late`` are delivered."""
        self._front.settle()

    def kubeconfig(self, original: Path, directory: Path) -> Path:
        """A copy in that directory, of mode 0600, all clusters of which are this proxy."""
        content = yaml.safe_load(original.read_text())
        for each in content["clusters"]:
            each["cluster"] = self._cluster(each["cluster"])
        for each in content.get("users") or ():
            for key in _FILES_OF_USERS:
                if key in each["user"]:
                    each["user"][key] = str(original.parent.resolve() / each["user"][key])
        path = directory / f"{self._front.server_port}-{original.name}"
        # A process that is started with the file must never see half of it.
        unfinished = path.with_name(f".{path.name}")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(content, indent=1))
        return unfinished.replace(path)

    def _cluster(self, cluster: dict[str, Any]) -> dict[str, Any]:
        replaced = {*_OF_THE_SERVER, "certificate-authority-data", "proxy-url", "server"}
        kept = {key: value for key, value in cluster.items() if key not in replaced}
        if self.authority is not None:
            kept["certificate-authority-data"] = base64.b64encode(self.authority).decode()
        return {**kept, "server": self.url}

    def _context(self) -> ssl.SSLContext | None:
        if self._own is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._own.issue_cert("127.0.0.1").configure_cert(context)
        return context
