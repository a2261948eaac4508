"""What a recipient answers to a message: in the inbox, by link, or said to the sender, who writes it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records as cases
from sharewell.consent import words as consent_words
from sharewell.disclosures import (
    catalogues,
    follow,
    postponing,
    received,
    redirected,
    standing,
    taken,
    words,
)
from sharewell.disclosures.models import ActionMoved, Answer, Disclosure, Opening, PartnerAction
from sharewell.disclosures.postponing import Later

CHASE, LATE = "first_action_chase", "partner_action_late"
DONE = "They say that it is done."
WHAT, WHO = 400, 200  # characters
NEEDS = {
    "fields": "Choose what you need to know.",
    "words": "Say it in a sentence.",
    "to_whom": "Say with whom it belongs.",
    "reason": "Choose the reason.",
}
WHOLE = "Say what will be done, by whom, and by when."


class AnsweredElsewhere(Conflict):
    """An action that this answer settles was settled meanwhile, or is of another message."""

    code = "action_settled"
    sentence = (
        "Somebody has answered for one of these actions meanwhile. Nothing was sent, and what you typed is "
        "still below. Look at what is open now, and send it again."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """An action as the recipient states it: what, who there does it, and the last day for it (their date)."""

    what: str
    owner: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer as given; ``kind``, ``reason`` and ``quality`` are ids of packs/answers.yaml.

    ``fields`` are ids of the catalogue, ``purpose`` one of the vocabulary (empty: that of the message).
    ``done`` are ids of the recipient's own actions that are done, ``later`` one that needs longer (of an update).
    """

    kind: str
    words: str = ""
    reason: str = ""
    to_whom: str = ""
    fields: Sequence[str] = ()
    purpose: str = ""
    quality: Sequence[str] = ()
    actions: Sequence[Promised] = ()
    done: Sequence[UUID] = ()
    later: Later | None = None


@operation("disclosure.answered")
def disclosure_answer(
    *,
    answered: Answered,
    form_key: UUID,
    now: datetime,
    account: Account | None = None,
    disclosure_id: UUID | None = None,
    opening_id: UUID | None = None,
    reader: received.Reader | None = None,
) -> Answer:
    """Answer a message that is open: in the inbox (``account``, ``disclosure_id``), by link or by a system.

    To answer is to acknowledge. What is asked of the sender becomes their task; a request for more opens a decision
    on their side, and whom it belongs with instead a draft to them. The same form answers once. Raises ``NotFound`` unless it was opened before,
    ``Invalid`` by field, and :class:`AnsweredElsewhere`.
    """
    opening = received.open_now(
        account, opening_id, now, disclosure_id=disclosure_id, reader=reader
    )
    if before := _before(opening.disclosure, form_key):
        return unchanged(before)
    return _take(opening, answered, form_key, now, now, received.actor(opening, account))


