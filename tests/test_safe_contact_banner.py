"""How to reach the person safely stands on every page about their case, and on no page of anybody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sharewell.cases.models import Case, SafeContact
from sharewell.cases.operations import safe_contact_record
from sharewell.cases.safety import ContactPlan
from sharewell.disclosures.tests.world import World
from sharewell.testing import sign_in
from tests.endpoints import ENDPOINTS, Endpoint
from tests.stage import set_stage
from tests.test_endpoints import url
from tests.together import together, undone

pytestmark = pytest.mark.django_db
# What a page of a case is about; every address with one of these must carry the banner, or stand below.
ABOUT = {"case_id", "concern_id", "task_id", "disclosure_id", "entry_id", "attachment_id"}
ABOUT |= {"referral_id", "threshold_id", "word_id", "plan_id", "number"}
ABOUT |= {
    "meeting_id",
    "invited_id",
    "action_id",
    "packet_id",
    "request_id",
    "escalation_id",
    "clock_id",
}
ABOUT |= {
    "timed_id",
    "pause_id",
    "caveat_id",
    "member_id",
    "merge_id",
    "other_id",
    "row_id",
    "wall_id",
}
NO_PAGE = {
    "disclosure_copy": "the exact bytes that left",
    "attachment_view": "the file itself",
    "disclosure_pdf": "the message that left, on paper",
    "chronology_pdf": "the chronology, for a meeting",
    "meeting_ics": "when and where, for a calendar that others read",
    "meeting_preparation_pdf": "the preparation, for a meeting",
    "access_csv": "who looked, for a table",
    "chronology_csv": "the lines of the chronology, for a table",
}
PARTNERS = ("desk", "takes_in", "code", "everyone", "system")
MARK = "MARKER-code-word"
PLAN = ContactPlan(
    ways=[{"channel": "text", "address": "07700 900123", "safe": "true"}],
    when="listed",
    windows=[{"days": [1], "from": "10:00", "to": "12:00"}],
    code_word=MARK,
    must_not_know=[{"name": "Ray Quill", "relation": "partner"}],
    no_letters=True,
)
NONE = "No plan is recorded: do not contact them"


def pages() -> list[Endpoint]:
    return [e for e in ENDPOINTS if "GET" in e.methods and ABOUT & set(e.parameters)]


@together([e for e in pages() if e.access not in PARTNERS])
def test_every_page_about_a_case_says_how_to_reach_the_person(endpoints: list[Endpoint]) -> None:
    """Without a plan it says to contact nobody; with one it says the plan, what must never be done first."""
    world, values = set_stage()
    for endpoint in endpoints:
        with undone(endpoint):
            says_how(endpoint, world, values)


def says_how(endpoint: Endpoint, world: World, values: dict[str, Any]) -> None:
    """The page at one address says how to reach the person."""
    client = sign_in(Client(), getattr(world.cast, endpoint.allowed))
    before = client.get(url(endpoint, values))
    if endpoint.name in NO_PAGE:
        assert "html" not in before["Content-Type"], NO_PAGE[endpoint.name]
        return
    assert before.status_code == endpoint.works
    if endpoint.works != 200:  # a refusal says nothing of the case
        return
    assert before.content.decode().count(NONE) == 1
    for case in Case.objects.filter(agency=world.cast.agency):  # the closed space has its own
        SafeContact.objects.create(
            case=case, recorded_at=world.now, recorded_by=world.cast.alice, **PLAN.as_columns()
        )
    page = client.get(url(endpoint, values)).content.decode()
    assert NONE not in page
    for words in (MARK, "Ray Quill (husband or partner)", "y text to 07700 900123", "No letters"):
        assert words in page, words
    assert page.index("<dt>Never</dt>") < page.index("<dt>Must not know</dt>") < page.index(MARK)


def test_no_page_of_a_partner_shows_the_code_word() -> None:
    world, values = set_stage()
    safe_contact_record(account=world.cast.alice, case=world.case, now=world.now, plan=PLAN)
    looked = [e for e in pages() if e.access in PARTNERS]
    assert looked
    for endpoint in looked:
        client = sign_in(Client(), getattr(world.cast, endpoint.allowed))
        assert MARK not in client.get(url(endpoint, values)).content.decode(), endpoint.name


def test_the_form_to_sign_is_printed_without_the_plan() -> None:
    """What is handed to the person, and may be found, holds neither code word nor who must not know."""
    world, values = set_stage()
    safe_contact_record(account=world.cast.alice, case=world.case, now=world.now, plan=PLAN)
    release = next(e for e in ENDPOINTS if e.name == "consent_release")
    page = sign_in(Client(), world.cast.alice).get(url(release, values)).content.decode()
    assert '<div class="sw-no-print"><section class="sw-safe"' in "".join(
        line.strip() for line in page.splitlines()
    ).replace("\n", "")
