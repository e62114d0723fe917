"""Tokens from ``auth-provider`` users, through the official Kubernetes package.

The package (37) supports ``oidc``, and ``gcp`` with a token in the kubeconfig, with its
``cmd-path``, or with google-auth where that is installed. It no longer supports ``azure``; kubectl
itself dropped ``gcp`` and ``azure`` in 1.26. A refreshed OpenID token is used but not written back
to the kubeconfig.
"""

from typing import Any, Final

from ippoolctl.cluster.connection import AuthProvider
from ippoolctl.cluster.http.time_limits import LateError, call_within
from ippoolctl.ports.faults import CredentialFault

_KNOWN: Final = ("oidc", "gcp")
_HINT: Final = "use an exec plugin: kubelogin for oidc and azure, gke-gcloud-auth-plugin for gcp"


def provider_token(provider: AuthProvider, *, allowed: bool, seconds: float) -> str:
    """The bearer token of the provider; ``seconds`` is the time limit.

    ``allowed`` says whether a program may be run for it. Raises
    :class:`~ippoolctl.ports.faults.CredentialFault` for everything that the package raises.
    """
    if provider.name not in _KNOWN:
        raise _fault(provider, "is not supported")
    config = dict(provider.config)
    if config.get("cmd-path") and not allowed:
        message = f"the auth provider {provider.name} is disabled by --no-exec-auth"
        raise CredentialFault(message, "remove --no-exec-auth, or use --token-file")
    try:
        token = call_within(seconds, lambda: _ask_package(provider.name, config), lambda: None)
    except LateError:
        raise _fault(provider, f"timed out after {seconds:.0f}s") from None
    except Exception as error:
        # Its message may contain the secret of the client.
        raise _fault(provider, f"returned no token ({type(error).__name__})") from None
    if not token:
        raise _fault(provider, "returned no token")
    return token


def _fault(provider: AuthProvider, what: str) -> CredentialFault:
    return CredentialFault(f"the auth provider {provider.name!r} {what}", _HINT)


def _ask_package(name: str, config: dict[str, str]) -> str:
    from kubernetes.client import Configuration
    from kubernetes.config import load_kube_config_from_dict

    configuration = Configuration()
    load_kube_config_from_dict(  # type: ignore[no-untyped-call]
        _kubeconfig(name, _with_authority(name, config)), client_configuration=configuration
    )
    header: str = configuration.api_key.get("BearerToken") or ""
    return header.removeprefix("Bearer ")


def _with_authority(name: str, config: dict[str, str]) -> dict[str, str]:
    """Without an authority the package would trust any server as the issuer."""
    fields = ("idp-certificate-authority", "idp-certificate-authority-data")
    if name != "oidc" or any(config.get(each) for each in fields):
        return config
    import certifi

    return {**config, "idp-certificate-authority": certifi.where()}


def _kubeconfig(name: str, config: dict[str, str]) -> dict[str, Any]:
    return {
        "current-context": "only",
        "contexts": [{"name": "only", "context": {"cluster": "only", "user": "only"}}],
        # A server that is not https, so that the package asks for no certificates.
        "clusters": [{"name": "only", "cluster": {"server": "http://localhost"}}],
        "users": [
            {"name": "only", "user": {"auth-provider": {"name": name, "config": config}}},
        ],
    }
