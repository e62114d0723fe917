"""The Secret with the keys of memberlist is missing: agents take over no address.

Since Antrea 2.7 agents encrypt the messages between them, with keys that antrea-controller writes
into the Secret `antrea-memberlist-keys`. Until it exists, no Node takes an address of a pool.

The finding appears only if the cluster reports release 2.7 or later, and if antrea-controller runs
in `kube-system`. Of the Secret only the name is read.

Example: `kubectl -n kube-system get secret antrea-memberlist-keys` answers NotFound.

What to do: see the log of antrea-controller, and whether it has permission to create Secrets; then
restart it. Afterwards the same command shows the Secret.

Source: Antrea v2.7.0 `pkg/agent/memberlist/cluster.go` (no memberlist without a key; an agent logs
that every minute); antrea-io/antrea pull request 8259.
"""

from collections.abc import Iterator

from ippoolctl.domain.antrea.releases import Release, reported_release
from ippoolctl.domain.lint.fact import CONTROLLER, CONTROLLER_INFO, MEMBERLIST_KEYS
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """The controller of a release that needs the Secret, if there is none."""
    if facts.known(MEMBERLIST_KEYS) or not facts.is_whole(MEMBERLIST_KEYS):
        return
    reported = [reported_release(each.version) for each in facts.known(CONTROLLER_INFO)]
    if any(each and each >= Release(2, 7, 0) for each in reported):
        for controller in facts.known(CONTROLLER):
            yield RULE.finding(
                "Secret antrea-memberlist-keys does not exist: no Node takes over an address",
                Subject(controller.reference),
                hint="see the log of antrea-controller",
            )


RULE = Rule(
    id="EIP706",
    name="no-memberlist-keys",
    severity=Severity.WARNING,
    title="the keys of memberlist are missing",
    page=__doc__,
    find=find,
    needs=(MEMBERLIST_KEYS, CONTROLLER, CONTROLLER_INFO),
    concerns_every_pool=True,
)
