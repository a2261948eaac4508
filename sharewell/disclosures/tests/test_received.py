"""What another agency tells us stands in the chronology with its caveats, and goes no further than they let it."""

from __future__ import annotations

import uuid

import pytest

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.cases import queries
from sharewell.cases.models import Case, Caveat, FieldEntry, Task
from sharewell.cases.operations import caveat_agree, caveat_set, field_record
from sharewell.cases.queries.pages import EXTRACT
from sharewell.cases.records import Known
from sharewell.disclosures.models import Disclosure, InformationReceived, Packet, PacketPart
from sharewell.disclosures.operations import (
    disclosure_correct,
    disclosure_open_by_partner,
    disclosure_recall,
)
from sharewell.disclosures.operations.received import Replaced, Somebody
from sharewell.disclosures.received import Recalled
from sharewell.disclosures.tests.taking import ROLE, lines, take, their_case, to_birch, told
from sharewell.disclosures.tests.world import World
from sharewell.ledger.models import Entry
from sharewell.testing import make_account
from sharewell.web.staff.words import line_words

pytestmark = pytest.mark.django_db
OBSERVED = "concern.observed"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def sent(world: World) -> Disclosure:
    return to_birch(world)


@pytest.fixture
def case(world: World) -> Case:
    return their_case(world.cast, world.now)


def entries(kind: str) -> int:
    return sum(kind.encode() in bytes(each.data) for each in Entry.objects.all())


def bruise(sent: Disclosure) -> str:
    """Words that the message told."""
    parts = (sent.message or {})["fields"]
    return next(each["text"] for each in parts if each["field"] == OBSERVED)


def extract(world: World, case: Case, text: str) -> None:
    """Choose the line that holds these words for the extract that messages carry."""
    line = case.chronology.get(text__contains=text)
    owner = case.owner
    field_record(
        account=owner,
        case=case,
        now=world.now,
        entries=[Known(field=EXTRACT, items=[line_words(line)])],
    )


def recall(world: World, sent: Disclosure) -> None:
    disclosure_recall(
        account=world.cast.alice,
        disclosure_id=sent.pk,
        reason="Meant for another desk.",
        aware_at=world.now,
        now=world.now,
    )


def correct(world: World, sent: Disclosure) -> Disclosure:
    new = disclosure_correct(
        account=world.cast.alice,
        disclosure_id=sent.pk,
        right={OBSERVED: "The bruise was on the arm."},
        leave_out=[],
        reason="Misheard.",
        now=world.now,
    )
    return world.send(new)


# --- A message of the inbox ---------------------------------------------------------------------


def test_a_message_is_one_line_in_the_words_of_its_sender(
    world: World, sent: Disclosure, case: Case
) -> None:
    made = take(world, sent, case)
    line = made.line
    assert (line.section, line.kind, line.about_id) == ("received", "reported", made.pk)
    assert line.event_at == sent.sent_at
    assert line.source_role.startswith("Alice Practitioner")
    assert line.source_role.endswith("Alder Care")
    message = sent.message or {}
    for part in message["fields"]:
        assert (f"{part['label']}" in line.text) == bool(part["text"]), part["field"]
        assert part["text"] in line.text
    for says in message["handling"]:
        assert says in line.text
    assert entries("received.taken") == 1


def test_it_is_taken_into_a_case_once(world: World, sent: Disclosure, case: Case) -> None:
    first = take(world, sent, case)
    again = take(world, sent, case, form_key=uuid.uuid4())
    assert first == again
    assert len(lines(case)) == 1
    other = their_case(world.cast, world.now, "Tom Quill")
    assert take(world, sent, other) != first, "one message may be about two people"


def test_its_sender_is_asked_before_it_is_passed_on(
    world: World, sent: Disclosure, case: Case
) -> None:
    made = take(world, sent, case, caveats=["do_not_tell"])
    kinds = set(Caveat.objects.filter(entry=made.line).values_list("kind", flat=True))
    assert {"originator", "do_not_tell"} <= kinds
    assert all(each.stays for each in queries.line_caveats(case)[made.line.pk])


def test_whom_not_to_tell_and_third_parties_become_caveats_by_themselves(
    world: World, sent: Disclosure, case: Case
) -> None:
    message = sent.message or {}
    message["do_not_tell"] = ["her brother"]
    message["fields"][0]["kind"], message["fields"][0]["text"] = "third_party", "The brother said."
    Disclosure.objects.filter(pk=sent.pk).update(message=message)
    made = take(world, sent, case)
    kinds = set(Caveat.objects.filter(entry=made.line).values_list("kind", flat=True))
    assert kinds == {"originator", "third_party", "do_not_tell"}
    assert "Do not tell: her brother." in made.line.text
    assert "from somebody else" in made.line.text


