"""Pages of agreements: what they show and say, what a fault keeps, and who signs with what."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.agreements import texts
from sharewell.agencies.models import AgreementSignature, AgreementVersion
from sharewell.agencies.tests.pact import PAPER, Pact, text
from sharewell.testing import sign_in
from sharewell.web.tests.sharing_stage import coerced, open_as, text_of, world

pytestmark = pytest.mark.django_db
NIGHT: dict[str, Any] = {"routes.1.out_of_hours": ...}


@pytest.fixture
def pact() -> Pact:
    return Pact.make(timezone.now() - timedelta(minutes=5))


@pytest.fixture
def gita(pact: Pact) -> Client:
    return sign_in(Client(), pact.cast.gita)


def at(name: str, version: AgreementVersion) -> str:
    return reverse(name, args=[version.pk])


def signing(version: AgreementVersion, **more: Any) -> dict[str, Any]:
    """What the form of signing posts."""
    version.refresh_from_db()
    reasons = {f"reason_{texts.finding_key(f)}": "Agreed." for f in texts.findings(version.text)}
    return {"digest": version.digest, "for_whom": "sign", "read": "on", **reasons, **more}


def test_the_list_shows_versions_and_what_is_due(pact: Pact, gita: Client) -> None:
    due = {"review_on": (pact.now + timedelta(days=9)).date()}
    first = pact.in_force(due)
    pact.next(first)
    said = text_of(gita.get(reverse("agreement_list")))
    for words in (
        "A small agreement",
        "Alder Care, Birch Homes, Downshire Police",
        "Version 2",
        "Draft",
        "In force",
        "Review due soon",
    ):
        assert words in said
    theirs = text_of(sign_in(Client(), pact.cast.pat).get(reverse("agreement_list")))
    assert "Version 1" in theirs
    assert "Version 2" not in theirs


@pytest.mark.parametrize("name", ["england-local-partnership", "us-county"])
def test_an_example_becomes_a_draft(gita: Client, name: str) -> None:
    answer = gita.post(reverse("agreement_start"), {"start": name})
    version = AgreementVersion.objects.get()
    assert answer["Location"] == at("agreement_detail", version)
    shown = text_of(gita.get(answer["Location"]))
    assert "is not an agency registered here" in shown
    assert "Out of hours" in shown
    assert "The check finds nothing" in text_of(gita.get(at("agreement_check", version)))


def test_a_text_of_our_own_is_pasted_or_a_file(gita: Client) -> None:
    url = reverse("agreement_start")
    assert gita.post(url, {"start": "own"}).status_code == 422
    assert gita.post(url, {"start": "own", "text": text()}).status_code == 302
    binary = SimpleUploadedFile("a.yaml", b"\xff\xfe\x00")
    assert gita.post(url, {"start": "own", "file": binary}).status_code == 422
    good = SimpleUploadedFile("a.yaml", text({"title": "From a file"}).encode())
    assert gita.post(url, {"start": "own", "file": good}).status_code == 302
    titles = set(AgreementVersion.objects.values_list("agreement__title", flat=True))
    assert titles == {"A small agreement", "From a file"}


def test_a_faulty_text_keeps_every_character_and_names_the_place(pact: Pact, gita: Client) -> None:
    version = pact.draft()
    faulty = text({"routes.1.channel": "pigeon"}) + "# <b>ünsure</b> & “kept”"
    answer = gita.post(at("agreement_edit", version), {"revision": 1, "text": faulty})
    assert answer.status_code == 422
    line = next(n for n, each in enumerate(faulty.splitlines(), 1) if "pigeon" in each)
    assert f"Line {line}, routes[1].channel:" in text_of(answer)
    assert answer.context["form"]["text"].value() == faulty
    version.refresh_from_db()
    assert version.text == f"{faulty}\n", "it is saved as a draft as well"
    again = {"revision": answer.context["form"]["revision"].value(), "text": text()}
    assert gita.post(at("agreement_edit", version), again).status_code == 302
    for name in ("agreement_detail", "agreement_check", "agreement_compare"):
        AgreementVersion.objects.update(text="id: [")
        assert "cannot be read yet" in text_of(gita.get(at(name, version)))


def test_the_second_to_save_is_told_and_keeps_what_was_typed(pact: Pact, gita: Client) -> None:
    version = pact.draft()
    url = at("agreement_edit", version)
    assert gita.post(url, {"revision": 1, "text": text({"title": "One"})}).status_code == 302
    answer = gita.post(url, {"revision": 1, "text": text({"title": "Two"})})
    assert answer.status_code == 409
    assert "title: Two" in answer.context["form"]["text"].value()
    again = {"revision": answer.context["form"]["revision"].value(), "text": text({"title": "Two"})}
    assert gita.post(url, again).status_code == 302


def test_the_check_says_each_finding_with_its_request(pact: Pact, gita: Client) -> None:
    page = gita.get(at("agreement_check", pact.draft(NIGHT)))
    said = text_of(page)
    assert "For housing stability no route of Alder Care says whom to reach" in said
    assert "routes, row 2, out of hours (line" in said
    assert "Mend, or give a reason" in said
    assert "Housing or landlord" in said
    assert "id: out_of_hours-1" in said
    said = text_of(gita.get(at("agreement_check", pact.draft({"governance_lead.deputy": "TBC"}))))
    assert "1 to mend before anybody can sign" in said


def test_the_comparison_shows_what_comes_out_differently(pact: Pact, gita: Client) -> None:
    first = pact.in_force()
    second = pact.next(first, datasets__1__tier=1)
    said = text_of(gita.get(at("agreement_compare", second)))
    assert "Less may go" in said
    assert re.search(
        r"Police for protection planning: .*“What makes it worse”.* may no longer go", said
    )
    assert "Version 1" in said
    assert "nothing to compare" in text_of(gita.get(at("agreement_compare", first)))
    same = AgreementVersion.objects.get(pk=second.pk)
    gita.post(at("agreement_edit", same), {"revision": same.revision, "text": text({"version": 2})})
    assert "No request comes out differently" in text_of(gita.get(at("agreement_compare", same)))


def test_signing_asks_for_the_password_and_for_reasons(pact: Pact, gita: Client) -> None:
    pact.cast.gita.set_password("a long enough password")
    pact.cast.gita.save()
    gita = sign_in(Client(), pact.cast.gita)
    version = pact.draft(NIGHT)
    url = at("agreement_sign", version)
    assert version.digest in gita.get(url).content.decode()
    for wrong in (
        {"password": "not the password"},
        {"password": ""},
        {"password": "a long enough password", "read": ""},
        {"password": "a long enough password", "reason_" + key(version): " "},
    ):
        answer = gita.post(url, signing(version, **wrong))
        assert answer.status_code == 422
        assert "a long enough" not in answer.content.decode()
    assert AgreementSignature.objects.count() == 0
    done = gita.post(url, signing(version, password="a long enough password"))
    assert done["Location"] == at("agreement_detail", version)
    assert "Agreed." in text_of(gita.get(done["Location"]))


def key(version: AgreementVersion) -> str:
    """The key of the only finding."""
    return texts.finding_key(texts.findings(version.text)[0])


def test_a_text_that_changed_is_not_signed(pact: Pact, gita: Client) -> None:
    version = pact.draft()
    typed = signing(version)
    gita.post(at("agreement_edit", version), {"revision": 1, "text": text({"title": "Other"})})
    answer = gita.post(at("agreement_sign", version), typed)
    assert answer.status_code == 409
    assert "changed while you were reading" in text_of(answer)
    assert AgreementSignature.objects.count() == 0


def test_a_manager_records_what_a_partner_signed(pact: Pact) -> None:
    version = pact.draft()
    pact.sign(version)
    bea = sign_in(Client(), pact.cast.bea)
    url = at("agreement_sign", version)
    empty = bea.post(url, signing(version, for_whom="record"))
    assert {"party", "signatory", "reference", "signed_on"} <= set(empty.context["form"].errors)
    assert "Mine, for Alder Care" not in text_of(empty)
    paper = {
        "for_whom": "record",
        "party": PAPER.party,
        "signatory": PAPER.signatory,
        "reference": PAPER.reference,
        "signed_on_day": "1",
        "signed_on_month": "9",
        "signed_on_year": "2026",
    }
    assert bea.post(url, signing(version, **paper)).status_code == 302
    assert AgreementSignature.objects.get(account=pact.cast.bea).signed_on == date(2026, 9, 1)
    assert bea.get(at("agreement_bring_into_force", version)).status_code == 403


def test_into_force_superseded_and_ended(pact: Pact, gita: Client) -> None:
    first = pact.in_force()
    second = pact.signed(pact.next(first))
    url, today = at("agreement_bring_into_force", second), timezone.localdate()
    early = {"day_day": "1", "day_month": "1", "day_year": "2020"}
    answer = gita.post(url, early)
    assert answer.status_code == 422
    assert "nothing comes into force in the past" in text_of(answer)
    day = {"day_day": today.day, "day_month": today.month, "day_year": today.year}
    assert gita.post(url, day).status_code == 302
    said = text_of(gita.get(at("agreement_detail", first)))
    assert "Superseded" in said
    assert gita.get(url).status_code == 409
    end = at("agreement_end", second)
    assert gita.post(end, {"reason": ""}).status_code == 422
    assert gita.post(end, {"reason": "The partnership was dissolved."}).status_code == 302
    said = text_of(gita.get(at("agreement_detail", second)))
    assert "Ended early" in said
    assert "The partnership was dissolved." in said
    assert gita.get(at("agreement_sign", second)).status_code == 409


def test_a_past_version_is_given_byte_for_byte(pact: Pact) -> None:
    first = pact.in_force({"title": "Ünit & “partners”"})
    pact.force(pact.signed(pact.next(first)))
    answer = sign_in(Client(), pact.cast.alice).get(at("agreement_text", first))
    assert answer.content == first.text.encode()
    assert texts.digest(answer.content.decode()) == first.digest
    assert 'filename="agreement-version-1.yaml"' in answer["Content-Disposition"]


def test_a_draft_is_dropped_and_a_next_one_begun(pact: Pact, gita: Client) -> None:
    first = pact.in_force(
        {"parties.1.signed_by": "Ada Ray", "parties.1.signed_on": PAPER.signed_on}
    )
    assert gita.post(at("agreement_next", first)).status_code == 302
    second = AgreementVersion.objects.get(number=2)
    assert "version: 2\n" in second.text
    assert "Ada Ray" not in second.text, "nobody has signed the new text"
    assert texts.draft(second.text).parties[1].signed_on is None
    assert gita.post(at("agreement_next", first)).status_code == 409
    assert gita.post(at("agreement_drop", second)).status_code == 302
    assert list(AgreementVersion.objects.values_list("number", flat=True)) == [1]


def test_a_person_sees_only_what_they_may_do(pact: Pact) -> None:
    version = pact.in_force()
    page = sign_in(Client(), pact.cast.alice).get(at("agreement_detail", version))
    for name in ("sign", "edit", "next", "end"):
        assert at(f"agreement_{name}", version) not in page.content.decode()


def test_a_record_leads_to_the_version_of_its_moment() -> None:
    """What was sent before a new version still shows the old one, with its text."""
    told = world()
    told.desks["police"] = told.cast.police
    pact = Pact(told.cast, told.cast.pat, told.now)
    first = pact.in_force()
    before = told.send(coerced(told))
    pact.force(pact.signed(pact.next(first, datasets__1__tier=1)))
    page = open_as(Client(), told.cast.alice, "disclosure_record", before.pk)
    assert "A small agreement, version 1" in text_of(page)
    assert at("agreement_detail", first) in page.content.decode()
