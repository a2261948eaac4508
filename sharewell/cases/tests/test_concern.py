"""Raising a concern: who gets it, what each case gets, and what never happens."""

from __future__ import annotations

import uuid

import pytest

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account, Duty, RoleHeld, Sealed, Team
from sharewell.cases import queries
from sharewell.cases.models import Case, CaseRead, CircleMember, Concern, Task, Wall
from sharewell.cases.operations import concern_raise, concern_triage
from sharewell.cases.operations.concern import AlreadyRaised
from sharewell.cases.operations.triage import AlreadyTriaged
from sharewell.cases.records import REFERENCE_LETTERS, ConflictOfInterest
from sharewell.cases.telling import Circumstances, PersonTold, Said
from sharewell.cases.tests.told import LATER, MARY, TOM, open_case, raise_concern
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_account, make_cast, put_on_duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def circle_of(case: Case) -> set[str]:
    return {
        member.account.name for member in CircleMember.objects.standing(LATER).filter(case=case)
    }


def test_a_concern_goes_to_the_manager_on_duty_with_a_clock(cast: Cast) -> None:
    concern = raise_concern(cast)
    task = Task.objects.get(about_id=concern.id)
    assert concern.received_by == task.owner == cast.bea
    assert task.kind == "concern_triage"
    assert task.due_at > NOW


def test_immediate_danger_has_the_shorter_clock_and_is_a_fact_of_the_case(cast: Cast) -> None:
    concern = raise_concern(cast, immediate_danger=True)
    task = Task.objects.get(about_id=concern.id)
    assert task.kind == "concern_triage_immediate"
    assert (task.due_at - NOW).total_seconds() <= 15 * 60
    assert queries.facts(concern.on_cases.get().case)["harm"] == "immediate"


def test_the_circle_is_raiser_manager_and_safeguarding_lead(cast: Cast) -> None:
    assert circle_of(open_case(cast)) == {"Alice Practitioner", "Bea Manager", "Sam Lead"}


def test_a_concern_about_the_manager_on_duty_goes_to_somebody_else(cast: Cast) -> None:
    concern = raise_concern(cast, about_staff=[cast.bea])
    case = concern.on_cases.get().case
    assert concern.received_by == cast.sam
    assert "Bea Manager" not in circle_of(case)
    assert queries.facts(case)["position_of_trust"] == "true"
    with pytest.raises(NotFound):
        queries.concern(viewer=cast.bea, concern_id=concern.id, now=NOW)


def test_one_who_raises_a_concern_about_themself_does_not_read_or_own_it(cast: Cast) -> None:
    concern = raise_concern(cast, about_staff=[cast.alice])
    case = concern.on_cases.get().case
    assert case.owner == cast.sam  # Bea manages the team that Alice works in
    assert circle_of(case) == {"Sam Lead"}
    with pytest.raises(NotFound):
        queries.concern(viewer=cast.alice, concern_id=concern.id, now=NOW)


def test_a_concern_about_everybody_who_could_take_it_is_kept_and_says_whom_to_ring(
    cast: Cast,
) -> None:
    concern = raise_concern(cast, about_staff=[cast.bea, cast.sam, cast.gita])
    assert concern.received_by is None
    task = Task.objects.get(about_id=concern.pk)
    assert (task.kind, task.owner) == ("concern_ring_outside", cast.alice)
    assert task.note == concern.outside["says"]
    assert concern.outside["phone"] in task.note
    assert circle_of(concern.on_cases.get().case) == {"Alice Practitioner"}
    assert circle_of(concern.allegation.case) == set()


def test_with_nobody_on_duty_and_no_lead_a_concern_goes_to_a_manager_else_outside(
    cast: Cast,
) -> None:
    """No rota and no lead stop nobody who has something to say."""
    Duty.objects.all().delete()
    RoleHeld.objects.exclude(account__in=[cast.alice, cast.bea]).delete()
    assert raise_concern(cast).received_by == cast.bea
    RoleHeld.objects.filter(account=cast.bea).delete()
    concern = raise_concern(cast)
    assert concern.received_by is None
    task = Task.objects.get(about_id=concern.pk)
    assert (task.kind, task.owner) == ("concern_ring_outside", cast.alice)
    assert concern.outside["phone"] in task.note
    case = concern.on_cases.get().case
    assert (case.owner, case.manager) == (cast.alice, cast.alice)


def test_a_concern_about_one_in_the_circle_of_the_case_opens_a_case_of_its_own(cast: Cast) -> None:
    first = open_case(cast)
    known = PersonTold(key="1", person_id=first.person_id)
    second = raise_concern(cast, people=[known], about_staff=[cast.bea]).on_cases.get().case
    assert second != first
    assert second.person == first.person
    assert "Bea Manager" not in circle_of(second)


def test_a_second_concern_about_a_known_person_joins_the_open_case(cast: Cast) -> None:
    first = open_case(cast)
    known = PersonTold(key="1", person_id=first.person_id)
    assert raise_concern(cast, people=[known]).on_cases.get().case == first
    names = first.field_entries.filter(field="subject.name")
    assert names.count() == 1


