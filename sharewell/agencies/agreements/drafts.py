"""Drafts of agreements: begun, saved and dropped without evidence, until the first of them signs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.agreements import records, texts
from sharewell.agencies.agreements.records import NotInHand
from sharewell.agencies.models import Account, Agency, Agreement, AgreementVersion
from sharewell.core import yamledit, yamltext
from sharewell.core.agreement import AgreementError
from sharewell.core.policy import PackError
from sharewell.core.yamltext import TextError

UNTITLED = "An agreement without a title yet"


class InHand(Conflict):
    """The next version of this agreement is being drafted or signed already."""

    code = "already_in_hand"
    sentence = (
        "The next version of this agreement is in hand already. Nothing was changed. "
        "Go on with that one, or give it up first."
    )


@transaction.atomic
def draft_start(*, account: Account, now: datetime, text: str) -> AgreementVersion:
    """Begin a new agreement, kept by the account's agency, from a text; it need not be readable yet."""
    agencies.require(viewer=account, now=now, any_of=records.GOVERNS)
    _require_short(text)
    agreement = Agreement.objects.create(
        slug=f"{account.agency.slug[:35]}-{secrets.token_hex(6)}",
        title=UNTITLED,
        keeper=account.agency,
    )
    return _write(AgreementVersion(agreement=agreement, number=1), text, account, now)


def starter(name: str) -> str:
    """The text of an agreement to start from; raises ``NotFound``."""
    found = packs.starter_agreements().get(name)
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def draft_next(*, account: Account, version_id: UUID, now: datetime) -> AgreementVersion:
    """Begin the next version from the text of one before; raises :class:`InHand`."""
    before = records.hold_kept(account, version_id, now)
    versions = before.agreement.versions
    if versions.filter(state__in=("draft", "signing")).exists():
        raise InHand
    newest = versions.order_by("-number").values_list("number", flat=True)[0]
    version = AgreementVersion(agreement=before.agreement, number=newest + 1)
    return _write(version, _anew(before.text, version.number), account, now)


@transaction.atomic
def draft_save(
    *, account: Account, version_id: UUID, revision: int, text: str, now: datetime
) -> AgreementVersion:
    """Keep the text of a draft, readable or not; ``revision`` is the one it was written from.

    Raises ``Conflict`` where somebody else saved since, and :class:`NotInHand` once it is signed.
    """
    version = _hold_draft(account, version_id, revision, now)
    _require_short(text)
    version.revision += 1
    return _write(version, text, account, now)


@transaction.atomic
def draft_change(
    *, account: Account, version_id: UUID, revision: int, changes: Mapping[str, Any], now: datetime
) -> AgreementVersion:
    """Put values at places of a draft, like ``routes[2].out_of_hours``, and leave the rest as it is written.

    Raises as :func:`draft_save` does, and ``Invalid`` where the text could not be read afterwards or the
    change cannot be made without touching the rest: then nothing is saved.
    """
    version = _hold_draft(account, version_id, revision, now)
    try:
        text = yamledit.put(version.text, changes)
    except TextError as wrong:
        sentence = (
            "This cannot be changed here, because of how the text is written. Edit the text itself."
        )
        raise Invalid({"__all__": [sentence]}) from wrong
    _require_short(text)
    if fault := texts.fault(text):
        raise Invalid({"__all__": [fault.sentence]})
    version.revision += 1
    return _write(version, text, account, now)


@transaction.atomic
def draft_drop(*, account: Account, version_id: UUID, now: datetime) -> None:
    """Drop a draft that nobody signed; an agreement of which it was all goes with it."""
    version = records.hold_kept(account, version_id, now)
    if version.state != "draft":
        raise NotInHand
    agreement = version.agreement
    version.delete()
    if not agreement.versions.exists():
        agreement.delete()


def link_parties(version: AgreementVersion, slugs: list[str]) -> None:
    """Link a version to those of its parties that are agencies here."""
    version.parties.set(Agency.objects.filter(slug__in=slugs))


def _hold_draft(
    account: Account, version_id: UUID, revision: int, now: datetime
) -> AgreementVersion:
    """A draft to change, as it was read; raises ``NotInHand`` and ``Conflict``."""
    version = records.hold_kept(account, version_id, now)
    if version.state != "draft":
        raise NotInHand
    if version.revision != revision:
        raise Conflict
    return version


def _write(
    version: AgreementVersion, text: str, account: Account, now: datetime
) -> AgreementVersion:
    version.text, version.digest = text, texts.digest(text)
    version.saved_by, version.saved_at = account, now
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as other:  # somebody else began it in the same moment
        raise InHand from other
    try:
        read = texts.draft(text)
    except (AgreementError, PackError):
        return version
    link_parties(version, [party.agency for party in read.parties])
    agreement = version.agreement
    if not agreement.versions.filter(state="in_force").exists():
        agreement.title = read.title[:200]
        agreement.save(update_fields=["title"])
    return version


def _anew(text: str, number: int) -> str:
    """The text with its version counted up and without the signatures of the one before.

    As it was where that cannot be done for certain: signing then names what is wrong.
    """
    try:
        signed = [
            f"parties[{at}].{name}"
            for at, party in enumerate(yamltext.read(text)["parties"])
            for name in ("signed_by", "signed_on")
            if party.get(name) is not None
        ]
        return yamledit.put(text, {"version": number, **dict.fromkeys(signed)})
    except TextError:
        return text


def _require_short(text: str) -> None:
    if not text.strip():
        raise Invalid({"text": ["Write the terms, or go back and start from an example."]})
    if len(text) > texts.LONGEST:
        sentence = (
            f"Shorten this to {texts.LONGEST} characters: it has {len(text)}. All of it is kept."
        )
        raise Invalid({"text": [sentence]})
