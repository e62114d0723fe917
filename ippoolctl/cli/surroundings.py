"""Reading what has addresses beside pools, for commands that look for a free range."""

from typing import TYPE_CHECKING

from ippoolctl.cli.context import AppContext
from ippoolctl.domain.lint.fact import Unknown, Why
from ippoolctl.domain.space.reserved import KINDS, Reserved, reserved
from ippoolctl.render.notes import info
from ippoolctl.render.text.unread import unread_text

if TYPE_CHECKING:
    from ippoolctl.domain.lint.surroundings import Objects
    from ippoolctl.manifests.read import Manifests


def read_reserved(
    app: AppContext, manifests: "Manifests | None", *, live: bool
) -> tuple[Reserved, ...]:
    """What has addresses in manifests and, with ``live``, in the cluster; see
    :func:`read_objects`.
    """
    from ippoolctl.domain.lint.surroundings import known_objects

    return reserved(known_objects(read_objects(app, manifests, live=live)))


def read_objects(app: AppContext, manifests: "Manifests | None", *, live: bool) -> "Objects":
    """The objects that have addresses in manifests and, with ``live``, in the cluster: one list
    for each kind, all at the same time.

    What cannot be read is told with ``-v`` and is no error. A kind that the cluster does not serve
    has no objects.
    """
    from ippoolctl.cluster.surroundings import SurroundingsReading
    from ippoolctl.domain.lint.surroundings import after_apply

    around = SurroundingsReading(app.gateway, KINDS).result() if live else {}
    for _, found in sorted(around.items()) if app.options.verbose else ():
        if isinstance(found, Unknown) and found.reason is not Why.NOT_SERVED:
            app.presenter.note(info(f"{unread_text(found)}; their addresses are not avoided"))
    return after_apply(manifests.surroundings if manifests is not None else {}, around)
