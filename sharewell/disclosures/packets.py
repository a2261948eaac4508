"""Packets while they are prepared: begun from a form, filled in once a person, a copy for each partner and person.

Nothing here leaves evidence, for nothing has left yet: each copy is sent by its own operation, with its own entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F, QuerySet

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid, NotFound, Refusal
from sharewell.agencies.models import Account, Agency
from sharewell.cases.models import Case
from sharewell.core.packets import Template
from sharewell.disclosures import drafts, standing, words
from sharewell.disclosures.models import Disclosure, Packet, PacketPart
from sharewell.disclosures.operations import disclosure_send
from sharewell.disclosures.standing import EDITABLE

COMMON = ("outcome_intended", "retaliation_steps", "inform_plan")  # the same for every partner
ENDED = ("closed", "stopped", "recalled")  # copies that reach nobody
ALREADY = "This partner has a copy already. Change what is asked of them there."
NO_FORM = "Choose one of the forms for this person."
OTHER_FORM = "This form is for somebody of another age. Start a packet of its own for them."
NOBODY = "Choose about whom."


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of one copy when the packet was sent: ``why`` says what stopped it, empty where it left."""

    disclosure_id: UUID
    to_whom: str
    why: str


def visible(viewer: Account, now: datetime) -> QuerySet[PacketPart]:
    """The persons of packets, in cases whose circle the viewer stands in."""
    return PacketPart.objects.filter(case__in=Case.objects.visible_to(viewer, now))


def templates(agency: Agency, subject_kind: str) -> list[Template]:
    """The forms that may be started here about a person of this kind, in the order of the pack."""
    return [
        each
        for each in packs.packets().templates.values()
        if subject_kind in each.subject_kinds
        and (not each.places or agency.jurisdiction in each.places)
    ]


def parts_of(viewer: Account, packet_id: UUID, now: datetime) -> list[PacketPart]:
    """The persons of a packet that the viewer may know of; raises ``NotFound`` where there is none."""
    rows = visible(viewer, now).filter(packet=packet_id)
    found = list(rows.select_related("packet__agency", "case__agency", "case__person"))
    if not found:
        raise NotFound
    return found


def in_order(copies: Iterable[Disclosure]) -> list[Disclosure]:
    """Copies of a packet by partner, in the order in which partners were added; those added at once by name."""
    rows = list(copies)
    added: dict[str, datetime] = {}
    for each in rows:
        added[each.to_whom] = min(each.opened_at, added.get(each.to_whom, each.opened_at))
    return sorted(rows, key=lambda e: (added[e.to_whom], e.to_whom, e.opened_at, e.pk))


@transaction.atomic
def packet_open(
    *, account: Account, case: Case, template: str, form_key: UUID, now: datetime
) -> Packet:
    """Begin a packet about the person of a case; the same form begins one. Raises ``Invalid``."""
    standing.require_case(account, case, now)
    if template not in {each.id for each in templates(case.agency, case.person.subject_kind)}:
        raise Invalid({"template": [NO_FORM]})
    begun: dict[str, Any] = {"agency_id": case.agency_id, "opened_at": now, "opened_by": account}
    packet, new = Packet.objects.get_or_create(
        form_key=form_key, defaults={**begun, "template": template}
    )
    if new:
        PacketPart.objects.create(packet=packet, case=case, added_at=now, added_by=account)
    return packet


@transaction.atomic
def part_update(
    *,
    account: Account,
    packet_id: UUID,
    case_id: UUID,
    version: int,
    answers: Mapping[str, str],
    now: datetime,
    **common: str,
) -> PacketPart:
    """Save the words about one person, as one who read ``version``; returns the part one version on.

    ``answers`` are by field; one that says what the case says is left to the case. ``common`` are of
    :data:`COMMON`, and go to each copy that is not written otherwise. Raises ``Conflict``, ``Invalid`` by field.
    """
    part = _held(account, packet_id, case_id, now)
    if part.version != version:
        raise Conflict
    asked = packs.packets().templates[part.packet.template].asks
    policy = agencies.policy_for(part.packet.agency)
    most = {field: policy.fields[field].max_chars for field in asked}
    kept = words.tidy_all({f: answers[f] for f in asked if f in answers}, most=most)
    told = words.tidy_all({name: common[name] for name in COMMON if name in common})
    copies = Disclosure.objects.filter(packet=packet_id, case=case_id, state__in=EDITABLE)
    for name, text in told.items():
        rows = copies.filter(**{name: getattr(part, name)})
        if text != getattr(part, name):
            rows.update(**{name: text}, version=F("version") + 1)
    part.answers = {field: text for field, text in kept.items() if text}
    for name, text in told.items():
        setattr(part, name, text)
    part.version = version + 1
    part.save()
    return part


