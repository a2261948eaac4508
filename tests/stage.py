"""One case with something of everything in it, so that every address has a thing it is about."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from sharewell.agencies.models import (
    Account,
    AgreementSignature,
    AgreementVersion,
    Site,
    SiteLead,
)
from sharewell.agencies.operations import site_lead_appoint, site_register
from sharewell.agencies.tests.pact import PAPER, Pact
from sharewell.cases.models import (
    Case,
    Caveat,
    Concern,
    ContactWord,
    GlassBreak,
    GlassSearch,
    Merge,
    Person,
    PrivateAttempt,
    PrivatePlan,
)
from sharewell.cases.operations import (
    alleged_add,
    caveat_set,
    circle_invite,
    decider_add,
    handover_give,
    household_add,
    identifier_add,
    name_add,
    need_add,
    private_attempt_record,
    private_plan_make,
    relation_add,
    witness_ask,
)
from sharewell.cases.operations.alleged import AllegedTold
from sharewell.cases.operations.private import Tried
from sharewell.cases.people import TABLES
from sharewell.cases.queries import field_rows
from sharewell.cases.records import open_case, open_task
from sharewell.cases.tests.told import raise_concern
from sharewell.disclosures.models import Attachment, Disclosure, Referral, Threshold
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.tests.answers import give, visit
from sharewell.disclosures.tests.stage import make_desk, make_file, make_sent
from sharewell.disclosures.tests.world import World
from sharewell.followup.models import Pattern, PatternEntry, PatternReview
from sharewell.testing import make_account
from tests.stages import STAGES

NAME = "Nell Quill"


def set_stage() -> tuple[World, dict[str, Any]]:
    """Return the world of the tests, and a value for each parameter of an address.

    A plain name is about a draft of Alice's; ``sent:`` about what was sent to Pat's desk, ``linked:`` about
    what was sent to a desk that opens it by link.
    """
    now = timezone.now() - timedelta(minutes=5)
    world = World(now=now)
    draft = world.draft("protection_planning", "adult_social_care")
    sent = make_sent(world.cast, now, world.cast.police, case=world.case)
    disclosure_open_by_partner(account=world.cast.pat, disclosure_id=sent.pk, now=now)
    give(world.cast.pat, sent, now, "accept", words="We start", actions=[visit(now)])
    give(world.cast.pat, sent, now, "ask_more")
    linked = make_sent(world.cast, now, make_desk(code_email=""), case=world.case)
    task = open_task(
        agency=world.cast.agency,
        kind="consent_ask",
        owner=world.cast.alice,
        now=now,
        case=world.case,
    )
    concern = Concern.objects.get()
    values = {
        **without_rows(),
        "concern_id": concern.pk,
        "case_id": world.case.pk,
        "word_id": make_word(world, now).pk,
        "plan_id": see_alone(world, now).pk,
        "entry_id": world.case.chronology.earliest("id").pk,
        "task_id": task.pk,
        "member_id": invite(world, now).pk,
        "caveat_id": put_caveat(world, now).pk,
        "number": field_rows(world.case)[0].number,
        "disclosure_id": draft.pk,
        "sent:disclosure_id": sent.pk,
        "linked:disclosure_id": linked.pk,
        "attachment_id": make_file(draft, now, approved=False).pk,
        "sent:attachment_id": make_file(sent, now).pk,
        "referral_id": refer(world, sent).pk,
        "access_id": break_glass(world).pk,
        "threshold_id": Threshold.objects.create(disclosure=draft, kind="other").pk,
        "handover_id": hand_over(world),
        "pattern_id": come_together(world, concern).pk,
        **agreements(world, now),
        **allegation(world, now),
        **people(world, now),
        **sites(world, now),
    }
    values.update(item for each in STAGES for item in each.values(world, now, sent).items())
    return world, values


def sites(world: World, now: datetime) -> dict[str, Any]:
    """A site of the agency, to which a second lead is appointed; Alice's team works elsewhere."""
    given: dict[str, Any] = {"now": now, "actor": world.cast.ada}
    site = site_register(agency=world.cast.agency, name="North", kind="region", **given)
    lead = make_account("Norah North", world.cast.agency, "safeguarding_lead", in_team=False)
    appointment = site_lead_appoint(site=site, account=lead, **given)
    return {"site_id": site.pk, "lead_id": appointment.pk}


