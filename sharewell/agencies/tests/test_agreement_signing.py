"""Two different people sign one text, and only they who may; what is refused changes nothing."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest

from sharewell.agencies import operations
from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.agencies.agreements import drafts, records, rules, texts
from sharewell.agencies.models import Agreement, AgreementSignature, AgreementVersion, Sealed
from sharewell.agencies.tests.pact import PAPER, Pact, text
from sharewell.core.log.entry import parse
from sharewell.ledger.models import Entry
from sharewell.testing import make_account

pytestmark = pytest.mark.django_db

NOBODY_AT_NIGHT: dict[str, Any] = {"routes.1.out_of_hours": ...}
NO_EMERGENCY: dict[str, Any] = {
    "routes.0.purposes": ["protection_planning"],
    "datasets.0.purposes": ["protection_planning"],
}


@pytest.fixture
def pact() -> Pact:
    return Pact.make()


def kinds() -> list[str]:
    return [parse(bytes(entry.data)).kind for entry in Entry.objects.all()]


def test_drafting_leaves_no_entry_and_is_for_the_governance_lead(pact: Pact) -> None:
    version = pact.draft()
    drafts.draft_save(
        account=pact.cast.gita, version_id=version.pk, revision=1, text="a: [", now=pact.now
    )
    drafts.draft_drop(account=pact.cast.gita, version_id=version.pk, now=pact.now)
    assert kinds() == []
    assert Agreement.objects.count() == 0
    with pytest.raises(NotAllowed):
        drafts.draft_start(account=pact.cast.bea, now=pact.now, text=text())


def test_two_who_edit_are_told(pact: Pact) -> None:
    version = pact.draft()
    save: dict[str, Any] = {
        "account": pact.cast.gita,
        "version_id": version.pk,
        "revision": 1,
        "now": pact.now,
    }
    drafts.draft_save(**save, text=text({"title": "First"}))
    with pytest.raises(Conflict):
        drafts.draft_save(**save, text=text({"title": "Second"}))
    version.refresh_from_db()
    assert "First" in version.text


@pytest.mark.parametrize(
    "who", ["bea", "sam", "alice", "olu", "pat", "ada", "ivo", "stranger", "partner"]
)
def test_a_draft_is_for_nobody_else(pact: Pact, who: str) -> None:
    version, other = pact.draft(), getattr(pact, who, None) or getattr(pact.cast, who)
    for attempt in (
        lambda: records.fetch(other, version.pk, pact.now),
        lambda: pact.sign(version, other),
        lambda: drafts.draft_save(
            account=other, version_id=version.pk, revision=1, text=text(), now=pact.now
        ),
        lambda: drafts.draft_drop(account=other, version_id=version.pk, now=pact.now),
        lambda: drafts.draft_next(account=other, version_id=version.pk, now=pact.now),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert AgreementSignature.objects.count() == 0


def test_the_first_signature_leaves_an_entry_of_the_text_and_freezes_it(pact: Pact) -> None:
    version = pact.draft()
    pact.sign(version)
    assert kinds() == ["agreement.signed"]
    assert bytes(Sealed.objects.get(name="agreement").content).decode() == version.text
    with pytest.raises(records.NotInHand):
        drafts.draft_save(
            account=pact.cast.gita, version_id=version.pk, revision=1, text=text(), now=pact.now
        )
    with pytest.raises(records.NotInHand):
        drafts.draft_drop(account=pact.cast.gita, version_id=version.pk, now=pact.now)


def test_nobody_signs_twice_nor_for_both_sides(pact: Pact) -> None:
    version = pact.draft()
    pact.sign(version)
    with pytest.raises(rules.SignedAlready):
        pact.sign(version)
    with pytest.raises(rules.SignedAlready):
        pact.sign(version, on_paper=PAPER)
    with pytest.raises(rules.NotSigned):
        pact.force(version)


def test_two_of_our_own_are_not_both_sides(pact: Pact) -> None:
    version = pact.draft()
    pact.sign(version)
    second = make_account("Gus Governance", pact.cast.agency, "governance_lead")
    with pytest.raises(rules.SignedAlready):
        pact.sign(version, second)


def test_a_partners_governance_lead_signs_for_their_own_agency(pact: Pact) -> None:
    version = pact.draft()
    pact.sign(version)
    with pytest.raises(rules.NotParty):
        pact.sign(version, pact.partner, on_paper=dataclasses.replace(PAPER, party="birch-homes"))
    pact.sign(version, pact.partner)
    given = AgreementSignature.objects.get(account=pact.partner)
    assert (given.party, given.signatory, given.digest) == ("downshire-police", "", version.digest)
    assert pact.force(version).state == "in_force"


def test_a_manager_records_a_partners_signature_and_never_signs_for_us(pact: Pact) -> None:
    version = pact.draft()
    pact.sign(version)
    with pytest.raises(NotAllowed):
        pact.sign(version, pact.cast.bea)
    pact.sign(version, pact.cast.bea, on_paper=PAPER)
    given = AgreementSignature.objects.get(account=pact.cast.bea)
    assert (given.party, given.reference, given.signed_on) == (
        PAPER.party,
        PAPER.reference,
        PAPER.signed_on,
    )


def test_partners_alone_do_not_sign_for_us(pact: Pact) -> None:
    version = pact.draft()
    pact.sign(version, on_paper=dataclasses.replace(PAPER, party="birch-homes"))
    pact.sign(version, pact.partner)
    with pytest.raises(rules.NotSigned):
        pact.force(version)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("party", "alder-care"),
        ("party", "nobody-here"),
        ("signatory", " "),
        ("reference", ""),
        ("signed_on", date(2026, 11, 21)),
    ],
)
def test_a_signature_on_paper_says_who_where_and_when(pact: Pact, field: str, value: Any) -> None:
    version = pact.draft()
    paper = dataclasses.replace(PAPER, **{field: value})
    with pytest.raises(Invalid) as caught:
        pact.sign(version, on_paper=paper)
    assert list(caught.value.errors) == [field]


def test_the_text_that_was_shown_is_the_text_that_is_signed(pact: Pact) -> None:
    version = pact.draft()
    shown = version.digest
    drafts.draft_save(
        account=pact.cast.gita,
        version_id=version.pk,
        revision=1,
        text=text({"datasets.1.tier": 1}),
        now=pact.now,
    )
    with pytest.raises(rules.TextChanged):
        pact.sign(version, digest=shown)


def test_what_is_no_party_and_what_cannot_be_read_is_not_signed(pact: Pact) -> None:
    version = pact.draft({"parties.0.agency": "somebody-else"})
    with pytest.raises(rules.NotParty):
        pact.sign(version)
    broken = drafts.draft_start(account=pact.cast.gita, now=pact.now, text="id: [")
    with pytest.raises(texts.Unreadable):
        pact.sign(broken, reasons={})
    wrong = pact.draft({"version": 7})
    with pytest.raises(Invalid, match="invalid") as caught:
        pact.sign(wrong)
    assert "version 7" in caught.value.errors["text"][0]


@pytest.mark.parametrize(
    "changes", [NO_EMERGENCY, {"governance_lead": ...}, {"disclosure_lead.deputy": "TBC"}]
)
def test_some_findings_are_mended_whatever_reason_there_is(pact: Pact, changes: Any) -> None:
    version = pact.draft(changes)
    with pytest.raises(rules.ToMend):
        pact.sign(version)


def test_other_findings_stand_with_a_reason_of_every_signer(pact: Pact) -> None:
    version = pact.draft(NOBODY_AT_NIGHT)
    (finding,) = texts.findings(version.text)
    key = texts.finding_key(finding)
    with pytest.raises(Invalid) as caught:
        pact.sign(version, reasons={key: " "})
    assert list(caught.value.errors) == [key]
    pact.sign(version, reasons={key: "They never work at night."})
    with pytest.raises(Invalid):
        pact.sign(version, pact.cast.bea, on_paper=PAPER, reasons={})
    pact.sign(version, pact.cast.bea, on_paper=PAPER, reasons={key: "Agreed with them."})
    said = [row["reason"] for s in version.signatures.order_by("at") for row in s.accepted]
    assert sorted(said) == ["Agreed with them.", "They never work at night."]
    assert pact.force(version).state == "in_force"


def test_rules_that_changed_since_ask_again(pact: Pact, monkeypatch: pytest.MonkeyPatch) -> None:
    version = pact.signed(pact.draft())
    (found,) = texts.findings(text(NOBODY_AT_NIGHT))
    monkeypatch.setattr(texts, "findings", lambda _: (found,))
    with pytest.raises(rules.NotAccepted):
        pact.force(version)
    version.refresh_from_db()
    assert version.state == "signing"


@pytest.mark.parametrize(
    ("changes", "days", "says"),
    [
        ({}, -1, "in the past"),
        ({"starts_on": date(2026, 12, 1)}, 1, "starts on 2026-12-01"),
        ({"ends_on": date(2026, 12, 1)}, 11, "ends on 2026-12-01"),
        ({"review_on": date(2026, 12, 1)}, 11, "review is due on 2026-12-01"),
    ],
)
def test_a_day_out_of_order_is_refused(pact: Pact, changes: Any, days: int, says: str) -> None:
    version = pact.signed(pact.draft(changes))
    with pytest.raises(Invalid) as caught:
        pact.force(version, pact.now.date() + timedelta(days=days))
    assert says in caught.value.errors["day"][0]


@pytest.mark.parametrize("who", ["bea", "alice", "olu", "stranger", "partner", "ada"])
def test_only_our_governance_lead_brings_into_force_and_ends(pact: Pact, who: str) -> None:
    version = pact.signed(pact.draft())
    other = getattr(pact, who, None) or getattr(pact.cast, who)
    act = {"account": other, "version_id": version.pk, "now": pact.now}
    with pytest.raises((NotAllowed, NotFound)):
        operations.agreement_bring_into_force(**act, day=pact.now.date())
    pact.force(version)
    with pytest.raises((NotAllowed, NotFound)):
        operations.agreement_end(**act, reason="Because.")
    assert AgreementVersion.objects.get().ends_at is None


def test_what_is_given_up_is_not_signed_or_brought_into_force(pact: Pact) -> None:
    version = pact.draft()
    pact.sign(version)
    with pytest.raises(Invalid):
        pact.end(version, " ")
    pact.end(version, "The police withdrew.")
    for attempt in (
        lambda: pact.sign(version, pact.partner),
        lambda: pact.force(version),
        lambda: pact.end(version),
    ):
        with pytest.raises((records.NotInHand, NotFound)):
            attempt()
    assert kinds()[-1] == "agreement.ended"
