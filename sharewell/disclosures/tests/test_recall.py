"""A message to the wrong place: taken back at once, honest about what was seen, danger first, then the breach."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account
from sharewell.cases.models import CircleMember, Notice, Task
from sharewell.consent import contacting
from sharewell.core.contacting import Allowed
from sharewell.disclosures import queries, recalls
from sharewell.disclosures.models import BreachTold, Delivery, Disclosure, Recall
from sharewell.disclosures.operations import (
    acknowledgement_record,
    attachment_open,
    breach_assess,
    breach_tell,
    delivery_attempt,
    disclosure_open_by_link,
    disclosure_open_by_partner,
    disclosure_recall,
    link_make,
    recall_judge,
)
from sharewell.disclosures.operations.links import NotByLink, link_code_make
from sharewell.disclosures.operations.recall import Assessed, NotRecalled
from sharewell.disclosures.received import Recalled, SessionOver
from sharewell.disclosures.tests.stage import KEY, SALT, SECRET, make_desk, make_file, make_sent
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db
WHY = "It was meant for the other front door."


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def recall(cast: Cast, sent: Disclosure, now: datetime, **more: Any) -> Recall:
    given = {"reason": WHY, "aware_at": now, **more}
    return disclosure_recall(account=cast.alice, disclosure_id=sent.pk, now=now, **given)


def judge(cast: Cast, sent: Disclosure, now: datetime, danger: str) -> Recall:
    return recall_judge(
        account=cast.alice,
        disclosure_id=sent.pk,
        danger=danger,
        danger_words="Her brother works at that desk.",
        now=now,
    )


def assess(account: Account, sent: Disclosure, now: datetime, **more: Any) -> Any:
    given: dict[str, Any] = {
        "facts": "Sent to the wrong desk.",
        "which_data": "Why we are worried; no address.",
        "people": 1,
        "risk": "high",
        "harm": "He may learn of it.",
        "measures": "Recalled after ten minutes; the desk confirmed that it was deleted.",
        "tell_authority": True,
        "authority_why": "Harm is likely.",
        "tell_person": True,
        "person_why": "She has to be able to protect herself.",
        **more,
    }
    return breach_assess(
        account=account,
        disclosure_id=sent.pk,
        assessed=Assessed(**given),
        form_key=uuid.uuid4(),
        now=now,
    )


def tell(account: Account, sent: Disclosure, now: datetime, **more: Any) -> BreachTold:
    given = {"whom": "authority", "how": "", "said": "Reported, reference 17.", "at": now, **more}
    return breach_tell(
        account=account, disclosure_id=sent.pk, form_key=uuid.uuid4(), now=now, **given
    )


def waiting(sent: Disclosure) -> dict[str, list[Account]]:
    found: dict[str, list[Account]] = {}
    for task in Task.objects.waiting().filter(about_id=sent.pk):
        found.setdefault(task.kind, []).append(task.owner)
    return found


def test_the_link_dies_at_once_also_for_who_is_reading(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, make_desk())
    link, token = link_make(disclosure_id=sent.pk, now=now, key=KEY)
    opening = disclosure_open_by_link(link=link, name="Dee", role="duty", now=now)
    assert queries.portal_message(opening_id=opening.pk, now=now).message
    recall(cast, sent, now)
    with pytest.raises(SessionOver):
        queries.portal_message(opening_id=opening.pk, now=now)
    assert not queries.link_usable(token=token, now=now)
    with pytest.raises(NotByLink):
        link_code_make(disclosure_id=sent.pk, now=now, key=KEY, salt=SALT, account=cast.alice)


def test_the_inbox_says_only_that_it_was_recalled(
    client: Client, cast: Cast, now: datetime
) -> None:
    sent = make_sent(cast, now, cast.police)
    file = make_file(sent, now)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=now)
    recall(cast, sent, now)
    with pytest.raises(Recalled):
        disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=now)
    with pytest.raises(NotFound):
        attachment_open(account=cast.pat, attachment_id=file.pk, now=now)
    assert queries.inbox_waiting(viewer=cast.pat, now=now) == 0
    sign_in(client, cast.pat)
    listed = client.get(reverse("inbox_list")).content.decode()
    assert "Recalled by the sender" in listed
    assert reverse("inbox_message", args=[sent.pk]) not in listed
    gone = client.get(reverse("inbox_message", args=[sent.pk]))
    assert gone.status_code == 404
    assert "took it back" in gone.content.decode()
    assert SECRET not in listed + gone.content.decode()


def test_one_outside_the_desk_learns_nothing_of_a_recall(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, cast.police)
    recall(cast, sent, now)
    with pytest.raises(NotFound) as refused:
        disclosure_open_by_partner(account=cast.olu, disclosure_id=sent.pk, now=now)
    assert not isinstance(refused.value, Recalled)


def test_what_waits_to_be_carried_stops(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, make_desk(code_email="code@west.example"))
    taken = delivery_attempt(now=now)
    recall(cast, sent, now)
    assert taken
    assert set(sent.deliveries.values_list("state", flat=True)) == {"stopped"}
    assert delivery_attempt(now=now + timedelta(hours=1)) is None


def test_what_was_opened_is_said_by_whom_when_and_which_files(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, cast.police)
    file = make_file(sent, now)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=now)
    attachment_open(account=cast.pat, attachment_id=file.pk, now=now)
    recall(cast, sent, now)
    known = queries.recalled(viewer=cast.alice, disclosure_id=sent.pk, now=now).known
    (seen,) = known.seen
    assert seen.who.startswith(cast.pat.name)
    assert (seen.at, seen.files) == (now, (file.name,))
    assert not seen.told


@pytest.mark.parametrize("channel", ["email_notice", "phone", "print", "webhook", "pigeon"])
def test_never_unopened_where_that_cannot_be_known(cast: Cast, now: datetime, channel: str) -> None:
    """Also for a way that the pack does not hold."""
    sent = make_sent(cast, now, None)
    sent.deliveries.all().delete()
    Delivery.objects.create(disclosure=sent, channel=channel, state="done", next_at=now)
    (way,) = recalls.exposure(sent).ways
    assert "cannot be known" in way.says
    assert "nobody opened" not in way.says.lower()


def test_nobody_opened_it_is_said_of_the_inbox_and_a_link_alone(cast: Cast, now: datetime) -> None:
    inbox = make_sent(cast, now, cast.police)
    by_link = make_sent(cast, now, make_desk())
    by_link.deliveries.update(state="done")
    for sent, channel in ((inbox, "Their inbox here"), (by_link, "A link by e-mail")):
        ways = {each.label: each.says for each in recalls.exposure(sent).ways}
        assert ways[channel].startswith("Nobody opened")


def test_what_was_told_by_telephone_counts_as_seen(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, make_desk(email="", phone="0100 100"))
    acknowledgement_record(
        account=cast.alice,
        disclosure_id=sent.pk,
        how="phone",
        contact="0100 100",
        name="Dee",
        said="Told all of it; they go today.",
        role="duty",
        at=now,
        now=now,
    )
    (seen,) = recalls.exposure(sent).seen
    assert seen.told


def test_nobody_recalls_silently(cast: Cast, now: datetime) -> None:
    """The sender is asked whom it endangers; both leads have a task; one act, one entry; a second click nothing."""
    sent = make_sent(cast, now, cast.police)
    before = Entry.objects.count()
    recall(cast, sent, now)
    recall(cast, sent, now)
    assert Entry.objects.count() == before + 1
    assert waiting(sent) == {
        "recall_judge": [cast.alice],
        "recall_read": [cast.sam],
        "breach_assess": [cast.gita],
    }
    assert CircleMember.objects.standing(now).filter(account=cast.gita).exists()


def test_recalled_needs_a_reason_and_a_moment_that_has_passed(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, cast.police)
    with pytest.raises(Invalid):
        recall(cast, sent, now, reason=" ")
    with pytest.raises(Invalid):
        recall(cast, sent, now, aware_at=now + timedelta(minutes=1))
    with pytest.raises(NotRecalled):
        judge(cast, sent, now, "true")


@pytest.mark.parametrize("danger", ["true", "unknown"])
def test_danger_or_not_known_tells_the_manager_on_call(
    cast: Cast, now: datetime, danger: str
) -> None:
    sent = make_sent(cast, now, cast.police)
    recall(cast, sent, now)
    judge(cast, sent, now, danger)
    judge(cast, sent, now, danger)
    found = waiting(sent)
    assert "recall_judge" not in found
    assert len(found["recall_danger"]) == len(found["safe_contact_check"]) == 1
    assert Notice.objects.filter(account=found["recall_danger"][0]).count() == 1


def test_no_danger_goes_on_to_the_breach(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, cast.police)
    recall(cast, sent, now)
    judge(cast, sent, now, "false")
    assert set(waiting(sent)) == {"recall_read", "breach_assess"}


def test_the_legal_clock_runs_from_awareness_and_is_data_by_place(
    cast: Cast, now: datetime
) -> None:
    """72 hours in the UK; in the US 60 days, in California the shorter of two; 72 hours where nothing is known."""
    sent = make_sent(cast, now, cast.police)
    aware = now - timedelta(hours=5)
    assert recall(cast, sent, now, aware_at=aware).breach.due_at == aware + timedelta(hours=72)
    agency = cast.agency
    agency.jurisdiction = "us"
    assert recalls.report_by(agency, now) > now + timedelta(days=59)
    agency.state = "us-ca"
    assert recalls.report_by(agency, now) < now + timedelta(days=35)


def test_a_recall_needs_no_pack(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost rules stop nothing: the message is taken back, and the shortest clock runs."""

    def lost() -> Any:
        raise ValueError("lost")

    monkeypatch.setattr(recalls, "_pack", lost)
    sent = make_sent(cast, now, cast.police)
    assert recall(cast, sent, now).breach.due_at == now + recalls.SHORTEST
    assert all(way.says == recalls.CANNOT for way in recalls.exposure(sent).ways if way.left)


