"""Telling the person, or the family, that something was shared; or why that waits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid
from sharewell.agencies.evidence import operation, record
from sharewell.agencies.models import Account
from sharewell.cases import records as cases
from sharewell.consent import contacting
from sharewell.core.contacting import HOUSEHOLD, Addressee, Refused
from sharewell.disclosures import catalogues, standing, words
from sharewell.disclosures.models import Disclosure, Informing

WHO = {"person": "The person", "family": "The parents or carers", "child": "The child"}


class NotSent(Conflict):
    """Nothing has been shared yet that somebody could be told of."""

    code = "not_sent"
    sentence = (
        "This has not been sent, so there is nothing to tell anybody yet. Nothing was changed."
    )


@operation("inform.done")
def inform_done(
    *,
    account: Account,
    disclosure_id: UUID,
    whom: str,
    words_said: str,
    told_at: datetime,
    how: str,
    now: datetime,
    despite: str = "",
) -> Informing:
    """Record that the ``person``, the ``family`` or the ``child`` was told: how, and what they answered.

    ``how`` is a channel of packs/contact.yaml. It is done, so nothing is refused: where the safe contact plan
    speaks against it, ``Invalid`` asks for ``despite``, the reason why it was done all the same.
    """
    disclosure = _sent(account, disclosure_id, whom, now)
    texts = words.tidy_all({"words_said": words_said})
    words.required(texts, {"words_said": "Say how they were told, and what they said."})
    if told_at > now:
        raise Invalid({"told_at": ["Give the time when they were told; this is in the future."]})
    told_in_spite = _against_plan(disclosure, whom, how, told_at, now, despite)
    done = Informing.objects.create(
        disclosure=disclosure,
        whom=whom,
        told=True,
        how=how,
        despite=told_in_spite,
        words=texts["words_said"],
        at=told_at,
        by=account,
    )
    _close(disclosure, whom, account, now, "told")
    _line(disclosure, account, now, f"{WHO[whom]} was told what was shared. {done.words}", told_at)
    form = {"whom": whom, "told": True, "words": done.words, "at": told_at.isoformat()}
    form |= {"how": how, "despite": told_in_spite}
    _record(disclosure, account, now, form)
    return done


@operation("inform.deferred")
def inform_defer(
    *,
    account: Account,
    disclosure_id: UUID,
    whom: str,
    reason: str,
    until: datetime,
    now: datetime,
) -> Informing:
    """Put off telling them because it is not safe yet, until a review; the task waits until then."""
    disclosure = _sent(account, disclosure_id, whom, now)
    texts = words.tidy_all({"reason": reason})
    words.required(texts, {"reason": "Say why it is not safe or not possible to tell them yet."})
    if not now < until <= now + catalogues.limit("inform_deferred"):
        raise Invalid(
            {"until": ["Choose a time within the next seven days to look at this again."]}
        )
    deferred = Informing.objects.create(
        disclosure=disclosure,
        whom=whom,
        told=False,
        words=texts["reason"],
        at=now,
        until=until,
        by=account,
    )
    _close(disclosure, whom, account, now, "deferred")
    cases.open_task(
        agency=disclosure.agency,
        case=disclosure.case,
        kind=f"inform_{whom}",
        owner=account,
        now=now,
        due_at=until,
        about_id=disclosure.pk,
    )
    _line(disclosure, account, now, f"{WHO[whom]} was not told yet. {deferred.words}", now)
    form = {"whom": whom, "told": False, "words": deferred.words, "until": until.isoformat()}
    _record(disclosure, account, now, form)
    return deferred


def _against_plan(
    disclosure: Disclosure, whom: str, how: str, at: datetime, now: datetime, despite: str
) -> str:
    """The reason why they were told although the plan spoke against it; empty where it did not."""
    to = Addressee(HOUSEHOLD, relation="parent", knows=True) if whom == "family" else Addressee()
    answer = contacting.may_go(case=disclosure.case, to=to, channel=how, at=at, now=now)
    if not isinstance(answer, Refused):
        return ""
    reason = words.tidy_all({"despite": despite})["despite"]
    if not reason:
        why = " ".join(answer.reasons)
        raise Invalid({"despite": [f"{why} Say why it was done so, and how they are kept safe."]})
    return reason


def _sent(account: Account, disclosure_id: UUID, whom: str, now: datetime) -> Disclosure:
    disclosure = standing.hold(account, disclosure_id, now)
    if whom not in WHO:
        raise Invalid({"whom": ["Choose who was told."]})
    if disclosure.state != "sent":
        raise NotSent
    return disclosure


def _close(
    disclosure: Disclosure, whom: str, account: Account, now: datetime, outcome: str
) -> None:
    kinds = [f"inform_{whom}"]
    cases.close_tasks(about_id=disclosure.pk, kinds=kinds, now=now, by=account, outcome=outcome)


def _line(disclosure: Disclosure, account: Account, now: datetime, text: str, at: datetime) -> None:
    cases.add_chronology(
        case=disclosure.case,
        now=now,
        by=account,
        section="contact",
        text=text,
        event_at=at,
        about_id=disclosure.pk,
    )


def _record(
    disclosure: Disclosure, account: Account, now: datetime, form: dict[str, object]
) -> None:
    record(
        at=now,
        agency=disclosure.agency,
        actor=account,
        case_id=disclosure.case_id,
        things={"form": form},
    )