@transaction.atomic
def person_add(*, account: Account, packet_id: UUID, case: Case, now: datetime) -> PacketPart:
    """Let a packet concern another person as well; each partner so far gets a copy about them too.

    Their copies are decided by their own facts and agreement. Raises ``NotFound``, ``Invalid``.
    """
    parts = parts_of(account, packet_id, now)
    packet = Packet.objects.select_for_update().get(pk=packet_id)
    standing.require_case(account, case, now)
    found = packet.parts.filter(case=case).first()
    if found:
        return found
    form = packs.packets().templates[packet.template]
    if case.agency_id != packet.agency_id or case.person.subject_kind not in form.subject_kinds:
        raise Invalid({"case": [OTHER_FORM]})
    part = PacketPart.objects.create(packet=packet, case=case, added_at=now, added_by=account)
    alike: dict[UUID | None, Disclosure] = {}
    mine = [each.case_id for each in parts]
    copies = packet.copies.filter(case__in=mine).exclude(state__in=ENDED)
    for copy in in_order(copies.select_related("recipient")):
        alike.setdefault(copy.recipient_id, copy)
    for copy in alike.values():
        same = ("recipient_id", "recipient_role", "purpose", "urgency", "off_route_reason")
        _copy(part, account, now, {name: getattr(copy, name) for name in same})
    return part


@transaction.atomic
def partner_add(
    *,
    account: Account,
    packet_id: UUID,
    recipient: UUID,
    purpose: str,
    case_ids: Collection[UUID],
    now: datetime,
    **asked: Any,
) -> list[Disclosure]:
    """Add a partner: a draft about each of these persons, with this purpose, ask and date.

    ``asked`` are fields of a draft (:data:`drafts.EDITABLE`). Raises ``NotFound``, ``Invalid`` by field, also
    for a partner who has a copy about the same person.
    """
    parts = [each for each in parts_of(account, packet_id, now) if each.case_id in set(case_ids)]
    if not parts:
        raise Invalid({"case_ids": [NOBODY]})
    packet = Packet.objects.select_for_update().get(pk=packet_id)
    there = packet.copies.filter(recipient=recipient, case__in=[each.case_id for each in parts])
    if there.exclude(state__in=ENDED).exists():
        raise Invalid({"recipient": [ALREADY]})
    made = []
    for part in parts:
        draft = _copy(part, account, now, {"purpose": purpose})
        given = {"purpose": purpose, "recipient": recipient, **asked}
        made.append(
            drafts.disclosure_update(
                account=account, disclosure_id=draft.pk, version=draft.version, now=now, **given
            )
        )
    return made


def send_each(
    *,
    account: Account,
    packet_id: UUID,
    seen: Mapping[UUID, tuple[int, str]],
    send_key: UUID,
    now: datetime,
) -> list[Sending]:
    """Send the copies that were read, each by its own operation; what may not go stays as it is, with the reason.

    ``seen`` are, by copy, the version and the stamp (:attr:`Preview.seen`) of the page. The same ``send_key``
    sends each once. Raises ``NotFound``.
    """
    cases = [each.case_id for each in parts_of(account, packet_id, now)]
    rows = Disclosure.objects.filter(packet=packet_id, case__in=cases, pk__in=list(seen))
    copies = in_order(rows.select_related("recipient"))
    # A copy that names another partner leaves after theirs.
    copies.sort(key=lambda copy: len(copy.knows_of))
    return [_send(copy, account, *seen[copy.pk], send_key, now) for copy in copies]


def _send(
    copy: Disclosure, account: Account, version: int, stamp: str, send_key: UUID, now: datetime
) -> Sending:
    try:
        disclosure_send(
            account=account,
            disclosure_id=copy.pk,
            version=version,
            seen=stamp,
            send_key=uuid5(send_key, copy.pk.hex),
            now=now,
        )
    except Refusal as refusal:
        errors = refusal.errors if isinstance(refusal, Invalid) else {}
        texts: Sequence[str] = [text for few in errors.values() for text in few]
        return Sending(copy.pk, copy.to_whom, " ".join(texts) or refusal.sentence)
    return Sending(copy.pk, copy.to_whom, "")


def _held(account: Account, packet_id: UUID, case_id: UUID, now: datetime) -> PacketPart:
    """One person of a packet to change, the row locked; raises ``NotFound`` and ``NotAllowed``."""
    rows = visible(account, now).filter(packet=packet_id, case=case_id)
    key = rows.select_for_update(of=("self",)).values_list("pk", flat=True).first()
    if key is None:
        raise NotFound
    agencies.require(viewer=account, now=now, any_of=standing.SHARERS)
    return PacketPart.objects.select_related("packet__agency", "case__person").get(pk=key)


def _copy(
    part: PacketPart, account: Account, now: datetime, given: Mapping[str, Any]
) -> Disclosure:
    """An empty draft of a packet about one person, with the words that every partner's copy begins with."""
    draft = drafts.disclosure_open(
        account=account, case=part.case, now=now, purpose=given["purpose"]
    )
    common = {name: getattr(part, name) for name in COMMON}
    Disclosure.objects.filter(pk=draft.pk).update(packet=part.packet_id, **{**common, **given})
    draft.refresh_from_db()
    return draft
