"""The pages of meetings: called and changed, prepared, written up, and shown."""

from __future__ import annotations

from sharewell.web.staff.meeting import call, prepare, show, write

urls = [*show.urls, *call.urls, *prepare.urls, *write.urls]
