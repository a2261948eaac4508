"""Accounts of witnesses: asked for by one question, sealed until signed, never altered afterwards."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

import rfc8785

from sharewell.agencies.access import Conflict, Invalid
from sharewell.agencies.evidence import operation, record
from sharewell.agencies.models import Account
from sharewell.cases import queries, records
from sharewell.cases.closed import may_write
from sharewell.cases.drafts import draft_drop
from sharewell.cases.models import Case, WitnessAccount
from sharewell.cases.records import ConflictOfInterest

TASK = "witness_account"
FORM = "witness_account"
LONGEST = 20_000


class Signed(Conflict):
    """The account was signed already."""

    code = "account_signed"
    sentence = (
        "This account was signed, so it stands as it is. Nothing you typed is lost: add it below as "
        "something you remembered later."
    )


@operation("witness.asked")
def witness_ask(
    *,
    account: Account,
    case: Case,
    now: datetime,
    question: str,
    witness: Account | None = None,
    witness_name: str = "",
    witness_role: str = "",
) -> WitnessAccount:
    """Ask one witness one question; they need not stand in the circle, and learn nothing but the question.

    One with an account gets a task and writes alone; for anybody else whoever asks takes it down. Raises
    ``NotFound``, ``NotAllowed``, ``Invalid``, and ``ConflictOfInterest`` for one whom the allegation names.
    """
    allegation = may_write(account, case, now)
    if witness is not None and allegation.named.filter(pk=witness.pk).exists():
        raise ConflictOfInterest
    errors: dict[str, list[str]] = {}
    if not question.strip():
        errors["question"] = ["Write the question they are asked."]
    if (witness is None) == (not witness_name.strip()):
        errors["witness"] = ["Choose a colleague, or name somebody without an account."]
    elif witness and (witness.agency_id != case.agency_id or not witness.is_active):
        errors["witness"] = ["Choose a colleague of your own agency."]
    if errors:
        raise Invalid(errors)
    asked = WitnessAccount.objects.create(
        allegation=allegation,
        witness=witness,
        witness_name=witness_name,
        witness_role=witness.job_title if witness else witness_role,
        taker=None if witness else account,
        question=question,
        asked_by=account,
        asked_at=now,
    )
    # Without the case: its owner may be outside the circle, and learns nothing of it.
    records.open_task(
        agency=case.agency, kind=TASK, owner=witness or account, now=now, about_id=asked.pk
    )
    who = {"account": witness.id.hex} if witness else {"name": witness_name, "role": witness_role}
    things = {"witness": {"id": asked.pk.hex, "question": question, **who}}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return asked


@operation("witness.signed")
def witness_sign(
    *, account: Account, witness_id: UUID, now: datetime, text: str, signed_as: str
) -> WitnessAccount:
    """Sign an account: from now on it stands still, and those who look after the allegation read it.

    For its author alone. Raises ``NotFound``, ``Invalid``, and :class:`Signed` when it was signed before.
    """
    rows = WitnessAccount.objects.select_for_update(of=("self",))
    found = rows.get(pk=queries.witness_own(viewer=account, witness_id=witness_id).pk)
    if found.signed_at is not None:
        raise Signed
    _check(text, signed_as)
    found.text, found.signed_as, found.signed_at = text, signed_as, now
    content = _content(found)
    found.digest = hashlib.sha256(content).hexdigest()
    found.save(update_fields=["text", "signed_as", "signed_at", "digest"])
    records.close_tasks(about_id=found.pk, kinds=[TASK], now=now, by=account)
    draft_drop(account=account, form=FORM, about=str(found.pk))
    _leave(found, account, now, content)
    return found


@operation("witness.added")
def witness_add(
    *, account: Account, witness_id: UUID, now: datetime, text: str, signed_as: str
) -> WitnessAccount:
    """Add to a signed account what was remembered later, signed in its turn; the first stays as it is.

    For its author alone. Raises ``NotFound`` and ``Invalid``.
    """
    first = queries.witness_own(viewer=account, witness_id=witness_id)
    if first.signed_at is None:
        raise Invalid({"text": ["Sign the account itself first."]})
    _check(text, signed_as)
    added = WitnessAccount(
        allegation=first.allegation,
        witness=first.witness,
        witness_name=first.witness_name,
        witness_role=first.witness_role,
        taker=first.taker,
        question=first.question,
        asked_by=first.asked_by,
        asked_at=first.asked_at,
        text=text,
        signed_at=now,
        signed_as=signed_as,
        adds_to=first,
    )
    content = _content(added)
    added.digest = hashlib.sha256(content).hexdigest()
    added.save(force_insert=True)
    draft_drop(account=account, form=FORM, about=str(first.pk))
    _leave(added, account, now, content)
    return added


def _check(text: str, signed_as: str) -> None:
    errors: dict[str, list[str]] = {}
    if not text.strip():
        errors["text"] = ["Write what you saw and heard."]
    if len(text) > LONGEST:
        errors["text"] = [f"Shorten this to {LONGEST} characters; all of it is kept."]
    if not signed_as.strip():
        errors["signed_as"] = ["Write your name, as your signature."]
    if errors:
        raise Invalid(errors)


def _content(each: WitnessAccount) -> bytes:
    """The exact bytes that are signed (RFC 8785)."""
    signed = {
        "id": each.pk.hex,
        "adds_to": each.adds_to_id.hex if each.adds_to_id else "",
        "witness": each.witness_id.hex if each.witness_id else each.witness_name,
        "taker": each.taker_id.hex if each.taker_id else "",
        "question": each.question,
        "text": each.text,
        "signed_as": each.signed_as,
        "signed_at": each.signed_at.isoformat() if each.signed_at else "",
    }
    return rfc8785.dumps(signed)


def _leave(each: WitnessAccount, account: Account, now: datetime, content: bytes) -> None:
    case = each.allegation.case
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things={"account": content})
