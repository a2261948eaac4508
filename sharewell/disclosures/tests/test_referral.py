"""A question that the rules leave to a person: its decider, the limit, the deputy; and overruling."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Duty, RoleHeld
from sharewell.cases.models import Task
from sharewell.cases.oversight import Outside
from sharewell.disclosures import operations, queries
from sharewell.disclosures.models import Disclosure, Referral
from sharewell.disclosures.operations.decide import NeverOverruled
from sharewell.disclosures.operations.refer import AlreadyDecided, NotReferred
from sharewell.disclosures.operations.send import NotShareable
from sharewell.disclosures.standing import Conflicted
from sharewell.disclosures.tests.world import REFUSED, World
from sharewell.ledger.models import Entry
from sharewell.testing import make_account, put_on_duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Serious harm, a refusal, and one override fact that nobody knows: the rules refer it."""
    world = World()
    world.facts(
        harm="serious",
        others_at_risk="none",
        serious_crime="unknown",
        undue_influence="unknown",
        position_of_trust="false",
        source_has_care_needs="false",
        legal_demand="none",
        reporting_duty="none",
    )
    world.talk(REFUSED)
    return world


@pytest.fixture
def draft(world: World) -> Disclosure:
    return world.draft(
        "exploitation_concern",
        "adult_social_care",
        consent_reason="She may not be free to say yes.",
    )


def refer(world: World, draft: Disclosure, **more: Any) -> Referral:
    draft.refresh_from_db()
    given = {
        "account": world.cast.alice,
        "disclosure_id": draft.pk,
        "version": draft.version,
        "question": "Is she free to refuse?",
        "now": world.now,
        **more,
    }
    referral = operations.disclosure_refer(**given)
    assert isinstance(referral, Referral)
    return referral


def decide(world: World, referral: Referral, **more: Any) -> Disclosure:
    given = {
        "account": world.cast.sam,
        "referral_id": referral.pk,
        "answer": "share",
        "grounds": ["undue_influence"],
        "reason": "She looks to him before each answer.",
        "not_reputation": True,
        "now": world.now,
        **more,
    }
    return operations.referral_decide(**given)


def test_an_unknown_override_fact_is_referred_with_its_questions(
    world: World, draft: Disclosure
) -> None:
    """The decider is named, and the facts to find out are listed."""
    decision = world.preview(draft).decision
    assert decision.outcome == "refer"
    assert decision.decider == "safeguarding_lead"
    assert decision.decide_within_hours == 1
    assert "undue_influence" in decision.questions
    with pytest.raises(NotShareable):
        world.send(draft)


def test_the_decider_has_an_hour_at_serious_harm(world: World, draft: Disclosure) -> None:
    """The question, its owner, its clock; it waits on the decider's home page."""
    referral = refer(world, draft)
    assert referral.decider == world.cast.sam
    assert referral.due_at == world.now + timedelta(hours=1)
    assert Task.objects.get(kind="referral_decide", done_at=None).owner == world.cast.sam
    waiting = queries.waiting(viewer=world.cast.sam, now=world.now)
    assert [each.pk for each in waiting.to_decide] == [referral.pk]
    draft.refresh_from_db()
    assert draft.state == "referred"


def test_the_decider_says_share_and_the_sender_sends(world: World, draft: Disclosure) -> None:
    """A person's answer stands before the rule's, is named in the decision, and never cites consent."""
    referral = refer(world, draft)
    before = Entry.objects.count()
    decide(world, referral)
    assert Entry.objects.count() == before + 1
    shown = world.preview(draft)
    assert shown.judged.outcome == "refer"
    assert shown.decision.outcome == "share"
    assert shown.authority == "referral"
    assert not shown.decision.consent_relied_on
    assert shown.message is not None
    sent = world.send(draft)
    assert sent.state == "sent"
    assert (sent.decision or {})["outcome"] == "share"
    assert sent.authority == "referral"


def test_the_decider_says_no_and_a_review_is_set(world: World, draft: Disclosure) -> None:
    """Not sharing is recorded with its ground and comes back within a day at serious harm."""
    referral = refer(world, draft)
    held = decide(world, referral, answer="not_share", grounds=["below_threshold"])
    assert held.state == "not_shared"
    assert held.review_at is not None
    assert held.review_at <= world.now + timedelta(hours=24)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"grounds": []}, "grounds"),
        ({"grounds": ["free_refusal"]}, "grounds"),  # no ground for sharing
        ({"not_reputation": False}, "not_reputation"),
        ({"reason": ""}, "reasons"),
        ({"answer": "perhaps"}, "answer"),
    ],
)
def test_an_answer_has_grounds_words_and_the_declaration(
    world: World, draft: Disclosure, change: dict[str, Any], field: str
) -> None:
    """The organisation's reputation is no reason, and the decider says so."""
    referral = refer(world, draft)
    with pytest.raises(Invalid) as refused:
        decide(world, referral, **change)
    assert field in refused.value.errors