def test_only_who_opened_it_and_may_write_in_the_case_takes_it(
    world: World, sent: Disclosure, case: Case
) -> None:
    desk = world.desks[ROLE]
    clerk = make_account("Cleo Clerk", world.cast.other_agency, "partner")
    una = make_account("Una Unopened", world.cast.other_agency, "practitioner")
    desk.staff.add(clerk, una)
    disclosure_open_by_partner(account=clerk, disclosure_id=sent.pk, now=world.now)
    with pytest.raises(NotFound):
        take(world, sent, case, account=una)
    with pytest.raises(NotAllowed):
        take(world, sent, case, account=clerk)
    disclosure_open_by_partner(account=una, disclosure_id=sent.pk, now=world.now)
    with pytest.raises(NotFound):
        take(world, sent, case, account=una)
    with pytest.raises(NotFound):
        take(world, sent, world.case, account=world.cast.olu)
    with pytest.raises(NotFound):
        take(world, sent, world.case, account=world.cast.alice)
    assert not InformationReceived.objects.exists()


def test_a_new_concern_holds_what_was_told_in_its_line_alone(
    world: World, sent: Disclosure
) -> None:
    key = uuid.uuid4()
    nell = Somebody(name="Nell Quill", subject_kind="adult")
    made = take(world, sent, None, somebody=nell, form_key=key)
    assert made.case.owner == world.cast.olu
    assert made.case.person.name == "Nell Quill"
    fields = FieldEntry.objects.filter(case=made.case)
    assert bruise(sent) not in " ".join([*fields.values_list("text", flat=True)])
    others = made.case.chronology.exclude(pk=made.line.pk).values_list("text", flat=True)
    assert bruise(sent) not in " ".join(others)
    assert take(world, sent, None, somebody=nell, form_key=key) == made, "the same form, sent twice"
    with pytest.raises(Invalid):
        take(world, sent, None)


def test_its_words_are_held_in_sharing_until_its_sender_agrees(world: World) -> None:
    """What Alder Care told Birch Homes reaches the police only once Alder Care has said so."""
    sent = to_birch(world)
    case = their_case(world.cast, world.now)
    take(world, sent, case)
    extract(world, case, bruise(sent))
    under = queries.caveated(case)
    assert queries.must_ask(under, "police") == {EXTRACT}
    caveat = Caveat.objects.get(kind="originator")
    given = {"who": "Alice", "how": "phone", "agreed_at": world.now, "now": world.now}
    caveat_agree(account=world.cast.olu, caveat=caveat, recipient_role="police", **given)
    assert not queries.must_ask(queries.caveated(case), "police")


# --- Taken back, or corrected -------------------------------------------------------------------


def test_what_is_taken_back_leaves_the_chronology_and_all_that_goes(
    world: World, sent: Disclosure, case: Case
) -> None:
    made = take(world, sent, case)
    words = bruise(sent)
    extract(world, case, words)
    world.wait(hours=1)
    recall(world, sent)
    made.refresh_from_db()
    assert made.state == "recalled"
    every = " ".join(case.chronology.values_list("text", flat=True))
    assert words not in every
    assert made.line.text.startswith("Taken back by Alder Care on ")
    assert "took back what it had told us" in lines(case)[-1].text
    assert lines(case)[-1].corrects == made.line
    for entry in FieldEntry.objects.filter(case=case, field=EXTRACT):
        assert words not in " ".join(entry.items)
    found = queries.chronology_search(
        viewer=world.cast.olu, now=world.now, words="bruise flinched", case_id=case.pk
    )
    assert not found.lines
    task = Task.objects.get(kind="received_ended")
    assert (task.owner, task.case) == (world.cast.olu, case)
    with pytest.raises(Recalled):
        take(world, sent, case)


