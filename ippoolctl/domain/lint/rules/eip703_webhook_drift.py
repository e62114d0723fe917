"""The webhook of ExternalIPPools is missing, or not as Antrea registers it.

Without it, or with `failurePolicy: Ignore`, overlapping and invalid pools are admitted. Without
UPDATE in its operations, ranges in use can be removed, which the controller does not notice.
Without a `caBundle`, every create and update of a pool fails.

Example, edited to remove a range:

    webhooks:
    - name: externalippoolvalidator.antrea.io
      rules:
      - operations: [CREATE]

Before Antrea 1.15 the webhook is registered for UPDATE only.

What to do: apply the manifest or Helm chart of the Antrea release again, and restart
antrea-controller: it writes the `caBundle` when it starts, and without it every request about a
pool fails with an x509 error. After:

    webhooks:
    - name: externalippoolvalidator.antrea.io
      rules:
      - operations: [CREATE, UPDATE]

Source: Antrea v1.15.0 to v2.7.0
`build/charts/antrea/templates/webhooks/validating/crdvalidator.yaml`; antrea-io/antrea issue 6874.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from ippoolctl.domain.antrea.messages import WEBHOOK
from ippoolctl.domain.antrea.releases import is_before_oldest
from ippoolctl.domain.lint.fact import CONTROLLER_INFO, WEBHOOKS
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.installation.webhooks import Webhook
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.reference import Reference

_HINT: Final = "apply the manifest of the Antrea release again and restart antrea-controller"


def find(facts: Facts) -> Iterator[Finding]:
    """The webhook, if it differs; its absence only if all webhooks of the cluster are known."""
    found = False
    infos = facts.get(CONTROLLER_INFO) or ()
    on_update_only = any(is_before_oldest(each.version) for each in infos)
    operations = ("UPDATE",) if on_update_only else ("CREATE", "UPDATE")
    for configuration in facts.known(WEBHOOKS):
        for position, webhook in enumerate(configuration.webhooks):
            if webhook.name != WEBHOOK:
                continue
            found = True
            problems = [*_problems(webhook, operations, stored=configuration.reference.stored)]
            if problems:
                yield RULE.finding(
                    f"webhook {WEBHOOK} {' and '.join(problems)}",
                    Subject(configuration.reference, ("webhooks", position)),
                    hint=_HINT,
                )
    if not found and facts.is_whole(WEBHOOKS):
        yield RULE.finding(
            f"webhook {WEBHOOK} is not registered: pools are admitted unchecked",
            Subject(Reference(Kind.WEBHOOKS.value, "crdvalidator.antrea.io")),
            hint=_HINT,
        )


def _problems(webhook: Webhook, operations: Iterable[str], *, stored: bool) -> Iterator[str]:
    if webhook.failure_policy != "Fail":
        yield f"has failurePolicy {webhook.failure_policy}"
    missing = [each for each in operations if not webhook.operations & {each, "*"}]
    if missing:
        yield f"is not called on {' and '.join(missing)}"
    # The controller writes it; a manifest has none.
    if stored and not webhook.has_ca_bundle:
        yield "has no caBundle"


RULE = Rule(
    id="EIP703",
    name="webhook-drift",
    severity=Severity.WARNING,
    title="the webhook of ExternalIPPools is missing or changed",
    page=__doc__,
    find=find,
    needs=(WEBHOOKS,),
    uses=(CONTROLLER_INFO,),
    concerns_every_pool=True,
)
