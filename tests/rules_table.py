"""The README's table of rules and the page of each rule, made from the catalogue; run as a module
it writes them.
"""

import re
from pathlib import Path

from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.rules import RULES
from tests.builders import ROOT

PAGES = ROOT / "docs" / "rules"


def rules_table() -> str:
    """One row a rule: id linked to its page, name, severity, title."""
    folder = PAGES.relative_to(ROOT)
    rows = [
        f"| [{rule.id}]({folder}/{rule.id}.md) | {rule.name} | {rule.severity} | {rule.title} |"
        for rule in (each.rule for each in RULES)
    ]
    return "\n".join(["| Rule | Name | Severity | Title |", "| --- | --- | --- | --- |", *rows, ""])


def rule_pages() -> dict[Path, str]:
    """The text of each page by its file."""
    return {PAGES / f"{each.id}.md": _page(each.rule) for each in RULES}


def _page(rule: Rule) -> str:
    return f"# {rule.id} {rule.name} ({rule.severity})\n\n{rule.page.strip()}\n"


def main() -> None:
    """Write the table into README.md, and the pages."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    new = re.sub(
        r"(compared in a test -->\n).*?(<!-- end of rules -->)",
        lambda match: match[1] + rules_table() + match[2],
        text,
        flags=re.DOTALL,
    )
    readme.write_text(new, encoding="utf-8")
    PAGES.mkdir(exist_ok=True)
    pages = rule_pages()
    for stale in {*PAGES.iterdir()} - pages.keys():
        stale.unlink()
    for path, page in pages.items():
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