def test_only_its_decider_or_deputy_answers_and_once(world: World, draft: Disclosure) -> None:
    referral = refer(world, draft)
    with pytest.raises(NotAllowed):
        decide(world, referral, account=world.cast.bea)
    with pytest.raises(NotFound):
        decide(world, referral, account=world.cast.stranger)
    decide(world, referral)
    before = Entry.objects.count()
    decide(world, referral)
    assert Entry.objects.count() == before
    with pytest.raises(AlreadyDecided):
        decide(world, referral, answer="not_share", grounds=["below_threshold"])


def test_one_whom_it_is_about_is_passed_over(world: World, draft: Disclosure) -> None:
    """Where the lead is concerned, the question goes to somebody else."""
    world.case.concerns.get().concern.about_staff.add(world.cast.sam)
    referral = refer(world, draft)
    assert referral.decider != world.cast.sam
    assert referral.deputy != world.cast.sam
    Referral.objects.filter(pk=referral.pk).update(deputy=world.cast.sam)
    with pytest.raises(NotFound):
        decide(world, referral)


def test_nobody_decides_about_their_own_team(world: World, draft: Disclosure) -> None:
    """A colleague of the one it is about still stands in the circle, and cannot close the question."""
    referral = refer(world, draft)
    world.cast.sam.team = world.cast.stranger.team
    world.cast.sam.save()
    world.case.concerns.get().concern.about_staff.add(world.cast.stranger)
    with pytest.raises(Conflicted):
        decide(world, referral, answer="not_share", grounds=["below_threshold"])
    with pytest.raises(Conflicted):
        overrule(world, draft)


def pass_on(world: World, referral: Referral) -> Referral:
    return operations.referral_pass_on(referral_id=referral.pk, now=world.now)


def test_at_serious_harm_it_passes_to_on_call_and_then_to_the_next(
    world: World, draft: Disclosure
) -> None:
    """Nobody waits for one person: an hour each, the on-call manager first, then the deputy."""
    Duty.objects.filter(kind="on_call_manager").delete()
    put_on_duty(world.cast.bea, "on_call_manager")
    second = make_account("Lena Lead", world.cast.agency, "safeguarding_lead")
    referral = refer(world, draft)
    assert (referral.decider, referral.deputy) == (world.cast.sam, second)
    assert pass_on(world, referral).passed_on_at is None
    for who in (world.cast.bea, second):
        world.wait(hours=1)
        passed = pass_on(world, referral)
        assert (passed.deputy, passed.passed_on_at) == (who, world.now)
        assert passed.due_at == world.now + timedelta(hours=1)
        assert Task.objects.get(kind="referral_decide", done_at=None).owner == who
        before = Entry.objects.count()
        pass_on(world, referral)
        assert Entry.objects.count() == before
    assert decide(world, referral, account=second).state == "draft"


def test_it_stays_with_the_last_where_nobody_is_left(world: World, draft: Disclosure) -> None:
    """Everybody who could decide has had it: whoever has it keeps it, and no entry repeats itself."""
    referral = refer(world, draft)
    world.wait(hours=1)
    last = pass_on(world, referral).deputy
    assert last == world.cast.gita
    world.wait(hours=1)
    before = Entry.objects.count()
    assert pass_on(world, referral).deputy == last
    assert Entry.objects.count() == before
    assert decide(world, referral, account=last).state == "draft"


def test_where_nobody_inside_may_decide_it_is_asked_outside(
    world: World, draft: Disclosure
) -> None:
    """Nobody holds a role or a duty: the question is kept, and the sender is told whom to ring."""
    Duty.objects.all().delete()
    RoleHeld.objects.exclude(account=world.cast.alice).delete()
    given = {"account": world.cast.alice, "disclosure_id": draft.pk, "now": world.now}
    for _ in range(2):
        draft.refresh_from_db()
        found = operations.disclosure_refer(
            version=draft.version, question="Is she free to refuse?", **given
        )
    task = Task.objects.waiting().get(kind="referral_ring_outside")
    assert isinstance(found, Outside)
    assert (task.owner, task.note) == (world.cast.alice, found.says)
    draft.refresh_from_db()
    assert draft.state == "draft"
    line = world.case.chronology.latest("line").text
    assert line.endswith("is asked. Is she free to refuse?")
    lea = make_account("Lea New", world.cast.agency, "manager", in_team=False)
    assert refer(world, draft).decider == lea


