"""A cluster with Antrea in this process: the API server, the webhook, the controller."""

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final, Self

from ippoolctl.domain.antrea.releases import LATEST, Release
from ippoolctl.sandbox.antrea.admission_review import decoded
from ippoolctl.sandbox.antrea.controller import Controller
from ippoolctl.sandbox.antrea.lagging_cache import Lag, LaggingCache
from ippoolctl.sandbox.antrea.webhook import Webhook
from ippoolctl.sandbox.api import Api
from ippoolctl.sandbox.apiserver.access import Access
from ippoolctl.sandbox.apiserver.kinds import JsonObject, Kinds
from ippoolctl.sandbox.apiserver.objects import loaded
from ippoolctl.sandbox.apiserver.statuses import already_exists, bad_request
from ippoolctl.sandbox.control import Control
from ippoolctl.sandbox.initial_objects import initial_objects
from ippoolctl.sandbox.server import Server
from ippoolctl.sandbox.stamps import stamp
from ippoolctl.sandbox.store import Event, Store
from ippoolctl.sandbox.writes import Writes

STATUS_DELAY: Final = 0.1
"""Seconds until the controller writes a status, as seen on Antrea v2.7.0."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a sandbox."""

    release: Release = LATEST
    lag: Lag = 0.0
    port: int = 0
    """0 for any free port."""
    status_delay: float = STATUS_DELAY
    conditions: bool = False
    """Whether the controller reports overlaps in conditions, as no release does yet."""
    tokens: Mapping[str, str] = field(default_factory=dict)
    """User names by bearer token; without any, no login is needed."""
    denied: tuple[str, ...] = ()
    """What is denied to all users: ``verb:resource``."""
    context: ssl.SSLContext | None = None
    seed: int | None = None


DEFAULTS: Final = Settings()


class Sandbox:
    """Serves from its construction to :meth:`stop`, or to the end of ``with``.

    ``load`` are objects that are stored before the first request, without the webhook. Raises
    :class:`~ippoolctl.sandbox.apiserver.statuses.StatusError` for those that no API server would
    store, and :class:`OSError` for a port that is in use.
    """

    def __init__(self, settings: Settings = DEFAULTS, load: Iterable[JsonObject] = ()) -> None:
        random = Random(settings.seed)  # noqa: S311 - a simulation
        definitions, others = initial_objects(settings.release)
        kinds = self.kinds = Kinds(definitions)
        self.store = Store(self._hear)
        self.cache = LaggingCache(random, settings.lag)
        self.controller = Controller(
            self.store, kinds, settings.status_delay, conditions=settings.conditions
        )
        refusal = self.controller.egress_refusal
        self.webhook = Webhook(self.store, settings.release, self.cache, refusal, random)
        self.access = Access(settings.tokens, settings.denied)
        for each in (*definitions, *others, *load):
            self._put(each)
        self.cache.catch_up()
        self.store.compact()
        self._api = Api(self.store, kinds, self.access, Writes(self.store, self.webhook.admit))
        self.control = Control(self._api, self.cache, self.webhook, self.restart_controller)
        self._server = Server(self.control, settings.port, settings.context)
        self.url = self._server.url
        self.controller.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop serving."""
        self._api.stop()
        self.controller.stop()
        self._server.stop()

    def restart_controller(self) -> None:
        """Restart antrea-controller: its webhook is away, then starts with an empty cache."""
        self.webhook.restart()
        self.controller.restart()

    def _put(self, document: JsonObject) -> None:
        kind = self.kinds.of(document)
        if kind is None:
            named = f"{document.get('apiVersion')} {document.get('kind')}"
            raise bad_request(f"the sandbox has no objects of {named}")
        key, made = loaded(kind, document, stamp())
        if self.store.get(kind.resource, key) is not None:
            raise already_exists(kind, key[1], terminating=False)
        self.store.commit(kind.resource, key, None, made)

    def _hear(self, event: Event) -> None:
        if event.resource == self.kinds.pools.resource:
            after = event.after
            if after is None:
                self.cache.discard(event.key[1])
            elif event.before is None or event.before["spec"] != after["spec"]:
                self.cache.put(decoded(after))
        self.controller.hear(event)
