"""An allegation opened from a concern that names staff, inside the operation that raises the concern."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sharewell.agencies.models import Account
from sharewell.cases import raised, records, walls
from sharewell.cases.concern_fields import concern_fields, person_fields, teller_role, when_where
from sharewell.cases.models import Allegation, AllegationFacts, Case, Concern, Wall
from sharewell.cases.oversight import Outside, resolve
from sharewell.cases.telling import PersonTold, Said

TAKE_UP = "allegation_take_up"


def names_staff(concern: Concern) -> bool:
    """Whether a concern names a member of staff, with an account or in words."""
    return bool(concern.about_staff_named) or concern.about_staff.exists()


def open_allegation(
    concern: Concern,
    people: Sequence[PersonTold],
    cases: dict[str, Case],
    statements: Sequence[Said],
    now: datetime,
) -> Allegation:
    """Open the closed space of a concern that names staff, under the first person without a conflict.

    Where nobody inside is free, nobody inside reads it, and ``outside`` says whom to ring.
    """
    first = cases[people[0].key]
    case = Case.objects.create(
        agency=concern.agency,
        person=first.person,
        reference=records.new_reference(),
        kind="allegation",
        owner=concern.raised_by,  # has no standing by that; only the circle reads
        manager=concern.raised_by,
        restrictions=["staff_allegation"],
        opened_at=now,
    )
    allegation = Allegation.objects.create(
        case=case, concern=concern, named_words=concern.about_staff_named
    )
    allegation.named.set(concern.about_staff.all())
    walls.wall_off_named(concern, case, spare=None, now=now)
    _keep_facts(allegation, concern, statements, now)
    raised.fill_timeline(case, concern, statements, now)
    entries = [*person_fields(case.person), *concern_fields(concern, people[0], statements)]
    records.record_fields(case=case, entries=entries, now=now, by=concern.raised_by)
    facts = records.known_facts(first)
    records.record_facts(case=case, facts=facts, now=now, by=concern.raised_by)
    found = resolve(agency=concern.agency, case=case, purpose="oversight", now=now)
    hand_to(allegation, found, now)
    return allegation


def hand_to(allegation: Allegation, found: Account | Outside, now: datetime) -> None:
    """Let somebody look after an allegation, with the task to take it up; or keep whom to ring instead."""
    case = allegation.case
    if isinstance(found, Outside):
        allegation.outside = found.as_json()
        allegation.save(update_fields=["outside"])
        return
    allegation.outside = {}
    allegation.save(update_fields=["outside"])
    case.owner = case.manager = found
    case.save(update_fields=["owner", "manager"])
    records.join_circle(
        case=case, account=found, relation="oversight", now=now, reason="First without a conflict"
    )
    records.open_task(
        agency=case.agency, kind=TAKE_UP, owner=found, now=now, case=case, about_id=case.pk
    )


def as_json(allegation: Allegation) -> dict[str, object]:
    """What evidence commits to when an allegation is opened."""
    case = allegation.case
    return {
        "case": case.pk.hex,
        "named": sorted(each.pk.hex for each in allegation.named.all()),
        "named_words": allegation.named_words,
        "walls": Wall.objects.filter(case=case, lifted_at=None).count(),
        "oversight": "" if allegation.outside else case.owner_id.hex,
        "outside": allegation.outside,
    }


def _keep_facts(
    allegation: Allegation, concern: Concern, statements: Sequence[Said], now: datetime
) -> None:
    said = [each.text for each in statements if each.part == "statement" and each.kind != "opinion"]
    done = [each.text for each in statements if each.part == "actions_done"]
    AllegationFacts.objects.create(
        allegation=allegation,
        alleged="\n".join(said),
        happened_when=when_where(concern)[:200],
        place=concern.place,
        reported_by=f"{concern.for_name or concern.raised_by.name}, {teller_role(concern)}",
        safety_action="\n".join(done),
        recorded_at=now,
        recorded_by=concern.raised_by,
    )
