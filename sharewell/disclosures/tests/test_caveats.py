"""Caveats in the way out: withheld until the originator agrees, never in the way in immediate danger."""

from __future__ import annotations

from typing import Any

import pytest

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.cases import queries
from sharewell.cases.models import Caveat, OriginatorAgreement
from sharewell.cases.operations import (
    caveat_agree,
    caveat_lift,
    caveat_set,
    circle_invite,
)
from sharewell.cases.operations.caveat import CaveatLifted
from sharewell.cases.records import Known, add_chronology, record_fields
from sharewell.disclosures import assemble
from sharewell.disclosures.assemble import Preview
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import UNSAFE_TO_ASK, World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db
FIELD = "concern.observed"
WORDS = "The Marac heard of a knife."


@pytest.fixture
def world() -> World:
    world = World()
    world.facts(harm="serious", undue_influence="true", others_at_risk="none")
    world.talk(UNSAFE_TO_ASK)
    known = Known(field=FIELD, text=WORDS, kind="reported")
    record_fields(case=world.case, entries=[known], now=world.now, by=world.cast.alice)
    return world


@pytest.fixture
def draft(world: World) -> Disclosure:
    return world.draft("protection_planning", "police", ask="Please see her alone.")


def put(world: World, **changes: Any) -> Caveat:
    given = {"account": world.cast.alice, "case": world.case, "kind": "marac", "now": world.now}
    about = {} if "entry" in changes else {"field": FIELD}
    return caveat_set(**{**given, **about, "originator": "Housing, Ms Vale", **changes})


def agree(world: World, caveat: Caveat, **changes: Any) -> OriginatorAgreement:
    given = {"account": world.cast.alice, "caveat": caveat, "recipient_role": "police"}
    said = {"who": "Ms Vale", "how": "phone", "agreed_at": world.now, "now": world.now}
    return caveat_agree(**{**given, **said, **changes})


def shown(world: World, draft: Disclosure) -> Preview:
    draft = Disclosure.objects.get(pk=draft.pk)
    return assemble.preview(viewer=world.cast.alice, disclosure_id=draft.pk, now=world.now)


def goes(preview: Preview) -> str:
    assert preview.message is not None
    return preview.message_bytes.decode()


def test_without_a_caveat_it_goes(world: World, draft: Disclosure) -> None:
    assert WORDS in goes(shown(world, draft))


def test_under_a_caveat_it_is_withheld_with_its_reason(world: World, draft: Disclosure) -> None:
    put(world)
    preview = shown(world, draft)
    assert WORDS not in goes(preview)
    assert preview.withheld[FIELD] == "caveat"


def test_once_the_originator_agreed_it_goes_to_them_with_its_label(
    world: World, draft: Disclosure
) -> None:
    caveat = put(world, conditions="By hand only")
    agree(world, caveat, recipient_role="housing")
    assert WORDS not in goes(shown(world, draft)), "they agreed to another kind of recipient"
    agree(world, caveat)
    preview = shown(world, draft)
    assert WORDS in goes(preview)
    assert preview.message is not None
    said = " ".join(preview.message.handling)
    assert "From a MARAC" in said
    assert "From Housing, Ms Vale. By hand only" in said
    assert FIELD not in preview.withheld


def test_a_caveat_that_only_labels_travels_and_holds_nothing_up(
    world: World, draft: Disclosure
) -> None:
    put(world, kind="police_permitted", originator="PC Lane")
    preview = shown(world, draft)
    assert WORDS in goes(preview)
    assert "handling code P" in goes(preview)


def test_in_immediate_danger_it_is_a_warning_only(world: World, draft: Disclosure) -> None:
    put(world)
    world.facts(harm="immediate")
    preview = shown(world, draft)
    assert preview.decision.step == "0"
    assert WORDS in goes(preview)
    assert "From a MARAC" in goes(preview)


def test_what_is_recorded_of_the_field_later_is_under_it_too(
    world: World, draft: Disclosure
) -> None:
    caveat = put(world)
    known = Known(field=FIELD, text="A knife was heard of.", kind="reported")
    record_fields(case=world.case, entries=[known], now=world.now, by=world.cast.alice)
    assert "knife" not in goes(shown(world, draft))
    caveat_lift(account=world.cast.alice, caveat=caveat, reason="Said in court", now=world.now)
    assert "knife" in goes(shown(world, draft))
    with pytest.raises(CaveatLifted):
        agree(world, caveat)


def test_a_field_asked_for_by_name_is_withheld_too(world: World, draft: Disclosure) -> None:
    put(world)
    Disclosure.objects.filter(pk=draft.pk).update(extra_fields=[FIELD])
    assert WORDS not in goes(shown(world, draft))


def test_a_line_of_the_extract_under_a_caveat_holds_the_extract(world: World) -> None:
    line = add_chronology(
        case=world.case, now=world.now, by=world.cast.alice, section="note", text=WORDS
    )
    other = Known(field="chronology.extract", items=["20 November 2026 (observed): She rang."])
    record_fields(case=world.case, entries=[other], now=world.now, by=world.cast.alice)
    put(world, entry=line)
    assert queries.caveated(world.case) == {}
    mine = Known(field="chronology.extract", items=[f"20 November 2026 (reported): {WORDS}"])
    record_fields(case=world.case, entries=[mine], now=world.now, by=world.cast.alice)
    assert set(queries.caveated(world.case)) == {"chronology.extract"}
    waits = queries.must_ask(queries.caveated(world.case), "police")
    assert waits == {"chronology.extract"}


def test_each_act_leaves_one_entry_and_the_agreement_is_a_line(world: World) -> None:
    before = Entry.objects.count()
    caveat = put(world)
    agree(world, caveat)
    caveat_lift(account=world.cast.alice, caveat=caveat, reason="Said in court", now=world.now)
    assert Entry.objects.count() == before + 3
    newest = world.case.chronology.latest("line")
    assert newest.text.startswith("Ms Vale agreed")
    assert newest.source_role == "Housing, Ms Vale"


@pytest.mark.parametrize(
    "changes", [{"kind": "rumour"}, {"originator": " "}, {"field": "no.such"}, {"field": ""}]
)
def test_a_caveat_names_its_kind_its_originator_and_what_it_stands_on(
    world: World, changes: dict[str, str]
) -> None:
    with pytest.raises(Invalid):
        put(world, **changes)
    assert not Caveat.objects.exists()


def test_outside_the_circle_and_without_casework_nothing_can_be_done(world: World) -> None:
    caveat = put(world)
    with pytest.raises(NotFound):
        put(world, account=world.cast.stranger)
    with pytest.raises(NotFound):
        queries.caveat(viewer=world.cast.stranger, caveat_id=caveat.pk, now=world.now)
    circle_invite(
        account=world.cast.alice,
        case=world.case,
        member=world.cast.gita,
        now=world.now,
        reason="Advice",
    )
    for act in (put, lambda w, **c: agree(w, caveat, **c)):
        with pytest.raises(NotAllowed):
            act(world, account=world.cast.gita)
