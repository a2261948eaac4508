"""A message that went to the wrong place: taken back at once, then whom it endangers, then the breach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records as cases
from sharewell.cases.models import Task
from sharewell.consent import contacting
from sharewell.core.contacting import Addressee, Refused
from sharewell.disclosures import follow, recalls, receiving, standing, words
from sharewell.disclosures.models import (
    Breach,
    BreachAssessment,
    BreachTold,
    Disclosure,
    Recall,
)
from sharewell.disclosures.models.recall import DANGERS, TOLD

ACTORS = (*standing.SHARERS, "governance_lead")
JUDGE, DANGER, ASSESS = "recall_judge", "recall_danger", "breach_assess"
TELL = {"authority": "breach_tell_authority", "person": "breach_tell_person"}
ENDED = (  # what asked after a message that is taken back
    "acknowledgement_chase",
    "delivery_by_hand",
    "delivery_failed",
    "disclosure_review",
    "emergency_unacknowledged",
    "first_action_chase",
    "inform_child",
    "inform_family",
    "inform_person",
    "link_locked",
    "partner_action_late",
)
FOUND = {"true": "It does", "false": "It does not", "unknown": "It is not known"}
WRITE = {
    "facts": "Say what happened.",
    "which_data": "Say what data it was.",
    "harm": "Say what harm is likely, and why.",
    "measures": "Say what was done.",
    "authority_why": "Say why the authority is told, or why not.",
    "person_why": "Say why the person is told, or why not.",
}


class NotRecalled(Conflict):
    """The message has not been taken back, so there is nothing to judge."""

    code = "not_recalled"
    sentence = "This message has not been recalled. Nothing was changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """A breach as it is judged; ``risk`` is an id of packs/recall.yaml, ``people`` how many it is about."""

    facts: str
    which_data: str
    people: int
    risk: str
    harm: str
    measures: str
    tell_authority: bool
    authority_why: str
    tell_person: bool
    person_why: str


@operation("disclosure.recalled")
def disclosure_recall(
    *, account: Account, disclosure_id: UUID, reason: str, aware_at: datetime, now: datetime
) -> Recall:
    """Take back a sent message: its link dies, its inbox copy is gone, what waits to be carried stops, at once.

    ``aware_at`` (aware) is when somebody here first knew. The sender is asked at once whom it endangers; the
    safeguarding lead and the governance lead are told by a task each. A second click changes nothing. Raises
    ``NotFound``, ``NotAllowed`` and ``Invalid`` by field. Needs no pack.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    if disclosure.state == "recalled":
        return unchanged(disclosure.recall)
    if disclosure.state != "sent":
        raise NotFound
    text = words.tidy_all({"reason": reason})
    words.required(text, {"reason": "Say in a sentence what went wrong."})
    if aware_at > now:
        raise Invalid({"aware_at": ["Enter a time that has passed."]})
    known = recalls.exposure(disclosure)
    disclosure.links.filter(closed_at=None).update(closed_at=now, closed_why="recalled")
    waiting = disclosure.deliveries.filter(state="waiting")
    waiting.update(state="stopped", lease_until=None)
    Disclosure.objects.filter(pk=disclosure.pk).update(state="recalled")
    _tell_their_system(disclosure, now)
    receiving.ended(disclosure, "recalled", now)
    made = Recall.objects.create(
        disclosure=disclosure, aware_at=aware_at, at=now, by=account, **text
    )
    breach = Breach.objects.create(
        recall=made, due_at=recalls.report_by(disclosure.agency, aware_at)
    )
    cases.close_tasks(
        about_id=disclosure.pk,
        kinds=ENDED,
        now=now,
        by=account,
        outcome="The message was recalled.",
    )
    asks = [
        follow.Ask("recall_read"),
        follow.Ask(ASSESS, min(follow.due(ASSESS, disclosure.agency, now), breach.due_at)),
    ]
    follow.open_all(disclosure=disclosure, account=account, asks=asks, now=now)
    follow.open_task(disclosure, JUDGE, account, now)
    opened = f"It had been opened {len(known.seen)} times." if known.seen else ""
    _line(made, account, now, f"{_of(disclosure)} was recalled: {text['reason']} {opened}".strip())
    said = {"aware_at": aware_at.isoformat(), "due_at": breach.due_at.isoformat(), **text}
    _leave(disclosure, account, now, {"recall": {**said, "openings": len(known.seen)}})
    return made


