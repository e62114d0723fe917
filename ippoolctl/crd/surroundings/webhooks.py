"""ValidatingWebhookConfigurations."""

from ippoolctl.crd.untyped import Object, items, mapping, text
from ippoolctl.domain.surroundings.installation.webhooks import Webhook, WebhookConfiguration
from ippoolctl.domain.surroundings.reference import Reference


def read_webhooks(configuration: Object, reference: Reference) -> WebhookConfiguration:
    """The configuration with its webhooks."""
    webhooks = map(mapping, items(configuration.get("webhooks")))
    return WebhookConfiguration(reference, tuple(map(_webhook, webhooks)))


def _webhook(webhook: Object) -> Webhook:
    rules = map(mapping, items(webhook.get("rules")))
    return Webhook(
        text(webhook.get("name")),
        text(webhook.get("failurePolicy")) or "Fail",
        frozenset(text(each) for rule in rules for each in items(rule.get("operations"))),
        bool(text(mapping(webhook.get("clientConfig")).get("caBundle"))),
    )
