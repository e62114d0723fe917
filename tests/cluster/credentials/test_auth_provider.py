"""Tokens of auth-provider users, from the official package."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import kubernetes.config
import pytest

from ippoolctl.cluster.connection import AuthProvider
from ippoolctl.cluster.credentials.auth_provider import provider_token
from ippoolctl.ports.faults import CredentialFault
from tests.cluster.kubeconfigs import CANARY


def provider(name: str, **config: str) -> AuthProvider:
    return AuthProvider(name, tuple((key.replace("_", "-"), each) for key, each in config.items()))


def token(asked: AuthProvider, *, allowed: bool = True, seconds: float = 60) -> str:
    return provider_token(asked, allowed=allowed, seconds=seconds)


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def id_token(expires: float) -> str:
    return f"{part({'alg': 'none'})}.{part({'exp': int(expires)})}.signature"


def test_valid_openid_token_is_used() -> None:
    valid = id_token(time.time() + 3600)

    assert token(provider("oidc", id_token=valid)) == valid


def test_valid_google_token_is_used() -> None:
    asked = provider("gcp", access_token="t", expiry="2999-01-01T00:00:00Z")

    assert token(asked) == "t"


@pytest.mark.parametrize(
    "asked",
    [
        provider("azure", access_token=CANARY),
        provider("", access_token=CANARY),
        provider("oidc"),
        provider("oidc", id_token=CANARY),
        provider("oidc", id_token=f"{CANARY}.{CANARY}.{CANARY}"),
        provider("oidc", id_token=id_token(0), idp_issuer_url="http://127.0.0.1:1", client_id="c"),
        provider("gcp", expiry="nonsense", access_token=CANARY),
        provider("gcp"),
        provider("gcp", cmd_path="/no/such/program"),
    ],
)
@pytest.mark.filterwarnings("ignore::Warning")  # the package's own
def test_every_failure_of_a_provider_is_one_fault(asked: AuthProvider) -> None:
    with pytest.raises(CredentialFault, match="the auth provider") as caught:
        token(asked)

    assert caught.value.hint
    assert CANARY not in caught.value.message + caught.value.hint


def test_no_exec_auth_does_not_run_the_token_program(tmp_path: Path) -> None:
    witness = tmp_path / "ran"

    with pytest.raises(CredentialFault, match="is disabled by --no-exec-auth"):
        token(provider("gcp", cmd_path=f"/usr/bin/touch {witness}"), allowed=False)

    assert not witness.exists()


def test_provider_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        kubernetes.config, "load_kube_config_from_dict", lambda *_, **__: time.sleep(5)
    )

    with pytest.raises(CredentialFault, match="timed out after 0s"):
        token(provider("oidc"), seconds=0.1)


def test_issuer_is_verified_without_a_configured_authority(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[dict[str, str]] = []

    def load(config: Any, client_configuration: Any) -> None:
        seen.append(config["users"][0]["user"]["auth-provider"]["config"])
        client_configuration.api_key["BearerToken"] = "Bearer t"

    monkeypatch.setattr(kubernetes.config, "load_kube_config_from_dict", load)

    assert token(provider("oidc", id_token="i")) == "t"
    assert token(provider("oidc", idp_certificate_authority="/mine")) == "t"
    assert Path(seen[0]["idp-certificate-authority"]).is_file()
    assert seen[1] == {"idp-certificate-authority": "/mine"}