@operation("recall.judged")
def recall_judge(
    *, account: Account, disclosure_id: UUID, danger: str, danger_words: str, now: datetime
) -> Recall:
    """Say whether whoever has a recalled message endangers anybody now: ``true``, ``false`` or ``unknown``.

    Unless it is ``false`` the manager on call is told and the safe contact plan is to be looked at again. It may
    be said again as more is known. Raises ``NotFound``, :class:`NotRecalled` and ``Invalid`` by field.
    """
    made = _hold(account, disclosure_id, now)
    disclosure = made.disclosure
    text = words.tidy(danger_words)
    errors: dict[str, list[str]] = {}
    if danger not in DANGERS:
        errors["danger"] = ["Choose yes, no or not known."]
    if not text:
        errors["danger_words"] = ["Say who is in danger and from whom, or why nobody is."]
    if errors:
        raise Invalid(errors)
    made.danger, made.danger_words, made.judged_at, made.judged_by = danger, text, now, account
    made.save()
    cases.close_tasks(
        about_id=disclosure.pk, kinds=[JUDGE], now=now, by=account, outcome=f"{FOUND[danger]}."
    )
    open_now = Task.objects.waiting().filter(about_id=disclosure.pk, kind=DANGER)
    if danger != "false" and not open_now.exists():
        asks = [follow.Ask(DANGER), follow.Ask("safe_contact_check", now)]
        told = follow.open_all(disclosure=disclosure, account=account, asks=asks, now=now)[0]
        cases.notify(account=told.owner, about_id=told.pk, now=now)
    _line(
        made,
        account,
        now,
        f"Whether the recall puts anybody in danger: {FOUND[danger].lower()}. {text}",
    )
    said = {"danger": danger, "danger_words": text}
    _leave(disclosure, account, now, {"judged": said})
    return made


@operation("breach.assessed")
def breach_assess(
    *, account: Account, disclosure_id: UUID, assessed: Assessed, form_key: UUID, now: datetime
) -> BreachAssessment:
    """Keep what a breach is judged to be and who is told of it, with the reasons; the newest stands.

    For the governance lead, or whoever was given the task. Raises ``NotFound``, ``NotAllowed``,
    :class:`NotRecalled`, ``Conflicted`` and ``Invalid`` by field.
    """
    made = _hold(account, disclosure_id, now)
    breach, disclosure = made.breach, made.disclosure
    if before := breach.assessments.filter(form_key=form_key).first():
        return unchanged(before)
    _require_assessor(account, disclosure, now)
    told = _checked(assessed)
    kept = BreachAssessment.objects.create(
        breach=breach, at=now, by=account, form_key=form_key, **told
    )
    cases.close_tasks(
        about_id=disclosure.pk, kinds=[ASSESS], now=now, by=account, outcome="Assessed."
    )
    for whom, kind in TELL.items():
        _to_tell(breach, whom, kind, account, now, wanted=told[f"tell_{whom}"])
    names = [whom for whom in TOLD if told[f"tell_{whom}"]]
    _line(
        made,
        account,
        now,
        f"The breach was assessed. To be told: {' and '.join(names) or 'nobody'}.",
    )
    _leave(disclosure, account, now, {"assessment": {"breach": breach.pk.hex, **told}})
    return kept


@operation("breach.told")
def breach_tell(
    *,
    account: Account,
    disclosure_id: UUID,
    whom: str,
    how: str,
    said: str,
    at: datetime,
    form_key: UUID,
    now: datetime,
    late_why: str = "",
    despite: str = "",
) -> BreachTold:
    """Write down that the ``authority`` or the ``person`` was told of a breach, when (aware) and in which words.

    It is done, so nothing is refused: where the gate of safe contact speaks against ``how`` (a channel) the person
    was told, ``Invalid`` asks for ``despite``, the reason; for the authority after its clock it asks for
    ``late_why``. Raises as :func:`breach_assess`.
    """
    made = _hold(account, disclosure_id, now)
    breach, disclosure = made.breach, made.disclosure
    if before := breach.told.filter(form_key=form_key).first():
        return unchanged(before)
    _require_assessor(account, disclosure, now)
    texts = words.tidy_all({"words": said, "late_why": late_why, "despite": despite})
    _require_told(breach, whom, texts, at, now)
    despite = texts.pop("despite")
    if whom == "person":
        texts["despite"] = _against_plan(disclosure, how, at, now, despite)
    kept = BreachTold.objects.create(
        breach=breach,
        whom=whom,
        how=how if whom == "person" else "",
        at=at,
        recorded_at=now,
        by=account,
        form_key=form_key,
        **texts,
    )
    cases.close_tasks(
        about_id=disclosure.pk, kinds=[TELL[whom]], now=now, by=account, outcome="Told."
    )
    _line(made, account, now, f"The {whom} was told of the breach.", at)
    about = {"breach": breach.pk.hex, "whom": whom, "how": kept.how, "at": at.isoformat(), **texts}
    _leave(disclosure, account, now, {"told": about})
    return kept


