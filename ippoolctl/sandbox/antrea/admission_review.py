"""Antrea's answer to an AdmissionReview, as its webhook for ExternalIPPools gives it.

The API server validates the schema before it asks, so only the rules of the webhook count here. A
denial has a message and neither code nor reason: the API server makes it a status 400. Source:
Antrea v2.7.0, ``pkg/controller/externalippool/validate.go``; for the status
``apiserver/pkg/admission/plugin/webhook/errors/statuserror.go`` of Kubernetes v1.36.
"""

from random import Random
from typing import Final

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.crd.group import VERSION
from ippoolctl.domain.antrea.admission import Operation, Refused, verdict
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.sandbox.apiserver.kinds import JsonObject

API_VERSION: Final = "admission.k8s.io/v1"
KIND: Final = "AdmissionReview"

_OPERATIONS: Final = {each.name: each for each in Operation}


def review(asked: JsonObject, known: KnownPools, release: Release, random: Random) -> JsonObject:
    """The AdmissionReview that answers ``asked`` while the webhook knows the ``known`` pools.

    Of the sentences that the release could answer, ``random`` picks one. Raises
    :class:`ValueError` for a document that is not an AdmissionReview of v1 with a request.
    """
    request = asked.get("request")
    if (asked.get("apiVersion"), asked.get("kind")) != (API_VERSION, KIND) or not isinstance(
        request, dict
    ):
        raise ValueError(f"not a request of kind {KIND} in {API_VERSION}")
    response: JsonObject = {"uid": request["uid"], "allowed": True}
    sentences = _sentences(request, known, release)
    if sentences:
        response["allowed"] = False
        response["status"] = {"message": random.choice(sorted(sentences))}
    return {"apiVersion": API_VERSION, "kind": KIND, "response": response}


def decoded(document: JsonObject) -> Pool:
    """The pool of an object from the API server, as the webhook sees it.

    The webhook ignores metadata and status.
    """
    name = (document.get("metadata") or {}).get("name", "")
    bare = {
        "apiVersion": document.get("apiVersion"),
        "kind": document.get("kind"),
        "metadata": {"name": name},
        "spec": document.get("spec"),
    }
    pool = read_pool(bare)
    left = tuple(each for each in pool.violations if each.is_the_webhooks)
    return pool._replace(violations=left, version=VERSION)


def _sentences(request: JsonObject, known: KnownPools, release: Release) -> frozenset[str]:
    operation = _OPERATIONS.get(request["operation"])
    if operation is None:
        return frozenset()
    old = request.get("oldObject")
    answer = verdict(
        operation,
        decoded(request["object"]),
        decoded(old) if old else None,
        known,
        release,
    )
    return answer.sentences if isinstance(answer, Refused) else frozenset()
