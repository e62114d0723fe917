"""Valid names of pools out of any text, such as the name of a job."""

import re
from typing import Final

LONGEST: Final = 63
"""Characters of a derived name: it can be the value of a label, too."""
_DIGITS: Final = 8
"""Hexadecimal digits of the hash."""


def name_from(text: str, longest: int = LONGEST) -> str:
    """A name of lower-case letters, digits and dashes, always the same for the same text.

    A short hash of the text follows if anything was changed or cut, so that different texts have
    different names. Without letters and digits, the name begins with ``pool``.
    """
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if words and words == text and len(words) <= longest:
        return words
    import hashlib

    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    kept = words[: longest - _DIGITS - 1].rstrip("-")
    return f"{kept or 'pool'}-{digest}"
