"""What adds up raises one review for the oversight point, and nothing leaves the agency."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import Sealed
from sharewell.cases import queries as cases
from sharewell.cases.marks import Mark
from sharewell.cases.models import CaseRead, ChronologyEntry, CircleMember, Task, Wall
from sharewell.cases.operations import Part, chronology_correct
from sharewell.cases.telling import Said
from sharewell.consent.tests.stage import REFUSED, talk
from sharewell.core import patterns
from sharewell.disclosures.models import Delivery, Disclosure
from sharewell.followup import looking, operations, queries
from sharewell.followup.management.commands.work import edge_of_settings
from sharewell.followup.models import Pattern, PatternEntry, PatternReview
from sharewell.followup.notices import notices_due
from sharewell.followup.operations.pattern import ClosedSpace, PatternClosed, PatternGrew
from sharewell.followup.tests.notes import Notes, about, make_notes, rules, tell
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, make_account, make_cast

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(hours=1)


@pytest.fixture
def notes(django_capture_on_commit_callbacks: Any) -> Notes:
    """Mary's case, and the colleagues who write in it."""
    return make_notes(make_cast(), django_capture_on_commit_callbacks)


@pytest.fixture
def five(notes: Notes) -> Notes:
    """Five small notes of three teams in 55 days; none would reach the threshold by itself."""
    alice = notes.cast.alice
    night = notes.colleague("Nia Night", "Night team")
    club = notes.colleague("Cal Club", "Club")
    for by, days in ((alice, 55), (night, 41), (club, 27), (alice, 13), (night, 0)):
        notes.note(by, days)
    return notes


def close(pattern: Pattern, by: Any, **changes: Any) -> Pattern:
    """The one who has the review closes it."""
    given = {
        "account": by,
        "pattern_id": pattern.pk,
        "outcome": "no_further_action",
        "reason": "She was away.",
        "seen": pattern.entries.count(),
        "now": SOON,
        **changes,
    }
    return operations.pattern_close(**given)


def test_five_small_notes_of_three_teams_reach_the_oversight_point_in_a_working_day(
    five: Notes,
) -> None:
    """V10: nobody saw the whole, and now one person does; nothing goes to anybody outside."""
    found = {each.rule: each for each in Pattern.objects.all()}
    assert sorted(found) == ["CUM1", "CUM2"]
    assert found["CUM2"].says == "5 concerns from 3 teams in 55 days"
    task = found["CUM2"].task
    assert task is not None
    assert (task.owner, task.kind, task.case) == (five.cast.sam, "pattern_review", None)
    # The second note was of a Saturday: one working day from there ends on Tuesday at five.
    assert task.due_at == datetime(2026, 10, 13, 16, tzinfo=UTC)
    assert not Disclosure.objects.exists()
    assert not Delivery.objects.exists()


def test_what_nobody_looked_at_when_it_was_recorded_is_found_in_the_night(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "look", lambda **_: None)
    night = notes.colleague("Nia Night", "Night team")
    club = notes.colleague("Cal Club", "Club")
    for by, days in ((notes.cast.alice, 55), (night, 41), (club, 27), (night, 13), (club, 0)):
        notes.note(by, days)
    assert rules() == []
    looking.nightly(NOW)
    assert rules() == ["CUM1", "CUM2"]
    pattern = Pattern.objects.get(rule="CUM2")
    assert pattern.says == "5 concerns from 3 teams in 55 days"
    assert pattern.task is not None
    # A Friday at ten: one working day ends on Monday at five.
    assert pattern.task.due_at == datetime(2026, 11, 23, 17, tzinfo=UTC)


def test_the_oversight_point_reads_what_made_it_fire_and_nothing_else(five: Notes) -> None:
    """She stands in no circle: the entries with team and source, and no other line of the case."""
    make_account("Lea Lead", five.cast.agency, "safeguarding_lead")
    CircleMember.objects.filter(account=five.cast.sam).update(left_at=NOW)
    pattern = Pattern.objects.get(rule="CUM2")
    page = queries.pattern(viewer=five.cast.sam, pattern_id=pattern.pk, now=SOON)
    assert [each.team for each in page.entries] == [
        "First team",
        "Night team",
        "Club",
        "First team",
        "Night team",
    ]
    told = [piece.text for each in page.entries if each.told for piece in each.told.pieces]
    assert told == ["Her breakfast was not touched."] * 5
    (person,) = page.people
    assert (person.named, person.reads, person.closed) == (True, False, False)
    assert page.closes
    read = CaseRead.objects.get(account=five.cast.sam)
    assert (read.case, read.what, read.relation) == (five.case, "pattern", "oversight")


