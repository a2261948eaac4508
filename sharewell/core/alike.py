"""Many requests of one policy and day, answered by asking the engine about one of each kind.

Each step of :func:`sharewell.core.decision.decide` looks at little of a request. So at each step the requests
are told apart by what it looks at, the engine's own function is asked about one request of each class, and its
answer stands for the others. No rule is written here.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TypeVar

import numpy as np

from sharewell.core import standing as matching
from sharewell.core.barred import covered
from sharewell.core.classes import (
    Classes,
    Column,
    Key,
    Layout,
    Things,
    Words,
    both,
    hits,
    within,
)
from sharewell.core.encoded import NEVER, UNDER, microseconds
from sharewell.core.era import TOGETHER
from sharewell.core.judge import judge
from sharewell.core.part import Part
from sharewell.core.prepared import Prepared
from sharewell.core.rules import JUDGED

T = TypeVar("T")
BOUNDS, TO, FOR = (
    "consent.boundaries",
    "consent.covers.recipients",
    "consent.covers.purposes",
)
ALWAYS = np.iinfo(np.int64).max


class Alike:
    """A part on its way to its answers; each step of the way keeps what the next ones look at."""

    def __init__(self, part: Part) -> None:
        """Begin with every row of the era for every request."""
        self.part, self.policy = part, part.policy
        part.fetch([0])
        _, self.era = part.policy.era(part.request(0).at)
        self.layout = Layout(self.era)
        every = self.layout.words_of([self.era.every])
        self.apart = [np.full(len(part), word[0]) for word in every]
        self.purpose = Things(part.encoded.tables["purpose"], part.column("purpose")[0])

    def judged(self) -> None:
        """Go through the steps of a decision up to its judgement, in their order."""
        self._agreements()
        self._match()
        self._stand()
        self._judge()
        self._shape()

    def classes(self, *columns: str | Column) -> Classes:
        """The requests that are alike in these columns; one of each class is at hand."""
        part = self.part
        found = Classes([part.column(each) if isinstance(each, str) else each for each in columns])
        part.fetch(found.rows)
        return found

    def things(self, classes: Classes, work: Callable[[int], T], key: Key[T] = None) -> Things[T]:
        """What ``work`` gives for one request of each class, for every request."""
        return Things([work(row) for row in classes.rows], classes.of, key)

    def lay(self, classes: Classes, rows_of: Callable[[int], int]) -> list[Words]:
        """The rows of the era that ``rows_of`` gives for one of each class, for every request."""
        laid = self.layout.words_of([rows_of(row) for row in classes.rows])
        return [word[classes.of] for word in laid]

    def _keep(self, rows_of: Callable[[int], int], *columns: str | Column) -> None:
        """Take away the rows that are not among those of requests alike in these columns."""
        self.apart = both(self.apart, self.lay(self.classes(*columns), rows_of))

    def _agreements(self) -> None:
        """Whether an agreement between the agencies covers each, and what it gives."""
        part, at = self.part, self.part.time("at")
        under, size = part.column(UNDER)
        known = [part.agreements.get(name) for name in part.encoded.tables[UNDER]]
        starts = np.array([microseconds(it.starts_at if it else None, NEVER) for it in known])
        ends = np.array([microseconds(it.ends_at if it else None, ALWAYS) for it in known])
        state = (at >= starts[under]).astype(np.int64) + (at >= ends[under])
        classes = self.classes(
            (under, size), (state, 3), "recipient.agreement", "recipient.role", "purpose"
        )
        found = [covered(part.request(row), part.agreement(row)) for row in classes.rows]
        self.agreed = Things([state for state, _ in found], classes.of)
        scopes = [scope for _, scope in found]
        self.scope = Things(scopes, classes.of, lambda it: it and (it.tier, it.only))

    def _match(self) -> None:
        """The rows that match whatever the purpose, the form and where the agreement stands."""
        request, era = self.part.request, self.era
        for group, names in zip(era.facts, TOGETHER, strict=True):
            known = attrgetter(*names)
            self._keep(
                lambda row, group=group, known=known: group[known(request(row).facts)],  # type: ignore[misc]
                *(f"facts.{name}" for name in names),
            )
        self._keep(
            lambda row: matching.of_sender(request(row), self._prepared(row), self.agreed[row]),
            *(self.agreed.column, "sender.kind", "state", "sender.public_authority"),
        )
        self._keep(
            lambda row: matching.of_recipient(request(row), self._prepared(row)),
            *("recipient.alleged_source", "recipient.connected_to_source"),
            *("recipient.role", "purpose"),
        )
        self._keep(
            lambda row: matching.of_position(request(row), era),
            *("consent.position", "consent.reason", "consent.given_by"),
        )
        self._keep(
            lambda row: matching.of_names(request(row), era),
            *("flags", "consent.covers.labels", "sender.regimes"),
        )

    def _prepared(self, row: int) -> Prepared:
        request = self.part.request(row)
        role, purpose = request.recipient.role, request.purpose
        found: Prepared = self.era.kept[Prepared][self.policy, role, purpose]
        return found

    def _form(self, purpose: Things[str]) -> Things[str]:
        """The form of the cell for a purpose; of several, how much each holds tells requests apart."""
        part, matrix = self.part, self.policy.matrix
        cells = self.classes("recipient.role", purpose.column)
        found = [
            matrix.cells.get((part.request(row).recipient.role, purpose[row])) for row in cells.rows
        ]
        several = np.array([it is not None and len(it.forms) > 1 for it in found])
        open_ = np.flatnonzero(several[cells.of])
        counts: list[Column] = []
        for listed in matrix.forms.values():
            count = np.zeros(len(part), np.int64)
            mask = part.words([part.bits(listed)])[0]
            count[open_] = np.bitwise_count(part.wanted[open_] & mask).sum(axis=1)
            counts.append((count, len(listed) + 1))
        classes = self.classes((cells.of, len(cells)), *counts)
        naming = part.naming([row for row in classes.rows if several[cells.of[row]]])
        return self.things(
            classes,
            lambda row: matching.form_of(
                naming.get(row) or part.request(row), self.policy, purpose[row]
            ),
        )

    def _under(self, purpose: Things[str], form: Things[str]) -> list[Words]:
        """The rows that match for this purpose and form."""
        allowed = self.lay(
            self.classes(purpose.column, form.column),
            lambda row: matching.under(self.era, self.era.every, purpose[row], form[row]),
        )
        return both(self.apart, allowed)

    def _stand(self) -> None:
        """Where the person's agreement stands for each recipient and purpose."""
        part, tables = self.part, self.part.encoded.tables
        roles, purposes = tables["recipient.role"], tables["purpose"]
        role, purpose = part.column("recipient.role")[0], part.column("purpose")[0]
        denied = [{b.value for b in bounds if b.kind == "deny_role"} for bounds in tables[BOUNDS]]
        barred = within(denied, roles)[part.column(BOUNDS)[0], role]
        to = within(tables[TO], roles)[part.column(TO)[0], role]
        for_ = within(tables[FOR], purposes)[part.column(FOR)[0], purpose]
        at, begins, ends = map(part.time, ("at", "consent.recorded_at", "consent.expires_at"))
        dated = (begins > at) | ((ends != NEVER) & (ends <= at))
        self.form = self._form(self.purpose)
        rows = self._under(self.purpose, self.form)
        invalid = hits(self.layout.bits(rows, "agreement"), len(part))
        known = (barred, invalid, dated, to, for_, ends == NEVER)
        classes = self.classes(
            *((each, 2) for each in known),
            *("consent.position", "consent.written", "facts.undue_influence"),
        )
        found = [
            matching.stood(part.request(row), self.era, int(invalid[row])) for row in classes.rows
        ]
        allowed = self.layout.words_of([rows for _, rows in found])
        self.apart = both(self.apart, [word[classes.of] for word in allowed])

    def _judge(self) -> None:
        """Which step answers, with what: told apart by the rows of the first step that has any."""
        part, layout = self.part, self.layout
        rows = self._under(self.purpose, self.form)
        step = np.full(len(part), len(JUDGED))
        first = [np.zeros(len(part), np.uint64) for _ in range(layout.most(JUDGED))]
        for number in reversed(range(len(JUDGED))):
            columns = layout.bits(rows, JUDGED[number])
            here = hits(columns, len(part))
            step[here] = number
            for place, mine in enumerate(first):
                there = columns[place][0] if place < len(columns) else np.uint64(0)
                np.copyto(mine, there, where=here)
        gates = layout.bits(rows, "gateway")
        classes = self.classes(
            (step, len(JUDGED) + 1),
            *((mine, layout.bound(JUDGED, place)) for place, mine in enumerate(first)),
            *gates,
            "sender.regimes",
        )
        kinds = (*JUDGED, "gateway")
        self.found = self.things(
            classes,
            lambda row: judge(
                layout.rows(rows, kinds, row), self.era, part.request(row).sender.regimes
            ),
        )

    def _shape(self) -> None:
        """The purpose and the form of the cell that is used, and the rows that match with them."""
        self.used = self.things(
            self.classes(self.found.column, self.purpose.column),
            lambda row: self.found[row].uses_cell or self.purpose[row],
        )
        self.form = self._form(self.used)
        self.rows = self._under(self.purpose, self.form)
        self.in_cell = self._under(self.used, self.form)
