"""The proxy for a server.

Source: Go's golang.org/x/net/http/httpproxy, which kubectl uses, with its rules for ``NO_PROXY``.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ippoolctl.ports.faults import ConfigurationFault

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

_PORTS: Final = {"http": 80, "https": 443}
_SCHEMES: Final = ("http", "https")


def choose_proxy(server: str, configured: str, environment: Mapping[str, str]) -> str:
    """The URL of the proxy, empty for none; ``configured`` is the kubeconfig's ``proxy-url``.

    ``NO_PROXY`` applies to proxies of the environment only. Raises
    :class:`~ippoolctl.ports.faults.ConfigurationFault` for an unusable proxy; the message never
    contains the URL, which may contain a password.
    """
    if configured:
        return _checked(configured, "the kubeconfig's proxy-url")
    parts = urlsplit(server)
    scheme, host = parts.scheme, parts.hostname or ""
    port = parts.port or _PORTS.get(scheme, 0)
    name = f"{scheme.upper()}_PROXY"
    found = environment.get(name) or environment.get(name.lower()) or ""
    if not found or not _needs_proxy(host, port, environment):
        return ""
    return _checked(found if "://" in found else f"http://{found}", name)


def _checked(url: str, origin: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None:
        raise ConfigurationFault(f"{origin} is not a valid URL", "use http://host:port")
    if parts.scheme in _SCHEMES:
        return url
    hint = "use an http or https proxy"
    raise ConfigurationFault(f"{origin}: {parts.scheme} proxies are not supported", hint)


def _needs_proxy(host: str, port: int, environment: Mapping[str, str]) -> bool:
    exceptions = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return False
    entries = [each for each in (raw.strip().lower() for raw in exceptions.split(",")) if each]
    if "*" in entries:
        return False
    return not any(_matches(each, host, address, port) for each in entries)


def _address(text: str) -> "IPv4Address | IPv6Address | None":
    if not text or (":" not in text and not text[-1].isdigit()):
        return None
    from ipaddress import ip_address

    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _matches(entry: str, host: str, address: "IPv4Address | IPv6Address | None", port: int) -> bool:
    if "/" in entry:
        return address is not None and _within(entry, address)
    for name, wanted in _host_and_port(entry):
        if wanted and wanted != str(port):
            continue
        excepted = _address(name)
        if excepted is not None:
            return address == excepted
        return _matches_domain(name, host)
    return False


def _within(entry: str, address: "IPv4Address | IPv6Address") -> bool:
    from ipaddress import ip_network

    try:
        return address in ip_network(entry, strict=False)
    except ValueError:
        return False


def _host_and_port(entry: str) -> Iterator[tuple[str, str]]:
    """The entry's host without brackets and its port; nothing if there is no host."""
    host, colon, port = entry.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")):
        host, port = entry, ""
    host = host.removeprefix("[").removesuffix("]")
    if host:
        yield host, port


def _matches_domain(name: str, host: str) -> bool:
    suffix = name.removeprefix("*")
    if suffix.startswith("."):
        return host.endswith(suffix)
    return host == suffix or host.endswith(f".{suffix}")
