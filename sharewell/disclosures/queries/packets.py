"""What the pages of a packet read: its persons, each partner's copy as it would leave, and the plan that comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Invalid
from sharewell.agencies.models import Account
from sharewell.cases import looked
from sharewell.cases.models import Case
from sharewell.core.packets import Template
from sharewell.disclosures import assemble, catalogues, packets, standing
from sharewell.disclosures.assemble import Preview
from sharewell.disclosures.known import from_packet
from sharewell.disclosures.models import Disclosure, Packet, PacketAction, PacketPart
from sharewell.disclosures.queries import parts as single
from sharewell.disclosures.queries.pages import Line, line, lines
from sharewell.disclosures.received import Said, said
from sharewell.disclosures.standing import EDITABLE


@dataclass(frozen=True, slots=True)
class Copy:
    """One partner's copy about one person; ``shown`` is what would leave, None once it is no draft any more."""

    line: Line
    shown: Preview | None
    kept: Mapping[str, str]  # what is recorded and does not go: the reason by field
    nothing_left: bool  # everything was left out of it
    alike: Sequence[Line]  # what went, or waits to go, to the same recipient or another of its kind

    @property
    def disclosure(self) -> Disclosure:
        """The copy itself."""
        return self.line.disclosure


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a packet that the viewer may know of, with the copies about them."""

    part: PacketPart
    copies: Sequence[Copy]

    @property
    def case(self) -> Case:
        """Their case."""
        return self.part.case


@dataclass(frozen=True, slots=True)
class PacketPage:
    """A packet as far as the viewer may see it; persons of other cases are not counted either."""

    packet: Packet
    template: Template
    people: Sequence[Person]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """One partner of the plan on our side: what was asked, what they answered and do, all of it by their own words."""

    line: Line
    said: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan about one person: what we do, and what each partner does that came back."""

    part: PacketPart
    ours: Sequence[PacketAction]
    partners: Sequence[Planned]
    open: Sequence[Disclosure]  # copies that may still be told of what we do


def packet(*, viewer: Account, packet_id: UUID, now: datetime) -> PacketPage:
    """A packet with every copy as it would leave now; leaves a line in the access table of each case.

    Raises ``NotFound`` where the viewer stands in the circle of none of its cases.
    """
    parts = packet_people(viewer=viewer, packet_id=packet_id, now=now)
    return PacketPage(
        packet=parts[0].packet,
        template=packs.packets().templates[parts[0].packet.template],
        people=[Person(each, _copies(viewer, each, parts, now)) for each in parts],
        may_edit=agencies.may(viewer=viewer, now=now, any_of=standing.SHARERS),
    )


def packet_people(*, viewer: Account, packet_id: UUID, now: datetime) -> list[PacketPart]:
    """The persons of a packet that the viewer may know of; leaves a line in the access table of each case.

    Raises ``NotFound`` where there is none.
    """
    parts = packets.parts_of(viewer, packet_id, now)
    looked.note_all(viewer=viewer, cases=[each.case for each in parts], now=now, what="packet")
    return parts


def packet_plan(*, viewer: Account, packet_id: UUID, now: datetime) -> list[Plan]:
    """The plan on our side, person by person, as far as the viewer may see it. Raises ``NotFound``."""
    parts = packet_people(viewer=viewer, packet_id=packet_id, now=now)
    return [_plan(viewer, each, parts, now) for each in parts]


def packets_of(*, viewer: Account, case: Case, now: datetime) -> list[tuple[Packet, str]]:
    """The packets that concern the person of a case, the newest first, each with the name of its form."""
    rows = packets.visible(viewer, now).filter(case=case).select_related("packet")
    named = packs.packets().templates
    found = sorted((each.packet for each in rows), key=lambda each: each.opened_at, reverse=True)
    return [(each, named[each.template].label) for each in found]


def packet_words(*, disclosure: Disclosure) -> frozenset[str]:
    """The fields of which the packet of a disclosure has words; ``disclosure`` was fetched with its viewer."""
    return frozenset(from_packet(disclosure))


def alike(*, viewer: Account, disclosure: Disclosure, now: datetime) -> list[Line]:
    """What went lately, or waits to go, about the same person to the same recipient or another of its kind.

    Of this case, cases taken into it and other cases of the person, as far as the viewer stands in their circles.
    Another of its kind counts for the same purpose only. ``disclosure`` was fetched with its viewer.
    """
    since = now - catalogues.limit("sent_alike")
    same = Q(recipient_role=disclosure.recipient_role, purpose=disclosure.purpose)
    if disclosure.recipient_id:
        same |= Q(recipient=disclosure.recipient_id)
    rows = standing.listed(viewer, now).filter(same, case__person=disclosure.case.person_id)
    rows = rows.filter(Q(state="sent", sent_at__gte=since) | Q(state__in=EDITABLE))
    itself = [each for each in (disclosure.pk, disclosure.reopens_id) if each]
    rows = rows.exclude(pk__in=itself)
    return lines(rows.order_by("-sent_at", "-opened_at", "-id")[:20], now)


def _copies(
    viewer: Account, part: PacketPart, parts: Sequence[PacketPart], now: datetime
) -> list[Copy]:
    return [_copy(viewer, each, now) for each in _rows(viewer, part, parts, now)]


def _rows(
    viewer: Account, part: PacketPart, parts: Sequence[PacketPart], now: datetime
) -> list[Disclosure]:
    """The copies about one person, the partners in the same order for each person that the viewer may know of."""
    cases = [each.case_id for each in parts]
    rows = standing.listed(viewer, now).filter(packet=part.packet_id, case__in=cases)
    found = packets.in_order(rows.select_related("agency").exclude(state="closed"))
    return [each for each in found if each.case_id == part.case_id]


def _copy(viewer: Account, found: Disclosure, now: datetime) -> Copy:
    shown, kept, nothing_left = None, {}, False
    if found.state in EDITABLE:
        try:
            shown = assemble.preview(viewer=viewer, disclosure_id=found.pk, now=now)
        except Invalid:
            nothing_left = True
        else:
            kept = single.kept_back(viewer=viewer, shown=shown, now=now)
    return Copy(
        line=line(found, now),
        shown=shown,
        kept=kept,
        nothing_left=nothing_left,
        alike=alike(viewer=viewer, disclosure=found, now=now) if found.state in EDITABLE else [],
    )


def _plan(viewer: Account, part: PacketPart, parts: Sequence[PacketPart], now: datetime) -> Plan:
    copies = _rows(viewer, part, parts, now)
    sent = [each for each in copies if each.state == "sent"]
    ours = part.actions.select_related("task__owner").prefetch_related("told__recipient")
    return Plan(
        part=part,
        ours=list(ours),
        partners=[Planned(line(each, now), said(each)) for each in sent],
        open=[each for each in copies if each.state in EDITABLE],
    )