def test_the_governance_lead_assesses_and_each_decision_becomes_a_task(
    cast: Cast, now: datetime
) -> None:
    sent = make_sent(cast, now, cast.police)
    due_at = recall(cast, sent, now).breach.due_at
    with pytest.raises(NotAllowed):
        assess(cast.alice, sent, now)
    assess(cast.gita, sent, now)
    found = waiting(sent)
    assert "breach_assess" not in found
    assert found["breach_tell_authority"] == found["breach_tell_person"] == [cast.gita]
    assert Task.objects.get(kind="breach_tell_authority").due_at == due_at
    tell(cast.gita, sent, now)
    assert "breach_tell_authority" not in waiting(sent)
    assess(cast.gita, sent, now, tell_person=False, person_why="It would reach him.")
    assert "breach_tell_person" not in waiting(sent)
    shown = queries.recalled(viewer=cast.alice, disclosure_id=sent.pk, now=now)
    assert len(shown.assessments) == 2, "every assessment is kept"
    assert (shown.to_tell, shown.may_assess) == ((), False)


def test_an_assessment_is_whole(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, cast.police)
    recall(cast, sent, now)
    with pytest.raises(Invalid) as refused:
        assess(cast.gita, sent, now, people=0, risk="?", authority_why=" ", facts="")
    assert set(refused.value.errors) == {"people", "risk", "authority_why", "facts"}


