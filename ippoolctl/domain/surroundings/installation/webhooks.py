"""Registered webhooks."""

from typing import NamedTuple

from ippoolctl.domain.surroundings.reference import Reference


class Webhook(NamedTuple):
    """One webhook of a ValidatingWebhookConfiguration."""

    name: str
    failure_policy: str
    """``Fail`` or ``Ignore``; ``Fail`` if absent, as in Kubernetes."""
    operations: frozenset[str]
    """The operations of all of its rules, such as ``CREATE``; ``*`` for all."""
    has_ca_bundle: bool


class WebhookConfiguration(NamedTuple):
    """A ValidatingWebhookConfiguration."""

    reference: Reference
    webhooks: tuple[Webhook, ...]
