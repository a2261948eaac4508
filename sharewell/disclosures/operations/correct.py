"""Something in a sent message was wrong: what is right is recorded, and a new version is prepared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import operations as cases
from sharewell.cases.records import Known
from sharewell.disclosures import corrected, standing, words
from sharewell.disclosures.models import Correction, Disclosure, PacketPart

SAME = (
    "purpose",
    "recipient",
    "recipient_role",
    "recipient_name",
    "recipient_contact",
    "alleged_source",
    "connected_to_source",
    "urgency",
    "facts",
    "extra_fields",
    "ask",
    "ask_by",
    "off_route_reason",
    "rationale",
    "proportionality",
    "consent_reason",
    "no_agreement_reason",
    "outcome_intended",
    "retaliation_steps",
    "inform_plan",
    "packet",
    "knows_of",
)


class CorrectedBefore(Conflict):
    """A newer version of this message has been sent; that one is corrected, not this."""

    code = "corrected_before"
    sentence = "A correction of this message has been sent already. Nothing was changed. Correct the newer one."


@operation("disclosure.corrected")
def disclosure_correct(
    *,
    account: Account,
    disclosure_id: UUID,
    right: Mapping[str, str],
    leave_out: Sequence[str],
    reason: str,
    now: datetime,
) -> Disclosure:
    """Record what is right and open the new version, to be decided, minimised and sent as any other.

    ``right`` gives the right words for fields of the message, ``leave_out`` names those that should not have been
    told. While a correction is being prepared it is that one, unchanged. Raises ``NotFound``, ``NotAllowed``,
    :class:`CorrectedBefore` and ``Invalid`` by field.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    if disclosure.state != "sent":
        raise NotFound
    if corrected.newer(disclosure):
        raise CorrectedBefore
    if open_one := disclosure.corrections.filter(new__state__in=standing.EDITABLE).first():
        return unchanged(open_one.new)
    told = {each.field for each in corrected.told(disclosure)}
    known = {f: words.tidy(text) for f, text in right.items() if f in told and text.strip()}
    out = [field for field in dict.fromkeys(leave_out) if field in told and field not in known]
    text = words.tidy_all({"reason": reason})
    words.required(text, {"reason": "Say how it came to be wrong."})
    if not known and not out:
        raise Invalid({"right": ["Write what is right, or choose what should not be told."]})
    entries = [Known(field=f, text=said) for f, said in known.items() if f != "ask"]
    if entries:
        cases.field_record(account=account, case=disclosure.case, now=now, entries=entries)
    _out_of_packet(disclosure, [*known, *out])
    given = {name: getattr(disclosure, name) for name in SAME}
    given |= {"ask": known.get("ask", disclosure.ask), "left_out": [*disclosure.left_out, *out]}
    new = Disclosure.objects.create(
        agency=disclosure.agency, case=disclosure.case, opened_at=now, opened_by=account, **given
    )
    Correction.objects.create(
        old=disclosure, new=new, wrong=[*known, *out], opened_at=now, opened_by=account, **text
    )
    about: dict[str, Any] = {"old": disclosure.pk.hex, "new": new.pk.hex, "right": known, **text}
    record(
        at=now,
        agency=disclosure.agency,
        actor=account,
        case_id=disclosure.case_id,
        things={"correction": {**about, "left_out": out}},
    )
    return new


def _out_of_packet(disclosure: Disclosure, fields: Sequence[str]) -> None:
    """The words of a packet about these fields were wrong: what the case says of them now stands in its copies."""
    for part in PacketPart.objects.filter(packet=disclosure.packet_id, case=disclosure.case_id):
        part.answers = {f: text for f, text in part.answers.items() if f not in fields}
        part.version += 1
        part.save(update_fields=["answers", "version"])