def _tell_their_system(disclosure: Disclosure, now: datetime) -> None:
    """Have their own system told that it is to delete its copy, if it may have taken one."""
    taken = disclosure.deliveries.filter(channel="webhook", attempt__gt=0).first()
    if taken:
        disclosure.deliveries.create(channel="webhook_recall", address=taken.address, next_at=now)


def _require_assessor(account: Account, disclosure: Disclosure, now: datetime) -> None:
    standing.require_impartial(account, disclosure.case)
    if not recalls.may_assess(account, disclosure, now):
        raise NotAllowed


def _hold(account: Account, disclosure_id: UUID, now: datetime) -> Recall:
    disclosure = standing.hold(account, disclosure_id, now, any_of=ACTORS)
    if disclosure.state != "recalled":
        raise NotRecalled
    cases.lock(disclosure.case)
    made = Recall.objects.select_related("breach").get(disclosure=disclosure)
    made.disclosure = disclosure
    return made


def _checked(assessed: Assessed) -> dict[str, Any]:
    """The assessment tidied and whole; raises ``Invalid`` by field."""
    given = asdict(assessed)
    texts = words.tidy_all({name: given[name] for name in WRITE})
    errors = {name: [says] for name, says in WRITE.items() if not texts[name]}
    if assessed.people < 1:
        errors["people"] = ["Say how many people it is about: one at least."]
    if assessed.risk not in recalls.risks():
        errors["risk"] = ["Choose how likely harm is."]
    if errors:
        raise Invalid(errors)
    return {**given, **texts}


def _require_told(
    breach: Breach, whom: str, texts: Mapping[str, str], at: datetime, now: datetime
) -> None:
    errors = {} if texts["words"] else {"said": ["Say what they were told."]}
    if whom not in TOLD:
        errors["whom"] = ["Choose who was told."]
    if at > now:
        errors["at"] = ["Enter a time that has passed."]
    if whom == "authority" and at > breach.due_at and not texts["late_why"]:
        errors["late_why"] = ["The time to report had run out. Say why it is late."]
    if errors:
        raise Invalid(errors)


def _to_tell(
    breach: Breach, whom: str, kind: str, account: Account, now: datetime, *, wanted: bool
) -> None:
    """Open the task of telling, once and until it is done; close it where it is not wanted any more."""
    disclosure = breach.recall.disclosure
    waiting = Task.objects.waiting().filter(about_id=disclosure.pk, kind=kind)
    if not wanted:
        cases.close_tasks(
            about_id=disclosure.pk, kinds=[kind], now=now, by=account, outcome="Not to be told."
        )
    elif not waiting.exists() and not breach.told.filter(whom=whom).exists():
        follow.open_task(disclosure, kind, account, now, due_at=max(breach.due_at, now))


def _against_plan(
    disclosure: Disclosure, how: str, at: datetime, now: datetime, despite: str
) -> str:
    """The reason why the person was told in a way that the gate refuses; empty where it lets it through."""
    answer = contacting.may_go(case=disclosure.case, to=Addressee(), channel=how, at=at, now=now)
    if not isinstance(answer, Refused):
        return ""
    if not despite:
        why = " ".join(answer.reasons)
        raise Invalid({"despite": [f"{why} Say why it was done so, and how they are kept safe."]})
    return despite


def _of(disclosure: Disclosure) -> str:
    return f"What was shared with {disclosure.to_whom}"


def _line(
    made: Recall, account: Account, now: datetime, text: str, at: datetime | None = None
) -> None:
    cases.add_chronology(
        case=made.disclosure.case,
        now=now,
        by=account,
        section="disclosure",
        text=text,
        event_at=at,
        about_id=made.disclosure_id,
    )


def _leave(
    disclosure: Disclosure, actor: Account, now: datetime, things: Mapping[str, Any]
) -> None:
    about = {"disclosure": disclosure.id.hex}
    things = {name: {**about, **thing} for name, thing in things.items()}
    record(at=now, agency=disclosure.agency, actor=actor, case_id=disclosure.case_id, things=things)
