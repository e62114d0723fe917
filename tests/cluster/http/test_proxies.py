"""Proxies are chosen as in Go.

The cases for NO_PROXY follow the tests of golang.org/x/net/http/httpproxy (proxy_test.go).
"""

import pytest

from ippoolctl.cluster.http.proxies import choose_proxy
from ippoolctl.ports.faults import ConfigurationFault

PROXY = "http://proxy:3128"


@pytest.mark.parametrize(
    ("server", "environment", "expected"),
    [
        ("https://x", {}, ""),
        ("https://x", {"HTTPS_PROXY": PROXY}, PROXY),
        ("https://x", {"https_proxy": PROXY}, PROXY),
        ("https://x", {"HTTPS_PROXY": "", "https_proxy": PROXY}, PROXY),
        ("https://x", {"HTTPS_PROXY": "proxy:3128"}, PROXY),
        ("https://x", {"HTTP_PROXY": PROXY}, ""),
        ("http://x", {"HTTP_PROXY": PROXY}, PROXY),
        ("https://localhost:6443", {"HTTPS_PROXY": PROXY}, ""),
        ("https://127.0.0.2", {"HTTPS_PROXY": PROXY}, ""),
        ("https://[::1]:6443", {"HTTPS_PROXY": PROXY}, ""),
        ("https://[::ffff:127.0.0.1]:6443", {"HTTPS_PROXY": PROXY}, ""),
    ],
)
def test_proxy_variables(server: str, environment: dict[str, str], expected: str) -> None:
    assert choose_proxy(server, "", environment) == expected


@pytest.mark.parametrize(
    ("exceptions", "server", "proxied"),
    [
        ("*", "https://x", False),
        ("a, *", "https://x", False),
        ("example.com", "https://example.com", False),
        ("example.com", "https://www.example.com", False),
        ("example.com", "https://wexample.com", True),
        ("EXAMPLE.com", "https://www.Example.COM", False),
        (".example.com", "https://www.example.com", False),
        (".example.com", "https://example.com", True),
        ("*.example.com", "https://www.example.com", False),
        ("*.example.com", "https://example.com", True),
        ("example.com:443", "https://example.com", False),
        ("example.com:6443", "https://example.com", True),
        ("example.com:6443", "https://example.com:6443", False),
        ("10.0.0.1", "https://10.0.0.1", False),
        ("10.0.0.1:80", "https://10.0.0.1", True),
        ("10.0.0.1:443", "https://10.0.0.1", False),
        ("10.0.0.0/8", "https://10.1.2.3:6443", False),
        ("10.0.0.0/8", "https://11.1.2.3", True),
        ("10.0.0.0/8", "https://x10.com", True),
        ("fd00::/8", "https://[fd00::1]:6443", False),
        ("[fd00::1]", "https://[fd00::1]", True),  # Go takes brackets with a port only
        ("fd00::1", "https://[fd00:0::1]", False),
        ("[fd00::1]:443", "https://[fd00::1]", False),
        ("[fd00::1]:80", "https://[fd00::1]", True),
        (":80, ,/, 1.2.3.4/99", "https://1.2.3.4", True),
        ("a,b,,x", "https://x", False),
        ("", "https://x", True),
    ],
)
def test_no_proxy_entries(exceptions: str, server: str, proxied: bool) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        chosen = choose_proxy(server, "", {"HTTPS_PROXY": PROXY, name: exceptions})
        assert bool(chosen) is proxied


def test_no_proxy_does_not_apply_to_the_proxy_of_the_kubeconfig() -> None:
    environment = {"HTTPS_PROXY": "http://other", "NO_PROXY": "*"}

    assert choose_proxy("https://localhost", PROXY, environment) == PROXY


@pytest.mark.parametrize("url", ["socks5://u:secret@x", "http://", "http://u:secret@x:abc"])
def test_unusable_proxy_is_a_configuration_fault(url: str) -> None:
    with pytest.raises(ConfigurationFault) as caught:
        choose_proxy("https://x", "", {"HTTPS_PROXY": url})

    assert caught.value.message.startswith("HTTPS_PROXY")
    assert "secret" not in caught.value.message + caught.value.hint
    assert choose_proxy("https://x", "", {"HTTPS_PROXY": url, "NO_PROXY": "x"}) == ""
