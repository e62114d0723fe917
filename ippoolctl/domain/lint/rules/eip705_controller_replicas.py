"""antrea-controller does not run exactly once.

Without a ready replica, every create and update of a pool fails, and no address is assigned. With
two, both assign addresses, and each has a webhook cache of its own.

Example:
    spec:
      replicas: 2

What to do: scale it to one, `kubectl -n kube-system scale deploy/antrea-controller --replicas=1`,
or see why its Pod is not ready. After:

    spec:
      replicas: 1

Source: Antrea v1.15.0 to v2.7.0 `build/charts/antrea/templates/controller/deployment.yaml`
(`replicas: 1`, strategy Recreate); no issue is known.

"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import CONTROLLER
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """The controller with another number of replicas, or of ready ones, than one."""
    for controller in facts.known(CONTROLLER):
        if controller.replicas != 1:
            problem, field = f"has {controller.replicas} replicas", ("spec", "replicas")
        elif controller.ready != 1 and controller.reference.stored:
            problem, field = f"has {controller.ready} ready replicas", ("status", "readyReplicas")
        else:
            continue
        yield RULE.finding(
            f"antrea-controller {problem} instead of 1",
            Subject(controller.reference, field),
            hint="scale it to 1, or see why its Pod is not ready",
        )


RULE = Rule(
    id="EIP705",
    name="controller-replicas",
    severity=Severity.WARNING,
    title="antrea-controller does not run exactly once",
    page=__doc__,
    find=find,
    needs=(CONTROLLER,),
    concerns_every_pool=True,
)
