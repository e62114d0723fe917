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
PLACEHOLDER: Final = Unprocessed("this looks like a placeholder", "set the value")
OPENSHIFT: Final = Unprocessed("this is an OpenShift template", "process it", "oc process -f FILE")
ARGOCD_VAULT: Final = Unprocessed(
    "this is a placeholder of argocd-vault-plugin",
    "render it",
    "argocd-vault-plugin generate FILE",
)
VALS: Final = Unprocessed("this is a reference of vals", "render it", "vals eval -f FILE")
ONE_PASSWORD: Final = Unprocessed(
    "this is a reference to 1Password", "render it", "op inject -i FILE"
)
SECRET: Final = Unprocessed("this is a reference to a secret", "set the value")
NO_VALUE: Final = Unprocessed("a template was rendered without this value", "set the value")

SOPS: Final = Unprocessed("this is encrypted by SOPS", "decrypt it", "sops -d FILE")
ANSIBLE_VAULT: Final = Unprocessed(
    "this is encrypted by Ansible Vault", "decrypt it", "ansible-vault view FILE"
)
ANSIBLE_VAULT_VALUE: Final = Unprocessed("this is encrypted by Ansible Vault", "decrypt it")
AGE: Final = Unprocessed("this is encrypted by age", "decrypt it", "age -d FILE")
PGP: Final = Unprocessed("this is encrypted by PGP", "decrypt it", "gpg -d FILE")
PGP_SIGNED: Final = Unprocessed("this is signed by PGP", "remove the signature", "gpg -d FILE")
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
"""Spellings of a placeholder in the text of a field, or in a line that is not YAML."""

_IN_FIELD: Final = (
    (r"\A\$ANSIBLE_VAULT;", ANSIBLE_VAULT_VALUE),
    *_IN_VALUE,
    (r"<path:[^>]+>", ARGOCD_VAULT),
    (r"\bref\+[a-z0-9.+-]+://", VALS),
    (r"\bop://", ONE_PASSWORD),
    (r"\A(?:vault|secret|aws|gcp|az|azure|ssm|awsssm|gcpsm):[\w./:-]+", SECRET),
    (r"\(@.{1,200}?@\)", YTT),
    (r"\$\$?[A-Za-z_]\w*", ENVSUBST),
    (r"%\{.{1,200}?\}|\{\$.{1,200}?\}", OTHER_TEMPLATE),
)
"""Spellings in the text of a field only: a broken line of a script can have a dollar sign."""

_AS_VALUE: Final = (
    (r"\$[A-Za-z_]\w*", ENVSUBST),
    (
        (
            r"@+[\w.-]+@+|__+[\w.-]+?__+|%+[\w.-]+%+|%\(\w+\)s?|<+[\w .-]+>+|\|+[\w.-]+\|+"
            r"|![\w.-]+!|~[\w.-]+~|\{[\w.-]+\}|#+[\w.-]+#+"
            r"|(?i:change[_-]?me|replace[_-]?me|todo|fixme|tbd|your[_-][\w-]+|x{3,})"
        ),
        OTHER_TEMPLATE,
    ),
)
"""Spellings of a placeholder that is the whole value, or what stands before or after a slash."""

_AS_ADDRESS: Final = (
    r"(?=.*[G-Z_])[A-Z][A-Z0-9_-]*"
    r"|(?i:[\w-]*placeholder[\w-]*|(?:change|enter|fill|insert|put|replace|set)[_-][\w-]+)"
    # Not O and l: they are taken for 0 and 1.
    r"|(?:(?:\d{1,3}|[A-NP-Za-kmnp-z]{1,3})\.){3}(?:\d{1,3}|[A-NP-Za-kmnp-z]{1,3})"
)
"""Spellings of one in place of an address: `EGRESS_CIDR`, `x.x.x.x`; the last can be 10.0.0.0."""

_WHOLE: Final = (
    (r"\A\$ANSIBLE_VAULT;", ANSIBLE_VAULT),
    (r"\A(?:-----BEGIN AGE ENCRYPTED FILE-----|age-encryption\.org/v1\s)", AGE),
    (r"\A-----BEGIN PGP SIGNED MESSAGE-----", PGP_SIGNED),
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
_BETWEEN_SIGNS: Final = r"[:\s](?:@+[\w.-]+@+|%+[\w.-]+%+|\|[\w.-]+\|)"
_IN_COMMENTS: Final = (
    (r"(?m:^)[ \t]*#@|[:-][ \t]+#@[ \t]", YTT),
    (r"[:-][ \t]+#\{[\w.-]+\}", OTHER_TEMPLATE),
)


def placeholder_in(value: str, *, address: bool = False) -> Unprocessed | None:
    """The tool that the text of one field waits for; ``None`` if it waits for none.

    ``address``: the field is an address or a CIDR, so that a word is none of its values.
    """
    value = value[:_LONGEST_LINE].strip()
    found = _first(value, _IN_FIELD)
    if found is not None:
        return found
    # A length may follow: __NETWORK__/28.
    parts = {value, *value.split("/")}
    table = (*_AS_VALUE, (_AS_ADDRESS, PLACEHOLDER)) if address else _AS_VALUE
    for pattern, kind in table:
        whole = [part for part in parts if re.fullmatch(pattern, part)]
        if any(re.search(r"[^\d.]", part) for part in whole):
            return kind
    return None


def unprocessed_text(text: str, line: str = "") -> Unprocessed | None:
    """The tool that a text which is not YAML waits for; ``line`` is the line of the error."""
    start, line = text[:_SEARCHED], line[:_LONGEST_LINE]
    found = _first(start, _WHOLE) or _first(start, _IN_TEXT) or _first(line, _IN_VALUE)
    return found or (OTHER_TEMPLATE if re.search(_BETWEEN_SIGNS, line) else None)


def placeholder_in_comments(text: str) -> Unprocessed | None:
    """The tool that a YAML text waits for whose placeholders are comments, so that values miss."""
    return _first(text[:_SEARCHED], _IN_COMMENTS)


def _first(text: str, table: tuple[tuple[str, Unprocessed], ...]) -> Unprocessed | None:
    return next((kind for pattern, kind in table if re.search(pattern, text)), None)
