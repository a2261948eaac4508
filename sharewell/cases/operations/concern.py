"""Concerns: raised once, received by the manager on duty, read and given an owner."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import rfc8785

from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, holders, on_duty, require
from sharewell.cases import queries, records, telling
from sharewell.cases.concern_fields import concern_fields, person_fields, teller_role
from sharewell.cases.drafts import draft_drop
from sharewell.cases.models import (
    KINDS,
    PARTS,
    Case,
    CircleMember,
    Concern,
    ConcernCase,
    Person,
    Statement,
    Task,
)
from sharewell.cases.telling import NOT_SAID, Circumstances, PersonTold, Said

CLOCKS_DIFFER = timedelta(minutes=10)
TRIAGE = ("concern_triage", "concern_triage_immediate", "concern_passed_on")


class AlreadyRaised(Conflict):
    """The same form was sent before, with other words."""

    code = "concern_already_raised"
    sentence = (
        "This concern was already raised, before your last changes. It was kept as you sent it first; "
        "your changes are still below. Open the concern from your cases and add them to the chronology."
    )


class AlreadyTriaged(Conflict):
    """Somebody else has read this concern and said what comes next."""

    code = "concern_already_triaged"
    sentence = (
        "Somebody else has already dealt with this concern. Nothing was changed; what you typed is "
        "still below. Read what they recorded."
    )


@operation("concern.raised")
def concern_raise(
    *,
    account: Account,
    now: datetime,
    form_key: UUID,
    immediate_danger: bool,
    people: Sequence[PersonTold],
    statements: Sequence[Said],
    circumstances: Circumstances = NOT_SAID,
    about_staff: Collection[Account] = (),
) -> Concern:
    """Keep a concern, open a case for each person, and give it to the manager on duty with a clock.

    The same form twice is one concern; the draft of it is gone once it is raised. Each case gets the statements about its person and those
    marked for everyone. Nobody in ``about_staff`` receives it or stands in the circle. Raises
    ``NotAllowed``, ``Invalid`` (with a field for each mistake), ``NotFound`` for a person the account
    does not know, ``NobodyOnDuty``, and :class:`AlreadyRaised` for other words under the same ``form_key``.
    """
    require(viewer=account, now=now, any_of=CASEWORK)
    # One account's submissions come one after the other, so that a double click finds the first.
    Account.objects.select_for_update().only("pk").get(pk=account.pk)
    digest = _digest(immediate_danger, people, statements, circumstances, about_staff)
    found = Concern.objects.filter(form_key=form_key, raised_by=account).first()
    if found is not None:
        if bytes(found.form_digest) != digest:
            raise AlreadyRaised
        return unchanged(found)
    _check(people, statements, about_staff, account)
    if circumstances.happened_at is not None and circumstances.happened_at > now + CLOCKS_DIFFER:
        raise Invalid({"happened_at": ["This moment has not come yet. Say when it happened."]})
    manager = on_duty(
        agency=account.agency, kind="manager_on_duty", now=now, without=list(about_staff)
    )
    concern = Concern.objects.create(
        agency=account.agency,
        raised_by=account,
        raised_at=now,
        for_name=circumstances.for_name,
        for_role=circumstances.for_role,
        immediate_danger=immediate_danger,
        happened_at=circumstances.happened_at,
        happened_when=circumstances.happened_when,
        place=circumstances.place,
        about_staff_named=circumstances.about_staff_named,
        received_by=manager,
        form_key=form_key,
        form_digest=digest,
    )
    concern.about_staff.set(about_staff)
    cases = {
        person.key: _on_case(
            concern, person, said=telling.said_about(statements, person.key), now=now
        )
        for person in people
    }
    _keep_statements(concern, statements, cases)
    kind = "concern_triage_immediate" if immediate_danger else "concern_triage"
    records.open_task(
        agency=account.agency,
        kind=kind,
        owner=manager,
        now=now,
        case=next(iter(cases.values())) if len(cases) == 1 else None,
        about_id=concern.id,
    )
    draft_drop(account=account, form="concern_raise", about=str(form_key))
    things, of_case = _evidence(concern, people, statements, circumstances, cases)
    record(at=now, agency=account.agency, actor=account, things=things, of_case=of_case)
    return concern


@operation("concern.triaged")
def concern_triage(
    *,
    account: Account,
    concern_id: UUID,
    now: datetime,
    owner: Account,
    harm: str,
    note: str,
) -> Concern:
    """Say after reading a concern who owns its cases and how serious it is; closes the task.

    ``harm`` is one of the vocabulary's; ``unknown`` leaves what was judged before. Raises ``NotFound`` for all but its
    receiver and the circle, :class:`AlreadyTriaged`, and ``ConflictOfInterest`` for an owner it is about.
    """
    told = queries.concern_to_triage(viewer=account, concern_id=concern_id, now=now)
    concern = told.concern
    waiting = Task.objects.waiting().filter(about_id=concern.id, kind__in=TRIAGE)
    if not waiting.select_for_update().exists():
        raise AlreadyTriaged
    cases = [each.case for each in told.on_cases]
    if owner in told.about_staff:
        raise records.ConflictOfInterest
    if owner not in told.owners:
        raise Invalid({"owner": ["Choose a practitioner, manager or safeguarding lead."]})
    for case in cases:
        records.give_owner(case=case, owner=owner, now=now)
        if harm != "unknown":
            records.record_facts(case=case, facts={"harm": harm}, now=now, by=account)
        records.add_chronology(
            case=case,
            now=now,
            by=account,
            section="decision",
            kind="opinion",
            source_role=account.job_title,
            text=note,
            about_id=concern.id,
        )
    records.close_tasks(about_id=concern.id, kinds=TRIAGE, now=now, by=account, outcome=note)
    things = {
        "triage": {
            "concern": concern.id.hex,
            "owner": owner.id.hex,
            "harm": harm,
            "note": note,
        }
    }
    record(
        at=now,
        agency=account.agency,
        actor=account,
        case_id=cases[0].id if len(cases) == 1 else None,
        things=things,
    )
    return concern


def _digest(
    immediate_danger: bool,  # noqa: FBT001 - one of the parts
    people: Sequence[PersonTold],
    statements: Sequence[Said],
    circumstances: Circumstances,
    about_staff: Collection[Account],
) -> bytes:
    told = [
        immediate_danger,
        [telling.as_json(person) for person in people],
        [telling.as_json(said) for said in statements],
        telling.as_json(circumstances),
        sorted(account.pk.hex for account in about_staff),
    ]
    return hashlib.sha256(rfc8785.dumps(told)).digest()


def _check(
    people: Sequence[PersonTold],
    statements: Sequence[Said],
    about_staff: Collection[Account],
    account: Account,
) -> None:
    errors = telling.mistakes(people, statements)
    if any(other.agency_id != account.agency_id for other in about_staff):
        errors["about_staff"] = ["Choose members of staff of your own agency."]
    if any(said.kind not in KINDS or said.part not in PARTS for said in statements):
        errors["statements"] = ["Say of each statement what kind it is."]
    if errors:
        raise Invalid(errors)


def _on_case(concern: Concern, told: PersonTold, *, said: Sequence[Said], now: datetime) -> Case:
    case = _open_case(concern, told, now)
    new = not case.field_entries.exists()
    ConcernCase.objects.create(
        concern=concern,
        case=case,
        categories=list(told.categories),
        indicators=list(told.indicators),
    )
    _fill_circle(case, concern, now)
    _fill_timeline(case, concern, said, now)
    entries = [*(person_fields(case.person) if new else ()), *concern_fields(concern, told, said)]
    records.record_fields(case=case, entries=entries, now=now, by=concern.raised_by)
    facts: dict[str, str] = {}
    if concern.immediate_danger:
        facts["harm"] = "immediate"
    if concern.about_staff_named or concern.about_staff.exists():
        facts["position_of_trust"] = "true"
    records.record_facts(case=case, facts=facts, now=now, by=concern.raised_by)
    return case


def _open_case(concern: Concern, told: PersonTold, now: datetime) -> Case:
    account = concern.raised_by
    about = {each.pk for each in concern.about_staff.all()}
    if told.person_id is None:
        person = Person.objects.create(
            agency=account.agency,
            name=told.name.strip(),
            subject_kind=told.subject_kind,
            birth_date=told.birth_date,
            age=told.age,
            age_on=now.date() if told.age is not None else None,
        )
    else:
        visible = Case.objects.visible_to(account, now).filter(person_id=told.person_id)
        known = visible.select_related("person", "owner", "manager").order_by("-opened_at").first()
        if known is None:
            raise NotFound
        standing = CircleMember.objects.filter(case=known, left_at=None, account__in=about)
        if known.state == "open" and not standing.exists():
            return known
        # Somebody it is about stands in that circle, or it is closed: a case of its own.
        person = known.person
    owner = concern.received_by if account.pk in about else account
    return records.open_case(person=person, owner=owner, manager=concern.received_by, now=now)


def _fill_circle(case: Case, concern: Concern, now: datetime) -> None:
    about = list(concern.about_staff.all())
    leads = holders(agency=concern.agency, role="safeguarding_lead", now=now, without=about)
    wanted = [(case.owner, "owner"), (concern.raised_by, "raised_it")]
    wanted += [(concern.received_by, "manager"), *((lead, "safeguarding_lead") for lead in leads)]
    for account, relation in wanted:
        if account not in about:
            records.join_circle(case=case, account=account, relation=relation, now=now)


def _fill_timeline(case: Case, concern: Concern, said: Sequence[Said], now: datetime) -> None:
    for each in said:
        label = telling.LABEL_OF_PART[each.part]
        records.add_chronology(
            case=case,
            now=now,
            by=concern.raised_by,
            section="action" if each.part == "actions_done" else "concern",
            text=f"{label}: {each.text}" if label else each.text,
            event_at=concern.happened_at,
            kind=each.kind,
            source_role=each.source_role or teller_role(concern),
            verbatim=each.verbatim,
            about_id=concern.id,
        )


def _keep_statements(concern: Concern, statements: Sequence[Said], cases: dict[str, Case]) -> None:
    Statement.objects.bulk_create(
        Statement(
            concern=concern,
            case=cases[said.about] if said.about is not None else None,
            position=position,
            part=said.part,
            kind=said.kind,
            verbatim=said.verbatim,
            text=said.text,
            source_role=said.source_role,
        )
        for position, said in enumerate(statements)
    )


def _evidence(
    concern: Concern,
    people: Sequence[PersonTold],
    statements: Sequence[Said],
    circumstances: Circumstances,
    cases: dict[str, Case],
) -> tuple[dict[str, object], dict[str, UUID]]:
    # One thing for each person, so that erasing one person's record leaves the others' whole.
    things: dict[str, object] = {
        "concern": {
            "id": concern.id.hex,
            "form_key": str(concern.form_key),
            "immediate_danger": concern.immediate_danger,
            "received_by": concern.received_by_id.hex,
            "about_staff": sorted(each.pk.hex for each in concern.about_staff.all()),
        }
    }
    of_case = {}
    for number, person in enumerate(people, 1):
        name = f"case_{number}"
        things[name] = {
            "case": cases[person.key].id.hex,
            "person": telling.as_json(person),
            "circumstances": telling.as_json(circumstances),
            "statements": [
                telling.as_json(said) for said in telling.said_about(statements, person.key)
            ],
        }
        of_case[name] = cases[person.key].id
    return things, of_case
