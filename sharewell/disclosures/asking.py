"""Who may see and decide a request to us, who is given it, and which number shows that somebody is who they say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import NotAllowed, NotFound
from sharewell.agencies.acting import acting
from sharewell.agencies.models import Account, Agency
from sharewell.cases.models import Case
from sharewell.disclosures import requests, standing
from sharewell.disclosures.models import InformationRequest

TAKE = "requests_take"  # of packs/acts.yaml
LEADS = ("safeguarding_lead", "governance_lead")
DECIDERS = {"safeguarding_lead": "safeguarding_lead", "governance_lead": "privacy_officer"}
WITHOUT_POWER = "informal_request"


def visible(viewer: Account, now: datetime) -> QuerySet[InformationRequest]:
    """Requests that the viewer may see: of their cases, given to them, and, without a case, to leads and the taker."""
    mine = InformationRequest.objects.filter(agency=viewer.agency_id)
    unlinked = Q(case=None)
    if not agencies.may(viewer=viewer, now=now, any_of=LEADS):
        unlinked &= Q(recorded_by=viewer)
    inside = Q(case__in=Case.objects.visible_to(viewer, now))
    return mine.filter(inside | Q(decider=viewer) | unlinked)


def hold(
    account: Account, request_id: UUID, now: datetime, *, decides: bool = False
) -> InformationRequest:
    """One request to change, its row locked; raises ``NotFound``, and ``NotAllowed`` for one who does not decide."""
    if not visible(account, now).filter(pk=request_id).exists():
        raise NotFound
    agencies.require(viewer=account, now=now, any_of=acting(TAKE))
    rows = InformationRequest.objects.select_for_update(of=("self",))
    made = rows.select_related("agency", "case", "function", "decider", "disclosure").get(
        pk=request_id
    )
    if decides and not may_decide(account, made, now):
        raise NotAllowed
    return made


def may_decide(account: Account, made: InformationRequest, now: datetime) -> bool:
    """Whether it is theirs to decide: given to them, or a lead; never one on whom the concern bears."""
    if made.case and account.pk in standing.conflicted(made.case):
        return False
    return made.decider_id == account.pk or agencies.may(viewer=account, now=now, any_of=LEADS)


def decider(agency: Agency, role: str, case: Case | None, now: datetime) -> Account:
    """Who decides on a request; never one on whom the concern bears. Raises ``NobodyOnDuty``."""
    apart = standing.apart(case) if case else []
    asked = DECIDERS.get(role, role)
    return agencies.decider(agency=agency, decider_role=asked, now=now, without=apart)[0]


def silent(made: InformationRequest) -> bool:
    """Whether refusing would tell too much: no case stands behind it, or a law keeps silence."""
    return made.case is None or not set(requests.pack().silent).isdisjoint(made.agency.regimes)


def fault_of_number(made: InformationRequest, said: str) -> str:
    """Why the number that was rung shows nothing; empty where it does."""
    rung, gave = _digits(said), _digits(made.contact)
    if not rung:
        return "Write the number that you rang."
    if gave and gave in rung:
        return "That is the number they gave. Ring one from the directory, or their public switchboard."
    function = made.function
    listed = [function.phone, function.out_of_hours_phone] if function else []
    known = [_digits(each) for each in listed if each]
    if known and not any(each in rung for each in known):
        return "That is not their number in the directory. Ring that one."
    return ""


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