def people(world: World, now: datetime) -> dict[str, Any]:
    """Who belongs to the person of the case; another case beside it, one of an unborn child, one taken in."""
    cast, given = world.cast, {"account": world.cast.alice, "case": world.case, "now": now}
    other, unborn, taken_in = (beside(world, name, now) for name in ("Dora", "Baby", "Nellie"))
    Person.objects.filter(pk=unborn.person_id).update(subject_kind="child", unborn=True)
    name = name_add(**given, kind="known_as", name="Nelly")
    need_add(**given, kind="interpreter", detail="Polish")
    decider_add(**given, kind="deputy", name="Dee", evidence="Order", contact="By post")
    identifier_add(**given, kind="nhs", number="450 557 7104")
    relation_add(**given, kind="friend", name="Fay", note="Rings on Sundays")
    member = household_add(**given, kind="child", name="Tom", subject_kind="child", age=4)
    alleged_add(
        **given,
        told=AllegedTold(
            kind="other", name="Joe", relation="neighbour", access="Has a key", work="School bus"
        ),
    )
    Case.objects.filter(pk=taken_in.pk).update(state="merged")
    merge = Merge.objects.create(
        case=world.case, taken_in=taken_in, reason="One", merged_at=now, merged_by=cast.alice
    )
    return {
        "noun": "name",
        "row_id": name.pk,
        "household:row_id": member.pk,
        "unborn:case_id": unborn.pk,
        "other_id": other.pk,
        "merge_id": merge.pk,
    }


def beside(world: World, name: str, now: datetime) -> Case:
    """Another case of the same circle."""
    cast = world.cast
    person = Person.objects.create(agency=cast.agency, name=name, subject_kind="adult")
    return open_case(person=person, owner=cast.alice, manager=cast.bea, now=now)


def put_caveat(world: World, now: datetime) -> Caveat:
    """Keep that the police do not want one field passed on."""
    return caveat_set(
        account=world.cast.alice,
        case=world.case,
        field="housing.tenure",
        kind="marac",
        originator="Police",
        now=now,
    )


def invite(world: World, now: datetime) -> Account:
    """Let a colleague read the case for a time."""
    uma = make_account("Uma Used", world.cast.agency, "practitioner")
    circle_invite(account=world.cast.alice, case=world.case, member=uma, now=now, reason="Helps")
    return uma


def hand_over(world: World) -> uuid.UUID:
    """Alice hands the case over to Bea for a shift."""
    return handover_give(
        account=world.cast.alice,
        to=world.cast.bea,
        watch={world.case.pk: "Ring her in the evening."},
        until=world.now + timedelta(hours=12),
        now=world.now,
    ).pk


def allegation(world: World, now: datetime) -> dict[str, Any]:
    """An allegation that names Stan, which Sam looks after; Alice is asked what she saw."""
    closed = raise_concern(world.cast, now=now, about_staff=[world.cast.stranger]).allegation.case
    asked = witness_ask(
        account=world.cast.sam, case=closed, now=now, question="What?", witness=world.cast.alice
    )
    wall = closed.walls.get(account=world.cast.bea)
    return {"closed:case_id": closed.pk, "wall_id": wall.pk, "witness_id": asked.pk}


def come_together(world: World, concern: Concern) -> Pattern:
    """A pattern about the person of the case, which Sam has to review."""
    task = open_task(
        agency=world.cast.agency, kind="pattern_review", owner=world.cast.sam, now=world.now
    )
    pattern = Pattern.objects.create(
        agency=world.cast.agency,
        rule="CUM2",
        key=world.case.person_id.hex,
        person=world.case.person,
        says="2 concerns from 2 teams in 3 days",
        found_at=world.now,
        fired_at=world.now,
        task=task,
    )
    PatternEntry.objects.create(
        pattern=pattern,
        case=world.case,
        what="concern",
        about_id=concern.pk,
        event_at=world.now,
        added_at=world.now,
        fired_at=world.now,
    )
    return pattern


def agreements(world: World, now: datetime) -> dict[str, Any]:
    """A draft of an agreement, one that two have signed, and one that was given up."""
    pact = Pact(world.cast, world.cast.pat, now)
    given_up = pact.draft()
    pact.sign(given_up)
    signed = pact.draft()
    pact.sign(signed)
    pact.sign(signed, world.cast.bea, on_paper=dataclasses.replace(PAPER, signed_on=now.date()))
    return {
        "version_id": pact.draft().pk,
        "signed:version_id": signed.pk,
        "given_up:version_id": pact.end(given_up).pk,
    }


