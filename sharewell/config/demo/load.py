"""Fill an empty database with the demo's agencies and living cases, through the ordinary operations.

Everything here is what people could have done on the screens, at the times the stories tell, so the demo
has the same evidence, tasks and clocks as real work.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml

from sharewell.agencies.models import Account
from sharewell.cases import operations as cases
from sharewell.cases import queries as case_queries
from sharewell.cases.models import Case
from sharewell.cases.records import Known
from sharewell.cases.safety import ContactPlan
from sharewell.cases.telling import Circumstances, PersonTold, Said
from sharewell.config import directory
from sharewell.config.demo import around, listed, ongoing, together
from sharewell.consent import operations as consent
from sharewell.consent import script
from sharewell.followup import looking

LISTED_DAYS_AGO = 400  # the cast and its agreements were there long before the stories
PARTS = {
    "present": "observed",
    "privacy_barriers": "observed",
    "presentation_changes": "observed",
    "actions_done": "observed",
    "why_worried": "opinion",
    "ask": "opinion",
}
PART_NAMES = {"why_worried": "reason"}
FAMILY = uuid.uuid5(uuid.NAMESPACE_URL, "sharewell:demo")


def load(*, now: datetime, month_of_work: bool = True) -> None:
    """Write the cast, the agreements and the stories, as of ``now`` (aware, UTC).

    Without its month of work the boards stay empty, for journeys that count what they made themselves.
    """
    then = now - timedelta(days=LISTED_DAYS_AGO)
    folder = resources.files(__package__)
    terms = {
        file.name.removesuffix(".yaml"): file.read_text("utf-8")
        for file in folder.joinpath("agreements").iterdir()
        if file.name.endswith(".yaml")
    }
    cast = folder.joinpath("cast.yaml").read_text("utf-8")
    people = directory.register(cast, agreements=terms, now=then).people
    listed.enter(_read("listed.yaml"), people, now, FAMILY)
    with looking.held():  # the stories go back in time; what adds up is looked for once all is told
        stories = {story["id"]: story for story in _read("stories.yaml")["stories"]}
        month = stories.pop("ongoing")
        if month_of_work:
            _ongoing(month, people, now)  # first: its clocks are run on days before
        for story in stories.values():
            _story(story, people, now)
        for story in _read("stories.yaml")["together"]:
            together.tell(story, people, now, FAMILY)
    for agency in {account.agency for account in people.values()}:
        looking.look_at_all(agency=agency, now=now)


def sign_ins() -> list[str]:
    """One line for each person who can sign in to the demo with one click."""
    return [
        f"{person['email']:36} {person['name']}, {person['job_title']}, {agency['name']}"
        for agency in _read("cast.yaml")["agencies"]
        for person in agency.get("accounts", ())
    ]


@cache
def _read(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def _ongoing(story: dict[str, Any], people: Mapping[str, Account], now: datetime) -> None:
    case = _story(story, people, now)
    telling = ongoing.Telling(_read("ongoing.yaml"), case, people, now, FAMILY)
    around.team(telling)
    ongoing.tell(telling)
    around.tell(telling)


def _story(story: dict[str, Any], people: Mapping[str, Account], now: datetime) -> Case:
    account = people[story["by"]]
    case = _concern(story, account, people, now)
    at = now - timedelta(hours=story["concern"]["hours_ago"]) + timedelta(minutes=12)
    cases.facts_record(account=account, case=case, facts=story["facts"], now=at)
    known = [Known(field=field, text=text) for field, text in story["fields"].items()]
    cases.field_record(account=account, case=case, now=at, entries=known)
    if plan := story.get("safe_contact"):
        cases.safe_contact_record(account=account, case=case, now=at, plan=ContactPlan(**plan))
    _conversation(story, account, case, now)
    if read := story.get("read"):
        cases.concern_triage(
            account=case.manager,
            concern_id=case.concerns.get().concern_id,
            now=now - timedelta(minutes=read["minutes_ago"]),
            owner=account,
            harm=story["facts"]["harm"],
            note=read["says"],
        )
    if closed := story.get("closed"):
        _closed(story, closed, case, people, now)
    return case


def _closed(
    story: dict[str, Any],
    told: dict[str, Any],
    case: Case,
    people: Mapping[str, Account],
    now: datetime,
) -> None:
    """The closed space of an allegation, as the one who looks after it has filled it so far."""
    account = people[told["by"]]
    at = now - timedelta(minutes=told["minutes_ago"])
    closed_id = case.concerns.get().concern.allegation.case_id
    closed = case_queries.allegation(viewer=account, case_id=closed_id, now=at)
    cases.facts_record(account=account, case=closed, facts=story["facts"], now=at)
    known = [Known(field=field, text=text) for field, text in story["fields"].items()]
    cases.field_record(account=account, case=closed, now=at, entries=known)
    cases.allegation_record(account=account, case=closed, now=at, facts=told["facts"])
    for each in told["evidence"]:
        cases.evidence_secure(account=account, case=closed, now=at, secured_at=at, **each)
    witness = told["witness"]
    cases.witness_ask(
        account=account,
        case=closed,
        now=at,
        witness=people[witness["account"]],
        question=witness["question"],
    )
    conversation = story["conversation"] | {"hours_ago": told["minutes_ago"] / 60}
    _conversation(
        {"id": f"{story['id']} closed", "conversation": conversation}, account, closed, now
    )


def _concern(
    story: dict[str, Any], account: Account, people: Mapping[str, Account], now: datetime
) -> Case:
    told, person = story["concern"], story["person"]
    said = [Said(**statement) for statement in told["statements"]]
    said += [
        Said(text=told[part], part=PART_NAMES.get(part, part), kind=kind)
        for part, kind in PARTS.items()
        if told.get(part)
    ]
    raised_at = now - timedelta(hours=told["hours_ago"])
    concern = cases.concern_raise(
        account=account,
        now=raised_at,
        form_key=uuid.uuid5(FAMILY, f"{story['id']} concern"),
        immediate_danger=story["facts"]["harm"] == "immediate",
        people=[
            PersonTold(
                name=person["name"],
                subject_kind=person["subject_kind"],
                birth_date=person["birth_date"],
                categories=told["categories"],
            )
        ],
        statements=said,
        circumstances=Circumstances(
            happened_at=now - timedelta(hours=told["happened_hours_ago"]), place=told["place"]
        ),
        about_staff=[people[email] for email in told.get("about_staff", ())],
    )
    link = concern.on_cases.get()
    return case_queries.case(
        viewer=account, case_id=link.case_id, now=raised_at + timedelta(seconds=1)
    )


def _conversation(story: dict[str, Any], account: Account, case: Case, now: datetime) -> None:
    told = dict(story["conversation"])
    at = now - timedelta(hours=told.pop("hours_ago"))
    fields = told | {"held_at": at}
    if fields.pop("explained", None) == "all":
        kind = case.person.subject_kind
        points = script.required_points(
            case.agency, script.audience(kind, told.get("given_by", ""))
        )
        fields["explained"] = list(points)
    if days := fields.pop("expires_days", None):
        fields["expires_at"] = at + timedelta(days=days)
    if hours := fields.pop("revisit_hours", None):
        fields["revisit_at"] = now + timedelta(hours=hours)
    consent.conversation_record(
        account=account,
        case=case,
        now=at + timedelta(minutes=9),
        form_key=uuid.uuid5(FAMILY, f"{story['id']} conversation"),
        follows=None,
        fields=fields,
    )
