"""Sign an agreement, bring it into force, end it: two people, one text, one version at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sharewell import packs
from sharewell.agencies.access import Invalid
from sharewell.agencies.agreements import records, rules, texts
from sharewell.agencies.agreements.drafts import link_parties
from sharewell.agencies.agreements.records import NotInHand
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import (
    Account,
    Agency,
    Agreement,
    AgreementSignature,
    AgreementVersion,
)
from sharewell.core.terms import Agreement as Terms


@operation("agreement.signed")
def agreement_sign(
    *,
    account: Account,
    version_id: UUID,
    digest: str,
    reasons: Mapping[str, str],
    now: datetime,
    on_paper: rules.OnPaper | None = None,
) -> AgreementSignature:
    """Sign the text of a version; from the first signature on it stands still.

    A governance lead signs for their own agency. ``on_paper`` records a partner's signature instead, by a
    governance lead or manager of the agency that keeps the agreement. ``digest`` is that of the text shown,
    ``reasons`` say by :func:`~sharewell.agencies.agreements.texts.finding_key` why each finding may stand. Raises ``Invalid`` by field
    (``reasons`` by key), :class:`SignedAlready`, :class:`TextChanged`, :class:`NotParty`, :class:`ToMend` and
    :class:`NotInHand`.
    """
    version = records.hold(account, version_id, now, records.SIGNS)
    if version.state not in ("draft", "signing"):
        raise NotInHand
    if version.digest != digest:
        raise rules.TextChanged
    terms = rules.whole(version)
    party = rules.party_of(account, version, terms, on_paper, now)
    accepted = rules.accepted(version, reasons)
    link_parties(version, [each.agency for each in terms.parties])
    signed_on = now.astimezone(ZoneInfo(account.agency.time_zone)).date()
    signature = AgreementSignature.objects.create(
        version=version,
        account=account,
        party=party,
        digest=digest,
        accepted=accepted,
        signatory=on_paper.signatory if on_paper else "",
        reference=on_paper.reference if on_paper else "",
        signed_on=on_paper.signed_on if on_paper else signed_on,
        at=now,
    )
    AgreementVersion.objects.filter(pk=version.pk).update(state="signing")
    said: dict[str, Any] = {"party": party, "digest": digest, "accepted": accepted}
    if on_paper:
        said["on_paper"] = asdict(on_paper) | {"signed_on": on_paper.signed_on.isoformat()}
    things = {"agreement": version.text.encode(), "signature": said}
    record(at=now, agency=account.agency, actor=account, things=things)
    return signature


@operation("agreement.in_force")
def agreement_bring_into_force(
    *, account: Account, version_id: UUID, day: date, now: datetime
) -> AgreementVersion:
    """Bring a signed version into force from the start of a day (today: from now); the one before is superseded.

    The day is in the time zone of the agreement. Raises ``Invalid`` for the day, :class:`NotSigned`,
    :class:`NotAccepted` and :class:`NotInHand`.
    """
    version = records.hold_kept(account, version_id, now)
    if version.state != "signing":
        raise NotInHand
    terms = rules.whole(version)
    rules.require_signed(version)
    starts_at = rules.start(terms, day, now)
    before = rules.superseded(version, starts_at)
    if before is not None:
        before.ends_at = starts_at
        before.save(update_fields=["ends_at"])
    version.state, version.starts_at, version.ends_at = "in_force", starts_at, terms.ends_at
    version.brought_by, version.brought_at = account, now
    version.save()
    _entitle(version.agreement, terms)
    told = {"number": version.number, "starts_at": starts_at.isoformat()}
    if before is not None:
        told["supersedes"] = before.number
    things = {"agreement": version.text.encode(), "version": told}
    record(at=now, agency=account.agency, actor=account, things=things)
    return version


@operation("agreement.ended")
def agreement_end(
    *, account: Account, version_id: UUID, reason: str, now: datetime
) -> AgreementVersion:
    """End a version now, or give up one that is not in force yet, with the reason.

    One that was to supersede another leaves that one in force. Raises ``Invalid`` without a reason and
    :class:`NotInHand` for a draft, which is dropped instead, and for what has ended.
    """
    version = records.hold_kept(account, version_id, now)
    if not reason.strip():
        raise Invalid({"reason": ["Say why it ends."]})
    ended = version.ends_at is not None and version.ends_at <= now
    if version.state not in ("signing", "in_force") or ended:
        raise NotInHand
    if version.state == "signing":
        version.state = "given_up"
    else:
        to_come = version.starts_at is not None and version.starts_at > now
        version.ends_at = version.starts_at if to_come else now
    version.ended_by, version.ended_at, version.end_reason = account, now, reason
    version.save()
    _restore(version)
    things = {"version": {"number": version.number, "digest": version.digest, "reason": reason}}
    record(at=now, agency=account.agency, actor=account, things=things)
    return version


@operation("agreement.registered")
def agreement_register(
    *, now: datetime, actor: Account | None, agency: Agency, slug: str, text: str
) -> AgreementVersion:
    """Take in an agreement that was signed elsewhere: its next version is in force, the one before superseded.

    ``text`` is YAML for :func:`sharewell.core.agreement.load`, with its signatures; its dates say from and
    until when. Raises ``AgreementError`` naming the place that is wrong, and ``Invalid`` for a version that
    starts later or while another one is in hand.
    """
    terms = packs.agreement(text)
    if terms.starts_at > now:  # else nothing would be in force until then
        day = terms.starts_on.isoformat()
        raise Invalid({"text": [f"This version starts on {day}. Bring it into force then."]})
    made = {"title": terms.title[:200], "keeper": agency}
    agreement, _ = Agreement.objects.select_for_update().get_or_create(slug=slug, defaults=made)
    newest = agreement.versions.order_by("-number").first()
    if newest is not None and newest.state == "in_force" and newest.text == text:
        return unchanged(newest)
    if newest is not None and newest.state in ("draft", "signing"):
        raise Invalid({"text": ["Another version of this agreement is being drafted or signed."]})
    number = max(terms.version, newest.number + 1 if newest else 1)
    version = AgreementVersion(agreement=agreement, number=number, text=text)
    starts_at = max(terms.starts_at, now) if newest else terms.starts_at
    before = rules.superseded(version, starts_at)
    if before is not None:
        before.ends_at = starts_at
        before.save(update_fields=["ends_at"])
    version.digest, version.state = texts.digest(text), "in_force"
    version.starts_at, version.ends_at = starts_at, terms.ends_at
    version.save()
    link_parties(version, [party.agency for party in terms.parties])
    _entitle(agreement, terms)
    things = {"agreement": text.encode(), "version": {"number": version.number}}
    record(at=now, agency=agency, actor=actor, things=things)
    return version


def _restore(version: AgreementVersion) -> None:
    """Where a version was given up before it began, the one that it was to supersede goes on."""
    if version.state != "in_force" or version.starts_at != version.ends_at:
        return
    before = version.agreement.versions.filter(state="in_force", ends_at=version.starts_at)
    for each in before.filter(ended_at=None).exclude(pk=version.pk):
        terms = texts.whole(each.text)
        each.ends_at = terms.ends_at if terms else None
        each.save(update_fields=["ends_at"])


def _entitle(agreement: Agreement, terms: Terms) -> None:
    agreement.title = terms.title[:200]
    agreement.save(update_fields=["title"])
