"""Text from which another tool still has to make manifests: templates, encrypted files, patches."""

import re
from typing import Final, NamedTuple


class Unprocessed(NamedTuple):
    """A kind of such text."""

    what: str
    """What it is, as a message: ``this looks like an unrendered Helm template``."""
    action: str
    """What has to be done with it first: ``render it``."""
    command: str = ""
    """The command that prints manifests, with FILE and DIR; empty if it is not known."""

    @property
    def remedy(self) -> str:
        """What to do, as an instruction."""
        return self.remedy_for("FILE", "DIR")

    def remedy_for(self, file: str, directory: str) -> str:
        """The same for a file, both names as a shell takes them."""
        command = self.command.replace("FILE", file).replace("DIR", directory)
        return f"{self.action} first" + (f": {command} | ippoolctl check -" if command else "")


_TEMPLATE: Final = "this looks like an unrendered template"
HELM: Final = Unprocessed(
    "this looks like an unrendered Helm template", "render it", "helm template ."
)
JINJA: Final = Unprocessed("this looks like an unrendered Jinja template", "render it")
ERB: Final = Unprocessed("this looks like an unrendered ERB template", "render it", "erb FILE")
YTT: Final = Unprocessed("this looks like an unrendered ytt template", "render it", "ytt -f FILE")
EXPRESSION: Final = Unprocessed(
    "this looks like an unrendered template of a pipeline (${{ }})", "render it"
)
ENVSUBST: Final = Unprocessed(_TEMPLATE, "render it", "envsubst < FILE")
TERRAFORM: Final = Unprocessed("this looks like an unrendered Terraform template", "render it")
OTHER_TEMPLATE: Final = Unprocessed(_TEMPLATE, "render it")
NO_VALUE: Final = Unprocessed("a template was rendered without this value", "set the value")

SOPS: Final = Unprocessed("this is encrypted by SOPS", "decrypt it", "sops -d FILE")
ANSIBLE_VAULT: Final = Unprocessed(
    "this is encrypted by Ansible Vault", "decrypt it", "ansible-vault view FILE"
)
AGE: Final = Unprocessed("this is encrypted by age", "decrypt it", "age -d FILE")
PGP: Final = Unprocessed("this is encrypted by PGP", "decrypt it", "gpg -d FILE")
GIT_CRYPT: Final = Unprocessed(
    "this is encrypted by git-crypt", "unlock the repository (git-crypt unlock)"
)
GIT_LFS: Final = Unprocessed("this is a pointer of Git LFS", "fetch the file (git lfs pull)")
CONFLICT: Final = Unprocessed("this has a merge conflict", "resolve it")
GZIP: Final = Unprocessed("this is compressed by gzip", "unpack it", "gzip -dc FILE")

PATCH: Final = Unprocessed(
    "this is a kustomize patch, not a whole object", "build the result", "kustomize build DIR"
)

_IN_TEXT: Final = (
    (r"\$\{\{", EXPRESSION),
    (r"\{%[-+~]?\s*\w", JINJA),
    (
        (
            r"\{\{-?\s*(?:/\*|[.$\"]|(?:range|if|else|end|with|define|include|template|block|toYaml"
            r"|tpl|printf|default|required|quote|index|and|or|not|eq|lookup)\b)"
        ),
        HELM,
    ),
    (r"\{\{.{0,200}?\}\}", OTHER_TEMPLATE),
    (r"<%.{0,200}?%>", ERB),
)
"""Spellings that explain why a whole text is not YAML, the most specific first."""

_IN_VALUE: Final = (
    *_IN_TEXT,
    (r"\bENC\[AES256_GCM,", SOPS),
    (r"%\{\s*(?:if|for)\b|\$\{(?:var|local|each|data|module)\.", TERRAFORM),
    (r"\$\{[A-Za-z_]\w*(?:[:?+=-].{0,200}?)?\}", ENVSUBST),
    (
        (
            r"\$\{.{1,200}?\}|\$\(.{1,200}?\)|\$\[.{1,200}?\]|#\{.{1,200}?\}"
            r"|\(\(.{1,200}?\)\)|\[\[.{1,200}?\]\]"
        ),
        OTHER_TEMPLATE,
    ),
    (r"<no value>|%!\w?\(", NO_VALUE),
)
"""Spellings of a placeholder in the text of a field."""

_AS_VALUE: Final = (
    (r"\$[A-Za-z_]\w*", ENVSUBST),
    (
        (
            r"@+[\w.-]+@+|__+[\w.-]+?__+|%[\w.-]+%|%\(\w+\)s?|<[\w .-]+>|\|\|[\w.-]+\|\|"
            r"|![\w.-]+!|~[\w.-]+~|\{[\w.-]+\}"
            r"|(?i:change[_-]?me|replace[_-]?me|todo|fixme|tbd|your[_-][\w-]+|x{3,})"
        ),
        OTHER_TEMPLATE,
    ),
)
"""Spellings of a placeholder that is the whole value, or what stands before or after a slash."""

_WHOLE: Final = (
    (r"\A\$ANSIBLE_VAULT;", ANSIBLE_VAULT),
    (r"\A-----BEGIN AGE ENCRYPTED FILE-----", AGE),
    (r"\A-----BEGIN PGP MESSAGE-----", PGP),
    (r"\A\x00GITCRYPT\x00", GIT_CRYPT),
    (r"\Aversion https://git-lfs\.github\.com/", GIT_LFS),
    (r"\A\x1f\x8b", GZIP),
    (r"(?m:^)<{7} ", CONFLICT),
)
"""How files begin that are encrypted, compressed or not there, and the mark of a conflict."""

_SEARCHED: Final = 2**16
"""Characters of a text that are searched."""
_LONGEST_LINE: Final = 1_000
"""Characters of a line or of a value that are searched."""
_AT: Final = r"[:\s]@+[\w.-]+@+"
_IN_COMMENTS: Final = (
    (r"(?m:^)[ \t]*#@|[:-][ \t]+#@[ \t]", YTT),
    (r"[:-][ \t]+#\{[\w.-]+\}", OTHER_TEMPLATE),
)


def placeholder_in(value: str) -> Unprocessed | None:
    """The tool that the text of one field waits for; ``None`` if it waits for none."""
    value = value[:_LONGEST_LINE].strip()
    found = _first(value, _IN_VALUE)
    if found is not None:
        return found
    # A length may follow: __NETWORK__/28.
    parts = {value, *value.split("/")}
    return next(
        (kind for each, kind in _AS_VALUE if any(re.fullmatch(each, part) for part in parts)), None
    )


def unprocessed_text(text: str, line: str = "") -> Unprocessed | None:
    """The tool that a text which is not YAML waits for; ``line`` is the line of the error."""
    start, line = text[:_SEARCHED], line[:_LONGEST_LINE]
    found = _first(start, _WHOLE) or _first(start, _IN_TEXT) or _first(line, _IN_VALUE)
    return found or (OTHER_TEMPLATE if re.search(_AT, line) else None)


def placeholder_in_comments(text: str) -> Unprocessed | None:
    """The tool that a YAML text waits for whose placeholders are comments, so that values miss."""
    return _first(text[:_SEARCHED], _IN_COMMENTS)


def _first(text: str, table: tuple[tuple[str, Unprocessed], ...]) -> Unprocessed | None:
    return next((kind for pattern, kind in table if re.search(pattern, text)), None)
