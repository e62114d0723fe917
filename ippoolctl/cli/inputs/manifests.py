"""The manifests of a command line: files, directories, standard input."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ippoolctl.cli.context import STDIN, AppContext
from ippoolctl.errors import ExitCode, InputError, UsageError
from ippoolctl.render.notes import error, info
from ippoolctl.render.quantities import counted

if TYPE_CHECKING:
    from ippoolctl.manifests.read import Manifests


def read_input(
    app: AppContext,
    paths: Sequence[str] | None,
    files: Sequence[str] | None,
    *,
    recursive: bool,
    exclude: Sequence[str] | None = None,
    per_directory: bool = False,
    keep_objects: bool = False,
    tell_problems: bool = True,
) -> "Manifests":
    """Read the manifests of a command; each problem is written as an error.

    The result contains what could be read; nothing without a path. ``keep_objects``: the
    command writes their objects; without ``tell_problems`` the caller writes them. Raises
    :class:`UsageError` for an invalid pattern of ``exclude``.
    """
    from ippoolctl.manifests.read import read_manifests
    from ippoolctl.render.text.ignored import ignored_notes

    if exclude:
        from ippoolctl.reading.sources import invalid_pattern

        if (invalid := invalid_pattern(exclude)) is not None:
            hint = "use a pattern as in .gitignore, such as charts/ or '*.bak.yaml'"
            raise UsageError(f"invalid value: --exclude {invalid}", hint)
    wanted = [*(paths or ()), *(files or ())]
    if STDIN in wanted:
        app.take_standard_input()
    manifests = read_manifests(
        wanted,
        recursive=recursive,
        exclude=exclude or (),
        per_directory=per_directory,
        keep_objects=keep_objects,
    )
    app.presenter.note(*ignored_notes(manifests, verbose=bool(app.options.verbose)))
    if app.options.verbose and manifests.files:
        pools = f"{counted(manifests.files, 'file')}: {counted(len(manifests.pools), 'pool')}"
        others = f"{manifests.others} of other kinds"
        app.presenter.note(info(f"read {pools}, {others}; Antrea {app.release}"))
        if app.options.verbose > 1:
            places = (info(f"pools in {each.place(0, 0)}") for each in manifests.documents)
            app.presenter.note(*places)
    for problem in manifests.problems if tell_problems else ():
        app.presenter.note(error(str(problem), problem.hint))
    return manifests


def read_complete_input(
    app: AppContext,
    paths: Sequence[str] | None,
    files: Sequence[str] | None,
    *,
    recursive: bool,
    exclude: Sequence[str] | None = None,
    ignores_invalid: bool = True,
    keep_objects: bool = False,
) -> "Manifests":
    """Read manifests that must all be readable, since the result depends on each.

    ``ignores_invalid``: the caller goes on with invalid pools, which is a warning;
    ``keep_objects``: it writes their objects. Raises :class:`InputError` after a problem.
    """
    from ippoolctl.render.text.ignored import invalid_notes

    manifests = read_input(
        app,
        paths,
        files,
        recursive=recursive,
        exclude=exclude,
        keep_objects=keep_objects,
        tell_problems=False,
    )
    if len(manifests.problems) == 1:
        (problem,) = manifests.problems
        raise InputError(str(problem), problem.hint)
    for problem in manifests.problems:
        app.presenter.note(error(str(problem), problem.hint))
    if manifests.problems:
        count = counted(len(manifests.problems), "input")
        raise InputError(f"{count} could not be read", "fix or remove the inputs listed above")
    if ignores_invalid:
        app.presenter.note(*invalid_notes(manifests.pools))
    return manifests


def read_existing(
    app: AppContext,
    against: Sequence[str] | None,
    *,
    recursive: bool,
    exclude: Sequence[str] | None = None,
) -> "Manifests | None":
    """The manifests of ``--against``, see :func:`read_complete_input`; ``None`` without them."""
    if not against:
        return None
    return read_complete_input(app, against, None, recursive=recursive, exclude=exclude)


def require_path(*given: Sequence[str] | None) -> None:
    """Raise :class:`UsageError` if bytes wait on standard input and no path is given.

    Without a path a command looks at the cluster; the bytes would be ignored silently. Nothing
    waits for bytes that are still to come.
    """
    if any(given):
        return
    from ippoolctl.reading.standard_input import has_input

    if has_input():
        raise UsageError("unexpected data on standard input", "use - to read standard input")


def input_code(manifests: "Manifests") -> ExitCode:
    """The exit code of unreadable input."""
    return ExitCode.USAGE if manifests.problems else ExitCode.YES
