"""Whether a recipient is the usual way for a purpose, and if not, why."""

from __future__ import annotations

from datetime import datetime

from sharewell.agencies import agreements
from sharewell.agencies.models import Account
from sharewell.disclosures.models import Disclosure


def off_route(disclosure: Disclosure, *, viewer: Account, now: datetime) -> str:
    """Why this recipient is not the usual way; empty when it is, or in an emergency."""
    if disclosure.route == "emergency":
        return ""
    if disclosure.recipient is None:
        return "This recipient is not in the directory."
    routes = agreements.routes(viewer=viewer, purpose=disclosure.purpose, now=now)
    route = next((r for r in routes if r.function.pk == disclosure.recipient_id), None)
    if route is None or route.usual:
        return ""
    return route.why
