"""What Antrea consists of in a cluster: its CRD, configuration, controller and keys."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ippoolctl.domain.antrea.pool import NOTHING, Path
from ippoolctl.domain.surroundings.reference import Reference


class PoolDefinition(NamedTuple):
    """The CustomResourceDefinition of ExternalIPPools."""

    reference: Reference
    stored_versions: tuple[str, ...]
    """``status.storedVersions``."""
    served_versions: tuple[str, ...]
    has_subnet_info: bool
    """Whether the schema of a served version has ``spec.subnetInfo``."""
    schema: Mapping[str, Any] = NOTHING
    """The schema of ``v1beta1``; empty if it is not served."""

    def has_field(self, path: Path) -> bool:
        """Whether objects keep a field; the API server drops those that the schema lacks."""
        schema: Any = self.schema
        for step in path:
            if schema.get("x-kubernetes-preserve-unknown-fields"):
                return True
            others = schema.get("additionalProperties")
            inner = schema.get("properties", {}).get(step, others)
            schema = schema.get("items") if isinstance(step, int) else inner
            if not isinstance(schema, Mapping):
                return False
        return True


class AntreaConfig(NamedTuple):
    """The ConfigMap ``antrea-config``."""

    reference: Reference
    controller_gates: Mapping[str, bool]
    """Feature gates that are set for antrea-controller; others have the default of the release."""
    agent_gates: Mapping[str, bool]
    """The same for antrea-agent."""


class Controller(NamedTuple):
    """The Deployment ``antrea-controller``."""

    reference: Reference
    replicas: int
    """The requested number; 1 if absent, as in Kubernetes."""
    ready: int
    tag: str
    """The tag of its image, such as ``v2.7.0``; empty if there is none."""


class MemberlistKeys(NamedTuple):
    """The Secret ``antrea-memberlist-keys`` of Antrea 2.7 and later; only that it exists."""

    reference: Reference


class ControllerInfo(NamedTuple):
    """The AntreaControllerInfo, which antrea-controller writes when it starts."""

    reference: Reference
    version: str
    """Such as ``v2.7.0-1a2b3c4``; empty if absent."""
