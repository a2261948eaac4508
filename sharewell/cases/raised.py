"""What a concern leaves on the case of each person it is about, inside the operation that raises it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.cases import marks, records, telling, walls
from sharewell.cases.concern_fields import concern_fields, person_fields, teller_role
from sharewell.cases.models import (
    Case,
    CircleMember,
    Concern,
    ConcernCase,
    NotSame,
    Person,
    Statement,
)
from sharewell.cases.oversight import with_teams
from sharewell.cases.telling import PersonTold, Said

NEW = "Looked at while a concern about somebody new was raised"


def keep_on_case(
    concern: Concern, told: PersonTold, *, said: Sequence[Said], now: datetime
) -> Case:
    """The case of one person, with what was said of them: circle, timeline, fields and facts."""
    case = _open_case(concern, told, now)
    new = not case.field_entries.exists()
    ConcernCase.objects.create(
        concern=concern,
        case=case,
        categories=list(told.categories),
        indicators=list(told.indicators),
    )
    happened_at = min(concern.happened_at or now, now)
    marks.keep(
        told.marks,
        case=case,
        concern=concern,
        event_at=happened_at,
        now=now,
        by=concern.raised_by,
    )
    if concern.about_staff.exists():
        walls.wall_off_named(concern, case, spare=concern.raised_by, now=now)
    _fill_circle(case, concern, now)
    fill_timeline(case, concern, said, now)
    entries = [*(person_fields(case.person) if new else ()), *concern_fields(concern, told, said)]
    records.record_fields(case=case, entries=entries, now=now, by=concern.raised_by)
    facts: dict[str, str] = {}
    if concern.immediate_danger:
        facts["harm"] = "immediate"
    if concern.about_staff_named or concern.about_staff.exists():
        facts["position_of_trust"] = "true"
    records.record_facts(case=case, facts=facts, now=now, by=concern.raised_by)
    return case


def keep_not_same(
    cases: Mapping[str, Case], people: Sequence[PersonTold], concern: Concern
) -> None:
    """Remember of somebody new who they were found not to be; raises ``NotFound`` for an unknown case."""
    account, now = concern.raised_by, concern.raised_at
    for told in people:
        case = cases[told.key]
        visible = Case.objects.visible_to(account, now)
        others = list(visible.filter(pk__in=told.not_same).exclude(pk=case.pk))
        if len(others) < len(set(told.not_same)):
            raise NotFound
        for other in others:
            one, two = sorted((case, other), key=lambda each: each.pk)
            NotSame.objects.get_or_create(
                one=one,
                other=two,
                defaults={"reason": NEW, "decided_at": now, "decided_by": account},
            )


def keep_statements(concern: Concern, statements: Sequence[Said], cases: dict[str, Case]) -> None:
    """Keep the statements in the order they were made, each with the case it concerns."""
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


def _open_case(concern: Concern, told: PersonTold, now: datetime) -> Case:
    account = concern.raised_by
    about = {each.pk for each in concern.about_staff.all()}
    apart = with_teams(about) - ({account.pk} - about)
    if told.person_id is None:
        person = Person.objects.create(
            agency=account.agency,
            name=told.name.strip(),
            subject_kind="child" if told.subject_kind == "unborn" else told.subject_kind,
            unborn=told.subject_kind == "unborn",
            expected_on=told.expected_on,
            birth_date=told.birth_date,
            age=told.age,
            age_on=now.date() if told.age is not None else None,
        )
    else:
        visible = Case.objects.visible_to(account, now)
        visible = visible.filter(person_id=told.person_id, kind="protection")
        known = visible.select_related("person", "owner", "manager").order_by("-opened_at").first()
        if known is None:
            raise NotFound
        standing = CircleMember.objects.filter(case=known, left_at=None, account__in=apart)
        if known.state == "open" and not standing.exists():
            return known
        # Somebody it is about, or of their team, stands in that circle, or it is closed: a case of its own.
        person = known.person
    receiver = concern.received_by
    owner = receiver if receiver and account.pk in about else account
    return records.open_case(
        person=person,
        owner=owner,
        manager=receiver or owner,
        now=now,
        without=list(Account.objects.filter(pk__in=apart)),
    )


def _fill_circle(case: Case, concern: Concern, now: datetime) -> None:
    if case.restrictions:  # nobody joins a restricted case but by name
        return
    out = records.conflicted(case)
    wanted = [(case.owner, "owner"), (concern.raised_by, "raised_it")]
    if concern.received_by is not None:
        wanted.append((concern.received_by, "manager"))
    for account, relation in wanted:
        if account.pk not in out:
            records.join_circle(case=case, account=account, relation=relation, now=now)
    records.join_lead(case=case, now=now)


def receiver(
    people: Sequence[PersonTold], account: Account, about: Collection[Account], now: datetime
) -> Account | None:
    """Who receives a concern about somebody whose known case is restricted: one inside its circle.

    Its safeguarding lead, else its owner; None where no case named is restricted, or nobody inside may.
    """
    ids = [told.person_id for told in people if told.person_id is not None]
    known = Case.objects.visible_to(account, now).filter(
        person_id__in=ids, state="open", kind="protection"
    )
    for case in known.exclude(restrictions=[]).select_related("owner").order_by("pk"):
        inside = CircleMember.objects.standing(now).filter(case=case)
        leads = inside.filter(relation="safeguarding_lead").select_related("account")
        for each in [*(member.account for member in leads.order_by("joined_at")), case.owner]:
            if each.is_active and each not in about and each.pk not in records.conflicted(case):
                return each
    return None


def fill_timeline(case: Case, concern: Concern, said: Sequence[Said], now: datetime) -> None:
    """Put what was said in a concern into the timeline of a case."""
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
