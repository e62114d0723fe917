"""The CRD of ExternalIPPools blocks an upgrade to Antrea 2.0.

Antrea 2.0 removes v1alpha2 from the CRD. As long as `status.storedVersions` names it, the API
server rejects the new CRD, and the upgrade stops half way.

Example:
    status:
      storedVersions: [v1alpha2, v1beta1]

What to do: rewrite every object with `antctl upgrade api-storage` of Antrea 1.15. It updates the
pools, so it fails on overlapping ones once the webhook of 2.0 runs (EIP212). Afterwards:

    status:
      storedVersions: [v1beta1]

Source: Antrea v2.0.0 `docs/versioning.md` and `build/charts/antrea/crds/externalippool.yaml`;
antrea-io/antrea pull request 6239.

"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import POOL_DEFINITION
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """The CRD, if v1alpha2 is among its stored versions."""
    for definition in facts.known(POOL_DEFINITION):
        if "v1alpha2" in definition.stored_versions:
            yield RULE.finding(
                "the CRD of ExternalIPPools has the stored version v1alpha2, which blocks an"
                " upgrade to Antrea 2.0",
                Subject(definition.reference, ("status", "storedVersions")),
                hint="run antctl upgrade api-storage before the upgrade",
            )


RULE = Rule(
    id="EIP701",
    name="stored-version",
    severity=Severity.WARNING,
    title="the CRD blocks an upgrade to Antrea 2.0",
    page=__doc__,
    find=find,
    needs=(POOL_DEFINITION,),
    concerns_every_pool=True,
)