@pytest.mark.parametrize("why", ["conflicted", "less_harm"])
def test_it_passes_to_the_deputy_where_on_call_may_not_or_need_not_decide(
    world: World, draft: Disclosure, why: str
) -> None:
    """One on whose service it bears is passed over, and below serious harm the deputy comes first."""
    Duty.objects.filter(kind="on_call_manager").delete()
    second = make_account("Lena Lead", world.cast.agency, "safeguarding_lead")
    put_on_duty(world.cast.bea, "on_call_manager")
    referral = refer(world, draft)
    if why == "conflicted":
        world.cast.bea.team = None
        world.cast.bea.save()
        world.case.concerns.get().concern.about_staff.add(world.cast.bea)
    else:
        world.facts(harm="concern")
    world.wait(hours=1)
    assert pass_on(world, referral).deputy == second


def test_what_is_not_referred_cannot_be_put_to_a_decider(world: World, draft: Disclosure) -> None:
    world.facts(undue_influence="true")
    with pytest.raises(NotReferred):
        refer(world, draft)


def overrule(world: World, draft: Disclosure, **more: Any) -> Disclosure:
    draft.refresh_from_db()
    given = {
        "account": world.cast.sam,
        "disclosure_id": draft.pk,
        "version": draft.version,
        "reason": "Two colleagues heard him threaten her; waiting is the greater risk.",
        "now": world.now,
        **more,
    }
    return operations.disclosure_overrule(**given)


def test_the_lead_overrules_a_hold_with_a_reason_and_evidence(
    world: World, draft: Disclosure
) -> None:
    """The rules said hold; a named person said share, and both are kept."""
    world.facts(harm="concern", serious_crime="false", undue_influence="false")
    assert world.preview(draft).decision.outcome == "hold"
    before = Entry.objects.count()
    overrule(world, draft)
    assert Entry.objects.count() == before + 1
    shown = world.preview(draft)
    assert (shown.judged.outcome, shown.decision.outcome) == ("hold", "share")
    assert shown.authority == "overrule"
    assert world.send(draft).state == "sent"


def test_an_overrule_holds_only_for_what_it_saw(world: World, draft: Disclosure) -> None:
    """A later conversation with the person asks anew."""
    world.facts(harm="concern", serious_crime="false", undue_influence="false")
    overrule(world, draft)
    world.wait(hours=1)
    world.talk(REFUSED, reason="fear_of_consequences")
    assert world.preview(draft).decision.outcome == "hold"


def test_a_refusal_is_never_overruled(world: World, draft: Disclosure) -> None:
    """What may not go to this recipient goes on nobody's word."""
    world.edit(draft, alleged_source="true")
    assert world.preview(draft).decision.outcome == "refuse"
    with pytest.raises(NeverOverruled):
        overrule(world, draft)
    with pytest.raises(NotShareable):
        world.send(draft)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("alice", NotAllowed), ("bea", NotAllowed), ("stranger", NotFound), ("olu", NotFound)],
)
def test_only_the_lead_or_the_on_call_manager_overrules(
    world: World, draft: Disclosure, who: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        overrule(world, draft, account=getattr(world.cast, who))


def test_a_stale_page_overrules_nothing(world: World, draft: Disclosure) -> None:
    world.edit(draft, rationale="Changed meanwhile.")
    with pytest.raises(Conflict):
        overrule(world, draft, version=1)


def test_an_answer_for_one_recipient_goes_to_no_other(world: World, draft: Disclosure) -> None:
    """What somebody decided about one desk and purpose cannot be carried to another afterwards."""
    decide(world, refer(world, draft))
    for change in ({"recipient": world.desk("police").pk}, {"purpose": "safeguarding_enquiry"}):
        with pytest.raises(Invalid):
            world.edit(draft, **change)
    assert world.send(draft).recipient == world.desk("adult_social_care")


def test_an_overrule_for_one_recipient_goes_to_no_other(world: World, draft: Disclosure) -> None:
    world.facts(harm="concern", serious_crime="false", undue_influence="false")
    overrule(world, draft)
    with pytest.raises(Invalid) as refused:
        world.edit(draft, recipient=world.desk("police").pk)
    assert "recipient" in refused.value.errors
    world.edit(draft, recipient=draft.recipient_id, rationale="In other words.")


def test_one_deciders_answer_is_not_anothers(world: World, draft: Disclosure) -> None:
    """Where the question has become the privacy officer's, the lead's answer does not stand for it."""
    referral = refer(world, draft)
    decide(world, referral)
    Referral.objects.filter(pk=referral.pk).update(decider_role="privacy_officer")
    shown = world.preview(draft)
    assert (shown.judged.decider, shown.decision.outcome) == ("safeguarding_lead", "refer")
