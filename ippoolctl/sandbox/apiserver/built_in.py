"""What is refused of the objects that are built into Kubernetes, beside their metadata.

Not all of it: what people who test pools are likely to get wrong. Source: Kubernetes v1.36
``pkg/apis/core/validation/validation.go`` and ``pkg/apis/admissionregistration/validation``.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from ippoolctl.domain.addresses.parsers import is_schema_cidr, is_schema_ipv4, is_schema_ipv6
from ippoolctl.sandbox.apiserver.kinds import (
    NAMESPACES,
    NODES,
    SERVICES,
    WEBHOOKS,
    JsonObject,
    Kind,
)
from ippoolctl.sandbox.apiserver.statuses import unsupported_value

Causes = Iterator[tuple[str, str]]

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL_RULE: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    f"for validation is '{_LABEL}')"
)
_KEEPER: Final = "kubernetes"
"""The finalizer of every Namespace."""
_NAME_LABEL: Final = "kubernetes.io/metadata.name"
_MAX_LABEL: Final = 63
_MAX_PORT: Final = 65_535
_MAX_TIMEOUT: Final = 30
_TYPES: Final = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_REVIEWED: Final = ("v1", "v1beta1")


def name_rule(kind: Kind) -> Callable[[str], Iterator[str]] | None:
    """What is asked of names of the kind, if it is not what is asked of most."""
    return _wrong_label if kind in (NAMESPACES, SERVICES) else None


def filled(kind: Kind, made: JsonObject, before: JsonObject | None = None) -> JsonObject:
    """The object with what the server itself writes into it, whatever the client says.

    Of a Namespace that is its label, that it is there and who has to let it go.
    """
    if kind != NAMESPACES:
        return made
    meta, status = made["metadata"], made.get("status") or {}
    finalizers = ((before or made).get("spec") or {}).get("finalizers") or []
    if _KEEPER not in finalizers:
        finalizers = [*finalizers, _KEEPER]
    named = {_NAME_LABEL: meta["name"]} if meta.get("name") else {}
    more: JsonObject = {"spec": {**(made.get("spec") or {}), "finalizers": finalizers}}
    more["status"] = {**status, "phase": status.get("phase") or "Active"}
    labels = {**(meta.get("labels") or {}), **named}
    return {**made, **more, "metadata": {**meta, "labels": labels}}


def causes(kind: Kind, made: JsonObject) -> Causes:
    """Pairs of a field and the sentence that begins with it."""
    spec = made.get("spec") or {}
    if kind == SERVICES:
        yield from _of_service(spec)
    elif kind == NODES:
        yield from _of_node(spec)
    elif kind == NAMESPACES:
        yield from _of_namespace(spec)
    elif kind == WEBHOOKS:
        for number, each in enumerate(made.get("webhooks") or []):
            yield from _of_webhook(f"webhooks[{number}]", each or {})


def _wrong_label(name: str) -> Iterator[str]:
    if "." in name:
        yield "must not contain dots"
    elif not re.fullmatch(_LABEL, name):
        yield _LABEL_RULE
    if len(name.encode()) > _MAX_LABEL:
        yield f"must be no more than {_MAX_LABEL} characters"


def _of_service(spec: JsonObject) -> Causes:
    kind, ports = spec.get("type") or "ClusterIP", spec.get("ports") or []
    if kind == "ExternalName" and not spec.get("externalName"):
        yield _required("spec.externalName")
    if kind != "ExternalName" and not ports and spec.get("clusterIP") != "None":
        yield _required("spec.ports")
    names: list[str] = []
    for number, each in enumerate(ports):
        yield from _of_port(
            f"spec.ports[{number}]", each or {}, names, is_one_of_many=len(ports) > 1
        )
    yield from _one_of("spec.type", kind, _TYPES)
    yield from _one_of(
        "spec.sessionAffinity", spec.get("sessionAffinity") or "None", ("ClientIP", "None")
    )
    for number, each in enumerate(spec.get("externalIPs") or []):
        if not (is_schema_ipv4(each or "") or is_schema_ipv6(each or "")):
            why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
            yield _invalid(f"spec.externalIPs[{number}]", each, why)


def _of_port(field: str, port: JsonObject, names: list[str], *, is_one_of_many: bool) -> Causes:
    name, number = port.get("name") or "", port.get("port") or 0
    if not name and is_one_of_many:
        yield _required(f"{field}.name")
    elif name:
        for why in _wrong_label(name):
            yield _invalid(f"{field}.name", name, why)
        if name in names:
            yield f"{field}.name", f"{field}.name: Duplicate value: {json.dumps(name)}"
        names.append(name)
    target = port.get("targetPort") or number
    for where, value in (("port", number), ("targetPort", target)):
        if isinstance(value, int) and not 0 < value <= _MAX_PORT:
            why = f"must be between 1 and {_MAX_PORT}, inclusive"
            yield _invalid(f"{field}.{where}", value, why)
    yield from _one_of(f"{field}.protocol", port.get("protocol") or "TCP", ("SCTP", "TCP", "UDP"))


def _of_node(spec: JsonObject) -> Causes:
    for number, each in enumerate(spec.get("taints") or []):
        taint = each or {}
        if taint.get("key"):
            yield from _one_of(
                f"metadata.taints[{number}].effect", taint.get("effect") or "", _EFFECTS
            )
    cidr = spec.get("podCIDR")
    if cidr and not is_schema_cidr(cidr):
        why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
        yield _invalid("spec.podCIDRs[0]", cidr, why)


def _of_namespace(spec: JsonObject) -> Causes:
    for each in spec.get("finalizers") or []:
        if "/" not in (each or "") and each != _KEEPER:
            why = "name is neither a standard finalizer name nor is it fully qualified"
            yield _invalid("spec.finalizers", each, why)


def _of_webhook(field: str, webhook: JsonObject) -> Causes:
    name, config = webhook.get("name") or "", webhook.get("clientConfig") or {}
    if not name:
        yield _required(f"{field}.name")
    elif name.count(".") < 2:
        why = "should be a domain with at least three segments separated by dots"
        yield _invalid(f"{field}.name", name, why)
    if bool(config.get("url")) == bool(config.get("service")):
        yield _required(f"{field}.clientConfig", "exactly one of url or service is required")
    if webhook.get("sideEffects") is None:
        yield _required(f"{field}.sideEffects", "must specify one of None, NoneOnDryRun")
    seconds = webhook.get("timeoutSeconds")
    if seconds is not None and not 0 < seconds <= _MAX_TIMEOUT:
        why = f"the timeout value must be between 1 and {_MAX_TIMEOUT} seconds"
        yield _invalid(f"{field}.timeoutSeconds", seconds, why)
    yield from _of_versions(f"{field}.admissionReviewVersions", webhook)
    for word, known in _WORDS.items():
        yield from _one_of(f"{field}.{word}", webhook.get(word) or known[0], known)
    for number, each in enumerate(webhook.get("rules") or []):
        for part in ("operations", "apiGroups", "apiVersions", "resources"):
            if not (each or {}).get(part):
                yield _required(f"{field}.rules[{number}].{part}")


_WORDS: Final = {
    "failurePolicy": ("Fail", "Ignore"),
    "matchPolicy": ("Equivalent", "Exact"),
    "sideEffects": ("None", "NoneOnDryRun"),
}


def _of_versions(field: str, webhook: JsonObject) -> Causes:
    versions, known = webhook.get("admissionReviewVersions") or [], ", ".join(_REVIEWED)
    if not versions:
        yield _required(field, f"must specify one of {known}")
    elif not set(versions) & set(_REVIEWED):
        yield _invalid(field, versions, f"must include at least one of {known}")


def _required(field: str, why: str = "") -> tuple[str, str]:
    return field, f"{field}: Required value{': ' if why else ''}{why}"


def _invalid(field: str, value: Any, why: str) -> tuple[str, str]:
    shown = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return field, f"{field}: Invalid value: {shown}: {why}"


def _one_of(field: str, word: str, known: Iterable[str]) -> Causes:
    if word not in known:
        yield unsupported_value(field, word, known)
