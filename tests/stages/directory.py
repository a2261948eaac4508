"""A function of the first agency in the directory, with a named contact."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sharewell.agencies.models import Function, NamedContact, Pathway
from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import World
from sharewell.followup.operations import named_contact_add, pathway_add
from sharewell.followup.operations.directory import Person
from sharewell.followup.operations.pathway import Way

NOTHING = {
    name: uuid.UUID(int=9) for name in ("function_id", "agency_id", "contact_id", "pathway_id")
}


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """The desk of Alder Care, and whom to ask for there."""
    del sent
    agency = world.cast.agency
    function = Function.objects.create(
        agency=agency, slug="alder-desk", name="Alder desk", phone="01632 960 040", active=False
    )
    made = named_contact_add(
        account=world.cast.ada,
        agency_id=agency.pk,
        function_id=function.pk,
        person=Person(name="Dee Desk", phone="01632 960 041"),
        form_key=uuid.uuid4(),
        now=now,
    )
    way = Way(title="A tenancy at risk", need="tenancy", steps=[("Ring them", function.pk)])
    pathway = pathway_add(
        account=world.cast.ada, agency_id=agency.pk, way=way, form_key=uuid.uuid4(), now=now
    )
    about = {
        "function_id": function.pk,
        "agency_id": agency.pk,
        "contact_id": made.pk,
        "pathway_id": pathway.pk,
    }
    return about | {"listed:entry_id": function.pk}


def count(case: Case) -> int:
    """How much is verified, and who is named."""
    contacts = NamedContact.objects.filter(agency=case.agency, ended_at=None)
    ways = Pathway.objects.filter(agency=case.agency, ended_at=None)
    revisions = Function.objects.filter(agency=case.agency).values_list("revision", flat=True)
    verified = Function.objects.filter(agency=case.agency).exclude(verified_on=None)
    return contacts.count() + ways.count() + sum(revisions) + verified.count()
