"""The initial objects of a sandbox, read from files."""

from typing import Any

from ippoolctl.cli.context import STDIN, AppContext
from ippoolctl.errors import InputError
from ippoolctl.manifests.objects import PlacedObject, read_objects
from ippoolctl.reading.sources import Problem
from ippoolctl.render.notes import error, info
from ippoolctl.render.quantities import counted
from ippoolctl.sandbox.apiserver.kinds import Kinds
from ippoolctl.sandbox.apiserver.objects import loaded
from ippoolctl.sandbox.apiserver.statuses import StatusError
from ippoolctl.sandbox.initial_objects import initial_objects
from ippoolctl.sandbox.stamps import stamp

_Key = tuple[str, str, str]


def objects_to_load(app: AppContext, paths: list[str]) -> list[dict[str, Any]]:
    """The objects of these files.

    Raises :class:`InputError` after an error message for each that the sandbox cannot load.
    """
    if STDIN in paths:
        app.take_standard_input()
    loading = _Loading(app)
    problems = [
        problem
        for each in read_objects(paths)
        if (problem := each if isinstance(each, Problem) else loading.take(each)) is not None
    ]
    for each in problems:
        app.presenter.note(error(str(each), each.hint))
    if problems:
        raise InputError(
            f"cannot start the sandbox: {counted(len(problems), 'input')} cannot be loaded",
            f"fix or remove the inputs listed above; supported kinds: {loading.known}",
        )
    return loading.objects


class _Loading:
    """Collects objects; an object of every sandbox is skipped, a duplicate is a problem."""

    def __init__(self, app: AppContext) -> None:
        definitions, others = initial_objects(app.release)
        self.objects: list[dict[str, Any]] = []
        self._app = app
        self._kinds = Kinds(definitions)
        self._places: dict[_Key, str] = {}
        for each in (*definitions, *others):
            kind = self._kinds.of(each)
            assert kind is not None
            self._places[kind.resource, "", each["metadata"]["name"]] = ""

    @property
    def known(self) -> str:
        """The kinds that can be loaded."""
        return ", ".join(sorted({e.kind for e in self._kinds.all if "delete" in e.verbs}))

    def take(self, found: PlacedObject) -> Problem | None:
        """Collect the object, or return the problem with it."""
        value, place = found
        kind = self._kinds.of(value)
        if kind is None:
            named = f"{value['kind']} of {value['apiVersion']}"
            return Problem(
                place, f"{named} is not supported by a sandbox of Antrea {self._app.release}"
            )
        try:
            (namespace, name), _ = loaded(kind, value, stamp())
        except StatusError as error:
            return Problem(place, str(error))
        before = self._places.setdefault((kind.resource, namespace, name), str(place))
        if before == str(place):
            self.objects.append(value)
        elif before:
            return Problem(place, f"{kind.kind} {name} is already defined at {before}")
        else:
            self._app.presenter.note(
                info(f"{place}: skipped; the sandbox provides {kind.kind} {name}")
            )
        return None
