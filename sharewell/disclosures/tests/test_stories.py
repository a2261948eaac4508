"""V01, V02 and V03 as they happen in the room: a boundary, a crisis, one packet in three parts."""

from __future__ import annotations

import pytest

from sharewell.cases.models import Task
from sharewell.disclosures import operations
from sharewell.disclosures.operations.send import NotShareable
from sharewell.disclosures.tests.world import AGREED, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_v01_the_landlord_is_told_and_the_sister_is_not(world: World) -> None:
    """She agreed to the housing agency and ruled out her family; the sister rings."""
    world.facts(harm="concern", others_at_risk="none", undue_influence="false")
    world.know(housing__tenure="Assured tenancy", clinical__summary="Diabetes")
    world.know(subject__safe_contact="Her mobile, mornings")
    world.talk(
        AGREED,
        covers_recipients=["housing"],
        covers_purposes=["housing_stability"],
        boundaries=[{"deny_role": "family_carer"}],
    )
    to_housing = world.draft("housing_stability", "housing", ask="Offer a repayment plan.")
    shown = world.preview(to_housing)
    assert {"subject.name", "subject.safe_contact", "housing.tenure", "ask"} <= set(
        shown.decision.fields
    )
    assert b"Diabetes" not in shown.message_bytes
    assert world.send(to_housing).state == "sent"
    to_sister = world.draft("housing_stability", "family_carer")
    assert world.preview(to_sister).decision.outcome == "refuse"
    with pytest.raises(NotShareable):
        world.send(to_sister)


def test_v02_the_ambulance_gets_what_keeps_her_alive(world: World) -> None:
    """Confused on arrival; she agreed to her GP before. The safety bundle goes, her history does not."""
    world.know(
        clinical__safety_bundle="Allergic to penicillin; takes warfarin",
        clinical__narrative="Long notes",
        history__trauma="Childhood abuse",
    )
    world.facts(capacity="fluctuating")
    world.talk(
        {
            "position": "not_possible",
            "reason": "lacks_capacity",
            "reason_words": "She cannot follow the question.",
            "capacity": "fluctuating",
            "capacity_note": "Confused since noon.",
            "safe_to_inform": "true",
        }
    )
    sent = operations.emergency_send(
        account=world.cast.alice,
        case=world.case,
        form_key=world.case.pk,
        essentials={"risk.immediate": "Collapsed, confused"},
        now=world.now,
        recipient=world.desk("emergency_services"),
    )
    content = bytes(sent.message_bytes or b"")
    assert b"penicillin" in content
    assert b"Long notes" not in content
    assert b"Childhood abuse" not in content
    kinds = set(Task.objects.filter(about_id=sent.pk).values_list("kind", flat=True))
    assert "emergency_record" in kinds
    assert sent.review_at is not None
    assert (sent.review_at - world.now).total_seconds() <= 24 * 3600


PACKET = {
    "adult_social_care": (
        "exploitation_concern",
        {"pattern", "finance.pattern", "actions.tried"},
        {b"Diabetes", b"Childhood abuse"},
    ),
    "housing": (
        "housing_stability",
        {"housing.tenure", "housing.access_needs", "subject.safe_contact"},
        {b"Diabetes", b"Childhood abuse", b"900 pounds"},
    ),
    "primary_care": (
        "clinical_coordination",
        {"needs.functional_impact"},
        {b"Plays music late", b"12-34-56", b"Childhood abuse"},
    ),
}


@pytest.mark.parametrize("role", PACKET)
def test_v03_each_partner_gets_its_own_part(world: World, role: str) -> None:
    """One packet, three messages: each with one request, none with what is another's."""
    purpose, includes, excludes = PACKET[role]
    world.facts(
        harm="serious", others_at_risk="none", serious_crime="false", undue_influence="false"
    )
    world.know(
        pattern="Three visits, three losses",
        finance__pattern="900 pounds gone",
        finance__accounts="12-34-56 12345678",
        actions__tried="Benefit check done",
        clinical__summary="Diabetes, untreated",
        history__trauma="Childhood abuse",
        housing__tenure="Assured tenancy, arrears",
        housing__access_needs="Ground floor",
        housing__conduct="Plays music late",
        needs__functional_impact="Forgets meals",
        subject__safe_contact="Her mobile, mornings",
    )
    world.talk(
        AGREED,
        covers_recipients=list(PACKET),
        covers_purposes=[purpose for purpose, _, _ in PACKET.values()],
    )
    draft = world.draft(purpose, role, ask="One visit by Friday, by the duty worker.")
    shown = world.preview(draft)
    assert shown.decision.outcome == "share", shown.decision.reasons
    assert shown.decision.consent_relied_on
    assert includes <= set(shown.decision.fields)
    for words in excludes:
        assert words not in shown.message_bytes
    assert b"One visit by Friday" in shown.message_bytes
    assert world.send(draft).state == "sent"
