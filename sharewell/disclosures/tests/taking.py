"""Olu of Birch Homes, whose desk gets messages of Alder Care and who has a case of the same person."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sharewell.cases.models import Case, ChronologyEntry
from sharewell.cases.operations import concern_raise
from sharewell.cases.telling import PersonTold, Said
from sharewell.disclosures.models import Disclosure, InformationReceived
from sharewell.disclosures.operations import (
    disclosure_open_by_partner,
    received_record,
    received_take,
)
from sharewell.disclosures.operations.received import Told
from sharewell.disclosures.tests.world import AGREED, World
from sharewell.testing import Cast, make_function

ROLE = "adult_social_care"


def their_case(cast: Cast, now: datetime, name: str = "Nell Quill") -> Case:
    """A case of Olu's."""
    concern = concern_raise(
        account=cast.olu,
        now=now,
        form_key=uuid.uuid4(),
        immediate_danger=False,
        people=[PersonTold(name=name, subject_kind="adult")],
        statements=[Said(text="Late with the rent.", part="reason", kind="opinion")],
    )
    return concern.on_cases.get().case


def to_birch(world: World) -> Disclosure:
    """A message of Alice's to Olu's desk, which Olu has opened."""
    if ROLE not in world.desks:
        desk = make_function("Birch desk", world.cast.other_agency, ROLE, world.cast.olu)
        world.desks[ROLE] = desk
        world.facts(harm="concern", others_at_risk="none", undue_influence="false")
        world.talk(
            AGREED, covers_purposes=["protection_planning"], covers_recipients=[ROLE, "police"]
        )
    sent = world.send(world.draft("protection_planning", ROLE))
    disclosure_open_by_partner(account=world.cast.olu, disclosure_id=sent.pk, now=world.now)
    return sent


def take(world: World, sent: Disclosure, case: Case | None, **more: Any) -> InformationReceived:
    """Take it into a case as Olu does."""
    given = {"account": world.cast.olu, "disclosure_id": sent.pk, "now": world.now}
    return received_take(**{**given, "case": case, "form_key": uuid.uuid4(), **more})


def told(world: World, **more: Any) -> InformationReceived:
    """Write down in Nell's case what the police said by telephone, as Alice does."""
    by = more.pop("by", world.cast.alice)
    given: dict[str, Any] = {"office": "Downshire Police", "who": "PC Lamb, missing persons"}
    given |= {"way": "phone", "told_at": world.now, "grading": "untested", "text": "He has a gun."}
    key = more.pop("form_key", uuid.uuid4())
    case = more.pop("case", world.case)
    return received_record(
        account=by, case=case, told=Told(**{**given, **more}), form_key=key, now=world.now
    )


def lines(case: Case) -> list[ChronologyEntry]:
    """The lines of a case that other agencies told, in their order."""
    return list(case.chronology.filter(section="received").order_by("line"))
