"""The README's table of rules, made from the catalogue; run as a module it writes it."""

import re

from ippoolctl.domain.lint.rules import RULES
from tests.builders import ROOT


def rules_table() -> str:
    """One row a rule: id linked to its page, name, severity, title."""
    folder = "ippoolctl/domain/lint/rules"
    files = {path.name[:6].upper(): path.name for path in (ROOT / folder).glob("eip*.py")}
    rows = [
        f"| [{rule.id}]({folder}/{files[rule.id]}) | {rule.name} | {rule.severity} | {rule.title} |"
        for rule in RULES
    ]
    return "\n".join(["| Rule | Name | Severity | Title |", "| --- | --- | --- | --- |", *rows, ""])


def main() -> None:
    """Write the table into README.md."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    new = re.sub(
        r"(compared in a test -->\n).*?(<!-- end of rules -->)",
        lambda match: match[1] + rules_table() + match[2],
        text,
        flags=re.DOTALL,
    )
    readme.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
