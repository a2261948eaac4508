"""Concerns: raised once, and received by the manager on duty."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, require
from sharewell.cases import allegations, raised, records, telling
from sharewell.cases.drafts import draft_drop
from sharewell.cases.models import KINDS, PARTS, Case, Concern
from sharewell.cases.oversight import Outside, resolve, with_teams
from sharewell.cases.telling import NOT_SAID, Circumstances, PersonTold, Said, Telling

CLOCKS_DIFFER = timedelta(minutes=10)  # more ahead than this is a mistake
NOTE = 500


class AlreadyRaised(Conflict):
    """The same form was sent before, with other words."""

    code = "concern_already_raised"
    sentence = (
        "This concern was already raised, before your last changes. It was kept as you sent it first; "
        "your changes are still below. Open the concern from your cases and add them to the chronology."
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

    Nobody on duty is no obstacle: it goes to the next of the list ``triage`` of packs/oversight.yaml.

    The same form twice is one concern; its draft is gone once it is raised. Each case gets the statements
    about its person and those marked for everyone. Where it names staff, an allegation is opened beside the
    cases, closed to the named and their teams, and none of them receives it; where nobody inside is left,
    ``outside`` of the concern says whom to ring. Raises ``NotAllowed``, ``Invalid`` (with a field for each mistake), ``NotFound`` for a person the
    account does not know, and :class:`AlreadyRaised` for other words under the same key.
    """
    require(viewer=account, now=now, any_of=CASEWORK)
    told = Telling(immediate_danger, people, statements, circumstances, about_staff)
    # One account's submissions come one after the other, so that a double click finds the first.
    Account.objects.select_for_update().only("pk").get(pk=account.pk)
    found = Concern.objects.filter(form_key=form_key, raised_by=account).first()
    if found is not None:
        if bytes(found.form_digest) != told.digest():
            raise AlreadyRaised
        return unchanged(found)
    _check(told, account, now)
    concern = _keep(told, account, form_key, now)
    cases = {
        person.key: raised.keep_on_case(
            concern, person, said=telling.said_about(statements, person.key), now=now
        )
        for person in people
    }
    raised.keep_statements(concern, statements, cases)
    raised.keep_not_same(cases, people, concern)
    if allegations.names_staff(concern):
        allegations.open_allegation(concern, people, cases, statements, now)
    _give(concern, cases, now)
    draft_drop(account=account, form="concern_raise", about=str(form_key))
    things, of_case = _evidence(concern, told, cases)
    record(at=now, agency=account.agency, actor=account, things=things, of_case=of_case)
    return concern


def _give(concern: Concern, cases: dict[str, Case], now: datetime) -> None:
    """The clock of the one who reads it; where nobody inside may, its raiser rings outside."""
    owner, kind, note = concern.received_by, "concern_triage", ""
    if concern.immediate_danger:
        kind = "concern_triage_immediate"
    if owner is None:
        owner, kind, note = concern.raised_by, "concern_ring_outside", concern.outside["says"]
        if concern.about_staff.filter(pk=owner.pk).exists():
            return  # the page that follows says whom to ring; there is nobody else to remind
    records.open_task(
        agency=concern.agency,
        kind=kind,
        owner=owner,
        now=now,
        case=next(iter(cases.values())) if len(cases) == 1 else None,
        about_id=concern.id,
        note=note[:NOTE],
    )


def _check(told: Telling, account: Account, now: datetime) -> None:
    errors = telling.mistakes(told.people, told.statements)
    if any(other.agency_id != account.agency_id for other in told.about_staff):
        errors["about_staff"] = ["Choose members of staff of your own agency."]
    if any(said.kind not in KINDS or said.part not in PARTS for said in told.statements):
        errors["statements"] = ["Say of each statement what kind it is."]
    happened_at = told.circumstances.happened_at
    if happened_at is not None and happened_at > now + CLOCKS_DIFFER:
        errors["happened_at"] = ["This moment has not come yet. Say when it happened."]
    if errors:
        raise Invalid(errors)


def _keep(told: Telling, account: Account, form_key: UUID, now: datetime) -> Concern:
    about = list(told.about_staff)
    receiver = _receiver(told, account, now)
    outside = receiver if isinstance(receiver, Outside) else None
    concern = Concern.objects.create(
        agency=account.agency,
        raised_by=account,
        raised_at=now,
        immediate_danger=told.immediate_danger,
        received_by=None if isinstance(receiver, Outside) else receiver,
        outside=outside.as_json() if outside else {},
        form_key=form_key,
        form_digest=told.digest(),
        **asdict(told.circumstances),
    )
    concern.about_staff.set(about)
    return concern


def _receiver(told: Telling, account: Account, now: datetime) -> Account | Outside:
    apart = Account.objects.filter(pk__in=with_teams(each.pk for each in told.about_staff))
    if inside := raised.receiver(told.people, account, list(apart), now):
        return inside
    kinds = {person.subject_kind for person in told.people}
    return resolve(
        agency=account.agency,
        case=None,
        purpose="triage",
        now=now,
        without=list(apart),
        subject_kind="child" if "child" in kinds else "adult",
    )


def _evidence(
    concern: Concern, told: Telling, cases: dict[str, Case]
) -> tuple[dict[str, object], dict[str, UUID]]:
    # One thing for each person, so that erasing one person's record leaves the others' whole.
    things: dict[str, object] = {
        "concern": {
            "id": concern.id.hex,
            "form_key": str(concern.form_key),
            "immediate_danger": concern.immediate_danger,
            "received_by": concern.received_by_id.hex if concern.received_by_id else "",
            "outside": concern.outside,
            "about_staff": sorted(each.pk.hex for each in told.about_staff),
        }
    }
    of_case = {}
    for number, person in enumerate(told.people, 1):
        name = f"case_{number}"
        said = telling.said_about(told.statements, person.key)
        things[name] = {
            "case": cases[person.key].id.hex,
            "person": telling.as_json(person),
            "circumstances": telling.as_json(told.circumstances),
            "statements": [telling.as_json(each) for each in said],
        }
        of_case[name] = cases[person.key].id
    if allegations.names_staff(concern):
        things["allegation"] = allegations.as_json(concern.allegation)
        of_case["allegation"] = concern.allegation.case_id
    return things, of_case
