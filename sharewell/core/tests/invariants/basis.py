"""Which law is cited: in force, fit for this sender, and never consent where it is not relied on."""

from __future__ import annotations

from functools import cache

from sharewell.core.prepared import TRUTH
from sharewell.core.request import Request
from sharewell.core.tests.invariants.subject import Invariant, Subject, goes, said_of
from sharewell.core.tests.invariants.witness import Wrong

# From the design and the domain reference, not from the packs.
BY_CONSENT = frozenset(
    ["uk.gdpr.6.1.a", "uk.gdpr.9.2.a", "e.h96.213b", "us.hipaa.508", "us.p2.31", "us.p2.32",
     "us.ferpa.99.30", "us.vawa.release", "us.ombuds.consent"]
)  # fmt: skip
INTERESTS = frozenset(["uk.gdpr.6.1.ea", "uk.gdpr.6.1.f"])
TASK = "uk.gdpr.6.1.e"
LAWFUL = "uk.gdpr.6.1."
SPECIAL = ("uk.gdpr.9.2.", "uk.dpa.s1.", "uk.dpa.p3.")
NOT_ACCOUNTED = frozenset(["us.hipaa.506", "us.hipaa.508", "us.hipaa.510b", "us.hipaa.514"])


@cache
def cases(subject: Subject) -> tuple[Request, ...]:
    """Every class that the rows naming law, and the law itself, tell apart; special regimes one at a time.

    What a sender under two regimes cites is what each of them names, and nothing else.
    """
    found: list[Request] = []
    regimes = subject.era.sets["regime_"] if subject.policy.jurisdiction == "us" else ()
    for under in ("", *regimes):
        given = {f"regime_{name}": (TRUTH[name == under],) for name in subject.era.sets["regime_"]}
        found += subject.classes(("basis", "provisions"), "basis", given)
    return tuple(found)


def is_cited(subject: Subject, asked: Request) -> Wrong | None:
    """What goes names a basis; in the United Kingdom an Article 6 basis, with a condition for health data."""
    got = subject.answer(asked)
    if not goes(got):
        return None
    if not got.basis:
        return Wrong("It goes and names no basis.", {"outcome": "refer"})
    if asked.jurisdiction == "us" or got.step == "0":
        return None
    if not any(each.startswith(LAWFUL) for each in got.basis):
        return Wrong("It names no basis of Article 6.", {"basis_any": [TASK, "uk.gdpr.6.1.ea"]})
    if got.form == "message" and not any(each.startswith(SPECIAL) for each in got.basis):
        return Wrong(
            "It names no condition for special-category data.", {"basis_any": ["uk.dpa.s1.18"]}
        )
    return None


def in_force(subject: Subject, asked: Request) -> Wrong | None:
    """Every basis is in force on the day."""
    day = asked.at.date()
    for id_ in subject.answer(asked).basis:
        row = subject.truth.provisions[id_]
        if (row.from_day and day < row.from_day) or (row.until_day and day >= row.until_day):
            return Wrong(f"{id_} is cited on {day} and is not in force.", {"basis_none": [id_]})
    return None


def consent_relied_on(subject: Subject, asked: Request) -> Wrong | None:
    """A disclosure made without consent never cites consent."""
    got = subject.answer(asked)
    cited = sorted(set(got.basis) & BY_CONSENT)
    if not cited or (got.consent_relied_on and said_of(subject, asked)["standing"] == "relied"):
        return None
    return Wrong(
        f"{', '.join(cited)}: cited, and agreement is not relied on.", {"basis_none": cited}
    )


def fits_the_sender(subject: Subject, asked: Request) -> Wrong | None:
    """A public authority rests on its task and never on an interest; no one else rests on a public task."""
    got = subject.answer(asked)
    if not goes(got):
        return None
    public = asked.sender.public_authority
    if public is None:
        public = subject.truth.public_authority[asked.sender.kind]
    cited = sorted(set(got.basis) & (INTERESTS if public else {TASK, "uk.dpa.s1.6"}))
    if cited:
        return Wrong(f"{', '.join(cited)}: not for this kind of sender.", {"basis_none": cited})
    if public and asked.jurisdiction != "us" and TASK not in got.basis:
        return Wrong("A public authority does not name its task.", {"basis_any": [TASK]})
    return None


def is_accounted(subject: Subject, asked: Request) -> Wrong | None:
    """A health-privacy sender accounts for it outside treatment, operations and authorization."""
    got = subject.answer(asked)
    if "hipaa" not in asked.sender.regimes or not goes(got) or set(got.basis) & NOT_ACCOUNTED:
        return None
    if "accounting_entry" in got.obligations or got.step == "0":
        return None
    return Wrong("It is not entered for accounting.", {"obligations": ["accounting_entry"]})


INVARIANTS = (
    Invariant("cited", "what goes names its basis", cases, is_cited),
    Invariant("in-force", "every basis is in force on the day", cases, in_force),
    Invariant("no-consent", "without consent none is cited", cases, consent_relied_on),
    Invariant("sender", "the basis fits the kind of sender", cases, fits_the_sender),
    Invariant("accounting", "health privacy is accounted for", cases, is_accounted),
)
