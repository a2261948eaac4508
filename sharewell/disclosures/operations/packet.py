"""What we ourselves do in a packet, with an owner and a date, and which partners are told of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import queries as cases
from sharewell.cases import records
from sharewell.cases.models import Case
from sharewell.disclosures import standing, words
from sharewell.disclosures.models import Disclosure, PacketAction, PacketPart
from sharewell.disclosures.standing import EDITABLE

WHAT = 200  # characters: it stands in a message beside what is asked


@operation("packet_action.added")
def packet_action_add(
    *,
    account: Account,
    packet_id: UUID,
    case_id: UUID,
    what: str,
    owner_id: UUID,
    due_at: datetime,
    told: Collection[UUID],
    form_key: UUID,
    now: datetime,
) -> PacketAction:
    """Write down what one of us does by when: it becomes their task. The same form adds it once.

    ``told`` are copies not sent yet whose recipients read it with what is asked of them; what has been sent
    is not changed by it. Raises ``NotFound`` outside the circle, ``NotAllowed``, ``Invalid`` by field.
    """
    shown = Case.objects.visible_to(account, now)
    part = PacketPart.objects.filter(packet=packet_id, case=case_id, case__in=shown).first()
    if part is None:
        raise NotFound
    agencies.require(viewer=account, now=now, any_of=standing.SHARERS)
    if before := PacketAction.objects.filter(form_key=form_key, part=part).first():
        return unchanged(before)
    text = words.tidy_all({"what": what}, most={"what": WHAT})["what"]
    words.required({"what": text}, {"what": "Say what will be done."})
    owner, tell = _checked(part, account, owner_id, due_at, told, now)
    task = records.open_task(
        agency=part.case.agency,
        case=part.case,
        kind="packet_action",
        owner=owner,
        now=now,
        due_at=due_at,
        about_id=packet_id,
        note=text,
    )
    action = PacketAction.objects.create(part=part, what=text, task=task, form_key=form_key)
    action.told.set(tell)
    form = {
        "what": text,
        "owner": owner_id.hex,
        "due_at": due_at.isoformat(),
        "told": sorted(each.pk.hex for each in tell),
    }
    record(at=now, agency=part.case.agency, actor=account, case_id=case_id, things={"action": form})
    return action


def _checked(
    part: PacketPart,
    account: Account,
    owner_id: UUID,
    due_at: datetime,
    told: Collection[UUID],
    now: datetime,
) -> tuple[Account, list[Disclosure]]:
    """Who does it, and the copies that tell of it; raises ``Invalid`` by field."""
    circle = cases.circle(viewer=account, case=part.case, now=now)
    owner = next((each.account for each in circle if each.account_id == owner_id), None)
    copies = Disclosure.objects.filter(packet=part.packet_id, case=part.case_id)
    tell = list(copies.filter(pk__in=list(told), state__in=EDITABLE))
    errors = {}
    if due_at <= now:
        errors["due_at"] = ["Give a time that has not passed."]
    if len(tell) != len(set(told)):
        errors["told"] = ["One of these has been sent or given up meanwhile. Choose again."]
    if owner is None:
        errors["owner_id"] = ["Choose somebody who stands in the circle of this case."]
    if errors or owner is None:
        raise Invalid(errors)
    return owner, tell
