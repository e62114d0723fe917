"""``map -o html`` in a real browser: sorting, search, keyboard, screen readers, hostile text."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ippoolctl.render.styles import escape
from tests.builders import pool_object
from tests.cli.program import run
from tests.e2e.browser import Page, browser
from tests.e2e.build import BuildError
from tests.e2e.chromium import chromium

HOSTILE = (
    "</script><script>window.hostile = 1</script>",
    '"><img src=x onerror="window.hostile = 2">',
    "' onfocus='window.hostile = 3' autofocus tabindex='1",
    "</title></style></svg><svg onload=window.hostile=4>",
    "<!--<script>",
    "&lt;b&gt; ]]> ${window.hostile = 5} {{7*7}}",
    "javascript:window.hostile=6",
    "\u202eright to left\u2066 and a bell \x07",
)

USABLE = {"five": "10.0.0.10-10.0.0.14", "forty": "10.0.0.100-10.0.0.139", "many": "10.0.8.0/22"}


def egress(name: str, pool: str, address: str) -> dict[str, Any]:
    return {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "Egress",
        "metadata": {"name": name, "uid": name},
        "spec": {"egressIP": address, "externalIPPool": pool, "appliedTo": {}},
    }


def service(name: str, namespace: str, pool: str, address: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": name,
            "annotations": {"service.antrea.io/external-ip-pool": pool},
        },
        "spec": {"type": "LoadBalancer"},
        "status": {"loadBalancer": {"ingress": [{"ip": address}]}} if address else {},
    }


def objects() -> Iterator[dict[str, Any]]:
    for name, text in USABLE.items():
        yield pool_object(name, text)
    yield pool_object("ipv6", "2001:db8:aaaa::/112")
    yield pool_object("both", "10.0.4.0/28", "2001:db8:bbbb::/112")
    yield pool_object("overlapping", "10.0.0.12-10.0.0.20")
    for number, address in enumerate(("10.0.8.10", "10.0.8.9", "10.0.8.100")):
        yield egress(f"web-{number}", "many", address)
    yield egress("six", "ipv6", "2001:db8:aaaa::9")
    yield service("shop", "team", "five", "10.0.0.10")
    yield service("waits", "team", "nowhere", "")
    for number, text in enumerate(HOSTILE):
        hostile = pool_object(text, f"10.{100 + number}.0.0/28")
        hostile["spec"]["nodeSelector"] = {"matchLabels": {text: text}}
        yield hostile
        yield egress(text, text, f"10.{100 + number}.0.5")
        yield service(text, text, text, "")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of these objects."""
    directory = tmp_path_factory.mktemp("page")
    text = "---\n".join(yaml.safe_dump(each) for each in objects())
    (directory / "objects.yaml").write_text(text, encoding="utf-8")
    blocks = ("--within", "10.0.0.0/20", "--within", "2001:db8::/32")
    done = run("map", "-f", "objects.yaml", *blocks, "-o", "html", cwd=directory)
    assert done.returncode == 0, done.stderr
    made = directory / "map.html"
    made.write_text(done.stdout, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    problem = ""
    try:
        found = chromium()
    except BuildError as error:
        problem = str(error)
    if problem:
        pytest.fail(problem, pytrace=False)
    with browser(found) as page:
        yield page


@pytest.fixture
def page(tab: Page, file: Path) -> Iterator[Page]:
    """The page, newly opened; it writes nothing to the console and requests nothing."""
    tab.requests.clear()
    tab.messages.clear()
    tab.screen()
    tab.open(file)
    yield tab
    assert tab.messages == []
    assert set(tab.requests) <= {file.as_uri(), "data:,"}


def column(page: Page, table: str, number: int) -> list[str]:
    """The texts of the visible rows of a column."""
    found: list[str] = page.evaluate(
        f"[...document.querySelectorAll('#{table} tbody tr')].filter((row) => !row.hidden)"
        f".map((row) => row.cells[{number}].textContent)"
    )
    return found


def click(page: Page, table: str, number: int) -> None:
    page.evaluate(f"document.querySelectorAll('#{table} thead button')[{number}].click()")


def order(page: Page, table: str) -> list[str | None]:
    found: list[str | None] = page.evaluate(
        f"[...document.querySelectorAll('#{table} thead th')]"
        ".map((each) => each.getAttribute('aria-sort'))"
    )
    return found


def focused(page: Page) -> str:
    """The focused element: its ID, or its text."""
    found: str = page.evaluate("document.activeElement.id || document.activeElement.textContent")
    return found


def search(page: Page, text: str) -> None:
    page.evaluate("document.getElementById('search').focus()")
    page.evaluate("document.getElementById('search').select()")
    page.write(text)


def status(page: Page) -> str:
    found: str = page.evaluate("document.getElementById('status').textContent")
    return found


# --- foreign text -------------------------------------------------------------------------------


def test_hostile_text_is_shown_and_does_nothing(page: Page) -> None:
    assert page.evaluate("typeof window.hostile") == "undefined"
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("document.querySelectorAll('img, [onfocus], [onload]').length") == 0
    assert page.evaluate("document.querySelectorAll('svg').length") == 1
    for table, number in (("pools", 0), ("addresses", 3)):
        assert {escape(each) for each in HOSTILE} <= set(column(page, table, number))
    for text in HOSTILE:
        assert f"{escape(text)}/{escape(text)}" in column(page, "waiting", 0)


def test_markup_that_is_put_into_the_page_does_not_run(tab: Page, file: Path) -> None:
    tab.open(file)

    tab.evaluate(
        "document.body.insertAdjacentHTML('beforeend',"
        ' \'<img src="data:,x" onerror="window.hostile = 7">\')'
    )
    tab.evaluate(
        "(() => { const added = document.createElement('script');"
        " added.textContent = 'window.hostile = 8'; document.body.append(added); })()"
    )
    tab.evaluate("fetch('https://192.0.2.1/').catch(() => 0) && 0")

    assert tab.evaluate("typeof window.hostile") == "undefined"
    # The browser tells of each of the three that its policy forbids it.
    wait = "new Promise((done) => setTimeout(done, 200))"
    tab.call("Runtime.evaluate", expression=wait, awaitPromise=True)
    assert sum("Content Security Policy" in each for each in tab.messages) >= 3


# --- sorting ------------------------------------------------------------------------------------


def test_numbers_sort_by_value_in_both_directions(page: Page) -> None:
    click(page, "pools", 2)
    upwards = [int(each.replace(",", "")) for each in column(page, "pools", 2)]
    assert upwards == sorted(upwards)
    assert (upwards[0], upwards[-1]) == (5, 65_549)
    assert order(page, "pools") == [None, None, "ascending", *[None] * 5]
    assert status(page) == "Sorted by Usable, ascending"

    click(page, "pools", 2)
    assert [int(each.replace(",", "")) for each in column(page, "pools", 2)] == upwards[::-1]
    assert order(page, "pools") == [None, None, "descending", *[None] * 5]

    click(page, "pools", 0)
    assert order(page, "pools") == ["ascending", *[None] * 7]


def test_addresses_sort_by_number_and_ipv6_last(page: Page) -> None:
    click(page, "addresses", 3)
    click(page, "addresses", 0)

    found = [each for each in column(page, "addresses", 0) if not re.match(r"10\.1\d\d\.", each)]
    assert found == ["10.0.0.10", "10.0.8.9", "10.0.8.10", "10.0.8.100", "2001:db8:aaaa::9"]


def test_severities_sort_by_weight(page: Page) -> None:
    click(page, "findings", 0)

    words = column(page, "findings", 0)
    assert words == sorted(words, key=["error", "warning", "info", "accepted"].index)
    assert len(set(words)) > 1


# --- search -------------------------------------------------------------------------------------


def test_search_keeps_the_rows_with_all_words(page: Page) -> None:
    everything = len(column(page, "pools", 0))

    search(page, "10.0.8. EGRESS web")
    assert column(page, "addresses", 3) == ["web-1", "web-0", "web-2"]
    assert column(page, "pools", 0) == []
    assert re.fullmatch(r"\d+ of \d+ rows match", status(page))
    count = page.evaluate("document.querySelector('#pools .count').textContent")
    assert count == f"0 of {everything}"

    search(page, "nowhere")
    assert column(page, "waiting", 0) == ["team/waits"]

    search(page, "nothing is named like this")
    assert status(page).startswith("0 of ")

    search(page, " ")
    assert len(column(page, "pools", 0)) == everything
    assert status(page) == ""


def test_search_takes_hostile_text_as_text(page: Page) -> None:
    search(page, HOSTILE[1])

    assert column(page, "pools", 0) == [HOSTILE[1]]
    assert page.evaluate("typeof window.hostile") == "undefined"


def test_sorting_keeps_the_rows_of_a_search(page: Page) -> None:
    search(page, "web")
    click(page, "addresses", 3)

    assert column(page, "addresses", 3) == ["web-0", "web-1", "web-2"]


# --- keyboard and screen readers ----------------------------------------------------------------


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    stops = []
    while "search" not in stops:
        page.press("Tab")
        stops.append(focused(page))
        assert len(stops) < 5
    assert stops[0] == "Skip to the map"

    page.write("web-")
    assert column(page, "addresses", 3) == ["web-1", "web-0", "web-2"]

    while focused(page) != "Address":
        page.press("Tab")
        stops.append(focused(page))
        assert len(stops) < 40
    for _ in range(3):
        page.press("Tab")
    assert focused(page) == "Name"
    page.press("Enter")
    assert column(page, "addresses", 3) == ["web-0", "web-1", "web-2"]
    page.press("Space")
    assert column(page, "addresses", 3) == ["web-2", "web-1", "web-0"]
    assert focused(page) == "Name"

    page.press("Tab", shift=True)
    assert focused(page) == "Kind"


def test_a_focus_is_visible(page: Page) -> None:
    for _ in range(4):
        page.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline not in ("none", "")


def test_a_screen_reader_finds_names_for_everything(page: Page) -> None:
    found = page.accessible()

    roles = {role for role, _ in found}
    assert {"main", "navigation", "search", "table", "columnheader", "rowheader", "status"} <= roles
    assert ("searchbox", "Search") in found
    assert ("navigation", "Sections") in found
    for title in ("Pools", "Addresses in use", "Waiting consumers", "Findings"):
        assert any(role == "table" and name.startswith(title) for role, name in found)
    (picture,) = [name for role, name in found if role in ("image", "img")]
    assert picture.startswith("10.0.0.0/20: ")
    unnamed = [role for role, name in found if role in ("button", "link", "table") and not name]
    assert not unnamed


def test_without_scripts_all_rows_are_there_and_no_control_is_dead(tab: Page, file: Path) -> None:
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open(file)
        found = tab.accessible()
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)

    assert not [name for role, name in found if role in ("button", "searchbox")]
    assert ("columnheader", "Usable") in found
    assert any(name == "web-0" for _, name in found)


