"""Well-known words of other tools that are not ours, and what leads to the same here."""

from collections.abc import Iterable, Iterator
from typing import Final

from ippoolctl.cli.options.pools import range_hint

OF_COMMANDS: Final = {
    "show a pool: ippoolctl show NAME": "describe info inspect status view cat",
    "append ranges: ippoolctl extend NAME --range RANGE": "edit patch update modify resize scale"
    " set grow expand append add-range",
    "create and change pools: ippoolctl apply FILE": "replace sync deploy import",
    "show the plan: ippoolctl apply FILE --dry-run client": "plan",
    "create a pool: ippoolctl create NAME --range RANGE": "add new make",
    "create with a free range: ippoolctl create NAME --ips N --within CIDR": "allocate claim"
    " reserve request next",
    "delete a pool: ippoolctl delete NAME": "remove rm del destroy drop uninstall",
    "check manifests: ippoolctl check PATH": "lint validate verify vet audit test doctor",
    "predict the answer of the webhook: ippoolctl verdict FILE": "dry-run predict simulate can-i",
    "compare manifests: ippoolctl diff FILE": "compare drift",
    "export pools: ippoolctl export": "dump backup save",
    "find free ranges: ippoolctl suggest --ips N --within CIDR": "search available",
    "restore deleted pools: ippoolctl restore FILE": "undo undelete recover rollback",
    "delete expired pools: ippoolctl sweep": "prune gc clean cleanup purge",
    "show each change: ippoolctl list --watch": "watch top",
    "wait for a pool: ippoolctl wait NAME --until STATE": "rollout",
    "explain an error: ippoolctl explain TEXT": "why troubleshoot",
    "explain a rule: ippoolctl explain RULE": "rule rules",
    "start a sandbox: ippoolctl sandbox": "start up",
    "stop a sandbox: press Ctrl-C in its terminal": "stop down",
}
"""What to do, and the commands of other tools for it."""

_OPTIONS: Final = {
    "list and check take all pools without it; delete takes quoted patterns, other commands"
    " names": "--all",
    "pools are cluster-scoped; remove the option": "--all-namespaces -A",
    "use --range, which can be repeated": "--ranges --cidr --cidrs --ip-range --ip-ranges"
    " --address --addresses --ip-addresses --subnet",
    "use --ips N": "--size --number --amount",
    "pass the name as an argument": "--name",
    "use -f FILE": "--file --files --manifest --manifests -k --kustomize",
    "use -o FORMAT": "--format --out",
    "use -o json": "--json",
    "use -o yaml": "--yaml",
    "use -o wide": "--wide",
    "use --color never": "--no-color --no-colour",
    "use --until STATE": "--for",
    "use --complete": "--prune",
    "use --wait": "--retry --retries --watch -w",
    "use --request-timeout or --timeout": "--max-time --wait-timeout --deadline",
    "there is no confirmation; remove the option": "--yes -y --confirm --no-prompt"
    " --non-interactive",
    "deleting a pool that does not exist succeeds; remove the option": "--ignore-not-found",
    "it has no effect here; remove the option": "--now --cascade --record --save-config"
    " --server-side --field-manager --force-conflicts --validate --prune"
    " --overwrite --show-labels --show-managed-fields",
    "use --label KEY=VALUE": "--labels",
    "use --annotation KEY=VALUE": "--annotations",
    "use --selector SELECTOR": "--label --labels",
    "set labels in a manifest, and use -f FILE": "--label --labels --annotation --annotations",
    "use --dry-run client or --dry-run server": "--dryrun --check --simulate --preview --diff",
    "use --ignore RULE": "--exclude-rule --skip --disable",
    "use --select RULE": "--rules --include --only --enable",
    "use --report FORMAT=FILE": "--output-file --report-file",
    "use --token-file FILE": "--token",
    "use -q": "--silent",
    "use -v": "--verbosity",
}
"""What to do, and the options of other tools for it."""

_ABOUT_IDENTITY: Final = frozenset(
    ("--as", "--as-group", "--user", "--token-file", "--insecure-skip-tls-verify")
)
"""Options that change who acts, or whom to trust: never proposed for another word."""


def instead_of_command(name: str, known: Iterable[str]) -> str:
    """What to do about an unknown command; empty if nothing is like it."""
    found = next(_advice(OF_COMMANDS, name.lower()), "")
    return found or _nearest(name, known, 0.65)


def _nearest(word: str, known: Iterable[str], cutoff: float) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"did you mean {close[0]}?" if close else ""


def instead_of_option(option: str, close: Iterable[str], known: Iterable[str]) -> str:
    """What to do about an unknown option; empty if nothing is like it.

    ``close`` are the options of the command that look like it, ``known`` all that it has.
    """
    name = option.partition("=")[0]
    options = set(known)
    for advice in _advice(_OPTIONS, name):
        named = [word for word in advice.split() if word.startswith("-")]
        if all(word.strip(",;") in options for word in named):
            return advice
    return _nearest(name, (each for each in close if each not in _ABOUT_IDENTITY), 0.8)


def instead_of_argument(text: str, known: Iterable[str]) -> str:
    """What to do about an argument too many; empty if no option is for it.

    ``known`` are the options of the command.
    """
    return range_hint(text) if "--range" in known else ""


def _advice(table: dict[str, str], word: str) -> Iterator[str]:
    return (advice for advice, words in table.items() if word in words.split())
