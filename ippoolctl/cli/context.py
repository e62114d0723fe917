"""The only wiring: what a command gets to work with, made of options, environment and files."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ippoolctl.cli.emit import Emitter, checked_colour
from ippoolctl.cli.options.global_options import OUTPUT_VARIABLE, GlobalOptions
from ippoolctl.cli.options.waiting import parse_duration
from ippoolctl.domain.antrea.releases import LATEST, Release, parse_release
from ippoolctl.errors import ExitCode, InputError, UsageError
from ippoolctl.render.quantities import counted

STDIN = "-"

if TYPE_CHECKING:
    from datetime import datetime

    from ippoolctl.cli.config import Config
    from ippoolctl.domain.antrea.pool import Pool
    from ippoolctl.manifests.read import Manifests
    from ippoolctl.ports.gateway import Gateway, PoolList


@dataclass(frozen=True)
class AppContext:
    """One run of one command."""

    options: GlobalOptions
    emitter: Emitter
    release: Release
    used: list[str] = field(default_factory=list)
    """What can be read only once and has been."""

    @cached_property
    def config(self) -> "Config":
        """The configuration, read when it is first asked for."""
        from ippoolctl.cli.config import Config, find_config, read_config

        named = self.options.config
        path = Path(named) if named else find_config(_working_directory(), os.environ)
        return Config() if path is None else read_config(path)

    def now(self) -> "datetime":
        """The time in UTC, for what expires and for ages."""
        from datetime import UTC, datetime

        return datetime.now(UTC)

    @cached_property
    def gateway(self) -> "Gateway":
        """The cluster that options, environment and kubeconfig name.

        Nothing is sent before it is asked for something.
        """
        from ippoolctl.cli.cluster import connected

        return connected(self.options, self.emitter)

    def close(self) -> None:
        """End the connection to the cluster, if there is one."""
        if "gateway" in self.__dict__:
            self.gateway.close()

    @cached_property
    def said_release(self) -> Release | None:
        """The release that somebody named; ``None`` if :attr:`release` is a guess."""
        return self.release if self.options.antrea else None

    def live(self) -> "PoolList":
        """All pools of the cluster, in the order of their names. Raises a fault of the gateway."""
        listed = self.gateway.list_pools()
        if self.options.verbose:
            count = counted(len(listed.pools), "live pool")
            self.emitter.talk(f"read {count}; Antrea {self.release}")
        return listed

    def live_pools(self) -> "list[Pool]":
        """The same without the moment that they were read at."""
        return list(self.live().pools)

    def manifests(
        self, paths: Sequence[str] | None, files: Sequence[str] | None, *, recursive: bool
    ) -> "Manifests":
        """Read the manifests of a command; what could not be read is said, and the rest is there.

        Without a path there are none.
        """
        from ippoolctl.manifests.read import read_manifests

        wanted = [*(paths or ()), *(files or ())]
        if STDIN in wanted:
            self.take_standard_input()
        manifests = read_manifests(wanted, recursive=recursive)
        for problem in manifests.problems:
            self.emitter.error(str(problem), problem.hint)
        if self.options.verbose and wanted:
            self._report(manifests)
        return manifests

    def required_manifests(
        self, paths: Sequence[str] | None, files: Sequence[str] | None, *, recursive: bool
    ) -> "Manifests":
        """The same where a command makes no sense without any.

        Raises :class:`UsageError` if no path was given.
        """
        if not paths and not files:
            raise UsageError(
                "no files were given", "name manifests: files, directories, or - for standard input"
            )
        return self.manifests(paths, files, recursive=recursive)

    def complete(
        self, paths: Sequence[str] | None, files: Sequence[str] | None, *, recursive: bool
    ) -> "Manifests":
        """Read manifests of which none may be missing, since the answer depends on all of them.

        Raises :class:`InputError` if anything could not be read.
        """
        manifests = self.manifests(paths, files, recursive=recursive)
        if manifests.problems:
            raise InputError(
                f"no answer, since {counted(len(manifests.problems), 'input')} could not be read",
                "correct or leave out what the errors name",
            )
        for pool in manifests.pools:
            if pool.violations:
                self.emitter.warning(
                    f"pool {pool.label} cannot exist as it is written (ippoolctl check says why);"
                    " ranges that cannot be read are not counted"
                )
        return manifests

    def take_standard_input(self) -> None:
        """Claim standard input. Raises :class:`UsageError` if it has been read."""
        if self.used:
            raise UsageError("- stands twice, and standard input can be read once", "use a file")
        self.used.append(STDIN)

    def _report(self, manifests: "Manifests") -> None:
        self.emitter.talk(
            f"read {counted(manifests.files, 'file')}: {counted(len(manifests.pools), 'pool')},"
            f" {manifests.others} of other kinds; Antrea {self.release}"
        )
        if self.options.verbose > 1:
            for document in manifests.documents:
                self.emitter.talk(f"pools in {document.place(0, 0)}")


def input_code(manifests: "Manifests") -> ExitCode:
    """What unreadable input adds to the exit code of a command."""
    return ExitCode.USAGE if manifests.problems else ExitCode.YES


def problem_documents(*read: "Manifests") -> list[dict[str, Any]]:
    """What could not be read, as the documents for machines list it."""
    from ippoolctl.render.documents import problem_document

    return [
        problem_document(each.place, each.message, each.hint)
        for manifests in read
        for each in manifests.problems
    ]


def make_context(options: GlobalOptions, formats: Sequence[str]) -> AppContext:
    """Check the global options against what the command can do, and read the configuration."""
    output = options.output or formats[0]
    if output not in formats:
        from difflib import get_close_matches

        close = get_close_matches(output, formats, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        said = (
            f"IPPOOLCTL_OUTPUT={output}"
            if os.environ.get(OUTPUT_VARIABLE) == output
            else f"-o {output}"
        )
        raise UsageError(f"{said} is not known here", f"{hint}use one of {', '.join(formats)}")
    if options.request_timeout:
        parse_duration("--request-timeout", options.request_timeout)
    emitter = Emitter(output, options.quiet, checked_colour(options.color))
    if options.namespace:
        emitter.warning("ExternalIPPools are cluster-scoped; --namespace is ignored")
    release = parse_release(options.antrea) if options.antrea else LATEST
    if release[:2] > LATEST[:2]:
        emitter.warning(f"Antrea {release} is newer than {LATEST} and judged like it")
    return AppContext(options, emitter, release)


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it was deleted under us
        return Path("/")
