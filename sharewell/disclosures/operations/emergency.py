"""The emergency route: ring, log the call, send the essentials. Nothing that is missing blocks it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sharewell.agencies.evidence import operation
from sharewell.agencies.models import Account, Function
from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure, EmergencyCall


@operation("emergency.started")
def emergency_start(
    *,
    account: Account,
    form_key: UUID,
    now: datetime,
    name: str = "",
    subject_kind: str = "adult",
    what: str = "",
    place: str = "",
) -> Case:
    """Open a case for somebody in danger who has none; a name that is not known yet is no obstacle."""
    raise NotImplementedError


@operation("emergency.called")
def emergency_call_log(  # noqa: PLR0913 - the parts of one call
    *,
    account: Account,
    case: Case,
    number: str,
    called_at: datetime,
    call_taker: str,
    incident_reference: str,
    said: str,
    form_key: UUID,
    now: datetime,
) -> EmergencyCall:
    """Log the call to 999 or 911: number, time, call taker, incident reference; blanks are kept as blanks."""
    raise NotImplementedError


@operation("emergency.sent")
def emergency_send(  # noqa: PLR0913 - the parts of one message
    *,
    account: Account,
    case: Case,
    form_key: UUID,
    essentials: Mapping[str, str],
    now: datetime,
    recipient: Function | None = None,
    recipient_role: str = "",
    recipient_name: str = "",
    recipient_contact: str = "",
) -> Disclosure:
    """Send the written Tier 1 message now; the same ``form_key`` sends once.

    ``essentials`` are texts by field id (see :data:`ESSENTIALS`), each may be left out. What was skipped
    becomes tasks with clocks. Raises ``NotARecipient`` for the alleged source and for roles that immediate
    danger does not name; nothing else stops it, not even packs that cannot be read.
    """
    raise NotImplementedError


@operation("emergency.paged")
def emergency_page(*, disclosure_id: UUID, now: datetime) -> Account:
    """Page the on-call manager about an emergency message that nobody has acknowledged in time.

    For the clock runner; returns who was paged. Paged already, or acknowledged: unchanged.
    """
    raise NotImplementedError
