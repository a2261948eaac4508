"""What each partner gets, side by side, and sending to those that are ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.models import Account
from sharewell.core.policy import Policy
from sharewell.disclosures import packets, queries
from sharewell.disclosures.assemble import SHARES
from sharewell.disclosures.queries import Copy, PacketPage, Person
from sharewell.web import sheets
from sharewell.web.staff.disclosure import preview_rows, show, wording
from sharewell.web.staff.forms.packet import SendForm
from sharewell.web.staff.packet.beside import Copied, beside
from sharewell.web.staff.packet.prepare import PACKET
from sharewell.web.views import page, staff

NAMES = "#id_knows_of"  # leaves after the copy that it names, so it waits for nothing


@staff()
def packet_show(
    request: HttpRequest, *, viewer: Account, now: datetime, packet_id: UUID
) -> HttpResponse:
    """Show a packet: each partner's copy as it would leave, what differs, and what is missing."""
    return _page(request, viewer, now, packet_id)


@staff(methods="POST")
def packet_send(
    request: HttpRequest, *, viewer: Account, now: datetime, packet_id: UUID
) -> HttpResponse:
    """Send the chosen copies as they were shown, each once; the others stay as they are."""
    chosen = request.POST.getlist("send")
    form = SendForm(request.POST, ready=[(each, each) for each in chosen])
    seen = _seen(request, chosen)
    if not form.is_valid() or not seen:
        return _page(request, viewer, now, packet_id, form=form)
    done = packets.send_each(
        account=viewer,
        packet_id=packet_id,
        seen=seen,
        send_key=form.cleaned_data["send_key"],
        now=now,
    )
    left = [each.to_whom for each in done if not each.why]
    if left:
        text = f"Sent to {', '.join(left)}. This does not mean that anybody has read it yet."
        messages.success(request, text)
    for each in done:
        if each.why:
            messages.warning(request, f"Not sent to {each.to_whom}: {each.why}")
    return redirect("packet_show", packet_id=packet_id)


def _seen(request: HttpRequest, chosen: Sequence[str]) -> dict[UUID, tuple[int, str]]:
    """The copies as they were read; what is no such thing is left out."""
    seen = {}
    for each in chosen:
        try:
            version = int(request.POST.get(f"version_{each}", ""))
            seen[UUID(each)] = (version, request.POST.get(f"seen_{each}", ""))
        except ValueError:
            continue
    return seen


def _page(
    request: HttpRequest,
    viewer: Account,
    now: datetime,
    packet_id: UUID,
    *,
    form: SendForm | None = None,
) -> HttpResponse:
    shown = queries.packet(viewer=viewer, packet_id=packet_id, now=now)
    policy = agencies.policy_for(shown.packet.agency)
    people = [_person(each, policy, now) for each in shown.people]
    copies = [copy for each in people for copy in each["copies"]]
    ready = [copy for copy in copies if copy["ready"]]
    names = [(copy["id"], _whom(copy, shown)) for copy in ready]
    fresh = SendForm(None, ready=names)
    if form is not None:
        form.is_valid()
        form.fields["send"].choices = names  # type: ignore[attr-defined]
    return page(
        request,
        "staff/packet_show.html",
        section="cases",
        now=now,
        cases=[each.case for each in shown.people],
        packet=shown.packet,
        starts_from=shown.template,
        people=people,
        ready=ready,
        form=form if form is not None and form.errors else fresh,
        may_edit=shown.may_edit,
        any_sent=any(copy["about"].state == "sent" for copy in copies),
    )


def _whom(copy: Mapping[str, Any], shown: PacketPage) -> str:
    """To whom, and about whom where there are several."""
    about = f", about {copy['about'].case.person.name}" if len(shown.people) > 1 else ""
    return f"{copy['to_whom']}{about}"


def _person(person: Person, policy: Policy, now: datetime) -> dict[str, Any]:
    copies = [_copy(each, policy, now) for each in person.copies]
    compared = [copy["copied"] for copy in copies if copy["copied"].words]
    return {
        "case": person.case,
        "part": person.part,
        "copies": copies,
        "table": beside(compared, policy),
    }


def _copy(copy: Copy, policy: Policy, now: datetime) -> dict[str, Any]:
    about, shown = copy.disclosure, copy.shown
    missing = preview_rows.missing(shown) if shown else []
    address = reverse("disclosure_preview", args=[about.pk])
    may_go = shown is not None and shown.message is not None and shown.decision.outcome in SHARES
    message = shown.message.as_dict() if shown and shown.message else about.message
    outcome = shown.decision.outcome if shown else ""
    return {
        "id": about.pk.hex,
        "about": about,
        "to_whom": copy.line.to_whom,
        "state": show.state(copy.line, now),
        "purpose": show.purpose(about.purpose),
        "outcome": packs.labels("outcomes")[outcome].label if outcome else "",
        "why": [each.says for each in shown.decision.reasons][:3] if shown and not may_go else [],
        "url": address
        if shown or copy.nothing_left
        else reverse("disclosure_record", args=[about.pk]),
        "missing": [{**each, "url": f"{address}{each['url']}"} for each in missing],
        "nothing_left": copy.nothing_left,
        "ready": may_go and all(each["url"] == NAMES for each in missing),
        "version": about.version,
        "seen": shown.seen if shown else "",
        "heading": f"The message to {copy.line.to_whom} about {about.case.person.name}: "
        f"{show.purpose(about.purpose).lower()}",
        "sheet": sheets.sheet(message) if message else None,
        "copied": _copied(copy, message),
        "withheld": preview_rows.withheld(shown, copy.kept, policy) if shown and may_go else [],
        "alike": [
            {
                "line": each,
                "state": show.state(each, now),
                "purpose": show.purpose(each.disclosure.purpose),
            }
            for each in copy.alike
        ],
    }


def _copied(copy: Copy, message: Mapping[str, Any] | None) -> Copied:
    """What a copy holds, to be compared; one that reaches nobody any more holds nothing."""
    about = copy.disclosure
    rows = sheets.besides(message, ()) if message and about.state not in packets.ENDED else []
    decided = (about.decision or {}).get("withheld", {}) if about.state == "sent" else {}
    reasons = {**decided, **copy.kept, **dict.fromkeys(about.left_out, "left_out")}
    return Copied(
        to_whom=copy.line.to_whom,
        words={row["field"]: row["value"] for row in rows if row["value"]},
        reasons={field: wording.WITHHELD.get(why, why) for field, why in reasons.items()},
        kept={*copy.kept, *about.left_out},
    )


urls = [
    path(f"{PACKET}/", packet_show, name="packet_show"),
    path(f"{PACKET}/send/", packet_send, name="packet_send"),
]