def test_a_person_outside_the_viewers_view_cannot_be_chosen(cast: Cast) -> None:
    case = open_case(cast)
    with pytest.raises(NotFound):
        raise_concern(cast, account=cast.stranger, people=[PersonTold(person_id=case.person_id)])


def test_each_person_gets_only_what_was_said_of_them_or_of_everyone(cast: Cast) -> None:
    concern = raise_concern(
        cast,
        people=[MARY, TOM],
        statements=[
            Said(text="The door was broken."),
            Said(text="Mary held her arm.", about="1"),
            Said(text="Tom had not eaten.", about="2"),
            Said(text="He said I am hungry", kind="reported", verbatim=True, about="2"),
            Said(text="Tom is small for his age.", kind="opinion", about="2"),
        ],
    )
    mary, tom = [each.case for each in concern.on_cases.order_by("id")]
    seen_of_mary = [entry.text for entry in mary.chronology.order_by("line")]
    assert seen_of_mary == ["The door was broken.", "Mary held her arm."]
    fields = queries.known_fields(mary)
    assert "Tom" not in "".join(entry.text for entry in fields.values())
    assert "concern.verbatim" not in fields
    of_tom = queries.known_fields(tom)
    assert of_tom["concern.observed"].text == "The door was broken.\nTom had not eaten."
    assert of_tom["concern.verbatim"].text == "“He said I am hungry”"
    assert of_tom["subject.birth_date"].text == "about 9 years old on 20 November 2026"


def test_what_evidence_holds_of_each_person_can_be_erased_apart(cast: Cast) -> None:
    concern = raise_concern(
        cast, people=[MARY, TOM], statements=[Said(text="Only of Tom", about="2")]
    )
    mary, tom = [each.case for each in concern.on_cases.order_by("id")]
    assert b"Only of Tom" not in bytes(Sealed.objects.get(case_id=mary.id).content)
    assert b"Only of Tom" in bytes(Sealed.objects.get(case_id=tom.id).content)


def test_an_opinion_never_becomes_an_observed_fact(cast: Cast) -> None:
    case = open_case(
        cast,
        statements=[
            Said(text="A bruise."),
            Said(text="I think her son did it.", kind="opinion"),
            Said(text="The son shouts at night.", kind="reported", source_role="neighbour"),
        ],
    )
    observed = queries.known_fields(case)["concern.observed"]
    assert "son did it" not in observed.text
    assert "Reported (neighbour): The son shouts at night." in observed.text
    assert observed.kind == "reported"
    assert case.chronology.get(text="I think her son did it.").kind == "opinion"


def test_the_fields_carry_kind_source_role_and_event_time(cast: Cast) -> None:
    seen = NOW.replace(hour=8)
    case = open_case(
        cast,
        circumstances=Circumstances(
            happened_at=seen, place="the day room", for_name="Bob", for_role="bank worker"
        ),
        statements=[Said(text="Shouting."), Said(text="Please ring.", part="ask")],
    )
    fields = queries.known_fields(case)
    assert fields["concern.when_where"].text == "20 November 2026, 08:00; the day room"
    assert (fields["ask"].source_role, fields["ask"].event_at) == ("bank worker", seen)
    assert fields["referrer.identity"].text == "Bob, bank worker, Alder Care"


def test_the_same_form_twice_is_one_concern_and_one_entry(cast: Cast) -> None:
    key = uuid.uuid4()
    entries = Entry.objects.count()
    assert raise_concern(cast, form_key=key) == raise_concern(cast, form_key=key)
    assert Concern.objects.count() == 1
    assert Entry.objects.count() == entries + 1


def test_other_words_under_the_same_key_are_refused_not_lost(cast: Cast) -> None:
    key = uuid.uuid4()
    raise_concern(cast, form_key=key)
    with pytest.raises(AlreadyRaised):
        raise_concern(cast, form_key=key, statements=[Said(text="And more.")])


def test_a_moment_to_come_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        raise_concern(cast, circumstances=Circumstances(happened_at=LATER))
    assert "happened_at" in refused.value.errors


