"""The clock runner: for everything whose time has come, the one act that follows, each in its transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import structlog

from sharewell.agencies import directory, staffchecks
from sharewell.agencies.access import Refusal
from sharewell.cases import breaking, digests
from sharewell.cases import operations as cases
from sharewell.disclosures import operations as disclosures
from sharewell.disclosures import queries as requests
from sharewell.followup import operations, queries
from sharewell.followup.begun import begun
from sharewell.followup.looking import nightly

log = structlog.get_logger("sharewell.clocks")
REVIEW = "The review date has come."


def clocks_run(now: datetime) -> int:
    """Do what every clock that has run out by ``now`` (aware) asks for; returns how many acts were tried.

    Any number of runners may do this at once, and a clock that was moved does no act twice: each act looks
    again, under a lock, whether it is still to be done. One that fails is logged and holds up no other. Once a
    night it looks for patterns too.
    """
    tried = sum(
        _each(name, act, found(now), now)
        for name, found, act in (
            ("clock_goes_on", queries.pauses_over, _goes_on),
            ("emergency_page", queries.unacknowledged_emergencies, _page),
            ("referral_pass_on", queries.overdue_referrals, _pass_on),
            ("acknowledgement_chase", queries.unacknowledged, _chase),
            ("first_action_chase", queries.without_first_action, _ask_what),
            ("partner_action_late", queries.late_actions, _action_late),
            ("meeting_action_late", queries.late_meeting_actions, _meeting_action_late),
            ("staff_check_ask", staffchecks.expiring, _check_again),
            ("directory_ask", directory.to_verify, _verify_again),
            ("absence_begin", queries.absences_to_begin, _away),
            ("escalation_settle", queries.to_settle, _settle),
            ("escalation_rise", queries.to_rise, _rise),
            ("disclosure_reopen", queries.reviews_reached, _reopen),
            ("break_glass_alert", lambda _now: breaking.to_tell(), _alert),
            ("break_glass_watch", breaking.to_watch, _watch),
            ("break_glass_take_up", breaking.unreviewed, _take_up_review),
            ("case_clock_begin", begun, _begin),
            ("case_clock_nudge", queries.clocks_at_risk, _nudge),
            ("task_escalate", queries.late_tasks, _escalate),
            ("allegation_take_up", queries.unheld_allegations, _take_up),
            ("request_forget", requests.forgettable, _forget),
            ("access_digest", digests.waiting, _digest),
        )
    )
    try:
        nightly(now)
    except Exception:  # a pack that is lost must not stop the clocks
        log.exception("nightly_failed")
    return tried


def _each(
    name: str, act: Callable[[Any, datetime], object], ids: Iterable[Any], now: datetime
) -> int:
    count = 0
    for count, each in enumerate(ids, 1):  # noqa: B007 - how many there were
        try:
            act(each, now)
        except Refusal as refusal:
            log.warning("clock_refused", act=name, code=refusal.code)
        except Exception:  # a defect in one case must not stop the clocks of the others
            log.exception("clock_failed", act=name)
    return count


def _page(disclosure_id: Any, now: datetime) -> object:
    return disclosures.emergency_page(disclosure_id=disclosure_id, now=now)


def _forget(request_id: Any, now: datetime) -> object:
    return disclosures.request_forget(request_id=request_id, now=now)


def _pass_on(referral_id: Any, now: datetime) -> object:
    return disclosures.referral_pass_on(referral_id=referral_id, now=now)


def _chase(disclosure_id: Any, now: datetime) -> object:
    return operations.acknowledgement_chase(disclosure_id=disclosure_id, now=now)


def _ask_what(disclosure_id: Any, now: datetime) -> object:
    return operations.first_action_chase(disclosure_id=disclosure_id, now=now)


def _action_late(action_id: Any, now: datetime) -> object:
    return operations.partner_action_late(action_id=action_id, now=now)


def _meeting_action_late(action_id: Any, now: datetime) -> object:
    return operations.meeting_action_late(action_id=action_id, now=now)


def _check_again(check_id: Any, now: datetime) -> object:
    return operations.staff_check_ask(check_id=check_id, now=now)


def _verify_again(entry_id: Any, now: datetime) -> object:
    return operations.directory_ask(entry_id=entry_id, now=now)


def _away(absence_id: Any, now: datetime) -> object:
    return operations.absence_begin(absence_id=absence_id, now=now)


def _settle(escalation_id: Any, now: datetime) -> object:
    return operations.escalation_settle(escalation_id=escalation_id, now=now)


def _rise(escalation_id: Any, now: datetime) -> object:
    return operations.escalation_rise(escalation_id=escalation_id, now=now)


def _reopen(disclosure_id: Any, now: datetime) -> object:
    return disclosures.disclosure_reopen(
        account=None, disclosure_id=disclosure_id, reason=REVIEW, now=now
    )


def _take_up(case_id: Any, now: datetime) -> object:
    return cases.allegation_take_up(case_id=case_id, now=now)


def _take_up_review(access_id: Any, now: datetime) -> object:
    return cases.break_glass_take_up(access_id=access_id, now=now)


def _escalate(task_id: Any, now: datetime) -> object:
    return operations.task_escalate(task_id=task_id, now=now)


def _digest(agency_id: Any, now: datetime) -> object:
    return cases.access_digest(agency_id=agency_id, now=now)


def _alert(search_id: Any, now: datetime) -> object:
    return cases.break_glass_alert(search_id=search_id, now=now)


def _watch(account_id: Any, now: datetime) -> object:
    return cases.break_glass_watch(account_id=account_id, now=now)


def _goes_on(pause_id: Any, now: datetime) -> object:
    return operations.clock_goes_on(pause_id=pause_id, now=now)


def _begin(shown: Any, now: datetime) -> object:
    return operations.case_clock_begin(shown=shown, now=now)


def _nudge(clock_id: Any, now: datetime) -> object:
    return operations.case_clock_nudge(clock_id=clock_id, now=now)