def without_rows() -> dict[str, Any]:
    """Values of the right form for each parameter, about nothing that exists."""
    nothing = uuid.uuid4()
    names = (
        "access",
        "concern",
        "case",
        "entry",
        "task",
        "disclosure",
        "attachment",
        "referral",
        "threshold",
        "version",
        "member",
        "caveat",
        "handover",
        "witness",
        "pattern",
        "word",
        "plan",
        "packet",
        "row",
        "other",
        "merge",
        "site",
        "escalation",
        "account",
        "whistle",
        "passed",
    )
    return {
        **{f"{name}_id": nothing for name in names},
        **{k: v for each in STAGES for k, v in getattr(each, "NOTHING", {}).items()},
        "number": 1,
        "pattern:number": 1,
        "wall_id": 0,
        "lead_id": 0,
        "whistle:lead_id": 0,
        "noun": "name",
        "form": "concern_raise",
        "part": "leads",
        "about": nothing,
        "audience": "adult",
        "language": "pl",
        "place": "us-ca",
        "token": "no-such-token",
        "uidb36": "1",
        "key": "no-such-key",
    }


def make_word(world: World, now: datetime) -> ContactWord:
    """A word to the person that the gate let through."""
    return ContactWord.objects.create(
        case=world.case,
        to_kind="person",
        channel="phone",
        inside="Is it safe to talk?",
        reach_at=now,
        released_at=now,
        released_by=world.cast.alice,
        form_key=uuid.uuid4(),
    )


def see_alone(world: World, now: datetime) -> PrivatePlan:
    """A plan to see the person alone, in which one attempt failed."""
    plan = private_plan_make(
        account=world.cast.alice, case=world.case, now=now, aim="Ask her", ways=["outing"]
    )
    tried = Tried(way="outing", at=now, alone="false", outcome="not_alone", words="Ray came too.")
    private_attempt_record(
        account=world.cast.alice, plan=plan, now=now, form_key=uuid.uuid4(), tried=tried
    )
    return plan


def refer(world: World, disclosure: Disclosure) -> Referral:
    """Put a question to Sam."""
    return Referral.objects.create(
        disclosure=disclosure,
        referred_by=world.cast.alice,
        decider_role="safeguarding_lead",
        decider=world.cast.sam,
        referred_at=world.now,
        due_at=world.now + timedelta(hours=1),
    )


def break_glass(world: World) -> GlassBreak:
    """Alice opened the essentials by break-glass, and Sam reviews it."""
    search = GlassSearch.objects.create(
        agency=world.cast.agency,
        account=world.cast.alice,
        at=world.now,
        form_key=uuid.uuid4(),
        name=NAME,
        birth_date=world.now.date(),
        reason="danger_now",
        words="She rang, and the line went dead.",
        outcome="opened",
        case=world.case,
    )
    opened = GlassBreak.objects.create(
        case=world.case,
        account=world.cast.alice,
        search=search,
        opened_at=world.now,
        ends_at=world.now + timedelta(hours=1),
        review_due_at=world.now + timedelta(days=1),
    )
    open_task(
        agency=world.cast.agency,
        kind="break_glass_review",
        owner=world.cast.sam,
        now=world.now,
        case=world.case,
        about_id=opened.pk,
    )
    return opened


def everything_about(case: Case) -> int:
    """How much there is of a case, so that a test sees whether a refused request changed anything."""
    disclosures = Disclosure.objects.filter(case=case)
    rows = [
        case.chronology.count(),
        case.field_entries.count(),
        case.risk_facts.count(),
        case.safe_contacts.count(),
        case.contact_words.count(),
        case.contact_leaves.count(),
        case.private_plans.count(),
        case.private_plans.exclude(ended_at=None).count(),
        PrivateAttempt.objects.filter(plan__case=case).count(),
        case.conversations.count(),
        case.tasks.count(),
        GlassBreak.objects.filter(case=case, ended_at=None, whole_at=None).count(),
        *(model.objects.filter(case=case).count() for model, _ in TABLES.values()),
        case.merges.count(),
        Case.objects.count(),
        disclosures.count(),
        disclosures.filter(state="sent").count(),
        Attachment.objects.filter(disclosure__case=case).count(),
        case.circle.count(),
        PatternReview.objects.count(),
        AgreementVersion.objects.count(),
        AgreementSignature.objects.count(),
        Site.objects.count(),
        SiteLead.objects.filter(ends_at=None).count(),
    ]
    return sum(rows) + sum(stage.count(case) for stage in STAGES)
