"""What is held against what: the policy that is asked, and the one that says what is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from sharewell.core.decision import GOES, Decision, decide
from sharewell.core.era import Era
from sharewell.core.policy import Policy
from sharewell.core.request import Boundary, Request
from sharewell.core.rules import Rule
from sharewell.core.terms import Agreement
from sharewell.core.tests.invariants.classes import Given, fold, witnesses
from sharewell.core.tests.invariants.lens import Lens
from sharewell.core.tests.invariants.witness import Check, Wrong, request
from sharewell.core.tests.plainly import matches, plain


@dataclass(frozen=True, eq=False)
class Subject:
    """A policy at a moment; ``truth`` is the same policy, or what it was before it was spoilt in a test.

    ``given`` names the values to be looked at where not all are.
    """

    policy: Policy
    truth: Policy
    at: datetime
    given: Given = field(default_factory=dict)
    last: list[tuple[Request, Decision]] = field(default_factory=list)

    @cached_property
    def era(self) -> Era:
        """The rows in force."""
        return self.policy.era(self.at)[1]

    def classes(
        self,
        parts: tuple[str, ...] = (),
        collapse: str = "rules",
        given: Given | None = None,
        *,
        places: bool = False,
    ) -> Iterator[Request]:
        """A request for each class of facts that the rows of these parts tell apart.

        ``places``: one for each recipient and purpose too, also where no row tells them apart.
        """
        folded = fold(
            Lens(self.policy, self.era, parts, collapse),
            {**self.given, **(given or {})},
            apart=places,
        )
        for said in witnesses(folded):
            for place in folded.alike(said) if places else [{}]:
                yield request(self.policy, self.at, {**said, **place})

    def answer(self, asked: Request, agreement: Agreement | None = None) -> Decision:
        """What the policy says of a request; the last answer is kept for the checks that ask it again."""
        if agreement is not None:
            return decide(asked, self.policy, agreement)
        if not self.last or self.last[0][0] is not asked:
            self.last[:] = [(asked, decide(asked, self.policy))]
        return self.last[0][1]

    def without(self, rule: Rule) -> Policy:
        """The policy without one row."""
        rules = tuple(each for each in self.policy.rules if each.id != rule.id)
        return replace(self.policy, rules=rules, _eras={})

    @cached_property
    def agreement_rows(self) -> list[Rule]:
        """The rows that say when an agreement is none."""
        _, era = self.truth.era(self.at)
        return era.rows(era.steps["agreement"])

    def in_force(self) -> list[Rule]:
        """The rules in force, in the order of the packs."""
        return self.era.rows(sum(self.era.steps.values()))


@dataclass(frozen=True)
class Invariant:
    """What holds of every class of facts.

    ``cases`` gives a request for each class; ``check`` says what is wrong with the answer to a request, if
    anything is, and asks the policy as often as it needs to.
    """

    id: str
    says: str
    cases: Callable[[Subject], Iterable[Request]]
    check: Callable[[Subject, Request], Wrong | None]

    def of(self, subject: Subject) -> Check:
        """The check of this subject."""
        return lambda asked: self.check(subject, asked)


def goes(decision: Decision) -> bool:
    """Whether something may go, now or once what is missing is recorded."""
    return decision.outcome in GOES


def said_of(subject: Subject, asked: Request, form: str = "") -> dict[str, str]:
    """What a request says, attribute by attribute, with where the person's agreement stands; without masks."""
    truth, position = subject.truth, asked.consent.position
    form = form or form_asked(truth, asked, asked.purpose)
    said = plain(asked, truth, "", form)
    invalid = any(matches(rule.when, said) for rule in subject.agreement_rows)
    standing = _standing(asked, invalid=invalid)
    said["standing"] = standing
    said["answer"] = {"relied": "agreed", "barred": "refused"}.get(standing, "not_asked")
    if position in ("refused", "withdrawn"):
        said["answer"] = "refused"
    if standing == "not_valid" and asked.facts.undue_influence == "true":
        said["answer"] = "coerced"
    timed = "timed" if asked.consent.expires_at else "written"
    firm = timed if asked.consent.written else "spoken"
    said["release"] = firm if standing == "relied" else "none"
    return said


def _standing(asked: Request, *, invalid: bool) -> str:
    consent, role = asked.consent, asked.recipient.role
    if Boundary("deny_role", role) in consent.boundaries:
        return "barred"
    if consent.position != "obtained":
        return "none"
    if invalid:
        return "not_valid"
    begins, ends = consent.recorded_at or asked.at, consent.expires_at
    if begins > asked.at or (ends is not None and ends <= asked.at):
        return "expired"
    covers = role in consent.covers.recipients and asked.purpose in consent.covers.purposes
    return "relied" if covers else "not_covering"


def form_asked(policy: Policy, asked: Request, purpose: str) -> str:
    """The form of the cell; of several, the one that holds most of what is asked for by name."""
    cell = policy.cell(asked.recipient.role, purpose)
    wanted, lists = set(asked.wants.fields or ()), policy.matrix.forms
    forms = cell.forms if cell else ("none",)
    return max(forms, key=lambda form: len(wanted & lists.get(form, frozenset())))


def in_danger(asked: Request) -> bool:
    """Whether there is immediate danger, or nobody has recorded that there is none."""
    harm = asked.facts.harm
    return harm == "immediate" or (harm == "unknown" and asked.purpose == "immediate_safety")


def named(fields: list[str]) -> str:
    """The fields in words: three of them and how many more."""
    more = f" and {len(fields) - 3} more" if len(fields) > 3 else ""
    return ", ".join(fields[:3]) + more
