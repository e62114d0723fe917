"""A real etcd and a real kube-apiserver on loopback, with Antrea's CRDs and a few users."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Self

import urllib3
import yaml

from ippoolctl.crd.definition import definition
from tests.e2e.api import ANTREA, EGRESSES, POOLS, Answer, Api
from tests.e2e.api_server import flags
from tests.e2e.child import Child, free_port
from tests.e2e.credentials import Credentials
from tests.e2e.waiting import until

MANIFESTS = Path(__file__).parent / "manifests"
KUBECTL = Path(sys.prefix) / "bin" / "kubectl"

CLEAN = 'trap "" HUP INT TERM; cat; sleep 1; rm -rf "$1"'
"""Removes a directory when its standard input ends, and so also when we are killed."""

PATHS = {
    "CustomResourceDefinition": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
}

COLLECTIONS = (
    (EGRESSES, ""),
    (POOLS, ""),
    ("/api/v1/nodes", ""),
    # The API server keeps a Service for itself.
    ("/api/v1/namespaces/default/services", "component!=apiserver"),
)
"""What :meth:`ControlPlane.reset` empties, with label selectors."""


class ControlPlane:
    """Runs from ``with`` on until its end, and leaves neither processes nor files behind."""

    def __init__(self, program: Path, *, antrea: bool = True) -> None:
        self._program = program
        self._antrea = antrea
        self._port = free_port()
        self._etcd_url = f"http://127.0.0.1:{free_port()}"
        self.server = f"https://127.0.0.1:{self._port}"
        self.etcd: Child
        self.api_server: Child
        self.api: Api
        """Sends requests as any user; :meth:`request` is the short form."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            name = stack.enter_context(tempfile.TemporaryDirectory(prefix="ippoolctl-e2e-"))
            self._directory = Path(name)
            stack.callback(Child(["/bin/sh", "-c", CLEAN, "sh", name], Path(os.devnull)).kill)
            self._credentials = Credentials(self._directory)
            credentials = self._credentials
            self.api = Api(self.server, credentials.authority, credentials.tokens)
            stack.callback(self.api.close)
            self.start_etcd()
            stack.callback(lambda: self.etcd.kill())
            stack.callback(self.stop_api_server)
            self._launch()
            if self._antrea:
                self._install()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        user: str = "admin",
        content_type: str = "",
        query: Mapping[str, str] | None = None,
        timeout: float = 30.0,
    ) -> Answer:
        """Ask the API server once, see :meth:`~tests.e2e.api.Api.request`."""
        return self.api.request(method, path, body, user, content_type, query, timeout)

    @property
    def authority(self) -> Path:
        """The file with the CA of the API server's certificate."""
        return self._credentials.authority

    def kubeconfig(self, user: str = "admin", *, certificate: bool = False) -> Path:
        """A file of mode 0600 for a user of :data:`~tests.e2e.credentials.GROUPS` or the
        stranger."""
        return self._credentials.kubeconfig(self.server, user, certificate=certificate)

    def kubectl(
        self,
        *arguments: str,
        user: str = "admin",
        input: str | None = None,  # noqa: A002 - as in subprocess
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl and return its result, successful or not."""
        environment = {
            "KUBECONFIG": str(self.kubeconfig(user)),
            "KUBECACHEDIR": str(self._directory / "kubectl"),
            "HOME": str(self._directory),
            "PATH": os.environ["PATH"],  # where it finds diff
        }
        return subprocess.run(
            [KUBECTL, *arguments],
            env=environment,
            input=input,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def reset(self) -> None:
        """Delete all pools and consumers. An UPDATE by the webhook's leave takes finalizers off."""
        for path, selector in COLLECTIONS:
            until(partial(self._emptied, path, selector), f"{path} is empty")

    def revive(self) -> None:
        """Resume paused processes, and restart killed ones."""
        if self.etcd.is_alive:
            self.etcd.resume()
        else:
            self.etcd.kill()
            self.start_etcd()
        if self.api_server.is_alive:
            self.api_server.resume()
            until(self._is_served, "the API server serves again")
        else:
            self.stop_api_server()
            self.start_api_server()

    def start_etcd(self) -> None:
        """Start etcd; after :meth:`Child.kill` with the data that it had."""
        command = (self._program, "etcd", self._directory / "etcd", self._etcd_url)
        self.etcd = Child(command, self._directory / "etcd.log")
        if not self.etcd.first_line():
            raise RuntimeError(f"etcd did not start:\n{self.etcd.last_words()}")

    def stop_api_server(self) -> None:
        """Kill it: connections break and new ones are refused."""
        if hasattr(self, "api_server"):
            self.api_server.kill()

    def start_api_server(self) -> None:
        """Start it again, with the data it had, and wait until it serves them."""
        self._launch()
        until(self._is_served, "the CRDs are served and users have their rights")

    def _launch(self) -> None:
        log = self._directory / "apiserver.log"
        options = flags(self._credentials, self._etcd_url, self._port)
        self.api_server = Child([self._program, "apiserver", *options], log)
        until(self._is_ready, "the API server is ready", within=60)

    def _is_ready(self) -> bool:
        if not self.api_server.is_alive:
            raise RuntimeError(f"kube-apiserver ended:\n{self.api_server.last_words()}")
        try:
            return self.request("GET", "/readyz").status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def _install(self) -> None:
        for each in (
            definition("externalippools-2.0.yaml"),
            definition("egresses-2.0.yaml"),
            *yaml.safe_load_all((MANIFESTS / "rights.yaml").read_text()),
        ):
            answer = self.request("POST", PATHS[each["kind"]], each)
            if answer.status != 201:
                raise RuntimeError(f"cannot install {each['metadata']['name']}: {answer.body}")
        until(self._is_served, "the CRDs are served and users have their rights")

    def _is_served(self) -> bool:
        found = self.request("GET", ANTREA, timeout=5)
        names = {each["name"] for each in found.body["resources"]} if found.status == 200 else set()
        return {"egresses", "externalippools/status"} <= names and all(
            self.request("GET", path, user=user).status == 200
            for path, user in ((EGRESSES, "admin"), (POOLS, "viewer"), (POOLS, "editor"))
        )

    def _emptied(self, path: str, selector: str) -> bool:
        query = {"labelSelector": selector}
        self.request("DELETE", path, query=query)
        left = self.request("GET", path, query=query).body["items"]
        for each in left:
            if each["metadata"].get("finalizers"):
                item = f"{path}/{each['metadata']['name']}"
                self.request("PATCH", item, {"metadata": {"finalizers": None}})
        return not left
