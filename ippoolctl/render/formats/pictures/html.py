"""``-o html``: a page in one file, with the map, pools, consumers and findings.

It requests nothing, and its policy forbids everything but its own style and script: they are named
by their hashes, so that markup in foreign text could not run even if it were not escaped.

Source of the policy: W3C, Content Security Policy Level 3, 6.1 and 6.7.
"""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from ippoolctl import __version__
from ippoolctl.render.drawing import map_drawing, tables
from ippoolctl.render.drawing.map_page import MapPage
from ippoolctl.render.drawing.tables import visible
from ippoolctl.render.formats.content import Content
from ippoolctl.render.text.release import release_text

_TITLE = "ExternalIPPools"


def render(content: Content) -> str:
    """The page."""
    return _document(content.map_page()) if content.map_page else ""


def _document(page: MapPage) -> str:
    style = map_drawing.style() + _file("page.css")
    script = _file("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{_TITLE}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{_body(page)}<script>{script}</script>\n</body>\n</html>\n"
    )


def _file(name: str) -> str:
    return Path(map_drawing.__file__).with_name(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _body(page: MapPage) -> str:
    listed = list(page.tables())
    release = release_text(page.release, from_cluster=False)
    made = page.made.strftime("%Y-%m-%d %H:%M UTC")
    about = f"{page.source}, {release}, {made}, ippoolctl {__version__}"
    totals = "".join(
        f"<div><dt>{visible(word)}</dt><dd>{visible(number)}</dd></div>\n"
        for word, number in page.totals.items()
    )
    links = "".join(f'<a href="#{each.name}">{visible(each.title)}</a>\n' for each in listed)
    unread = "".join(f'<p class="worry">Incomplete: {visible(each)}.</p>\n' for each in page.unread)
    return (
        '<a class="skip" href="#map">Skip to the map</a>\n'
        f'<header>\n<h1>{_TITLE}</h1>\n<p class="about">{visible(about)}</p>\n{unread}'
        f'<dl class="totals">\n{totals}</dl>\n</header>\n'
        '<div class="bar">\n<form class="search" role="search" hidden>\n'
        '<label for="search">Search</label>\n'
        '<input id="search" type="search" autocomplete="off" spellcheck="false">\n</form>\n'
        '<span id="status" role="status"></span>\n'
        f'<nav aria-label="Sections">\n<a href="#map">Map</a>\n{links}</nav>\n</div>\n'
        '<main>\n<section id="map" aria-labelledby="map-title">\n<h2 id="map-title">Map</h2>\n'
        '<figure role="region" aria-labelledby="map-title" tabindex="0">\n'
        f"{map_drawing.draw(page.shown)}</figure>\n</section>\n"
        f"{''.join(map(tables.section, listed))}</main>\n"
    )
