"""The headers that a request carries."""

from urllib.parse import quote

import urllib3

from ippoolctl.cluster.connection import Impersonation
from ippoolctl.ports.faults import ConfigurationFault

_TOKEN_SIGNS = "!#$&'*+-.^_`|~"  # noqa: S105  # what a header's name may hold, RFC 9110 5.6.2


def request_headers(
    user_agent: str, authorization: str, impersonate: Impersonation, content_type: str
) -> urllib3.HTTPHeaderDict:
    """Headers without those that frame the body; ``authorization`` is empty for none.

    Raises :class:`~ippoolctl.ports.faults.ConfigurationFault` for an identity that no header holds.
    """
    headers = urllib3.HTTPHeaderDict(
        {"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "identity"}
    )
    if authorization:
        headers["Authorization"] = authorization
    if content_type:
        headers["Content-Type"] = content_type
    _add_impersonation(headers, impersonate)
    return headers


def _add_impersonation(headers: urllib3.HTTPHeaderDict, impersonate: Impersonation) -> None:
    """Source: ``impersonatingRoundTripper`` of client-go, transport/round_trippers.go."""
    if not impersonate.user:
        return
    headers.add("Impersonate-User", _value(impersonate.user))
    if impersonate.uid:
        headers.add("Impersonate-Uid", _value(impersonate.uid))
    for group in impersonate.groups:
        headers.add("Impersonate-Group", _value(group))
    for key, values in impersonate.extra:
        for each in values:
            headers.add(f"Impersonate-Extra-{quote(key, safe=_TOKEN_SIGNS)}", _value(each))


def _value(text: str) -> str:
    data = text.encode(errors="replace")
    if any(each < 32 or each == 127 for each in data) or data.decode() != text:
        hint = "check --as, --as-group and the user in the kubeconfig"
        raise ConfigurationFault("the identity to impersonate holds control characters", hint)
    # Go sends UTF-8, and http.client wants to be told the bytes as Latin-1.
    return data.decode("latin-1")
