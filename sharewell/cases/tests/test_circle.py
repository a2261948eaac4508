"""Circles: joining has a reason, an end and a review; leaving and expiry hold at once; restricted is narrow."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account
from sharewell.cases import queries, records
from sharewell.cases.models import Case, ChronologyEntry, CircleMember, Closing, Task
from sharewell.cases.operations import (
    case_close,
    case_hand_over,
    case_reopen,
    case_restrict,
    circle_invite,
    circle_leave,
    circle_renew,
    flags_record,
)
from sharewell.cases.operations._writing import CaseClosed
from sharewell.cases.operations.circle import OwnerStays
from sharewell.cases.operations.closing import AlreadyClosed, StillToDecide
from sharewell.cases.telling import PersonTold
from sharewell.cases.tests.told import LATER, open_case, raise_concern
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_account, make_cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = open_case(cast)
    Task.objects.filter(kind__startswith="concern_triage").update(done_at=NOW)
    return case


def invite(cast: Cast, case: Case, **changes: object) -> CircleMember:
    given = {"account": cast.alice, "case": case, "member": cast.stranger, "now": LATER}
    return circle_invite(**{**given, "reason": "Covers Friday", **changes})


def standing(case: Case, at: object = LATER) -> set[str]:
    rows = CircleMember.objects.standing(at).filter(case=case)  # type: ignore[arg-type]
    return {row.account.name.split()[0] for row in rows.select_related("account")}


def reads(account: Account, case: Case, at: object = LATER) -> bool:
    return Case.objects.visible_to(account, at).filter(pk=case.pk).exists()  # type: ignore[arg-type]


def newest(case: Case) -> str:
    return str(case.chronology.latest("line").text)


def test_a_new_case_has_owner_manager_and_the_first_lead_and_no_other(cast: Cast) -> None:
    make_account("Second Lead", cast.agency, "safeguarding_lead", since=NOW - DAY)
    assert standing(open_case(cast)) == {"Alice", "Bea", "Sam"}


def test_a_lead_whom_the_concern_is_about_is_passed_over_for_the_next(cast: Cast) -> None:
    make_account("Second Lead", cast.agency, "safeguarding_lead", since=NOW - DAY)
    case = open_case(cast, about_staff=[cast.sam])
    assert standing(case) == {"Alice", "Bea", "Second"}


def test_an_invitation_has_its_reason_its_end_its_review_a_line_and_one_entry(
    cast: Cast, case: Case
) -> None:
    before = Entry.objects.count()
    joined = invite(cast, case)
    assert Entry.objects.count() == before + 1
    assert (joined.invited_by, joined.reason) == (cast.alice, "Covers Friday")
    assert joined.expires_at == LATER + timedelta(days=28)
    assert joined.review_at == LATER + timedelta(days=14)
    task = Task.objects.get(kind="circle_review", case=case)
    assert (task.owner, task.due_at, task.about_id) == (
        cast.alice,
        joined.review_at,
        cast.stranger.pk,
    )
    assert newest(case) == (
        "Stan Stranger was let in to read this case until 18 December 2026 at 11:00: Covers Friday"
    )
    assert reads(cast.stranger, case)


def test_expiry_takes_reading_away_without_any_job(cast: Cast, case: Case) -> None:
    joined = invite(cast, case, expires_at=LATER + DAY)
    assert joined.review_at is None, "it ends before anybody would be asked"
    assert reads(cast.stranger, case, LATER + DAY - timedelta(seconds=1))
    assert not reads(cast.stranger, case, LATER + DAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "  "},
        {"reason": "x" * 301},
        {"expires_at": LATER},
        {"expires_at": LATER + timedelta(days=92, seconds=1)},
    ],
)
def test_an_invitation_without_reason_or_beyond_the_longest_is_refused(
    cast: Cast, case: Case, changes: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        invite(cast, case, **changes)
    assert not reads(cast.stranger, case)


def test_only_owner_manager_and_lead_let_others_in(cast: Cast, case: Case) -> None:
    invite(cast, case)
    with pytest.raises(NotAllowed):
        invite(cast, case, account=cast.stranger, member=cast.gita)
    invite(cast, case, account=cast.bea, member=cast.gita)
    with pytest.raises(NotFound):
        invite(cast, case, account=cast.olu, member=cast.olu)


def test_one_who_broke_the_glass_lets_nobody_in(cast: Cast, case: Case) -> None:
    lead = make_account("Second Lead", cast.agency, "safeguarding_lead")
    records.join_circle(
        case=case, account=lead, relation="break_glass", now=NOW, expires_at=LATER + DAY
    )
    with pytest.raises(NotAllowed):
        invite(cast, case, account=lead)
    with pytest.raises(NotAllowed):
        case_restrict(account=lead, case=case, restrictions=["high_profile"], reason="x", now=LATER)


def test_keeping_them_longer_is_a_new_standing_and_a_new_question(cast: Cast, case: Case) -> None:
    member = invite(cast, case)
    later = LATER + 14 * DAY
    renewed = circle_renew(
        account=cast.alice,
        case=case,
        member=member,
        now=later,
        reason="Still covers",
        expires_at=later + 28 * DAY,
    )
    assert renewed.pk != member.pk
    assert reads(cast.stranger, case, later + 27 * DAY)
    tasks = Task.objects.filter(kind="circle_review", case=case)
    assert tasks.waiting().get().due_at == later + 14 * DAY
    assert tasks.count() == 2


def test_nobody_keeps_themselves_longer(cast: Cast, case: Case) -> None:
    lead = make_account("Second Lead", cast.agency, "safeguarding_lead")
    member = invite(cast, case, member=lead)
    with pytest.raises(NotAllowed):
        circle_renew(
            account=lead,
            case=case,
            member=member,
            now=LATER,
            reason="I like it",
            expires_at=LATER + 60 * DAY,
        )


def test_leaving_takes_reading_away_at_once_and_hands_over_what_waits(
    cast: Cast, case: Case
) -> None:
    member = invite(cast, case)
    task = records.open_task(
        agency=case.agency, kind="consent_ask", owner=cast.stranger, now=LATER, case=case
    )
    circle_leave(account=cast.stranger, case=case, member=member, now=LATER, reason="Back home")
    assert not reads(cast.stranger, case)
    task.refresh_from_db()
    assert task.owner == cast.alice
    assert not Task.objects.waiting().filter(kind="circle_review").exists()
    member.refresh_from_db()
    assert (member.left_at, member.left_by, member.left_why) == (LATER, cast.stranger, "Back home")
    assert newest(case) == "Stan Stranger no longer reads this case: Back home"


def test_one_who_was_let_in_ends_no_other_standing(cast: Cast, case: Case) -> None:
    invite(cast, case)
    bea = queries.member(case=case, member_id=cast.bea.pk)
    with pytest.raises(NotAllowed):
        circle_leave(account=cast.stranger, case=case, member=bea, now=LATER, reason="x")


def test_the_owner_hands_over_before_leaving(cast: Cast, case: Case) -> None:
    own = queries.member(case=case, member_id=cast.alice.pk)
    with pytest.raises(OwnerStays):
        circle_leave(account=cast.alice, case=case, member=own, now=LATER, reason="x")
    task = records.open_task(
        agency=case.agency, kind="consent_ask", owner=cast.alice, now=LATER, case=case
    )
    case_hand_over(account=cast.alice, case=case, owner=cast.stranger, reason="New post", now=LATER)
    case.refresh_from_db()
    assert case.owner == cast.stranger
    task.refresh_from_db()
    assert task.owner == cast.stranger
    assert Task.objects.waiting().filter(kind="case_handed_over", owner=cast.stranger).exists()
    assert newest(case) == "Handed over from Alice Practitioner to Stan Stranger: New post"


def restrict(cast: Cast, case: Case, **changes: object) -> Case:
    given = {"account": cast.sam, "case": case, "restrictions": ["confidential_place"]}
    whole = {**given, "reason": "She is in a refuge", "now": LATER, **changes}
    return case_restrict(**whole)


def test_a_restricted_case_is_left_to_owner_lead_and_those_named(cast: Cast, case: Case) -> None:
    invite(cast, case)
    restrict(cast, case)
    assert standing(case) == {"Alice", "Sam"}
    assert not reads(cast.stranger, case)
    assert not reads(cast.bea, case)
    assert newest(case) == "Restricted: She is in a refuge"


def test_those_named_stand_on_for_as_long_as_is_usual_then(cast: Cast, case: Case) -> None:
    restrict(cast, case, stay=[cast.bea])
    bea = CircleMember.objects.standing(LATER).get(case=case, account=cast.bea)
    assert (bea.relation, bea.expires_at) == ("invited", LATER + 14 * DAY)


def test_in_a_restricted_case_the_manager_invites_nobody_and_terms_are_shorter(
    cast: Cast, case: Case
) -> None:
    restrict(cast, case, stay=[cast.bea])
    with pytest.raises(NotAllowed):
        invite(cast, case, account=cast.bea)
    with pytest.raises(Invalid):
        invite(cast, case, expires_at=LATER + 29 * DAY)
    assert invite(cast, case).expires_at == LATER + 14 * DAY


def test_a_new_concern_brings_nobody_into_a_restricted_case(cast: Cast, case: Case) -> None:
    restrict(cast, case)
    told = PersonTold(name="", subject_kind="adult", person_id=case.person_id)
    concern = raise_concern(cast, people=[told], now=LATER)
    assert concern.on_cases.get().case == case
    assert concern.received_by == cast.sam, "the lead inside receives it, not the manager on duty"
    assert standing(case) == {"Alice", "Sam"}


def test_a_restricted_case_is_in_no_list_beyond_its_circle(cast: Cast, case: Case) -> None:
    other = open_case(cast)
    restrict(cast, case)
    assert list(Case.objects.unrestricted()) == [other]
    restrict(cast, case, restrictions=[], reason="She moved")
    assert Case.objects.unrestricted().count() == 2


def test_a_restriction_is_suggested_by_flags_categories_and_facts(cast: Cast, case: Case) -> None:
    def ids() -> set[str]:
        case.refresh_from_db()
        return {each.id for each in queries.suggested(case)}

    assert ids() == set()
    case.flags = ["refuge", "referrer_protected"]
    case.save()
    assert ids() == {"confidential_place", "whistleblowing"}
    case.concerns.update(categories=["care_act.domestic"])
    assert "marac" not in ids()
    records.record_facts(case=case, facts={"harm": "serious"}, now=LATER, by=cast.alice)
    assert "marac" in ids()
    restrict(cast, case)
    assert "confidential_place" not in ids()


def close(cast: Cast, case: Case, **changes: object) -> Closing:
    given = {"account": cast.alice, "case": case, "outcome": "safe_now", "words": "She is safe."}
    return case_close(**{**given, "now": LATER, **changes})


def test_closing_keeps_the_outcome_and_only_those_named(cast: Cast, case: Case) -> None:
    invite(cast, case)
    close(cast, case)
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("closed", LATER)
    assert standing(case) == {"Alice", "Sam"}
    assert newest(case) == "Closed. The person is safe, and the plan is done. She is safe."
    with pytest.raises(AlreadyClosed):
        close(cast, case)


def test_what_waits_is_done_or_handed_to_one_who_stays(cast: Cast, case: Case) -> None:
    task = records.open_task(
        agency=case.agency, kind="consent_ask", owner=cast.bea, now=LATER, case=case
    )
    with pytest.raises(Invalid) as refused:
        close(cast, case)
    assert list(refused.value.errors) == ["tasks_to"]
    with pytest.raises(Invalid):
        close(cast, case, tasks_to=cast.bea)  # who would not read it any more
    close(cast, case, tasks_to=cast.sam)
    task.refresh_from_db()
    assert (task.owner, task.done_at) == (cast.sam, None)


def test_a_case_with_something_to_decide_is_not_closed(cast: Cast, case: Case) -> None:
    records.open_task(
        agency=case.agency, kind="referral_decide", owner=cast.sam, now=LATER, case=case
    )
    with pytest.raises(StillToDecide):
        close(cast, case, tasks_to=cast.sam)


def test_opening_again_keeps_how_it_had_ended(cast: Cast, case: Case) -> None:
    close(cast, case)
    case_reopen(account=cast.sam, case=case, reason="New injury", now=LATER + DAY)
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("open", None)
    closing = Closing.objects.get()
    assert (closing.outcome, closing.reopened_why) == ("safe_now", "New injury")
    assert newest(case) == "Opened again: New injury"
    close(cast, case, now=LATER + 2 * DAY)
    assert Closing.objects.count() == 2


@pytest.mark.parametrize("act", [close, restrict])
@pytest.mark.parametrize("who", ["stranger", "olu", "gita", "ada"])
def test_outside_the_circle_nothing_can_be_done(
    cast: Cast, case: Case, act: object, who: str
) -> None:
    lines = ChronologyEntry.objects.count()
    with pytest.raises(NotFound):
        act(cast, case, account=getattr(cast, who))  # type: ignore[operator]
    assert ChronologyEntry.objects.count() == lines


def test_one_who_was_let_in_neither_closes_nor_restricts(cast: Cast, case: Case) -> None:
    invite(cast, case)
    for act in (close, restrict):
        with pytest.raises(NotAllowed):
            act(cast, case, account=cast.stranger)


def test_home_tells_of_what_was_given_and_what_ends_soon(cast: Cast, case: Case) -> None:
    invite(cast, case)
    mine = queries.standings_soon(viewer=cast.stranger, now=LATER + DAY)
    assert [(soon.own, soon.ends) for soon in mine] == [(True, False)]
    assert queries.standings_soon(viewer=cast.alice, now=LATER + DAY) == []
    given = queries.standings_soon(viewer=cast.alice, now=LATER + 22 * DAY)
    assert [(soon.own, soon.ends) for soon in given] == [(False, True)]
    circle_leave(
        account=cast.alice, case=case, member=given[0].member, now=LATER + 22 * DAY, reason="x"
    )
    assert queries.standings_soon(viewer=cast.alice, now=LATER + 22 * DAY) == []


def test_a_lead_sees_who_stands_in_which_of_their_own_cases(cast: Cast, case: Case) -> None:
    hidden = open_case(cast)
    records.leave_circle(case=hidden, account=cast.sam, now=LATER)
    found = queries.standings(viewer=cast.sam, now=LATER)
    assert [row.case for row in found.rows] == [case]
    assert {each.account for each in found.rows[0].members} == {cast.alice, cast.bea, cast.sam}
    with pytest.raises(NotAllowed):
        queries.standings(viewer=cast.alice, now=LATER)


def test_nobody_writes_in_a_closed_case(cast: Cast, case: Case) -> None:
    close(cast, case)
    case.refresh_from_db()
    with pytest.raises(CaseClosed):
        flags_record(account=cast.alice, case=case, flags=["refuge"], now=LATER)
    assert not queries.case_page(viewer=cast.alice, case_id=case.pk, now=LATER).writes


def test_whoever_comes_in_for_a_time_comes_in_by_one_door() -> None:
    """Only there an end is set, so that none is without reason, end and the question whether it is needed."""
    rooms = Path(records.__file__).parents[1]
    doors = set()
    for file in rooms.rglob("*.py"):
        if "tests" in file.parts:
            continue
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "attr", "")
            if name == "join_circle" and "expires_at" in {each.arg for each in call.keywords}:
                doors.add(str(file.relative_to(rooms)))
    # In danger, where the pack that says for how long is lost, one is let in for a day.
    assert doors == {"cases/letting.py", "disclosures/standing.py"}
