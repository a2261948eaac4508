"""Every word of a case, in every answer to everybody: it comes out only where its reader may have it.

Words found nowhere else stand in each free text of a case and in each field of the catalogue. Each of the cast
fetches every address in both ways of asking, seeks those words, and makes mistakes; what comes out is held
against who they are. New columns and new addresses take part by themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from sharewell import packs
from sharewell.agencies.models import Account, Team
from sharewell.agencies.queries import policy_for
from sharewell.cases import operations as cases
from sharewell.cases.models import Case, ChronologyEntry, Wall, WitnessAccount
from sharewell.core.policy import Policy
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import AGREED, World
from sharewell.testing import sign_in
from tests.endpoints import ENDPOINTS
from tests.markers import WORD, plant
from tests.stage import set_stage
from tests.test_endpoints import url

pytestmark = pytest.mark.django_db
OUTSIDE = ("stranger", "olu", "ada", "ivo", "hana", "gita")
DESK = "adult_social_care"


@pytest.fixture
def stage() -> tuple[World, dict[str, Any], dict[str, str]]:
    """The world, the values of addresses, and where each word stands."""
    world, values = set_stage()
    return world, values, plant(world.case)


def answers(
    account: Account | None,
    values: dict[str, Any],
    words: list[str],
    *,
    reads_only: bool = False,
) -> Iterator[tuple[str, str]]:
    """All that comes back to somebody: name of the address and method, and status line, headers and body."""
    client = sign_in(Client(), account) if account else Client()
    for endpoint in ENDPOINTS:
        address = url(endpoint, values)
        given = {"words": words[0], "name": words[0], "q": words[0], "text": words[0]}
        for method in ["GET"] if reads_only else endpoint.methods.split():
            if method not in endpoint.methods:
                continue
            post = method == "POST"
            response = client.post(address, given) if post else client.generic(method, address)
            yield f"{endpoint.name} {method}", f"{response.headers} {text_of(response)}"
            if endpoint.name == "account_logout":
                client = sign_in(Client(), account) if account else Client()


def text_of(response: Any) -> str:
    """The body as text, also of a file."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return str(body.decode("utf-8", errors="replace"))


def leaks(said: str, asked: str) -> set[str]:
    """The planted words in what was said, without the one that was asked for and is only repeated."""
    return set(WORD.findall(said)) - {asked}


