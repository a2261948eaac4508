"""How a concern fills the field catalogue for one person: each field with its kind, source and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sharewell.cases import catalogues
from sharewell.cases.models import Concern, Person
from sharewell.cases.records import Known
from sharewell.cases.telling import PersonTold, Said

# Parts of a concern that are one catalogue field each.
FIELD_OF_PART: Mapping[str, str] = {
    "privacy_barriers": "engagement.barriers",
    "actions_done": "actions.tried",
    "reason": "concern.reason",
    "risk_immediate": "risk.immediate",
    "risk_others": "risk.others",
    "ask": "ask",
}
LABEL_OF_KIND: Mapping[str, str] = {
    "observed": "Observed",
    "reported": "Reported",
    "third_party": "Third party",
    "opinion": "Opinion",
}


def person_fields(person: Person) -> list[Known]:
    """The catalogue fields that tell who a person is."""
    return [
        Known(field="subject.name", text=person.name, kind="reported"),
        birth_date_field(person),
    ]


def concern_fields(concern: Concern, told: PersonTold, said: Sequence[Said]) -> list[Known]:
    """The catalogue fields that a concern fills for one person; ``said`` holds only what concerns them.

    An opinion never becomes an observed fact: it stays in the timeline and in the reason.
    """
    teller = teller_role(concern)
    entries = _fields_told(
        told,
        said,
        when_where=when_where(concern),
        teller_role=teller,
        event_at=concern.happened_at,
    )
    who = concern.for_name or concern.raised_by.name
    entries.append(
        Known(
            field="referrer.identity",
            text=f"{who}, {teller}, {concern.agency.name}",
            kind="observed",
        )
    )
    staff = [f"{each.name}, {each.job_title}".strip(", ") for each in concern.about_staff.all()]
    if concern.about_staff_named:
        staff.append(concern.about_staff_named)
    if staff:
        text = "; ".join(staff) + f" (staff of {concern.agency.name})"
        entries.append(
            Known(field="source.identity", text=text, kind="reported", source_role=teller)
        )
    return entries


def when_where(concern: Concern) -> str:
    """When and where it happened, in words and in the agency's own time."""
    when = concern.happened_when
    if concern.happened_at is not None:
        local = concern.happened_at.astimezone(ZoneInfo(concern.agency.time_zone))
        exact = f"{local.day} {local:%B %Y, %H:%M}"
        when = f"{exact} ({when})" if when else exact
    return "; ".join(part for part in (when, concern.place) if part)


def birth_date_field(person: Person) -> Known:
    """When a person was born, or is expected, as the catalogue field says it."""
    if person.unborn:
        when = person.expected_on
        words = f"expected {when.day} {when:%B %Y}" if when else "expected date not known"
        return Known(field="subject.birth_date", text=f"not yet born; {words}", kind="reported")
    if person.birth_date is not None:
        words = f"{person.birth_date.day} {person.birth_date:%B %Y}"
        return Known(field="subject.birth_date", text=words, kind="reported")
    if person.age is not None and person.age_on is not None:
        on = f"{person.age_on.day} {person.age_on:%B %Y}"
        return Known(
            field="subject.birth_date",
            text=f"about {person.age} years old on {on}",
            kind="reported",
        )
    return Known(field="subject.birth_date", unknown="unknown")


def teller_role(concern: Concern) -> str:
    """By which role the concern was told: the colleague it was written down for, or the writer."""
    if concern.for_name:
        return concern.for_role or "colleague"
    return concern.raised_by.job_title or "member of staff"


def _fields_told(
    person: PersonTold,
    statements: Sequence[Said],
    *,
    when_where: str,
    teller_role: str,
    event_at: datetime | None,
) -> list[Known]:
    entries = [_facts(statements, teller_role, event_at)]
    verbatim = [said for said in statements if said.part == "statement" and said.verbatim]
    if verbatim:
        words = "\n".join(f"“{said.text}”" for said in verbatim)
        entries.append(
            Known(
                field="concern.verbatim",
                text=words,
                kind="reported",
                source_role=verbatim[0].source_role or "the person",
                event_at=event_at,
            )
        )
    for part, field in FIELD_OF_PART.items():
        words = "\n".join(said.text for said in statements if said.part == part)
        kind = "opinion" if part in {"reason", "risk_immediate", "risk_others"} else "observed"
        entries.append(
            Known(field=field, text=words, kind=kind, source_role=teller_role, event_at=event_at)
        )
    entries.append(
        Known(
            field="concern.categories",
            items=catalogues.category_labels(person.categories),
            kind="opinion",
            source_role=teller_role,
            event_at=event_at,
        )
    )
    entries.append(
        Known(
            field="concern.when_where",
            text=when_where,
            kind="observed",
            source_role=teller_role,
            event_at=event_at,
        )
    )
    return [known for known in entries if known.text or known.items]


def _facts(statements: Sequence[Said], teller_role: str, event_at: datetime | None) -> Known:
    # Kept apart by their kind even inside one field, and never claimed to be more certain than
    # the least certain of them.
    told = [
        said
        for said in statements
        if said.part == "statement" and not said.verbatim and said.kind != "opinion"
    ]
    kinds = {said.kind for said in told}
    labelled = not kinds <= {"observed"}
    lines = [f"{_label(said)}: {said.text}" if labelled else said.text for said in told]
    changed = [said.text for said in statements if said.part == "presentation_changes"]
    text = "\n".join([*lines, *(f"Change: {words}" for words in changed)])
    kind = next((k for k in ("third_party", "reported", "observed") if k in kinds), "observed")
    sources = {said.source_role for said in told if said.source_role}
    source = sources.pop() if len(sources) == 1 else teller_role
    return Known(
        field="concern.observed", text=text, kind=kind, source_role=source, event_at=event_at
    )


def _label(said: Said) -> str:
    label = LABEL_OF_KIND[said.kind]
    return f"{label} ({said.source_role})" if said.source_role else label
