"""Certificates, tokens and kubeconfigs of one control plane."""

import base64
import json
import secrets
from pathlib import Path
from typing import Any

import trustme

GROUPS = {"admin": "system:masters", "editor": "", "viewer": "", "nobody": ""}
"""The users that the API server knows, and the group of each."""

STRANGER = "stranger"
"""A user whose token the API server does not know."""


class Credentials:
    """Files in one directory; nothing of it outlives the directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        servers, self._clients = trustme.CA(), trustme.CA()
        server = servers.issue_cert("127.0.0.1", "localhost")
        self.authority = self._write("ca.pem", servers.cert_pem.bytes())
        self.certificate = self._write(
            "server.pem", b"".join(each.bytes() for each in server.cert_chain_pems)
        )
        self.key = self._write("server-key.pem", server.private_key_pem.bytes())
        self.client_authority = self._write("clients.pem", self._clients.cert_pem.bytes())
        # Any key pair signs tokens of service accounts; that of a certificate is at hand.
        signer = self._clients.issue_cert("signer")
        self.signing_key = self._write("accounts-key.pem", signer.private_key_pem.bytes())
        self.tokens = {name: secrets.token_hex(16) for name in (*GROUPS, STRANGER)}
        rows = (f'{self.tokens[name]},{name},{name},"{group}"\n' for name, group in GROUPS.items())
        self.token_file = self._write("tokens.csv", "".join(rows).encode())

    def kubeconfig(self, server: str, user: str, *, certificate: bool = False) -> Path:
        """A file that logs in with the user's token, or with a client certificate."""
        login = self._certificate_of(user) if certificate else {"token": self.tokens[user]}
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "e2e", "cluster": self._cluster(server)}],
            "users": [{"name": user, "user": login}],
            "contexts": [{"name": "e2e", "context": {"cluster": "e2e", "user": user}}],
            "current-context": "e2e",
        }
        name = f"{user}{'-certificate' if certificate else ''}.kubeconfig"
        # JSON is YAML too.
        return self._write(name, json.dumps(content, indent=1).encode())

    def _cluster(self, server: str) -> dict[str, str]:
        authority = base64.b64encode(self.authority.read_bytes()).decode()
        return {"server": server, "certificate-authority-data": authority}

    def _certificate_of(self, user: str) -> dict[str, Any]:
        issued = self._clients.issue_cert(
            user, common_name=user, organization_name=GROUPS.get(user) or None
        )
        chain = b"".join(each.bytes() for each in issued.cert_chain_pems)
        return {
            "client-certificate-data": base64.b64encode(chain).decode(),
            "client-key-data": base64.b64encode(issued.private_key_pem.bytes()).decode(),
        }

    def _write(self, name: str, content: bytes) -> Path:
        # A process that was started with the file must never see half of it.
        path, unfinished = self._directory / name, self._directory / f".{name}"
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(content)
        return unfinished.replace(path)