@pytest.mark.parametrize("who", ["ada", "ivo", "gita", "hana", "pat"])
def test_only_casework_roles_raise_concerns(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        raise_concern(cast, account=getattr(cast, who))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"people": []}, "people"),
        ({"people": [MARY, MARY]}, "people"),
        ({"people": [PersonTold(name=" ", subject_kind="adult")]}, "people"),
        ({"people": [PersonTold(name="Mary", subject_kind="cat")]}, "people"),
        ({"statements": []}, "statements"),
        ({"statements": [Said(text="x", kind="rumour")]}, "statements"),
        ({"statements": [Said(text="x", about="9")]}, "statements"),
        ({"statements": [Said(text="x" * 8001)]}, "statements"),
    ],
)
def test_a_telling_that_cannot_be_understood_is_refused_by_field(
    cast: Cast, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        raise_concern(cast, **changes)
    assert field in refused.value.errors
    assert not Concern.objects.exists()


def test_references_are_unambiguous_and_differ(cast: Cast) -> None:
    references = {open_case(cast).reference for _ in range(5)}
    assert len(references) == 5
    assert {letter for each in references for letter in each} <= {*REFERENCE_LETTERS, "-"}
    assert not {"0", "O", "1", "I"} & set(REFERENCE_LETTERS)


def test_a_concern_is_read_by_raiser_receiver_and_circle_only(cast: Cast) -> None:
    concern = raise_concern(cast)
    for viewer in (cast.alice, cast.bea, cast.sam):
        told = queries.concern(viewer=viewer, concern_id=concern.id, now=NOW)
        assert told.concern == concern
    for viewer in (cast.stranger, cast.olu, cast.ada, cast.ivo, cast.gita, cast.pat):
        with pytest.raises(NotFound):
            queries.concern(viewer=viewer, concern_id=concern.id, now=NOW)
    assert CaseRead.objects.filter(what="concern").count() == 3


def test_one_in_the_circle_of_one_case_reads_nothing_of_the_other(cast: Cast) -> None:
    concern = raise_concern(
        cast,
        people=[MARY, TOM],
        statements=[Said(text="of Mary", about="1"), Said(text="of Tom", about="2")],
    )
    mary = concern.on_cases.order_by("id")[0].case
    CircleMember.objects.create(case=mary, account=cast.gita, relation="invited", joined_at=NOW)
    told = queries.concern(viewer=cast.gita, concern_id=concern.id, now=NOW)
    assert [said.text for said in told.statements] == ["of Mary"]
    assert [each.case for each in told.on_cases] == [mary]


def test_triage_names_an_owner_judges_harm_and_closes_the_task(cast: Cast) -> None:
    concern = raise_concern(cast)
    concern_triage(
        account=cast.bea,
        concern_id=concern.id,
        now=LATER,
        owner=cast.stranger,
        harm="serious",
        note="Visit today.",
    )
    case = concern.on_cases.get().case
    case.refresh_from_db()
    assert case.owner == cast.stranger
    assert "Alice Practitioner" in circle_of(case)
    assert "Stan Stranger" in {m.account.name for m in CircleMember.objects.standing(LATER)}
    assert queries.facts(case)["harm"] == "serious"
    task = Task.objects.get(about_id=concern.id, kind="concern_triage")
    assert (task.done_by, task.outcome) == (cast.bea, "Visit today.")
    taken_up = Task.objects.get(about_id=concern.id, kind="concern_passed_on")
    assert (taken_up.owner, taken_up.done_at) == (cast.stranger, None)


def test_triage_twice_tells_the_second_that_it_was_done(cast: Cast) -> None:
    concern = raise_concern(cast)
    answer = {
        "concern_id": concern.id,
        "now": LATER,
        "owner": cast.alice,
        "harm": "unknown",
        "note": "Read.",
    }
    concern_triage(account=cast.bea, **answer)
    with pytest.raises(AlreadyTriaged):
        concern_triage(account=cast.sam, **answer)


def test_triage_never_gives_the_case_to_one_it_is_about(cast: Cast) -> None:
    concern = raise_concern(cast, about_staff=[cast.stranger])
    with pytest.raises(ConflictOfInterest):
        concern_triage(
            account=cast.sam,
            concern_id=concern.id,
            now=LATER,
            owner=cast.stranger,
            harm="unknown",
            note="Read.",
        )


def test_triage_is_for_managers_and_leads(cast: Cast) -> None:
    concern = raise_concern(cast)
    with pytest.raises(NotAllowed):
        concern_triage(
            account=cast.alice,
            concern_id=concern.id,
            now=LATER,
            owner=cast.alice,
            harm="unknown",
            note="Read.",
        )


def test_the_first_manager_without_a_conflict_receives_it(cast: Cast) -> None:
    second = make_account("Moe Manager", cast.agency, "manager", in_team=False)
    put_on_duty(second, "manager_on_duty", rank=2)
    assert raise_concern(cast, about_staff=[cast.bea]).received_by == second


def test_staff_of_another_agency_cannot_be_named(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        raise_concern(cast, about_staff=[cast.olu])
    assert "about_staff" in refused.value.errors


def test_raise_is_keyword_only() -> None:
    with pytest.raises(TypeError):
        concern_raise(1)


def test_who_raised_it_reads_what_they_wrote_where_their_team_is_walled_off(cast: Cast) -> None:
    concern = raise_concern(cast)
    case = concern.on_cases.get().case
    team = Team.objects.create(agency=cast.agency, name="Night")
    Account.objects.filter(pk__in=[cast.alice.pk, cast.bea.pk]).update(team=team)
    alice, bea = (Account.objects.get(pk=each.pk) for each in (cast.alice, cast.bea))
    Wall.objects.create(case=case, team=team, reason="A colleague is named", raised_at=NOW)
    assert queries.concern(viewer=alice, concern_id=concern.pk, now=NOW).statements
    with pytest.raises(NotFound):
        queries.concern(viewer=bea, concern_id=concern.pk, now=NOW)
    Wall.objects.create(case=case, account=alice, reason="Named in it", raised_at=NOW)
    with pytest.raises(NotFound):
        queries.concern(viewer=alice, concern_id=concern.pk, now=NOW)
