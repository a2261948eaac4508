"""What may go of many requests that are judged: the second half of ``alike.py``, in the same way."""

from __future__ import annotations

import numpy as np

from sharewell.core import decision as engine
from sharewell.core.alike import Alike
from sharewell.core.barred import narrow
from sharewell.core.classes import Flags, Things, Words, both, meeting
from sharewell.core.dataset import ATTACHMENT, Dataset, View, dataset, moved, view
from sharewell.core.part import Answers, Judged
from sharewell.core.prepared import TRUTH

NO_ITEMS, ITEMS, ATTACHED = range(3)


class Granted(Alike):
    """A part on its way from its judgements to its answers."""

    def answers(self) -> Answers:
        """Go through the steps of a decision, in their order."""
        self.judged()
        self._view()
        self._dataset()
        outcome = self._outcome()
        judged = [
            Judged(it.step, it.effect, tuple(rule.id for rule in (*it.rules, *it.gateways)))
            for it in self.found.values
        ]
        return Answers(
            outcome.of, outcome.values, self.found.of, tuple(judged), self.given, self.withheld
        )

    def _view(self) -> None:
        """What each may see: the view, then without what is barred."""
        part, policy, found, layout = self.part, self.policy, self.found, self.layout
        keeps = found.each(lambda it: it.keeps_tier)
        raised = self.things(
            self.classes("flags", keeps.column, *layout.bits(self.in_cell, "tiers")),
            lambda row: policy.kept[moved][
                part.request(row).flags,
                keeps[row],
                layout.rows(self.in_cell, ("tiers",), row),
            ],
        )
        self.seen = self.things(
            self.classes(raised.column, "recipient.role", self.used.column, self.form.column),
            lambda row: policy.kept[view][
                part.request(row).recipient.role,
                self.used[row],
                raised[row],
                self.form[row],
            ],
        )
        how = found.each(lambda it: (it.step, it.relies))
        known = self.lay(
            self.classes(how.column),
            lambda row: self.era.answering[found[row].step, TRUTH[found[row].relies]],
        )
        barred = layout.bits(both(self.in_cell, known), "fields")
        kind = found.each(lambda it: (it.step == "0", it.relies))
        relies = found.each(lambda it: it.relies)
        tier, tiers = part.column("consent.covers.tier")
        capped = (np.where(relies.array[relies.of], tier, tiers), tiers + 1)
        self.left = self.things(
            self.classes(self.seen.column, kind.column, self.scope.column, capped, *barred),
            lambda row: narrow(
                part.request(row),
                policy,
                self.era,
                self.seen[row],
                found[row],
                layout.rows(self.in_cell, ("fields",), row),
                self.scope[row],
            ),
        )

    def _asked(self) -> Words:
        """What is asked for: the fields named, or where none is, what the view gives for it."""
        part = self.part
        named = part.encoded.named[part.index]
        if named.all():
            return part.wanted
        other = ~named
        columns = [self.seen.column, self.used.column, part.column("recipient.role")]
        columns += [part.column("wants.tier"), part.column("facts.subject_kind")]
        classes = self.classes((other, 2), *((column * other, size) for column, size in columns))
        sets = [
            part.bits(
                engine.wanted_by(part.request(row), self.policy, self.seen[row], self.used[row])
            )
            if other[row]
            else 0
            for row in classes.rows
        ]
        return np.where(named[:, None], part.wanted, part.words(sets)[classes.of])

    def _dataset(self) -> None:
        """What may go of what is asked, and what is withheld."""
        part, wanted = self.part, self._asked()
        attachment = meeting(wanted, part.words([part.bits([ATTACHMENT])]))
        permit = self.found.each(lambda it: it.effect == "permit")
        held = self._among(wanted, self.left)
        attached = self.left.each(lambda it: ATTACHMENT in it.items)
        self.items, self.attachment = held, attachment & attached.array[attached.of]
        case = np.where(held, np.where(self.attachment, ATTACHED, ITEMS), 0)
        supplied, sizes = part.column("supplied")
        left, lefts = self.left.column
        goes = permit.array[permit.of]
        item = goes & held
        classes = self.classes(
            (goes, 2),
            (left * goes, lefts),
            (case * goes, 3),
            (supplied * item, sizes),
            (part.encoded.named[part.index] & item, 2),
        )
        found = [
            self._data(row, int(case[row]))
            if goes[row]
            else Dataset({}, dict.fromkeys(self.policy.fields, ""))
            for row in classes.rows
        ]
        self.given = wanted & part.words([part.bits(it.given) for it in found])[classes.of]
        self.withheld = wanted & part.words([part.bits(it.withheld) for it in found])[classes.of]
        self.lacking = np.array([bool(it.lacking) for it in found])[classes.of]

    def _among(self, wanted: Words, seen: Things[View]) -> Flags:
        """Whether a field of tier 3 that goes one by one is asked for."""
        part = self.part
        items = part.words([part.bits(it.items) for it in seen.values])
        return meeting(wanted, items[seen.of])

    def _data(self, row: int, case: int) -> Dataset:
        """What would be said if everything were asked for, but for items where none is."""
        left, request = self.left[row], self.part.request(row)
        every = frozenset(self.policy.fields)
        if case == NO_ITEMS:
            every -= left.items
        elif case == ITEMS:
            every -= {ATTACHMENT}
        return dataset(left, every, request.supplied, by_name=request.wants.fields is not None)

    def _outcome(self) -> Things[str]:
        """How each comes out."""
        era, found = self.era, self.found
        given = meeting(self.given, self.given)
        outcome = self.things(
            self.classes(found.column, (given, 2), (self.lacking, 2)),
            lambda row: (
                engine.OUTCOMES.get(found[row].effect)
                or engine.outcome_of(_stub(given=given[row], lacking=self.lacking[row]))
            ),
        )
        goes = outcome.each(lambda it: it in engine.GOES)
        going = goes.array[goes.of]
        inform = [(bits * going, size) for bits, size in self.layout.bits(self.rows, "inform")]
        told = self.things(
            self.classes((going, 2), *inform),
            lambda row: era.kept[engine.told_of][
                self.layout.rows(self.rows, ("inform",), row) if going[row] else 0
            ],
        )
        how = found.each(lambda it: (it.step, it.relies, it.overrides, it.accounted))
        after = self.lay(
            self.classes(
                *(how.column, outcome.column, told.column),
                *((self.items, 2), (self.attachment, 2)),
            ),
            lambda row: era.kept[engine.following][
                found[row],
                outcome[row],
                told[row],
                bool(self.items[row]),
                bool(self.attachment[row]),
            ],
        )
        return self._completed(outcome, after)

    def _completed(self, outcome: Things[str], after: list[Words]) -> Things[str]:
        """The outcomes where what the record lacks is known: what would be shared may have to wait."""
        part, found = self.part, self.found
        shares = self.things(
            self.classes(outcome.column, found.column),
            lambda row: outcome[row] == "share" and found[row].step != "0",
        )
        share = shares.array[shares.of]
        rows = both(self.rows, after)
        supplied, sizes = part.column("supplied")
        then = [(bits * share, size) for bits, size in self.layout.bits(rows, "then")]

        def lacks(row: int) -> str:
            if not share[row]:
                return ""
            _, needs = self.era.kept[engine.owed][self.layout.rows(rows, ("then",), row)]
            return (
                "complete_first"
                if engine.lacking(part.request(row), _stub(given=True), needs)
                else ""
            )

        waits = self.things(self.classes((share, 2), (supplied * share, sizes), *then), lacks)
        return self.things(
            self.classes(outcome.column, waits.column), lambda row: waits[row] or outcome[row]
        )


def _stub(*, given: bool, lacking: bool = False) -> Dataset:
    """A dataset in which something goes, or something is lacking, whatever it is."""
    return Dataset({}, {}, ("",) if lacking else (), 1 if given else None)
