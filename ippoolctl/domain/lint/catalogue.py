"""All rules, for code that needs the whole catalogue: importing it imports each rule."""

from typing import Final

from ippoolctl.domain.lint.rules import load_rules

RULES: Final = load_rules()
"""All rules, in the order of their ids."""
