"""What becomes known of a case: nothing is overwritten, and only its circle writes or reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account, Team
from sharewell.cases import queries, records
from sharewell.cases.models import Case, CircleMember, FieldEntry, SafeContact, Wall
from sharewell.cases.operations import (
    Part,
    chronology_add,
    circle_invite,
    facts_record,
    field_record,
    safe_contact_record,
)
from sharewell.cases.records import ConflictOfInterest, Known
from sharewell.cases.safety import ContactPlan
from sharewell.cases.tests.told import LATER, open_case
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
RANG = Part(text="Rang.", section="note")
PLAN = ContactPlan(never="No letters", how="At the day centre", code_word="Bluebell")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


def asked(words: str) -> Known:
    return Known(field="ask", text=words, kind="observed")


def test_each_operation_leaves_one_entry(cast: Cast, case: Case) -> None:
    before = Entry.objects.count()
    chronology_add(account=cast.alice, case=case, now=LATER, event_at=NOW, parts=[RANG])
    facts_record(account=cast.alice, case=case, facts={"harm": "serious"}, now=LATER)
    field_record(account=cast.alice, case=case, now=LATER, entries=[asked("Visit.")])
    safe_contact_record(account=cast.alice, case=case, now=LATER, plan=PLAN)
    circle_invite(account=cast.alice, case=case, member=cast.gita, now=LATER, reason="Advice")
    assert Entry.objects.count() == before + 5


@pytest.mark.parametrize("who", ["stranger", "olu", "ada", "ivo", "gita", "pat"])
def test_outside_the_circle_nothing_can_be_written_or_read(
    cast: Cast, case: Case, who: str
) -> None:
    account = getattr(cast, who)
    with pytest.raises(NotFound):
        chronology_add(account=account, case=case, now=LATER, event_at=NOW, parts=[RANG])
    with pytest.raises(NotFound):
        facts_record(account=account, case=case, facts={"harm": "none"}, now=LATER)
    with pytest.raises(NotFound):
        field_record(account=account, case=case, now=LATER, entries=[asked("x")])
    with pytest.raises(NotFound):
        safe_contact_record(account=account, case=case, now=LATER, plan=PLAN)
    with pytest.raises(NotFound):
        circle_invite(account=account, case=case, member=account, now=LATER, reason="Curious")
    for read in (queries.chronology, queries.circle, queries.case_tasks):
        with pytest.raises(NotFound):
            read(viewer=account, case=case, now=LATER)


def test_one_invited_without_casework_reads_and_does_not_write(cast: Cast, case: Case) -> None:
    circle_invite(account=cast.sam, case=case, member=cast.gita, now=NOW, reason="Approves")
    assert queries.case(viewer=cast.gita, case_id=case.id, now=LATER) == case
    with pytest.raises(NotAllowed):
        field_record(account=cast.gita, case=case, now=LATER, entries=[asked("x")])


def test_the_newest_entry_of_a_field_stands_and_the_older_stay(cast: Cast, case: Case) -> None:
    field_record(account=cast.alice, case=case, now=NOW, entries=[asked("Visit.")])
    field_record(account=cast.alice, case=case, now=LATER, entries=[asked("Ring.")])
    assert queries.known_fields(case)["ask"].text == "Ring."
    assert FieldEntry.objects.filter(case=case, field="ask").count() == 2


@pytest.mark.parametrize(
    "known",
    [
        Known(field="no.such.field", text="x"),
        Known(field="consent.position", text="They agree"),
        Known(field="ask"),
        Known(field="ask", text="x", unknown="unknown"),
        Known(field="ask", unknown="never"),
        Known(field="ask", text="x", kind="rumour"),
    ],
)
def test_a_field_is_either_known_or_unknown_for_a_reason(
    cast: Cast, case: Case, known: Known
) -> None:
    with pytest.raises(Invalid):
        field_record(account=cast.alice, case=case, now=LATER, entries=[known])


def test_facts_not_named_stand_as_they_were(cast: Cast, case: Case) -> None:
    facts_record(account=cast.alice, case=case, facts={"harm": "serious"}, now=NOW)
    facts_record(account=cast.alice, case=case, facts={"others_at_risk": "none"}, now=LATER)
    assert queries.facts(case) == {
        "harm": "serious",
        "others_at_risk": "none",
        "subject_kind": "adult",
    }


@pytest.mark.parametrize(
    "facts", [{"harm": "awful"}, {"subject_kind": "child"}, {"more_detrimental_to_share": "true"}]
)
def test_facts_outside_the_vocabulary_or_the_person_are_refused(
    cast: Cast, case: Case, facts: dict[str, str]
) -> None:
    with pytest.raises(Invalid):
        facts_record(account=cast.alice, case=case, facts=facts, now=LATER)


def test_one_who_did_not_see_the_newest_version_is_told(cast: Cast, case: Case) -> None:
    safe_contact_record(account=cast.alice, case=case, now=NOW, plan=PLAN, seen=0)
    with pytest.raises(Conflict):
        safe_contact_record(account=cast.sam, case=case, now=LATER, plan=PLAN, seen=0)
    newest = SafeContact.objects.get()
    safe_contact_record(account=cast.sam, case=case, now=LATER, plan=PLAN, seen=newest.id)


def test_a_safe_contact_plan_tells_recipients_all_but_the_code_word(cast: Cast, case: Case) -> None:
    safe_contact_record(account=cast.alice, case=case, now=LATER, plan=PLAN)
    fields = queries.known_fields(case)
    assert "At the day centre" in fields["subject.safe_contact"].text
    assert fields["risk.unsafe_actions"].text == "No letters"
    assert not any("Bluebell" in entry.text for entry in fields.values())


def test_a_plan_without_prohibitions_takes_the_former_back(cast: Cast, case: Case) -> None:
    safe_contact_record(account=cast.alice, case=case, now=NOW, plan=PLAN)
    eased = ContactPlan(how="By phone")
    safe_contact_record(account=cast.alice, case=case, now=LATER, plan=eased)
    assert queries.known_fields(case)["risk.unsafe_actions"].text != "No letters"


def test_standing_with_an_end_ends(cast: Cast, case: Case) -> None:
    circle_invite(
        account=cast.sam,
        case=case,
        member=cast.gita,
        now=NOW,
        reason="Approves",
        expires_at=LATER,
    )
    soon = NOW + timedelta(minutes=59)
    assert queries.case(viewer=cast.gita, case_id=case.id, now=soon) == case
    with pytest.raises(NotFound):
        queries.case(viewer=cast.gita, case_id=case.id, now=LATER)


def test_one_whose_role_has_ended_is_out_at_once(cast: Cast, case: Case) -> None:
    """Standing in the circle is not enough: who left the work, or only administers now, reads nothing."""
    held = cast.alice.roles_held.get()
    held.ends_at = LATER
    held.save()
    assert queries.case(viewer=cast.alice, case_id=case.pk, now=LATER - timedelta(seconds=1))
    cast.alice.roles_held.create(role="administrator", starts_at=NOW)
    with pytest.raises(NotFound):
        queries.case(viewer=cast.alice, case_id=case.pk, now=LATER)
    assert not Case.objects.visible_to(cast.alice, LATER).exists()


def test_a_longer_standing_is_kept_and_a_shorter_one_extended(cast: Cast, case: Case) -> None:
    week = NOW + timedelta(days=7)
    records.join_circle(
        case=case, account=cast.gita, relation="approver", now=NOW, expires_at=LATER
    )
    records.join_circle(case=case, account=cast.gita, relation="decider", now=NOW, expires_at=week)
    records.join_circle(
        case=case, account=cast.gita, relation="approver", now=NOW, expires_at=LATER
    )
    standing = CircleMember.objects.standing(NOW).get(case=case, account=cast.gita)
    assert (standing.relation, standing.expires_at) == ("decider", week)


def test_one_a_concern_is_about_never_joins(cast: Cast) -> None:
    case = open_case(cast, about_staff=[cast.stranger])
    with pytest.raises(ConflictOfInterest):
        circle_invite(account=cast.alice, case=case, member=cast.stranger, now=LATER, reason="Help")


@pytest.mark.parametrize("who", ["ada", "ivo", "pat", "olu", "hana"])
def test_roles_that_see_no_case_cannot_be_invited(cast: Cast, case: Case, who: str) -> None:
    with pytest.raises(Invalid):
        circle_invite(
            account=cast.alice, case=case, member=getattr(cast, who), now=LATER, reason="Help"
        )


def test_the_same_invitation_twice_is_one(cast: Cast, case: Case) -> None:
    entries = Entry.objects.count()
    for _ in range(2):
        circle_invite(account=cast.sam, case=case, member=cast.gita, now=NOW, reason="Advice")
    assert Entry.objects.count() == entries + 1


@pytest.mark.parametrize("by", ["account", "team"])
def test_one_walled_off_learns_nothing_whatever_the_circle_says(
    cast: Cast, case: Case, by: str
) -> None:
    circle_invite(account=cast.sam, case=case, member=cast.gita, now=NOW, reason="Approves")
    team = Team.objects.create(agency=case.agency, name="Night")
    Account.objects.filter(pk=cast.gita.pk).update(team=team)
    gita = Account.objects.get(pk=cast.gita.pk)
    assert queries.stands_in(viewer=gita, case=case, now=LATER)
    off = {"account": gita} if by == "account" else {"team": team}
    wall = Wall.objects.create(case=case, reason="Named in it", raised_at=NOW, **off)
    with pytest.raises(NotFound):
        queries.case(viewer=gita, case_id=case.id, now=LATER)
    records.leave_circle(case=case, account=gita, now=LATER)
    with pytest.raises(ConflictOfInterest):
        circle_invite(account=cast.sam, case=case, member=gita, now=LATER, reason="Again")
    Wall.objects.filter(pk=wall.pk).update(lifted_at=LATER)
    circle_invite(account=cast.sam, case=case, member=gita, now=LATER, reason="Again")
    assert queries.stands_in(viewer=gita, case=case, now=LATER)
