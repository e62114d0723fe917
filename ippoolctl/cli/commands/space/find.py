"""Find the pools that span an address, whether Antrea can assign it, who has it, and the Node of an
Egress. An address that several pools span has a row for each. STATE is in-use, free, reserved
(Antrea never assigns it), claimed (the range is being appended), unknown (not all Egresses and
Services can be listed) or no-pool; NOTE says why, and what else has the address: a Node, a Pod or
Service CIDR, another pool. The pools are those of the cluster, or of -f (both with --live: as if
the files were applied). The exit code is 1 if an address belongs to no pool.

With --waiting: all Egresses and Services without their address, with the reason.

\b
Examples:
  ippoolctl find 10.0.3.7
  ippoolctl who 10.0.3.0/28 fd00::5
  ippoolctl find - < addresses.txt
  ippoolctl find 10.0.3.7 -f exported.yaml
  ippoolctl find --waiting
"""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from ippoolctl.cli.context import STDIN, AppContext
from ippoolctl.cli.files.addresses import read_addresses
from ippoolctl.cli.inputs.inventory import Inventory, read_inventory
from ippoolctl.cli.inputs.manifests import read_complete_input
from ippoolctl.cli.options.pools import Files, Live, Recursive, parse_ranges
from ippoolctl.cli.result import Result
from ippoolctl.domain.space.lookup.addresses import Query, find_addresses, query_of
from ippoolctl.domain.space.reserved import KINDS
from ippoolctl.domain.surroundings.kind import CONSUMERS
from ippoolctl.errors import ExitCode, UsageError
from ippoolctl.manifests.read import Manifests
from ippoolctl.render.documents.space.address_list import (
    address_list_document,
    waiting_list_document,
)
from ippoolctl.render.notes import Note, info, warning
from ippoolctl.render.sentences.unfinished import unfinished_notes
from ippoolctl.render.sentences.unread import unread_texts
from ippoolctl.render.text.space.consumers import waiting_lines
from ippoolctl.render.text.space.find import find_lines

Addresses = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ADDRESS]...",
        help="Address, CIDR or START-END; - for those on standard input, # begins a comment",
    ),
]
WaitingOption = Annotated[
    bool, typer.Option("--waiting", help="List the Egresses and Services without their address")
]


def run(
    context: typer.Context,
    addresses: Addresses = None,
    filename: Files = None,
    recursive: Recursive = False,
    live: Live = False,
    waiting: WaitingOption = False,
) -> Result:
    """Find the addresses."""
    app: AppContext = context.obj
    if waiting and addresses:
        raise UsageError("--waiting and ADDRESS cannot be used together", "remove one of the two")
    if not (waiting or addresses):
        raise UsageError("no address specified", "pass addresses, or - for standard input")
    queries = list(_queries(app, addresses or ()))
    manifests = read_complete_input(app, None, filename, recursive=recursive)
    kinds = CONSUMERS if waiting else KINDS
    known = read_inventory(app, manifests, kinds, live=live or not filename)
    if waiting:
        return _waiting(known, manifests)
    width = app.presenter.columns if app.presenter.terminal else None
    return _found(known, manifests, queries, width)


def _queries(app: AppContext, addresses: Sequence[str]) -> Iterator[Query]:
    """Raises :class:`~ippoolctl.errors.InputError` for one that cannot be read."""
    for each in addresses:
        if each == STDIN:
            app.take_standard_input()
            yield from (query_of(text, span) for text, span in read_addresses(STDIN))
        else:
            yield from (query_of(each, found.span) for found in parse_ranges([each]))


def _found(
    known: Inventory, manifests: Manifests, queries: Sequence[Query], width: int | None
) -> Result:
    """The answer to each query; ``width`` is that of the terminal, if there is one."""
    consumers = known.consumers
    answers = find_addresses(queries, known.pools, consumers.found, known.reserved)
    unread = known.unread(KINDS)
    complete = consumers.is_complete
    return Result(
        code=ExitCode.YES if not any(each.without_pool for each in answers) else ExitCode.NO,
        document=lambda: address_list_document(
            answers, known.release, unread, manifests.problems, consumers_known=complete
        ),
        lines=lambda: find_lines(answers, consumers_known=complete, width=width),
        notes=(warning(f"{unread_texts(unread)}; holders can be missing"),) if unread else (),
    )


def _waiting(known: Inventory, manifests: Manifests) -> Result:
    """The consumers without their address; not all are known without permission to list them."""
    all_waiting = known.consumers.found.waiting
    found = [each for pool in sorted(all_waiting) for each in all_waiting[pool]]
    unread = known.unread(CONSUMERS)
    incomplete = [warning(f"{unread_texts(unread)}; the list is incomplete")] if unread else []
    nothing: tuple[Note, ...] = (info("no Egress or Service waits for an address"),)
    return Result(
        code=ExitCode.UNKNOWN if unread else ExitCode.YES,
        document=lambda: waiting_list_document(found, known.release, unread, manifests.problems),
        lines=lambda: list(waiting_lines(found, with_pool=True)) if found else [],
        notes=(*incomplete, *unfinished_notes(known.unfinished_runs())),
        remarks=() if found or unread else nothing,
    )