@operation("disclosure.answered")
def answer_record(
    *,
    account: Account,
    disclosure_id: UUID,
    answered: Answered,
    name: str,
    role: str,
    at: datetime,
    form_key: UUID,
    now: datetime,
) -> Answer:
    """Write down what the recipient answered by telephone or in a conversation, and who said it when (aware).

    Raises ``NotFound`` outside the circle and for what was not sent, ``Invalid`` by field, and
    :class:`AnsweredElsewhere`.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    if disclosure.state != "sent":
        raise NotFound
    if before := _before(disclosure, form_key):
        return unchanged(before)
    who = words.tidy_all({"name": name, "role": role}, most={"name": WHO, "role": WHO})
    words.required(who, {"name": "Enter who answered.", "role": "Enter their role or job."})
    if at > now:
        raise Invalid({"at": ["Enter a time that has passed."]})
    opening = Opening.objects.create(disclosure=disclosure, recorded_by=account, at=at, **who)
    return _take(opening, answered, form_key, at, now, account)


def _before(disclosure: Disclosure, form_key: UUID) -> Answer | None:
    return Answer.objects.filter(form_key=form_key, disclosure=disclosure).first()


def _take(
    opening: Opening,
    answered: Answered,
    form_key: UUID,
    at: datetime,
    now: datetime,
    actor: Account | UUID,
) -> Answer:
    """Keep an answer, do what follows from it on our side, and leave its evidence."""
    disclosure = opening.disclosure
    told = _checked(disclosure, answered, now)
    taken.acknowledged(opening, at, now)
    kind = catalogues.answers().kinds[answered.kind]
    answer = Answer.objects.create(
        disclosure=disclosure,
        opening=opening,
        kind=answered.kind,
        at=at,
        recorded_at=now,
        form_key=form_key,
        **told,
    )
    if make := {"ask_more": _to_decide, "redirect": redirected.prepare}.get(answered.kind):
        answer.decision = make(answer, now)
        answer.save(update_fields=["decision"])
    promised = [_promise(answer, each) for each in answered.actions]
    done = _settle(answer, answered.done)
    moved = postponing.move(answer, answered.later) if answered.later else None
    if answered.later and moved is None:
        raise AnsweredElsewhere
    if kind.task:
        about = answer.decision or disclosure
        follow.open_task(about, kind.task, disclosure.case.owner, now, note=_note(answer))
    if promised or kind.task:
        cases.close_tasks(
            about_id=disclosure.id, kinds=[CHASE], now=now, by=None, outcome="They answered."
        )
    cases.add_chronology(
        case=disclosure.case,
        now=now,
        by=opening.recorded_by,
        section="answer",
        text=_line(answer, promised, done, moved),
        event_at=at,
        kind="reported",
        source_role=opening.role,
        about_id=disclosure.id,
    )
    _leave(answer, answered, actor, now)
    return answer


def _checked(disclosure: Disclosure, answered: Answered, now: datetime) -> dict[str, Any]:
    """What the answer says, tidied and whole; raises ``Invalid`` by field."""
    pack = catalogues.answers()
    if answered.kind not in pack.kinds:
        raise Invalid({"kind": ["Choose how you answer."]})
    kind = pack.kinds[answered.kind]
    texts = words.tidy_all(
        {"words": answered.words, "to_whom": answered.to_whom}, most={"words": 2000, "to_whom": WHO}
    )
    policy = agencies.policy_for(disclosure.agency)
    told: dict[str, Any] = {
        "words": texts["words"],
        "to_whom": texts["to_whom"] if "to_whom" in kind.needs else "",
        "reason": answered.reason if "reason" in kind.needs else "",
        "fields": [each for each in dict.fromkeys(answered.fields) if each in policy.fields]
        if "fields" in kind.needs
        else [],
        "quality": [each for each in dict.fromkeys(answered.quality) if each in pack.qualities],
    }
    told["purpose"] = (answered.purpose or disclosure.purpose) if told["fields"] else ""
    errors = {name: [NEEDS[name]] for name in kind.needs if not told[name]}
    if told["reason"] and told["reason"] not in pack.declines:
        errors["reason"] = [NEEDS["reason"]]
    elif told["reason"] and pack.declines[told["reason"]].words and not told["words"]:
        errors["words"] = [NEEDS["words"]]
    if told["purpose"] and told["purpose"] not in consent_words.PURPOSES:
        errors["purpose"] = ["Choose one of the list."]
    if answered.kind == "update" and not (told["words"] or answered.actions or answered.done):
        errors["words"] = ["Say what is new, or which action is done."]
    if answered.later and answered.kind != "update":
        errors["later"] = ["A later day goes with how it goes on."]
    elif answered.later:
        errors |= postponing.wrong(disclosure, answered.later, told["words"], now)
    _check_actions(disclosure, answered.actions, now, errors)
    if errors:
        raise Invalid(errors)
    return told


def _check_actions(
    disclosure: Disclosure,
    actions: Sequence[Promised],
    now: datetime,
    errors: dict[str, list[str]],
) -> None:
    today = now.astimezone(postponing.zone(disclosure)).date()
    if len(actions) > (most := catalogues.answers().actions_at_most):
        errors["action_1"] = [f"Name {most} actions at most; give the others in another answer."]
    for number, each in enumerate(actions, 1):
        if not (each.what.strip() and each.owner.strip() and each.due_on):
            errors[f"action_{number}"] = [WHOLE]
        elif len(each.what) > WHAT or len(each.owner) > WHO:
            errors[f"action_{number}"] = [f"Shorten this to {WHAT} characters, the name to {WHO}."]
        elif each.due_on < today:
            errors[f"action_{number}"] = ["Give a day that has not passed."]


def _promise(answer: Answer, each: Promised) -> PartnerAction:
    """Keep an action; it is due when its day ends where the recipient is."""
    if each.due_on is None:
        raise Invalid({"actions": [WHOLE]})
    return PartnerAction.objects.create(
        disclosure=answer.disclosure,
        answer=answer,
        what=words.tidy(each.what),
        owner=words.tidy(each.owner),
        due_on=each.due_on,
        due_at=postponing.day_ends(answer.disclosure, each.due_on),
    )


def _settle(answer: Answer, done: Sequence[UUID]) -> list[PartnerAction]:
    """Mark their actions as done; raises :class:`AnsweredElsewhere` where one is not open any more."""
    rows = PartnerAction.objects.select_for_update().filter(
        disclosure=answer.disclosure, done_at=None, pk__in=list(done)
    )
    found = list(rows)
    if len(found) != len(set(done)):
        raise AnsweredElsewhere
    for each in found:
        each.done_at, each.done_by = answer.at, answer
        each.save(update_fields=["done_at", "done_by"])
    late = PartnerAction.objects.filter(disclosure=answer.disclosure, done_at=None)
    if not late.exclude(late_at=None).exists():
        cases.close_tasks(
            about_id=answer.disclosure_id,
            kinds=[LATE],
            now=answer.recorded_at,
            by=None,
            outcome=DONE,
        )
    return found


def _to_decide(answer: Answer, now: datetime) -> Disclosure:
    """Open the decision on what they ask for: the same recipient, these fields, their purpose."""
    disclosure = answer.disclosure
    same = ("recipient", "recipient_role", "recipient_name", "recipient_contact")
    alike = ("alleged_source", "connected_to_source", "urgency", "packet")
    return Disclosure.objects.create(
        agency=disclosure.agency,
        case=disclosure.case,
        opened_at=now,
        opened_by=disclosure.case.owner,
        purpose=answer.purpose,
        extra_fields=list(answer.fields),
        **{name: getattr(disclosure, name) for name in (*same, *alike)},
    )


def _note(answer: Answer) -> str:
    """What a task says of an answer: who answered, and where they say that it belongs."""
    goes = f" They name: {answer.to_whom}." if answer.to_whom else ""
    if answer.to_whom and answer.decision is None:
        goes += " A message to them about this has gone already."
    return f"{answer.disclosure.to_whom} answered.{goes}"[:500]


def _line(
    answer: Answer,
    promised: Sequence[PartnerAction],
    done: Sequence[PartnerAction],
    moved: ActionMoved | None,
) -> str:
    """The answer as the timeline tells it, all of it."""
    pack = catalogues.answers()
    fields = agencies.policy_for(answer.disclosure.agency).fields
    about = [answer.to_whom]
    if answer.reason:
        about.append(pack.declines[answer.reason].label)
    about.append("; ".join(fields[each].label for each in answer.fields))
    said = ": ".join(
        [f"{answer.disclosure.to_whom} {pack.kinds[answer.kind].says}", *filter(None, about)]
    )
    parts = [f"{said}."]
    if answer.words:
        parts.append(answer.words)
    parts += [
        f"Will do by {each.due_on:%-d %B %Y}, {each.owner}: {each.what}." for each in promised
    ]
    parts += [f"Done: {each.what}." for each in done]
    if moved:
        before, after = (f"{day:%-d %B %Y}" for day in (moved.due_on_before, moved.due_on))
        parts.append(f"Needs longer: {moved.action.what}, by {after} and not by {before}.")
    return "\n".join([*parts, f"{answer.opening.name}, {answer.opening.role}."])


def _leave(answer: Answer, answered: Answered, actor: Account | UUID, now: datetime) -> None:
    disclosure = answer.disclosure
    names = ("kind", "reason", "words", "to_whom", "fields", "purpose", "quality")
    about: Mapping[str, Any] = {
        "answer": answer.id.hex,
        "disclosure": disclosure.id.hex,
        "opening": answer.opening_id.hex,
        "name": answer.opening.name,
        "role": answer.opening.role,
        **{name: getattr(answer, name) for name in names},
        "decision": answer.decision_id.hex if answer.decision_id else None,
        "actions": [
            {"what": each.what, "owner": each.owner, "due_on": str(each.due_on)}
            for each in answered.actions
        ],
        "done": [each.hex for each in answered.done],
        "later": {"action": answered.later.action_id.hex, "due_on": str(answered.later.due_on)}
        if answered.later
        else None,
    }
    record(
        at=now,
        agency=disclosure.agency,
        actor=actor,
        case_id=disclosure.case_id,
        things={"answer": about},
    )
