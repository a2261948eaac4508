"""The directory: who keeps an entry, whom to ring now, what is searched, and what is asked to be verified again, once."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from sharewell.agencies import directory
from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account, Function, Hours, NamedContact, Pathway
from sharewell.agencies.openings import Reach
from sharewell.agencies.tests.pact import Pact
from sharewell.cases.models import Task
from sharewell.followup.clocks import clocks_run
from sharewell.followup.entries import EntryChanged
from sharewell.followup.operations import (
    directory_verify,
    function_day_set,
    function_day_take_out,
    function_describe,
    named_contact_add,
    named_contact_change,
    named_contact_end,
    pathway_add,
    pathway_change,
    pathway_end,
)
from sharewell.followup.operations.directory import Person, Told
from sharewell.followup.operations.pathway import Way
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_account, make_agency, make_cast, make_function

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NIGHT = datetime(2026, 11, 21, 2, 0, tzinfo=NOW.tzinfo)  # a Saturday


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def desk_of(cast: Cast) -> Function:
    """A desk of the first agency itself, kept by its own administrator."""
    return make_function("Alder desk", cast.agency, "safeguarding_lead", cast.sam)


def describe(by: Account, of: Function, now: datetime = NOW, **changes: Any) -> Function:
    """What stands of a function, as somebody tells it now."""
    week = dict.fromkeys(range(5), "8:30 to 17:00")
    told: dict[str, Any] = {
        "phone": "01632 960 100",
        "out_of_hours_phone": "01632 960 101",
        "week": week,
        **changes,
    }
    seen = told.pop("seen", Function.objects.get(pk=of.pk).revision)
    return function_describe(account=by, function_id=of.pk, told=Told(**told), seen=seen, now=now)


def name(by: Account, of: Function, now: datetime = NOW, **changes: Any) -> NamedContact:
    """Somebody to ask for at a function."""
    said: dict[str, Any] = {"name": "Dee Desk", "phone": "01632 960 102", **changes}
    return named_contact_add(
        account=by,
        agency_id=of.agency_id,
        function_id=of.pk,
        person=Person(**said),
        form_key=uuid.uuid4(),
        now=now,
    )


def reach(viewer: Account, of: Function, now: datetime) -> Reach:
    return directory.entry(viewer=viewer, function_id=of.pk, now=now).row.reach


def test_at_two_in_the_morning_the_number_that_answers_is_shown(cast: Cast) -> None:
    desk = desk_of(cast)
    describe(cast.ada, desk)
    open_, closed = reach(cast.alice, desk, NOW), reach(cast.alice, desk, NIGHT)
    assert (open_.open_now, open_.phone) == (True, "01632 960 100")
    assert (closed.open_now, closed.phone) == (False, "01632 960 101")
    assert closed.opens_at == datetime(2026, 11, 23, 8, 30, tzinfo=NOW.tzinfo)
    describe(cast.ada, desk, week=dict.fromkeys(range(7), "all day"), on_holidays=True)
    assert reach(cast.alice, desk, NIGHT).phone == "01632 960 100"


def test_whom_an_agreement_names_for_the_night_comes_first(cast: Cast) -> None:
    pact = Pact(cast, cast.pat, NOW - DAY)
    pact.in_force()
    describe(cast.ada, cast.police)
    shown = directory.entry(viewer=cast.alice, function_id=cast.police.pk, now=NOW).row
    assert shown.standing.state == "in_force"
    assert shown.standing.ways
    night = shown.standing.night
    if night:
        assert reach(cast.alice, cast.police, NIGHT).phone == night.phone


def test_hours_that_nobody_entered_are_said_to_be_unsure(cast: Cast) -> None:
    assert not reach(cast.alice, cast.police, NOW).by_week


def test_a_holiday_and_a_day_of_its_own_close_what_the_week_opens(cast: Cast) -> None:
    desk = desk_of(cast)
    describe(cast.ada, desk)
    christmas = datetime(2026, 12, 25, 10, 0, tzinfo=NOW.tzinfo)
    assert reach(cast.alice, desk, christmas).open_now is False
    given: dict[str, Any] = {"account": cast.ada, "function_id": desk.pk, "now": NOW}
    function_day_set(day=date(2026, 12, 25), hours="9:00 to 12:00", note="Christmas", **given)
    assert reach(cast.alice, desk, christmas).open_now is True
    function_day_set(day=date(2026, 12, 25), hours="closed", **given)
    assert reach(cast.alice, desk, christmas).open_now is False
    function_day_take_out(day=date(2026, 12, 25), **given)
    assert not Hours.objects.exclude(day=None).exists()
    with pytest.raises(Invalid):
        function_day_set(day=date(2026, 11, 1), hours="closed", **given)


def test_what_is_searched_is_what_it_offers_its_names_and_its_place(cast: Cast) -> None:
    desk = desk_of(cast)
    describe(cast.ada, desk, offers=["tenancy"], others=["A bed"], area="Downshire, Upham")

    def found(**sought: Any) -> list[str]:
        rows = directory.search(viewer=cast.alice, now=NOW, **sought).rows
        return [each.function.name for each in rows]

    assert len(found()) == 2
    for words in ("alder", "Tenancy", "eviction", "a bed"):
        assert found(words=words) == ["Alder desk"], words
    assert found(offer="tenancy", place="upham") == ["Alder desk"]
    assert found(offer="tenancy", place="elsewhere") == []


def test_a_page_goes_on_where_the_last_ended(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "PAGE", 1)
    desk_of(cast)
    first = directory.search(viewer=cast.alice, now=NOW)
    second = directory.search(viewer=cast.alice, now=NOW, after=first.after)
    assert [row.function.name for row in (*first.rows, *second.rows)] == [
        "Alder desk",
        cast.police.name,
    ]
    assert second.after is None


def test_the_list_asks_the_same_number_of_questions_however_long(
    cast: Cast, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    del django_assert_num_queries
    for number in range(5):
        agency = make_agency(f"cedar-{number}", f"Cedar {number}", kind="charity")
        describe(cast.ada, make_function("Desk", agency, "housing"))
    with django_assert_max_num_queries(8):
        assert len(directory.search(viewer=cast.alice, now=NOW).rows) == 6


def test_another_nation_sees_nothing_of_it(cast: Cast) -> None:
    far = make_agency("loch-care", "Loch Care", kind="charity", jurisdiction="scotland")
    iona = make_account("Iona Far", far, "administrator")
    assert directory.search(viewer=iona, now=NOW).rows == ()
    with pytest.raises(NotFound):
        directory.entry(viewer=iona, function_id=cast.police.pk, now=NOW)
    with pytest.raises(NotFound):
        describe(iona, cast.police)


def test_an_agency_keeps_its_own_and_what_nobody_else_keeps(cast: Cast) -> None:
    describe(cast.ada, cast.police)  # nobody of the police keeps a directory here
    make_account("Paula Police", cast.police_agency, "administrator")
    with pytest.raises(NotAllowed):
        describe(cast.ada, cast.police)
    with pytest.raises(NotAllowed):
        describe(cast.alice, desk_of(cast))


def test_of_two_who_write_the_second_is_told(cast: Cast) -> None:
    desk = desk_of(cast)
    describe(cast.ada, desk, phone="1", seen=1)
    with pytest.raises(EntryChanged):
        describe(cast.bea, desk, phone="2", seen=1)
    assert Function.objects.get(pk=desk.pk).phone == "1"
    contact = name(cast.ada, desk)
    named_contact_change(
        account=cast.ada,
        contact_id=contact.pk,
        person=Person(name="Al", phone="3"),
        seen=1,
        now=NOW,
    )
    with pytest.raises(EntryChanged):
        named_contact_change(
            account=cast.bea,
            contact_id=contact.pk,
            person=Person(name="Cy", phone="4"),
            seen=1,
            now=NOW,
        )


def test_where_messages_go_is_not_changed_from_the_directory(cast: Cast) -> None:
    desk = desk_of(cast)
    describe(cast.ada, desk)
    after = Function.objects.get(pk=desk.pk)
    assert (after.email, after.code_email, after.name) == (desk.email, desk.code_email, desk.name)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"week": {0: "mornings"}}, "week_0"),
        ({"offers": ["nothing"]}, "offers"),
        ({"others": ["x"] * 13}, "others"),
    ],
)
def test_what_cannot_be_kept_is_named_and_changes_nothing(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    desk = desk_of(cast)
    with pytest.raises(Invalid) as refused:
        describe(cast.ada, desk, **changes)
    assert list(refused.value.errors) == [field]
    assert Function.objects.get(pk=desk.pk).revision == 1


def test_a_contact_is_reached_somehow_and_stays_in_the_log_when_it_ends(cast: Cast) -> None:
    desk = desk_of(cast)
    with pytest.raises(Invalid):
        name(cast.ada, desk, phone="")
    contact = name(cast.ada, desk)
    named_contact_end(account=cast.ada, contact_id=contact.pk, now=NOW)
    assert directory.entry(viewer=cast.alice, function_id=desk.pk, now=NOW).contacts == ()
    kinds = [json.loads(bytes(each.data))["kind"] for each in Entry.objects.all()]
    assert {"named_contact.added", "named_contact.ended"} <= set(kinds)


def test_what_was_verified_long_ago_is_asked_for_again_once_until_it_is(cast: Cast) -> None:
    desk = desk_of(cast)
    describe(cast.ada, desk)
    name(cast.ada, desk)
    Function.objects.exclude(pk=desk.pk).update(verified_on=None)
    clocks_run(NOW + 180 * DAY)
    assert not Task.objects.filter(kind="directory_verify").exists()
    late = NOW + 181 * DAY
    for _ in range(3):
        clocks_run(late)
    task = Task.objects.get(kind="directory_verify")
    assert (task.owner, task.about_id, task.agency) == (cast.ada, desk.pk, cast.agency)
    shown = directory.entry(viewer=cast.alice, function_id=desk.pk, now=late)
    assert shown.row.verified == "stale"
    held = Function.objects.get(pk=desk.pk)
    directory_verify(account=cast.bea, entry_id=desk.pk, seen=held.revision, now=late)
    task.refresh_from_db()
    assert task.done_by == cast.bea
    shown = directory.entry(viewer=cast.alice, function_id=desk.pk, now=late)
    assert shown.row.verified == "verified"
    assert [state for _, state in shown.contacts] == ["verified"]
    clocks_run(late + DAY)
    assert Task.objects.filter(kind="directory_verify").count() == 1
    clocks_run(late + 182 * DAY)
    assert Task.objects.filter(kind="directory_verify").count() == 2


def test_an_entry_of_a_partner_without_keepers_goes_to_one_who_keeps_it(cast: Cast) -> None:
    describe(cast.ada, cast.police)
    clocks_run(NOW + 181 * DAY)
    assert Task.objects.get(kind="directory_verify").owner == cast.ada


def test_while_one_task_waits_no_second_is_opened(cast: Cast) -> None:
    desk = desk_of(cast)
    describe(cast.ada, desk)
    Function.objects.exclude(pk=desk.pk).update(verified_on=None)
    clocks_run(NOW + 181 * DAY)
    Function.objects.filter(pk=desk.pk).update(verify_asked_at=None)  # as an import leaves it
    clocks_run(NOW + 182 * DAY)
    assert Task.objects.filter(kind="directory_verify").count() == 1


def test_what_was_never_verified_says_so_and_asks_nobody(cast: Cast) -> None:
    Function.objects.update(verified_on=None)
    clocks_run(NOW + 400 * DAY)
    assert not Task.objects.filter(kind="directory_verify").exists()
    assert directory.search(viewer=cast.alice, now=NOW).rows[0].verified == "never"


def test_to_verify_what_was_changed_meanwhile_is_refused(cast: Cast) -> None:
    desk = desk_of(cast)
    describe(cast.ada, desk)
    with pytest.raises(EntryChanged):
        directory_verify(account=cast.ada, entry_id=desk.pk, seen=1, now=NOW)


def write(by: Account, cast: Cast, now: datetime = NOW, **changes: Any) -> Pathway:
    """What to do when somebody may lose their home."""
    given: dict[str, Any] = {
        "title": "A tenancy at risk",
        "need": "tenancy",
        "ladder": "adult",
        "level": "concern",
        "steps": [("Ask the person", None), ("Ring the desk", cast.police.pk)],
        **changes,
    }
    return pathway_add(
        account=by,
        agency_id=cast.agency.pk,
        way=Way(**given),
        form_key=uuid.uuid4(),
        now=now,
    )


def test_a_pathway_keeps_its_steps_in_order_and_stands_where_it_leads(cast: Cast) -> None:
    made = write(cast.ada, cast)
    steps = [(each.place, each.words, each.function) for each in made.steps.all()]
    assert steps == [(1, "Ask the person", None), (2, "Ring the desk", cast.police)]
    shown = directory.entry(viewer=cast.alice, function_id=cast.police.pk, now=NOW)
    assert shown.pathways == (made,)
    way = Way(title="Another", need="tenancy", steps=[("Wait", None)])
    pathway_change(account=cast.bea, pathway_id=made.pk, way=way, seen=1, now=NOW)
    with pytest.raises(EntryChanged):
        pathway_change(account=cast.ada, pathway_id=made.pk, way=way, seen=1, now=NOW)
    with pytest.raises(NotAllowed):
        pathway_change(account=cast.alice, pathway_id=made.pk, way=way, seen=2, now=NOW)
    pathway_end(account=cast.ada, pathway_id=made.pk, now=NOW)
    assert directory.pathways(viewer=cast.alice, now=NOW) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"need": "nothing"}, "need"),
        ({"level": "nothing"}, "level"),
        ({"steps": []}, "step_1"),
        ({"steps": [("x", None)] * 9}, "step_1"),
    ],
)
def test_a_pathway_that_cannot_be_kept_is_refused(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        write(cast.ada, cast, **changes)
    assert list(refused.value.errors) == [field]
    assert not Pathway.objects.exists()


def test_a_pathway_is_asked_to_be_verified_after_a_year(cast: Cast) -> None:
    made = write(cast.ada, cast)
    clocks_run(NOW + 365 * DAY)
    assert not Task.objects.filter(kind="directory_verify").exists()
    for _ in range(2):
        clocks_run(NOW + 366 * DAY)
    assert Task.objects.get(kind="directory_verify").about_id == made.pk
    directory_verify(account=cast.ada, entry_id=made.pk, seen=1, now=NOW + 366 * DAY)
    assert not Task.objects.filter(kind="directory_verify", done_at=None).exists()