def test_late_to_the_authority_needs_the_reason(cast: Cast, now: datetime) -> None:
    """UK GDPR Article 33(1)."""
    sent = make_sent(cast, now, cast.police)
    recall(cast, sent, now)
    assess(cast.gita, sent, now)
    later = now + timedelta(hours=73)
    with pytest.raises(Invalid) as refused:
        tell(cast.gita, sent, later)
    assert set(refused.value.errors) == {"late_why"}
    assert tell(cast.gita, sent, later, late_why="The desk answered late.").late_why


def test_telling_the_person_passes_the_gate(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a plan no letter is safe: done all the same, it needs the reason."""
    sent = make_sent(cast, now, cast.police)
    recall(cast, sent, now)
    assess(cast.gita, sent, now)
    letter = {"whom": "person", "how": "letter", "said": "What happened."}
    with pytest.raises(Invalid) as refused:
        tell(cast.gita, sent, now, **letter)
    assert set(refused.value.errors) == {"despite"}
    assert tell(cast.gita, sent, now, **letter, despite="Handed to her by her solicitor.").despite
    monkeypatch.setattr(contacting, "may_go", lambda **_given: Allowed())
    assert tell(cast.gita, sent, now, **letter, despite="Not asked for.").despite == ""


def test_their_own_system_is_told_to_delete_its_copy(cast: Cast, now: datetime) -> None:
    """Only one that may have taken it; opened over the interface it answers that it was recalled."""
    desk = make_desk(webhook="https://west.example/take")
    taken, waits = make_sent(cast, now, desk), make_sent(cast, now + timedelta(hours=1), desk)
    assert delivery_attempt(now=now)
    for sent in (taken, waits):
        recall(cast, sent, now + timedelta(hours=1))
    notice = Delivery.objects.get(channel="webhook_recall")
    assert (notice.disclosure, notice.address) == (taken, desk.webhook)
    attempt = delivery_attempt(now=now + timedelta(hours=2))
    assert attempt
    assert (attempt.channel, attempt.go) == ("webhook_recall", True)