def test_a_corrected_message_is_marked_and_goes_no_further(
    world: World, sent: Disclosure, case: Case
) -> None:
    made = take(world, sent, case)
    words = bruise(sent)
    extract(world, case, words)
    world.wait(hours=1)
    new = correct(world, sent)
    made.refresh_from_db()
    assert made.state == "corrected"
    mark = lines(case)[-1]
    assert mark.corrects == made.line
    assert mark.text.startswith("Alder Care corrected what it had told us on ")
    assert words in made.line.text, "what we were told then stays, marked as corrected"
    known = queries.known_fields(case)[EXTRACT]
    assert (known.items, known.unknown) == ([], "unknown")
    with pytest.raises(Replaced):
        take(world, sent, their_case(world.cast, world.now, "Tom"))
    disclosure_open_by_partner(account=world.cast.olu, disclosure_id=new.pk, now=world.now)
    newer = take(world, new, case)
    assert newer.line.corrects == mark
    assert "on the arm" in newer.line.text


def test_the_words_of_a_packet_lose_what_is_taken_back(
    world: World, sent: Disclosure, case: Case
) -> None:
    made = take(world, sent, case)
    packet = Packet.objects.create(
        agency=case.agency,
        template="any",
        opened_at=world.now,
        opened_by=case.owner,
        form_key=uuid.uuid4(),
    )
    words = {EXTRACT: f"First: {made.line.text}", "views.short": "She wants to stay."}
    part = PacketPart.objects.create(
        packet=packet, case=case, answers=words, added_at=world.now, added_by=case.owner
    )
    recall(world, sent)
    part.refresh_from_db()
    assert (part.answers, part.version) == ({"views.short": "She wants to stay."}, 2)


def test_taking_back_the_old_one_leaves_the_new_one(
    world: World, sent: Disclosure, case: Case
) -> None:
    take(world, sent, case)
    world.wait(hours=1)
    new = correct(world, sent)
    disclosure_open_by_partner(account=world.cast.olu, disclosure_id=new.pk, now=world.now)
    newer = take(world, new, case)
    recall(world, sent)
    newer.refresh_from_db()
    assert newer.state == "stands"
    assert "on the arm" in newer.line.text
    assert bruise(sent) not in " ".join(case.chronology.values_list("text", flat=True))


# --- By a way outside Sharewell -----------------------------------------------------------------


def test_what_came_by_telephone_says_from_whom_how_checked_and_how_sure(world: World) -> None:
    made = told(world, checked_how="called_back", checked_words="01632 960100, Sgt Hill")
    line = made.line
    assert (line.section, line.source_role) == (
        "received",
        "PC Lamb, missing persons, Downshire Police",
    )
    assert line.text.startswith("By telephone. Who they are was checked: rung back")
    assert "(01632 960100, Sgt Hill). Untested source.\nHe has a gun." in line.text
    assert entries("received.recorded") == 1
    unchecked = told(world)
    assert "Who they are was not checked." in unchecked.line.text
    assert told(world, form_key=unchecked.form_key) == unchecked, "the same form, sent twice"
    assert len(lines(world.case)) == 2


def test_what_is_missing_is_said_by_field(world: World) -> None:
    wrong = {"office": "", "who": " ", "way": "pigeon", "grading": "", "text": ""}
    with pytest.raises(Invalid) as refused:
        told(world, **wrong, conditions="Never by e-mail", checked_how="called_back")
    assert {*refused.value.errors} == {*wrong, "caveats", "checked_words"}
    with pytest.raises(Invalid):
        told(world, caveats=["nonsense"])
    assert not lines(world.case)


def test_only_who_may_write_in_the_case_records_it(world: World) -> None:
    for by in (world.cast.stranger, world.cast.olu, world.cast.pat):
        with pytest.raises(NotFound):
            told(world, by=by)


def test_what_the_person_is_not_to_be_told_is_kept_from_them_and_from_copies(
    world: World,
) -> None:
    """Also in danger: the way that opens then leads to those who can act, and never to the family."""
    told(world, caveats=["do_not_tell"], text="He will be arrested on Friday.")
    extract(world, world.case, "He will be arrested")
    under = queries.caveated(world.case)
    assert queries.must_ask(under, "family_carer") == {EXTRACT}
    assert queries.must_ask(under, "person_themself") == {EXTRACT}
    assert not queries.must_ask(under, "police")
    assert all(each.stays for of in queries.line_caveats(world.case).values() for each in of)
    world.know(concern__observed="He will be arrested on Friday.")
    given = {"account": world.cast.alice, "case": world.case, "now": world.now}
    caveat_set(**given, kind="do_not_tell", originator="PC Lamb", field=OBSERVED)
    for harm, role in (("serious", "family_carer"), ("immediate", "family_carer")):
        world.facts(harm=harm, others_at_risk="none", undue_influence="false")
        preview = world.preview(world.draft("immediate_safety", role))
        assert "arrested on Friday" not in preview.message_bytes.decode()
