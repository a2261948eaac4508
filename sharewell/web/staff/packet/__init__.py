"""The pages of a packet: preparing it, looking at what each partner gets, sending it, and the plan that comes of it."""

from __future__ import annotations

from sharewell.web.staff.packet import plan, prepare, show

urls = [*prepare.urls, *show.urls, *plan.urls]
