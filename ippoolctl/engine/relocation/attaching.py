"""Attaching detached consumers: to the new pools, or to those that they left."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from ippoolctl.domain.annotations.detached import ConsumerState, Detached
from ippoolctl.domain.change.attachment import (
    Act,
    Attach,
    Attachments,
    AwaitAddress,
    Changed,
    Taken,
    Unpin,
)
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.engine.relocation.consumer_results import ConsumerResults
from ippoolctl.engine.relocation.consumers import attach, give_back, unpin
from ippoolctl.engine.relocation.record import Record
from ippoolctl.engine.relocation.run_writer import RunWriter
from ippoolctl.engine.relocation.survey import Survey, can_return, look
from ippoolctl.engine.session import Session
from ippoolctl.engine.writer import Effect, Write

Acts = Sequence[tuple[ConsumerState, Detached, Act]]
"""Detached consumers, and the next step of each."""

NEW_ADDRESSES_WITHIN: Final = 3.0
"""Seconds."""


class Attaching:
    """Attaches the consumers of one run."""

    def __init__(
        self,
        session: Session,
        surveyed: Survey,
        writer: RunWriter,
        results: ConsumerResults,
        record: Record,
    ) -> None:
        self._session = session
        self._relocation = surveyed.relocation
        self._writer = writer
        self._results = results
        self._record = record
        self._attached: list[tuple[ConsumerState, str]] = []

    def attach(self) -> bool:
        """Attach those that had an address, then the others, then delete the record; whether all
        have their address.
        """
        self._writer.wait_out_late_writes()
        while True:
            view = look(self._session)
            todo = Attachments(self._relocation, view.pools, view.consumers, self._attached)
            self._results.know([*todo.first, *todo.last])
            acts = [(*each, todo.act(*each)) for each in todo.first]
            if self._act(acts):
                self._writer.pauses.forget()
                continue
            waiting = [each for each, _, act in acts if isinstance(act, AwaitAddress)]
            waiting += [each for each, by in todo.unconfirmed if by is None]
            if waiting:
                names = tuple(sorted(each.label for each in waiting))
                self._writer.pauses.for_others(Cause(CauseKind.ADDRESSES_PENDING, others=names))
            elif todo.last:
                for each, detached in todo.last:
                    self._writer.send(attach(each, detached), stale=True)
            elif (left := self._record.pools(view)) and not (acts or todo.unconfirmed):
                self._writer.send(Write.delete(left[0], Effect.CHANGE))
            else:
                return self._finish(acts, todo.unconfirmed)

    def undo(self, *, every: bool, forget: bool = True) -> None:
        """Attach detached consumers to the pools that they left, ``every`` one or those that can
        return; ``forget``: then delete the record.
        """
        self._writer.wait_out_late_writes()
        while True:
            view = look(self._session)
            mine = view.detached_by(self._relocation)
            mine = [each for each in mine if every or can_return(*each, view)]
            self._results.know(mine)
            # Antrea gives those that wait any free address.
            for consumer, detached in sorted(mine, key=lambda each: each[1].waits):
                lost = self._results.lost_by(consumer.uid)
                whole = detached._replace(address=detached.address or lost)
                note = partial(self._results.given_back, consumer.uid)
                if self._writer.send(give_back(consumer, whole), note, stale=True):
                    self._writer.pauses.forget()
            records = self._record.pools(view) if forget else []
            if records and not mine:
                self._writer.send(Write.delete(records[0], Effect.CHANGE))
            elif not mine:
                self._results.finish()
                return

    def _act(self, acts: Acts) -> bool:
        """Attach and unpin; whether there was anything to do."""
        done = False
        for consumer, detached, act in acts:
            if isinstance(act, Attach):
                done = True
                note = partial(self._note_attached, consumer, detached.address)
                self._writer.send(attach(consumer, detached), note, stale=True)
            elif isinstance(act, Unpin):
                done = True
                self._writer.send(
                    unpin(consumer, detached), partial(self._results.attached, consumer)
                )
        return done

    def _note_attached(self, consumer: ConsumerState, address: str) -> None:
        if consumer.is_egress:  # a Service has to get its address first
            self._attached.append((consumer, address))
            self._results.attached(consumer)

    def _finish(
        self, acts: Acts, taken: Sequence[tuple[ConsumerState, ConsumerState | None]]
    ) -> bool:
        """All that could be attached is attached; whether all have their address."""
        for consumer, _, act in acts:
            if isinstance(act, Taken):
                self._results.taken(consumer, act.by)
            elif isinstance(act, Changed):
                self._results.changed(consumer)
        for consumer, by in taken:
            assert by is not None
            self._results.taken(consumer, by)
        self._results.finish()
        self._find_new_addresses()
        return not (acts or taken)

    def _find_new_addresses(self) -> None:
        """Give Antrea a moment to choose addresses for those that lost theirs, for the result."""
        until = self._session.clock.now() + min(NEW_ADDRESSES_WITHIN, self._session.left / 2)
        while self._results.lost:
            consumers = look(self._session).consumers
            self._results.given(consumers)
            have = {each.uid for each in consumers if each.held}
            if self._results.lost <= have or self._session.clock.now() >= until:
                return
            self._writer.pauses.for_others(Cause(CauseKind.ADDRESSES_PENDING), most=0.2)