def test_those_outside_are_shown_no_word_of_a_case(
    stage: tuple[World, dict[str, Any], dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    world, values, stands = stage
    asked = next(iter(stands))
    caplog.set_level(logging.DEBUG)
    for who in (*OUTSIDE, "nobody"):
        account = None if who == "nobody" else getattr(world.cast, who)
        for where, said in answers(account, values, [asked]):
            found = leaks(said, asked)
            assert not found, (who, where, [stands.get(word) for word in found])
    assert not WORD.findall(caplog.text.replace(asked, "")), "a word of the case is in the log"
    sent = [f"{each.subject} {each.body}" for each in mail.outbox]
    assert not [each for each in sent if WORD.search(each)]


@pytest.mark.parametrize("restriction", [*packs.restrictions(), "closed", "allegation"])
def test_no_restriction_lets_a_word_out(
    stage: tuple[World, dict[str, Any], dict[str, str]], restriction: str
) -> None:
    world, values, stands = stage
    whole = {"closed": {"state": "closed"}, "allegation": {"kind": "allegation"}}
    Case.objects.filter(pk=world.case.pk).update(
        **whole.get(restriction, {"restrictions": [restriction]})
    )
    for who in ("stranger", "gita"):
        for where, said in answers(getattr(world.cast, who), values, ["nothing"], reads_only=True):
            found = WORD.findall(said)
            assert not found, (who, where, [stands.get(word) for word in found])


@pytest.mark.parametrize(("who", "by"), [("alice", "account"), ("bea", "team")])
def test_one_walled_off_is_shown_no_word_of_what_they_own_or_received(
    stage: tuple[World, dict[str, Any], dict[str, str]], who: str, by: str
) -> None:
    world, values, stands = stage
    account = getattr(world.cast, who)
    team = Team.objects.create(agency=world.cast.agency, name="Night")
    Account.objects.filter(pk=account.pk).update(team=team)
    off: dict[str, Any] = {"account": account} if by == "account" else {"team": team}
    Wall.objects.create(case=world.case, reason="Named in it", raised_at=world.now, **off)
    for where, said in answers(account, values, ["nothing"]):
        found = WORD.findall(said)
        assert not found, (where, [stands.get(word) for word in found])


APART = ("stranger", "gita", "hana", "ada")
SIGNED = {"alice": "zqsign00001qz", "uma": "zqsign00002qz"}
ADDED = "zqsign00003qz"


def ask_witnesses(world: World, closed: Case, uma: Account) -> dict[str, Any]:
    """Three are asked what they saw; the ids of their accounts."""
    given: dict[str, Any] = {"account": world.cast.sam, "case": closed, "now": world.now}
    asked = {
        name: cases.witness_ask(question="What?", witness=account, **given).pk
        for name, account in (("uma", uma), ("gita", world.cast.gita))
    }
    return {"alice": WitnessAccount.objects.get(witness=world.cast.alice).pk, **asked}


def plant_closed(world: World, closed: Case, ids: dict[str, Any], uma: Account) -> dict[str, str]:
    """Words in every row of the closed space, then in what its witnesses sign: signed, nothing is written there."""
    given: dict[str, Any] = {"account": world.cast.sam, "case": closed, "now": world.now}
    cases.evidence_secure(
        **given,
        kind="rota",
        what="The rota",
        secured=True,
        secured_by="Sam",
        secured_at=world.now,
        held_where="Safe",
    )
    stands = plant(closed, 50_000)
    for name, account in (("alice", world.cast.alice), ("uma", uma)):
        signs: dict[str, Any] = {"account": account, "witness_id": ids[name], "now": world.now}
        cases.witness_sign(text=f"I saw {SIGNED[name]}", signed_as=name, **signs)
        stands[SIGNED[name]] = f"signed by {name}"
    cases.witness_add(
        account=world.cast.alice,
        witness_id=ids["alice"],
        now=world.now,
        text=ADDED,
        signed_as="alice",
    )
    stands[ADDED] = "added by alice"
    return stands


def test_the_closed_space_and_what_witnesses_signed_are_for_those_who_look_after_it(
    stage: tuple[World, dict[str, Any], dict[str, str]],
) -> None:
    """Neither the named, their team, the owner of the person's case nor another witness is shown a word."""
    world, values, _ = stage
    closed = Case.objects.get(pk=values["closed:case_id"])
    uma = Account.objects.get(pk=values["member_id"])
    ids = ask_witnesses(world, closed, uma)
    stands = plant_closed(world, closed, ids, uma)
    # The person's own case is planted with it; its lines are for those who read that one.
    beside = ChronologyEntry.objects.filter(case__person=closed.person_id).exclude(case=closed)
    for text in beside.values_list("text", flat=True):
        stands.pop(text, None)
    values |= {"case_id": closed.pk}
    people = {name: getattr(world.cast, name) for name in ("sam", "alice", "bea", *APART)}
    seen: dict[str, set[str]] = {}
    for who, account in {**people, "uma": uma}.items():
        said = [words for _, words in answers(account, values, ["nothing"], reads_only=True)]
        client = sign_in(Client(), account)
        said += [text_of(client.get(reverse("witness_account", args=[pk]))) for pk in ids.values()]
        seen[who] = {
            stands[word] for words in said for word in WORD.findall(words) if word in stands
        }
    assert {f"signed by {name}" for name in SIGNED} | {"added by alice"} <= seen["sam"]
    assert {"evidencekept.what", "allegationfacts.alleged"} <= seen["sam"]
    own = {"witnessaccount.question", "person.name"}
    assert seen["alice"] <= {"signed by alice", "added by alice", *own}
    assert seen["uma"] <= {"signed by uma", *own} - {"person.name"}
    assert seen["gita"] <= {"witnessaccount.question"}
    for who in {"bea", *APART} - {"gita"}:
        assert not seen[who], who


def test_the_circle_is_shown_most_words_and_every_field(
    stage: tuple[World, dict[str, Any], dict[str, str]],
) -> None:
    """Or else the words would not be found where they leak either."""
    world, values, stands = stage
    seen: set[str] = set()
    for who in ("alice", "sam", "bea"):
        for _, said in answers(getattr(world.cast, who), values, ["nothing"]):
            seen |= set(WORD.findall(said))
    never = {stands[word] for word in set(stands) - seen}
    assert never & set(policy_for(world.case.agency).fields) <= {"attachment"}
    assert not {each for each in never if each.startswith(("chronologyentry", "safecontact"))}
    assert len(seen) > 0.59 * len(stands), sorted(never)


def test_a_partner_is_shown_only_the_fields_of_their_dataset(
    stage: tuple[World, dict[str, Any], dict[str, str]],
) -> None:
    world, values, stands = stage
    sent = disclose(world)
    policy = policy_for(world.case.agency)
    cell = policy.cell(DESK, "protection_planning")
    assert cell is not None
    values = {**values, "sent:disclosure_id": sent.pk, "disclosure_id": sent.pk}
    reader = world.desk(DESK).staff.get()
    seen: set[str] = set()
    for _, said in answers(reader, values, ["nothing"]):
        seen |= set(WORD.findall(said))
    fields = {stands[word] for word in seen}
    assert fields, "the message shows nothing of what is recorded"
    for id_ in fields:
        field = policy.fields.get(id_)
        assert field is not None, f"{id_} is no field of a message"
        assert min(tiers_of(policy, id_)) <= min(cell.tier, 2), id_
        assert DESK not in field.never, id_
        assert not field.only or DESK in field.only, id_
        assert cell.only is None or id_ in cell.only, id_
        assert id_ not in cell.without, id_


def tiers_of(policy: Policy, id_: str) -> list[int]:
    """The tier of a field, and those to which a row of the catalogue may move it."""
    return [policy.fields[id_].tier, *(tier for of, _, tier in policy.tier_rows if of == id_)]


def disclose(world: World) -> Disclosure:
    """What Nell agreed to, sent to adult social care."""
    world.facts(harm="serious")
    world.talk(AGREED, covers_recipients=[DESK], covers_purposes=["protection_planning"])
    return world.send(world.draft("protection_planning", DESK))