# --- looks --------------------------------------------------------------------------------------


def luminance(color: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(each) / 255 for each in re.findall(r"\d+", color)[:3]]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def color(page: Page, selector: str, of: str) -> str:
    found: str = page.evaluate(
        f"getComputedStyle(document.querySelector({selector!r})).getPropertyValue({of!r})"
    )
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_text_and_colors_of_the_map_can_be_told_apart(page: Page, dark: bool) -> None:
    page.screen(dark=dark)

    ground = color(page, "body", "background-color")
    assert (luminance(ground) < 0.1) is dark
    for selector in ("body", ".about", "td.bad", "nav a", ".totals dt"):
        assert contrast(color(page, selector, "color"), ground) >= 4.5
    for selector in ("svg .name", "svg .dim", "svg .tick"):
        assert contrast(color(page, selector, "fill"), ground) >= 4.5
    # In shades of gray, too: from free to held to used each is clearly different.
    free, held, used = (color(page, f"svg .{each}", "fill") for each in ("free", "held", "used"))
    assert contrast(free, held) >= 1.7
    assert contrast(held, used) >= 2.5


@pytest.mark.parametrize("width", [360, 768, 1280, 2560])
def test_the_page_is_never_wider_than_the_screen(page: Page, width: int) -> None:
    page.screen(width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
