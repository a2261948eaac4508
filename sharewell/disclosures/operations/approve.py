"""Approving: each Tier 3 field and each file has its own reason and an approver who is not the sender."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid, NotFound, Refusal
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import letting
from sharewell.cases import records as cases
from sharewell.disclosures import catalogues, question, standing, unshared, words
from sharewell.disclosures import seen as stamps
from sharewell.disclosures.attachments import Cleaned
from sharewell.disclosures.models import Attachment, Disclosure, Item

UNANSWERED = {"approver": None, "approved_at": None, "refused_at": None, "approver_note": ""}
ASK_WHY = "Say why this recipient needs it, and why nothing less will do."


class ApproverIsSender(Refusal):
    """Whoever asks for an item or sends it may not approve it too."""

    code = "approver_is_sender"
    sentence = (
        "You asked for this yourself, so somebody else has to approve it. Nothing was changed. "
        "Choose a manager, the safeguarding lead or the governance lead."
    )


class AskedOfAnother(Refusal):
    """Somebody else was asked; a question is answered by the one whom its sender named."""

    code = "asked_of_another"
    sentence = (
        "Somebody else was asked to approve this. Nothing was changed. If they are away, the sender can "
        "ask you instead."
    )


class AlreadyAnswered(Conflict):
    """The item was approved or refused before."""

    code = "already_answered"
    sentence = (
        "This was approved or refused already. Nothing was changed; the page shows the answer."
    )


class Reworded(Conflict):
    """What the item says, or why it was asked for, is not what the approver read."""

    code = "reworded"
    sentence = (
        "What this says, or why it was asked for, has changed since you opened the page. Nothing was "
        "approved. Read it as it is now, and answer again."
    )


RESTRICTED = (
    "This case is restricted, and only its owner or a lead in it lets others in. Choose somebody who reads "
    "it already, or ask them to let this person in."
)


@operation("item.asked")
def item_ask(
    *,
    account: Account,
    disclosure_id: UUID,
    field: str,
    rationale: str,
    authority: str,
    approver: Account,
    now: datetime,
) -> Item:
    """Ask a named approver for one Tier 3 field; after a refusal, or once rewritten, it is a new question.

    The approver joins the circle for a few days. Raises ``Invalid``, ``ApproverIsSender``.
    """
    disclosure = _editable(account, disclosure_id, now)
    catalogue = agencies.policy_for(disclosure.agency).fields
    if field not in catalogue or field == "attachment":
        raise Invalid({"field": ["Choose one of the list."]})
    texts = words.tidy_all({"rationale": rationale, "authority": authority})
    sentences = {"rationale": ASK_WHY, "authority": "Name the law, duty or agreement it rests on."}
    words.required(texts, sentences)
    _require_approver(account, approver, disclosure, now)
    item = Item.objects.filter(disclosure=disclosure, field=field).first()
    if item and item.approved_at and not question.rewritten(disclosure.case, [item]):
        return unchanged(item)
    asked = {**texts, "asked_by": account, "asked_of": approver, "asked_at": now, **UNANSWERED}
    item, _ = Item.objects.update_or_create(disclosure=disclosure, field=field, defaults=asked)
    wanted = [*dict.fromkeys([*disclosure.extra_fields, field])]
    Disclosure.objects.filter(pk=disclosure.pk).update(extra_fields=wanted)
    _ask(disclosure, account, approver, "item_approve", item.pk, now)
    form = {"field": field, **texts, "approver": approver.pk.hex}
    _record(disclosure, account, now, {"form": form})
    return item


@operation("item.approved")
def item_approve(*, account: Account, item_id: UUID, note: str, now: datetime, seen: str) -> Item:
    """Approve one Tier 3 field, as the one who was asked to; ``seen`` is the stamp of what they read.

    Raises ``ApproverIsSender``, ``AskedOfAnother``, ``NotAllowed``, ``AlreadyAnswered``, and ``Reworded``
    when :func:`sharewell.disclosures.seen.asked` gives another stamp by now.
    """
    item = _item(account, item_id, now)
    if item.approved_at and item.approver_id == account.pk:
        return unchanged(item)
    cases.lock(item.disclosure.case)  # nobody rewrites it meanwhile
    if account.pk == item.asked_of_id and seen != stamps.asked(item):
        raise Reworded
    _answer(item, item.asked_by_id, account, note, now, approved=True)
    form = {"field": item.field, "answer": "approved", "note": item.approver_note}
    _record(item.disclosure, account, now, {"form": form})
    return item


@operation("item.refused")
def item_refuse(*, account: Account, item_id: UUID, note: str, now: datetime) -> Item:
    """Refuse one Tier 3 field, with the reason; the rest of the message may still go."""
    item = _item(account, item_id, now)
    if item.refused_at and item.approver_id == account.pk:
        return unchanged(item)
    _answer(item, item.asked_by_id, account, note, now, approved=False)
    form = {"field": item.field, "answer": "refused", "note": item.approver_note}
    _record(item.disclosure, account, now, {"form": form})
    return item


@operation("attachment.added")
def attachment_add(
    *,
    account: Account,
    disclosure_id: UUID,
    cleaned: Cleaned,
    reason: str,
    approver: Account,
    now: datetime,
) -> Attachment:
    """Add a cleaned file (``attachments.clean``) to a draft, with its own reason and its approver.

    The cleaning is done before, because it takes seconds. Raises ``Invalid``, ``ApproverIsSender``.
    """
    disclosure = _editable(account, disclosure_id, now)
    texts = words.tidy_all({"reason": reason})
    words.required(texts, {"reason": ASK_WHY})
    _require_approver(account, approver, disclosure, now)
    attachment = Attachment.objects.create(
        disclosure=disclosure,
        name=cleaned.name,
        content_type=cleaned.content_type,
        content=cleaned.content,
        size=cleaned.size,
        pages=cleaned.pages,
        reason=texts["reason"],
        added_at=now,
        added_by=account,
        asked_of=approver,
    )
    _ask(disclosure, account, approver, "attachment_approve", attachment.pk, now)
    form = {"pages": cleaned.pages, "size": cleaned.size, **texts, "approver": approver.pk.hex}
    _record(disclosure, account, now, {"form": form, "attachment": cleaned.content})
    return attachment


@operation("attachment.removed")
def attachment_remove(*, account: Account, attachment_id: UUID, now: datetime) -> Attachment:
    """Take a file out of a draft; its cleaned content is erased."""
    attachment = _attachment(account, attachment_id, now, standing.SHARERS)
    if attachment.removed_at:
        return unchanged(attachment)
    attachment.removed_at = now
    attachment.approved_at = None
    attachment.content = b""
    attachment.save(update_fields=["removed_at", "approved_at", "content"])
    _answered(attachment.disclosure, attachment.pk, account, now)
    form = {"attachment": attachment.pk.hex, "answer": "removed"}
    _record(attachment.disclosure, account, now, {"form": form})
    return attachment


@operation("attachment.approved")
def attachment_approve(
    *, account: Account, attachment_id: UUID, note: str, now: datetime
) -> Attachment:
    """Approve one file, as the one who was asked to; the same refusals as ``item_approve``."""
    attachment = _attachment(account, attachment_id, now, standing.APPROVERS)
    if attachment.approved_at and attachment.approver_id == account.pk:
        return unchanged(attachment)
    _answer(attachment, attachment.added_by_id, account, note, now, approved=True)
    form = {"attachment": attachment.pk.hex, "answer": "approved", "note": attachment.approver_note}
    _record(attachment.disclosure, account, now, {"form": form})
    return attachment


@operation("attachment.refused")
def attachment_refuse(
    *, account: Account, attachment_id: UUID, note: str, now: datetime
) -> Attachment:
    """Refuse one file, with the reason; the rest of the message may still go."""
    attachment = _attachment(account, attachment_id, now, standing.APPROVERS)
    if attachment.refused_at and attachment.approver_id == account.pk:
        return unchanged(attachment)
    _answer(attachment, attachment.added_by_id, account, note, now, approved=False)
    form = {"attachment": attachment.pk.hex, "answer": "refused", "note": attachment.approver_note}
    _record(attachment.disclosure, account, now, {"form": form})
    return attachment


def _editable(account: Account, disclosure_id: UUID, now: datetime) -> Disclosure:
    disclosure = standing.hold(account, disclosure_id, now)
    if disclosure.state not in standing.EDITABLE:
        raise standing.NotEditable
    return disclosure


def _item(account: Account, item_id: UUID, now: datetime) -> Item:
    rows = Item.objects.filter(disclosure__in=standing.readable(account, now))
    found = rows.filter(pk=item_id).values_list("disclosure_id", flat=True).first()
    if found is None:
        raise NotFound
    standing.hold(account, found, now, standing.APPROVERS)  # a second approver waits here
    return Item.objects.select_related("disclosure__agency", "disclosure__case").get(pk=item_id)


def _attachment(
    account: Account, attachment_id: UUID, now: datetime, any_of: tuple[str, ...]
) -> Attachment:
    rows = Attachment.objects.filter(disclosure__in=standing.readable(account, now))
    found = rows.filter(pk=attachment_id).values_list("disclosure_id", flat=True).first()
    if found is None:
        raise NotFound
    if standing.hold(account, found, now, any_of).state not in standing.EDITABLE:
        raise standing.NotEditable
    rows = Attachment.objects.select_related("disclosure__agency", "disclosure__case")
    return rows.get(pk=attachment_id)


def _require_approver(
    account: Account, approver: Account, disclosure: Disclosure, now: datetime
) -> None:
    if approver.pk == account.pk:
        raise ApproverIsSender
    known = approver.agency_id == disclosure.agency_id and agencies.may(
        viewer=approver, now=now, any_of=standing.APPROVERS
    )
    if not known or approver.pk in standing.conflicted(disclosure.case):
        sentence = "Choose a manager, the safeguarding lead or the governance lead of your agency."
        raise Invalid({"approver": [sentence]})
    if not standing.may_let_in(account, approver, disclosure.case, now):
        raise Invalid({"approver": [RESTRICTED]})


def _ask(
    disclosure: Disclosure,
    account: Account,
    approver: Account,
    kind: str,
    about_id: UUID,
    now: datetime,
) -> None:
    """Let the approver in, give them the task, and let the draft wait."""
    letting.let_in(
        case=disclosure.case,
        account=approver,
        relation="approver",
        reason="asked to approve part of a disclosure",
        now=now,
        expires_at=now + catalogues.limit("approver_standing"),
        by=account,
    )
    cases.close_tasks(about_id=about_id, kinds=[kind], now=now, by=None, outcome="asked anew")
    cases.open_task(
        agency=disclosure.agency,
        case=disclosure.case,
        kind=kind,
        owner=approver,
        now=now,
        about_id=about_id,
    )
    waiting = Disclosure.objects.filter(pk=disclosure.pk, state="draft")
    waiting.update(state="awaiting_approval")


def _answer(
    asked: Item | Attachment,
    asked_by: UUID,
    account: Account,
    note: str,
    now: datetime,
    *,
    approved: bool,
) -> None:
    if asked.disclosure.state not in standing.EDITABLE:
        raise standing.NotEditable
    if account.pk == asked_by:
        raise ApproverIsSender
    if account.pk in standing.conflicted(asked.disclosure.case):
        raise standing.Conflicted
    if asked.approved_at or asked.refused_at:
        raise AlreadyAnswered
    if account.pk != asked.asked_of_id:
        raise AskedOfAnother
    texts = words.tidy_all({"note": note})
    if not approved:
        words.required(texts, {"note": "Say why, so that the sender knows what to do instead."})
    asked.approver = account
    asked.approver_note = texts["note"]
    asked.approved_at, asked.refused_at = (now, None) if approved else (None, now)
    asked.save(update_fields=["approver", "approver_note", "approved_at", "refused_at"])
    what = "An attachment" if isinstance(asked, Attachment) else "One item of Tier 3"
    said = "was approved" if approved else "was refused"
    to_whom = asked.disclosure.to_whom
    unshared.line(
        asked.disclosure, account, now, f"{what} for {to_whom} {said}. {asked.approver_note}"
    )
    _answered(asked.disclosure, asked.pk, account, now)


def _answered(disclosure: Disclosure, about_id: UUID, account: Account, now: datetime) -> None:
    """Close the approver's task; once nothing waits any more the draft is its sender's again."""
    kinds = ["item_approve", "attachment_approve"]
    cases.close_tasks(about_id=about_id, kinds=kinds, now=now, by=account)
    open_rows = {"approved_at": None, "refused_at": None}
    waits = disclosure.items.filter(**open_rows).exists()
    waits |= disclosure.attachments.filter(**open_rows, removed_at=None).exists()
    if not waits:
        rows = Disclosure.objects.filter(pk=disclosure.pk, state="awaiting_approval")
        rows.update(state="draft")


def _record(
    disclosure: Disclosure, account: Account, now: datetime, things: Mapping[str, Any]
) -> None:
    record(
        at=now, agency=disclosure.agency, actor=account, case_id=disclosure.case_id, things=things
    )
