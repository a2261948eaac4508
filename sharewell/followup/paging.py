"""A neutral e-mail to the one on call when a sign on the red list was recorded: that something waits, and no more."""

from __future__ import annotations

import structlog

from sharewell import packs
from sharewell.agencies.access import Refusal
from sharewell.channels import ChannelError, email_notice
from sharewell.channels.email_notice import words
from sharewell.disclosures.delivering import Edge
from sharewell.followup import operations
from sharewell.followup.models import Pattern

log = structlog.get_logger("sharewell.paging")


def page_due(edge: Edge) -> int:
    """Send the notices that are due; returns how many were tried.

    Sent again with the same key where it was not noted, so a mail server can tell. The task in the reviewer's list is there at
    once, and goes up like every task when it is late: nothing hangs on the mail.
    """
    rules = [rule.id for rule in packs.patterns().rules.values() if rule.at_once]
    waiting = Pattern.objects.filter(
        state="open", paged_at=None, rule__in=rules, task__isnull=False, task__done_at=None
    ).select_related("task__owner")
    count = 0
    for pattern in waiting:
        count += 1
        task = pattern.task
        assert task is not None  # noqa: S101 - by the query
        fault = ""
        try:
            notice = words.waiting(key=task.pk.hex, address=edge.home_address)
            email_notice.send(notice, task.owner.email)
        except ChannelError as error:
            if not error.permanent:
                log.warning("page_deferred", code=error.code)
                continue
            fault = error.code
        try:
            operations.pattern_page(task_id=task.pk, fault=fault, now=edge.clock())
        except Refusal as refusal:
            log.warning("page_refused", code=refusal.code)
    return count