def test_the_same_entries_are_not_raised_twice_and_new_ones_join_the_open_review(
    five: Notes,
) -> None:
    pattern = Pattern.objects.get(rule="CUM1")
    before = (pattern.entries.count(), Task.objects.count(), Entry.objects.count())
    looking.look_at_all(agency=five.cast.agency, now=NOW)
    assert (pattern.entries.count(), Task.objects.count(), Entry.objects.count()) == before
    five.note(five.cast.alice, -0.01)
    pattern.refresh_from_db()
    assert pattern.entries.count() == before[0] + 1
    assert Task.objects.count() == before[1]
    assert pattern.says.startswith("4 small concerns")


def test_closed_with_a_reason_it_is_remembered_until_something_new_comes(five: Notes) -> None:
    pattern, sam = Pattern.objects.get(rule="CUM1"), five.cast.sam
    close(pattern, sam)
    review = PatternReview.objects.get()
    assert (review.outcome, review.reason, review.by) == ("no_further_action", "She was away.", sam)
    task = Task.objects.get(about_id=pattern.pk)
    assert task.outcome == "No further action: She was away."
    looking.look_at_all(agency=five.cast.agency, now=SOON)
    pattern.refresh_from_db()
    assert pattern.state == "closed"
    with pytest.raises(PatternClosed):
        close(pattern, sam)
    five.note(five.cast.alice, 0.1)
    pattern.refresh_from_db()
    assert pattern.state == "open"
    assert pattern.task not in {None, task}
    page = queries.pattern(viewer=sam, pattern_id=pattern.pk, now=SOON)
    assert [each.new for each in page.entries].count(True) == 0  # recorded before it was closed
    five.note(five.cast.alice, 0)
    assert [each.reason for each in page.reviews] == ["She was away."]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"outcome": "gossip"}, "outcome"), ({"reason": "  "}, "reason")],
)
def test_it_is_closed_with_an_outcome_of_the_list_and_a_reason(
    five: Notes, wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        close(Pattern.objects.get(rule="CUM1"), five.cast.sam, **wrong)
    assert set(refused.value.errors) == {field}


def test_one_who_writes_while_new_entries_come_in_is_told(five: Notes) -> None:
    pattern = Pattern.objects.get(rule="CUM1")
    seen = pattern.entries.count()
    five.note(five.cast.alice, 1)
    with pytest.raises(PatternGrew):
        close(pattern, five.cast.sam, seen=seen)
    assert not PatternReview.objects.exists()


def test_nobody_but_its_reviewer_learns_of_it(five: Notes) -> None:
    cast, pattern = five.cast, Pattern.objects.get(rule="CUM1")
    for other in (cast.alice, cast.bea, cast.gita, cast.ada, cast.ivo, cast.olu, cast.stranger):
        with pytest.raises(NotFound):
            queries.pattern(viewer=other, pattern_id=pattern.pk, now=SOON)
        with pytest.raises(NotFound):
            close(pattern, other)
        with pytest.raises(NotFound):
            operations.pattern_join(
                account=other, pattern_id=pattern.pk, number=1, reason="x", now=SOON
            )
    assert queries.patterns(viewer=cast.bea, now=SOON) == []
    found = queries.patterns(viewer=cast.sam, now=SOON)
    assert {each.rule for each in found} == {"CUM1", "CUM2"}


def test_one_whom_a_concern_is_about_is_passed_over_with_their_team(notes: Notes) -> None:
    """Neither the lead who is alleged in another case of the same person nor anybody of their team is given it."""
    cast = notes.cast
    cast.gita.team = None
    cast.gita.save()
    with notes.commits(execute=True):
        tell(cast, people=[about("", person=notes.case.person_id)], about_staff=[cast.sam])
    for days in (3, 2, 1):
        notes.note(cast.alice, days)
    owners = {pattern.task and pattern.task.owner for pattern in Pattern.objects.all()}
    assert owners == {cast.gita}  # Sam's team is that of all the others


def test_one_who_gets_a_conflict_later_loses_it_to_the_next(five: Notes) -> None:
    sam, pattern = five.cast.sam, Pattern.objects.get(rule="CUM1")
    Wall.objects.create(case=five.case, account=sam, reason="A relative.", raised_at=NOW)
    with pytest.raises(NotFound):
        queries.pattern(viewer=sam, pattern_id=pattern.pk, now=SOON)
    assert queries.patterns(viewer=sam, now=SOON) == []
    five.note(five.cast.alice, 1)
    pattern.refresh_from_db()
    assert pattern.task is not None
    assert pattern.task.owner == five.cast.gita
    old = Task.objects.get(about_id=pattern.pk, owner=sam)
    assert old.done_at is not None


def test_where_nobody_inside_may_take_it_it_waits_and_is_given_as_soon_as_somebody_is_there(
    five: Notes,
) -> None:
    cast, pattern = five.cast, Pattern.objects.get(rule="CUM1")
    for account in (cast.sam, cast.gita, cast.bea):
        Wall.objects.create(case=five.case, account=account, reason="A relative.", raised_at=NOW)
    five.note(cast.alice, 1)
    pattern.refresh_from_db()
    assert (pattern.state, pattern.task) == ("open", None)
    gwen = make_account("Gwen Other", cast.agency, "governance_lead")
    gwen.team = None
    gwen.save()
    looking.look_at_all(agency=cast.agency, now=SOON)
    pattern.refresh_from_db()
    assert pattern.task is not None
    assert pattern.task.owner == gwen


def test_joining_the_circle_is_a_step_of_its_own_with_its_reason(five: Notes) -> None:
    sam, pattern = five.cast.sam, Pattern.objects.get(rule="CUM1")
    CircleMember.objects.filter(account=sam).update(left_at=NOW)
    join = {"account": sam, "pattern_id": pattern.pk, "now": SOON}
    with pytest.raises(Invalid):
        operations.pattern_join(number=1, reason=" ", **join)
    with pytest.raises(NotFound):
        operations.pattern_join(number=2, reason="To see the whole.", **join)
    member = operations.pattern_join(number=1, reason="To see the whole.", **join)
    assert (member.relation, member.reason) == ("oversight", "To see the whole.")
    assert member.expires_at == SOON + timedelta(days=28)
    assert member.review_at == SOON + timedelta(days=14)
    asked = Task.objects.get(kind="circle_review", about_id=sam.pk)
    assert (asked.owner, asked.due_at) == (five.case.owner, member.review_at)
    line = ChronologyEntry.objects.filter(case=five.case).order_by("-line")[0]
    assert (line.section, line.recorded_by) == ("disclosure", sam)
    assert line.text.startswith("Sam Lead joined to read this case until 18 December 2026 at 11:00")
    assert line.text.endswith(": To see the whole.")
    with pytest.raises(NotFound):
        cases.case(viewer=sam, case_id=five.case.pk, now=SOON + timedelta(days=28))
    assert Sealed.objects.filter(case_id=five.case.pk, name="pattern").exists()


def test_a_restricted_case_shows_that_an_entry_is_there_and_no_more(five: Notes) -> None:
    sam, pattern = five.cast.sam, Pattern.objects.get(rule="CUM1")
    CircleMember.objects.filter(account=sam).update(left_at=NOW)
    five.case.restrictions = ["police_sensitive"]
    five.case.save()
    page = queries.pattern(viewer=sam, pattern_id=pattern.pk, now=SOON)
    assert [each.told for each in page.entries] == [None] * len(page.entries)
    with pytest.raises(ClosedSpace):
        operations.pattern_join(account=sam, pattern_id=pattern.pk, number=1, reason="x", now=SOON)


def test_a_sign_on_the_red_list_reaches_the_one_on_call_at_once(notes: Notes) -> None:
    notes.note(notes.cast.alice, 0, counted=[Mark(event="strangulation")])
    pattern = Pattern.objects.get(rule="CUM9")
    assert pattern.task is not None
    assert pattern.task.due_at == NOW + timedelta(minutes=15)
    assert notices_due(edge_of_settings()) == 1
    (sent,) = mail.outbox
    assert sent.to == [pattern.task.owner.email]
    assert "Mary" not in f"{sent.subject} {sent.body}"
    assert notices_due(edge_of_settings()) == 0
    assert not Delivery.objects.exists()


def test_what_a_rule_does_wrong_never_fails_what_is_recorded(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_arguments: Any) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(looking, "fired", wrong)
    notes.note(notes.cast.alice, 0, text="Kept all the same.")
    assert ChronologyEntry.objects.filter(text="Kept all the same.").exists()
    monkeypatch.setattr(looking, "gather", wrong)
    notes.note(notes.cast.alice, 0, text="And this.")
    assert ChronologyEntry.objects.filter(text="And this.").exists()
    assert rules() == []


def test_the_fault_of_one_rule_holds_up_no_other(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = patterns.fired

    def wrong(rule: Any, *arguments: Any) -> Any:
        if rule.id == "CUM1":
            raise RuntimeError("a defect")
        return right(rule, *arguments)

    monkeypatch.setattr(looking, "fired", wrong)
    night = notes.colleague("Nia Night", "Night team")
    for by, days in ((notes.cast.alice, 2), (night, 1), (night, 0)):
        notes.note(by, days)
    assert rules() == ["CUM2"]
    found = looking.look_at_all(agency=notes.cast.agency, now=NOW)
    assert found.failed == 1


def test_a_corrected_line_counts_as_its_correction_says(notes: Notes) -> None:
    for days in (3, 2):
        notes.note(notes.cast.alice, days)
    line = ChronologyEntry.objects.filter(markings__isnull=False).latest("line")
    chronology_correct(
        account=notes.cast.alice,
        case=notes.case,
        now=NOW,
        event_at=line.event_at,
        part=Part(text="It was another resident.", section="note"),
        corrects=line.pk,
    )
    notes.note(notes.cast.alice, 1)
    assert rules() == []


def test_the_same_member_of_staff_named_about_two_people_stays_unnamed_outside_their_circles(
    notes: Notes,
) -> None:
    cast = notes.cast
    hugo = make_account("Hugo Helper", cast.agency, "practitioner")
    hugo.team = None
    hugo.save()
    with notes.commits(execute=True):
        tell(cast, about_staff=[hugo])
    with notes.commits(execute=True):
        tell(
            cast,
            people=[about("Tom Tarn")],
            statements=[Said(text="Tom said he was pushed.")],
            about_staff=[hugo],
        )
    pattern = Pattern.objects.get(rule="CUM3")
    assert (pattern.person, pattern.says) == (
        None,
        "2 entries about 2 people name the same person or service, in 1 day",
    )
    CircleMember.objects.filter(account=cast.sam).update(left_at=NOW)
    page = queries.pattern(viewer=cast.sam, pattern_id=pattern.pk, now=SOON)
    assert [each.told for each in page.entries] == [None, None]
    assert {each.named for each in page.people} == {False}
    operations.pattern_join(
        account=cast.sam, pattern_id=pattern.pk, number=2, reason="To compare.", now=SOON
    )
    page = queries.pattern(viewer=cast.sam, pattern_id=pattern.pk, now=SOON)
    assert [each.named for each in page.people] == [False, True]


def test_a_victim_services_agency_takes_no_part_in_what_puts_people_together(
    notes: Notes,
) -> None:
    cast = notes.cast
    cast.agency.regimes = ["vawa"]
    cast.agency.save()
    hugo = make_account("Hugo Helper", cast.agency, "practitioner")
    for name in ("Tom Tarn", "Una Tarn"):
        with notes.commits(execute=True):
            tell(cast, people=[about(name, Mark(event="weapon"))], about_staff=[hugo])
    assert "CUM3" not in rules()
    assert rules().count("CUM9") == 2  # what is about one person protects there as well


def test_told_of_harm_again_after_refusing(notes: Notes) -> None:
    then = NOW - timedelta(days=30)
    talk(notes.cast, notes.case, REFUSED, now=then, held_at=then)
    for days in (20, 4):
        notes.note(
            notes.cast.alice, days, counted=(), section="concern", kind="reported", verbatim=True
        )
    assert "CUM4" in rules()
    entries = PatternEntry.objects.filter(pattern__rule="CUM4")
    assert [each.what for each in entries.order_by("event_at")] == ["refusal", "line", "line"]
