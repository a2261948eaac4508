"""In immediate danger there is always a way to send the essentials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sharewell.core.request import Request
from sharewell.core.tests.invariants.subject import Invariant, Subject, in_danger, named, said_of
from sharewell.core.tests.invariants.witness import Wrong

# From the design, not from the packs: who comes, and what is recorded once it has gone.
COME = ("emergency_services", "police", "hospital", "adult_social_care", "childrens_social_care")
STAY = ("confidential_address", "refuge", "vawa")  # flags that raise nothing for those who come
AFTERWARDS = ("record_afterwards", "record_rationale", "record_proportionality")


def shown(subject: Subject) -> Iterator[Request]:
    """Every class in danger that the rows on fields tell apart, with flags that hide and without."""
    for asked in _cases(subject, ("tiers", "fields"), places=True):
        yield asked
        yield replace(asked, flags=tuple(dict.fromkeys((*asked.flags, *STAY))))


def owing(subject: Subject) -> Iterator[Request]:
    """Every class in danger that the rows on what is recorded and reviewed tell apart."""
    for rows in ("then common", "then special"):
        yield from _cases(subject, (rows, "inform", "review"), places=False)


def _cases(subject: Subject, parts: tuple[str, ...], *, places: bool) -> Iterator[Request]:
    """The classes in immediate danger, towards those who come, with nothing supplied."""
    known = {"recipient_is_source": ("false",), "harm": ("immediate",)}
    open_ = {**known, "harm": ("unknown",), "purpose": ("immediate_safety",)}
    for given in (known, open_):
        for asked in subject.classes(parts, "travels", {**given, "role": COME}, places=places):
            yield replace(asked, supplied=())


def essentials(subject: Subject, asked: Request) -> list[str]:
    """The fields of tier 1 that this role may hold, and that nothing but its flags could withhold."""
    vawa = "vawa" in asked.sender.regimes
    return [
        field.id
        for field in subject.truth.fields.values()
        if field.tier == 1
        and (not field.only or asked.recipient.role in field.only)
        and asked.recipient.role not in field.never
        and not (vawa and field.confirms_client)
        and (asked.wants.fields or not field.about or asked.facts.subject_kind in field.about)
        and not any(flag in asked.flags for flag in field.flags if flag not in STAY)
    ]


def essentials_go(subject: Subject, asked: Request) -> Wrong | None:
    """All essentials go, to each of those who come, whatever is missing."""
    if not in_danger(asked) or asked.recipient.role not in COME or asked.recipient.alleged_source:
        return None
    got, must = subject.answer(replace(asked, supplied=())), essentials(subject, asked)
    wanted = asked.wants.fields or must
    left = [field for field in must if field in wanted and field not in got.fields]
    if not set(must) & set(wanted):
        return None
    if got.outcome != "share":
        return Wrong("In immediate danger the essentials do not go.", {"outcome": "share"})
    if left:
        why = f"In immediate danger these essentials do not go: {named(left)}."
        return Wrong(why, {"outcome": "share", "includes": left})
    if got.tier != 1:
        return Wrong("More than the essentials goes in immediate danger.", {"max_tier": 1})
    return None


def recorded_afterwards(subject: Subject, asked: Request) -> Wrong | None:
    """What is missing is owed afterwards, and looked at within a day."""
    got = subject.answer(replace(asked, supplied=()))
    if got.step != "0" or got.outcome != "share":
        return None
    owed = ["rationale", "proportionality"]
    if said_of(subject, asked)["standing"] != "relied":
        owed.append("consent_reason")
    left = [each for each in owed if each not in got.owed]
    undone = [each for each in AFTERWARDS if each not in got.obligations]
    if left or undone:
        why = f"What is missing is not recorded afterwards: {', '.join([*left, *undone])}."
        return Wrong(why, {"owed": owed, "obligations": list(AFTERWARDS)})
    if got.review_within_hours > 24:
        why = f"After immediate danger it is looked at only after {got.review_within_hours} hours."
        return Wrong(why, {"review_within_hours": 24})
    return None


INVARIANTS = (
    Invariant(
        "danger-essentials",
        "immediate danger always has a way to send the essentials",
        shown,
        essentials_go,
    ),
    Invariant(
        "danger-recorded",
        "what is missing in immediate danger is recorded afterwards, with a clock",
        owing,
        recorded_afterwards,
    ),
)
