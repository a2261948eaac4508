"""Writes of consent: a conversation, its withdrawal, a signature. Each adds a row; none changes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import operations as case_operations
from sharewell.cases import records as cases
from sharewell.cases.models import Case, ContactWord, RiskFacts, SafeContact, Task
from sharewell.consent import answers as forms
from sharewell.consent import contacting, positions, script, words
from sharewell.consent.answers import Answers
from sharewell.consent.check import Setting, problems
from sharewell.consent.models import Conversation
from sharewell.consent.records import ASK, COPY, REVISIT, agreed_since, revisit_on_facts, standing
from sharewell.core.contacting import Addressee, Wording


class ConversationChanged(Conflict):
    """Somebody recorded another conversation since this form was opened."""

    code = "conversation_changed"
    sentence = (
        "Somebody recorded another conversation while you were writing. Nothing you typed is lost: it is "
        "below. Read theirs first, then change what you need to and record yours."
    )


class NothingToWithdraw(Conflict):
    """There is no agreement that could be taken back."""

    code = "nothing_to_withdraw"
    sentence = "There is no agreement to take back. Nothing was changed. Record a new conversation instead."


@operation("conversation.recorded")
def conversation_record(
    *,
    account: Account,
    case: Case,
    now: datetime,
    form_key: UUID,
    follows: UUID | None,
    fields: Mapping[str, Any],
) -> Conversation:
    """Record a consent conversation, or why there was none; it stands from now on.

    ``follows`` is the id of the conversation that stood when the form was opened, None where there was
    none. ``fields`` are named as in :class:`~sharewell.consent.answers.Answers`, times in aware UTC. An
    agreement without an end gets the default one; every record gets a task to go back to the person.
    The same form (``form_key``) again returns the first record; other words under its key do not. Raises NotAllowed, NotFound (outside the circle),
    :class:`ConversationChanged` and Invalid.
    """
    before, done = _open(account, case, now, form_key, follows)
    given = forms.read(fields)
    if done is not None:
        return unchanged(_same(done, given))
    if given.position == "withdrawn":
        raise Invalid(
            {"position": ["Use the page for taking agreement back: it also stops sending."]}
        )
    _check(given, before, case, now)
    return _write(
        account=account, case=case, now=now, form_key=form_key, before=before, given=given
    )


@operation("consent.withdrawn")
def consent_withdraw(
    *,
    account: Account,
    case: Case,
    now: datetime,
    form_key: UUID,
    follows: UUID | None,
    fields: Mapping[str, Any],
) -> Conversation:
    """Record that an agreement was taken back; the boundaries of the agreement go on standing.

    Boundaries and who must not know are those of the conversation before, unless given anew. The room
    above calls this in the transaction that stops what was waiting to be sent. Raises what
    :func:`conversation_record` raises, and :class:`NothingToWithdraw`.
    """
    before, done = _open(account, case, now, form_key, follows)
    before = done.follows if done else before
    if before is None or not agreed_since(before):
        raise NothingToWithdraw
    kept = {"boundaries": before.boundaries, "must_not_know": before.must_not_know}
    kept |= {"given_by": before.given_by, "giver_name": before.giver_name}
    kept["giver_authority"] = before.giver_authority
    given = forms.read({**kept, **fields, "position": "withdrawn"})
    if done is not None:
        return unchanged(_same(done, given))
    _check(given, before, case, now)
    return _write(
        account=account, case=case, now=now, form_key=form_key, before=before, given=given
    )


@operation("release.signed")
def release_sign(
    *,
    account: Account,
    case: Case,
    now: datetime,
    form_key: UUID,
    follows: UUID | None,
    fields: Mapping[str, Any],
) -> Conversation:
    """Record that the agreement that stands was signed, and whether a copy was given.

    ``fields``: ``signed_on`` (a date), ``copy_given``, ``copy_note``. What was agreed stays as it was.
    Raises what :func:`conversation_record` raises; Invalid where no agreement stands.
    """
    before, done = _open(account, case, now, form_key, follows)
    before = done.follows if done else before
    signed_on = fields.get("signed_on")
    if before is None or before.position != "obtained" or positions.expired(before, now):
        raise Invalid({"signed_on": ["There is no agreement in date to sign. Record it first."]})
    if not isinstance(signed_on, date):
        raise Invalid({"signed_on": ["Give the date on which it was signed."]})
    same = {name: getattr(before, name) for name in forms.NAMES_OF_ANSWERS}
    if before.revisit_at is not None and before.revisit_at <= now:
        same["revisit_at"] = None
    given = replace(forms.read({**same, **fields}), written=True)
    if done is not None:
        return unchanged(_same(done, given))
    _check(given, before, case, now)
    return _write(
        account=account, case=case, now=now, form_key=form_key, before=before, given=given
    )


@operation("consent.asked_again")
def facts_record(
    *,
    account: Account,
    case: Case,
    facts: Mapping[str, str],
    now: datetime,
    seen: int | None = None,
) -> RiskFacts:
    """Judge the facts of a case (:func:`sharewell.cases.operations.facts_record`), and ask again if need be.

    Where the person named a change of capacity or of risk as a reason to talk again, that becomes a task in
    the same transaction. Raises what the operation of the cases room raises.
    """
    before = cases.known_facts(case)
    kept = case_operations.facts_record(account=account, case=case, facts=facts, now=now, seen=seen)
    tasks = revisit_on_facts(case, before, kept.facts, now, account)
    if not tasks:
        return unchanged(kept)
    things = {"tasks": [task.pk.hex for task in tasks]}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return kept


@operation("contact.released")
def contact_word_release(
    *,
    account: Account,
    case: Case,
    now: datetime,
    form_key: UUID,
    to: Addressee,
    channel: str,
    at: datetime,
    wording: Wording,
    rang_first: bool = False,
) -> ContactWord:
    """Let a word go to the person, the household or a carer, if the gate does; the same form goes once.

    ``at`` is when it would arrive (aware). Raises ``NotFound``, ``NotAllowed``, and
    :class:`~sharewell.consent.contacting.ContactRefused` with the reasons and the way that is safe.
    """
    if not Case.objects.visible_to(account, now).filter(pk=case.pk).exists():
        raise NotFound
    agencies.require(viewer=account, now=now, any_of=agencies.CASEWORK)
    cases.lock(case)
    done = ContactWord.objects.filter(form_key=form_key, case=case).first()
    if done is not None:
        return unchanged(done)
    contacting.require(
        case=case, to=to, channel=channel, at=at, now=now, wording=wording, rang_first=rang_first
    )
    told = {"to_kind": to.kind, "to_name": to.name, "to_relation": to.relation}
    told |= {"channel": channel, "shown": wording.shown, "inside": wording.inside}
    word = ContactWord.objects.create(
        case=case,
        to_knows=to.knows,
        rang_first=rang_first,
        reach_at=at,
        released_at=now,
        released_by=account,
        form_key=form_key,
        **told,
    )
    cases.add_chronology(
        case=case,
        now=now,
        by=account,
        section="contact",
        text=contacting.line(word),
        about_id=word.pk,
    )
    things = {"word": {**told, "at": at.isoformat(), "rang_first": rang_first}}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return word


def _open(
    account: Account, case: Case, now: datetime, form_key: UUID, follows: UUID | None
) -> tuple[Conversation | None, Conversation | None]:
    """Let in who may, one at a time; the conversation that stands, and what this form already made."""
    if not Case.objects.visible_to(account, now).filter(pk=case.pk).exists():
        raise NotFound
    agencies.require(viewer=account, now=now, any_of=agencies.CASEWORK)
    cases.lock(case)
    done = Conversation.objects.filter(form_key=form_key).first()
    if done is not None:
        if done.case_id != case.pk:
            raise NotFound
        return None, done
    before = standing(case)
    if (before.pk if before else None) != follows:
        raise ConversationChanged
    return before, None


def _same(done: Conversation, given: Answers) -> Conversation:
    """The conversation that this form made; other words under its key are not taken for the same."""
    asked = asdict(_with_defaults(given, done.case, done.recorded_at))
    optional = {
        "held_at": given.held_at,
        "revisit_at": given.revisit_at,
        "expires_at": given.expires_at,
    }
    for name, value in asked.items():
        if optional.get(name, value) is not None and getattr(done, name) != value:
            raise ConversationChanged
    return done


def _check(given: Answers, before: Conversation | None, case: Case, now: datetime) -> None:
    agency, kind = case.agency, case.person.subject_kind
    setting = Setting(
        subject_kind=kind,
        now=now,
        required_points=script.required_points(agency, script.audience(kind, given.given_by)),
        known={
            "covers_purposes": frozenset(words.PURPOSES),
            "covers_recipients": frozenset(words.ROLES),
            "covers_labels": frozenset(row.id for row in script.rules().labels),
        },
        max_days=script.expiry(agency).max_days,
        agreed_before=before is not None and agreed_since(before),
        careful_contact=_careful(case),
    )
    errors = problems(given, setting)
    if errors:
        raise Invalid(errors)


def _write(
    *,
    account: Account,
    case: Case,
    now: datetime,
    form_key: UUID,
    before: Conversation | None,
    given: Answers,
) -> Conversation:
    complete = _with_defaults(given, case, now)
    try:
        with transaction.atomic():
            made = Conversation.objects.create(
                case=case,
                recorded_at=now,
                recorded_by=account,
                follows=before,
                form_key=form_key,
                **asdict(complete),
            )
    except IntegrityError as error:
        raise ConversationChanged from error
    _tasks(made, account, now)
    zone = case.agency.time_zone
    text = words.sentence(made, now=now, zone=zone)
    cases.add_chronology(
        case=case,
        now=now,
        by=account,
        section="consent",
        text=f"{text} {made.reason_words}".strip(),
        event_at=made.held_at,
        kind="observed",
        about_id=made.id,
    )
    things = {"form": _json(asdict(complete)), "position": positions.as_request(made)}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return made


def _with_defaults(given: Answers, case: Case, now: datetime) -> Answers:
    """Fill in what was left open: when it was held, when it ends, when to go back."""
    held = given.held_at or now
    ends = given.expires_at if given.position == "obtained" else None
    if given.position == "obtained" and ends is None:
        ends = max(held + timedelta(days=script.expiry(case.agency).default_days), now)
    back = given.revisit_at or script.revisit_due(given.position, now)
    if ends is not None:
        back = min(back, ends)
    agreed = (
        given
        if given.position == "obtained"
        else replace(
            given,
            covers_recipients=[],
            covers_purposes=[],
            covers_labels=[],
            covers_tier=None,
            written=False,
        )
    )
    return replace(agreed, held_at=held, expires_at=ends, revisit_at=back)


def _tasks(made: Conversation, by: Account, now: datetime) -> None:
    """Going back to the person is one task of a case; a conversation does those that wait."""
    case = made.case
    waiting = Task.objects.waiting().filter(case=case, kind__in=(ASK, REVISIT, COPY))
    waiting.update(done_at=now, done_by=by, outcome="A conversation was recorded.")
    kind = ASK if made.position == "unknown" else REVISIT
    open_task = partial(
        cases.open_task, agency=case.agency, case=case, owner=case.owner, now=now, about_id=made.id
    )
    open_task(kind=kind, due_at=made.revisit_at)
    if made.written and not made.copy_given and made.safe_to_inform == "true":
        open_task(kind=COPY)


def _careful(case: Case) -> bool:
    plan = SafeContact.objects.filter(case=case).order_by("-id").first()
    return plan is not None and bool(plan.must_not_know or plan.never or plan.no_letters)


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
