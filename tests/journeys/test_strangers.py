"""Whoever stands outside sees nothing, and gets no hint; and what may be seen fits a phone and a keyboard."""

from __future__ import annotations

import pytest
from django.urls import reverse

from sharewell.cases.models import Case, Person
from sharewell.disclosures.models import Disclosure
from tests.journeys.stories import ask_to_share, enter, message, said, to_case, to_sharing, words
from tests.journeys.walking import Walk

SENDER = "practitioner@northgate.example"
DESK = "Adult safeguarding duty desk"
PARTNER = "duty@westshire-adults.example"
OUTSIDE = (
    "stranger@northgate.example",
    "administrator@northgate.example",
    "governance@northgate.example",
    "nightworker@northgate.example",
    "lead@riverside.example",
    "ppu@westshire-police.example",
    PARTNER,
)
OWN_WORDS = {
    "outcome_intended": "A care assessment.",
    "rationale": "They assess his care.",
    "proportionality": "What he agreed to.",
}


def share(walk: Walk) -> Disclosure:
    """Mr Okafor's referral, as far as the press that sends it."""
    enter(walk, SENDER)
    draft = ask_to_share(walk, "Stanley Okafor", "A safeguarding enquiry", DESK)
    words(walk, **OWN_WORDS)
    walk.press("Save and check again")
    walk.page.get_by_role("heading", name="This may be sent").wait_for()
    return draft


@pytest.mark.usefixtures("demo")
def test_whoever_stands_outside_sees_nothing(desktop: Walk) -> None:
    walk = desktop
    sent = share(walk)
    walk.press(f"Send to {DESK}")
    walk.page.get_by_role("heading", name="What was shared").wait_for()
    draft = ask_to_share(walk, "Josie Tan", "Stopping exploitation", DESK)
    case = Case.objects.get(pk=sent.case_id)
    closed = [
        *(
            reverse(name, args=[case.pk])
            for name in ("case_detail", "case_sharing", "case_consent")
        ),
        reverse("case_fields", args=[case.pk]),
        reverse("emergency_start", args=[case.pk]),
        reverse("concern_detail", args=[case.concerns.get().concern_id]),
        reverse("disclosure_record", args=[sent.pk]),
        reverse("disclosure_copy", args=[sent.pk]),
        reverse("disclosure_preview", args=[draft.pk]),
    ]
    surnames = {name.split()[-1] for name in Person.objects.values_list("name", flat=True)}
    for who in OUTSIDE:
        enter(walk, who)
        theirs = set() if who != "nightworker@northgate.example" else {"Tudor"}
        theirs = {"Holloway"} if who == "lead@riverside.example" else theirs
        seen = said(walk)
        walk.open(reverse("case_list"))
        seen += said(walk)
        assert not [name for name in surnames - theirs if name in seen], who
        for path in closed:
            assert walk.open(path).status == 404, (who, path)
        if who != PARTNER:
            assert walk.open(reverse("inbox_message", args=[sent.pk])).status == 404
    walk.look("stranger_refused")
    enter(walk, OUTSIDE[0])
    walk.look("stranger_home")
    walk.open(reverse("case_list"))
    walk.look("stranger_cases")


@pytest.mark.usefixtures("demo")
def test_the_main_pages_fit_a_phone(phone: Walk) -> None:
    """From home to the sending and to its reading, 320 pixels wide."""
    enter(phone, SENDER)
    phone.look("demo_home")
    to_case(phone, "Anwen Price")
    phone.look("demo_case")
    share(phone)
    phone.look("demo_preview")
    phone.press(f"Send to {DESK}")
    phone.page.get_by_role("heading", name="What was shared").wait_for()
    phone.look("demo_record")
    to_sharing(phone, "Stanley Okafor")
    phone.look("demo_sharing")
    enter(phone, PARTNER)
    phone.page.get_by_role("link", name="1 message to acknowledge").click()
    phone.look("demo_inbox")
    phone.page.get_by_role("link", name="From Northgate Care").click()
    phone.look("demo_message")
    assert "Stanley Okafor" in message(phone)
