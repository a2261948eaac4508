"""The demo's case of a month: a packet to five partners, their answers, and what follows while clocks run.

The clocks are run on each of the days between, so that what is late has gone up by itself, as in real work.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sharewell.agencies.models import Account, Function
from sharewell.cases import operations as cases
from sharewell.cases.levels import Chosen
from sharewell.cases.models import Case, Task
from sharewell.disclosures import assemble, drafts, packets, queries
from sharewell.disclosures import operations as disclosures
from sharewell.disclosures.models import Disclosure, Packet, PartnerAction
from sharewell.disclosures.operations.answer import Answered, Promised
from sharewell.followup import clocks, operations
from sharewell.followup.models import Escalation

SENT_HOURS_AGO = 216
DAY = 24


@dataclass(slots=True)
class Telling:
    """One story while it is told: whose case, by whom, and the moment it is told as of."""

    told: Mapping[str, Any]
    case: Case
    people: Mapping[str, Account]
    now: datetime
    family: UUID

    def ago(self, hours: float) -> datetime:
        """The moment so many hours before now."""
        return self.now - timedelta(hours=hours)

    def key(self, name: str) -> UUID:
        """A form's key, the same whenever the story is told."""
        return uuid.uuid5(self.family, f"ongoing {name}")

    def run_clocks(self, first: int, last: int) -> None:
        """Run the clocks once a day, from so many days ago to so many days ago."""
        for days in range(first, last - 1, -1):
            clocks.clocks_run(self.ago(days * DAY))


def tell(story: Telling) -> None:
    """Tell what came after the first conversation, in the order in which it happened."""
    packet = _packet(story)
    copies = {each.recipient_role: each for each in packet.copies.all()}
    _corrected(story, copies["police"])
    _told(story)
    _answers(story)
    story.run_clocks(8, 6)
    _disagree(story, copies["adult_social_care"])
    story.run_clocks(5, 4)
    _recalled(story)
    story.run_clocks(3, 2)
    _updated(story, copies["police"])
    _clocks(story)
    story.run_clocks(1, 0)
    _tried(story, copies["mental_health"])


def _packet(story: Telling) -> Packet:
    """The packet, written once and sent to each partner."""
    told, at = story.told["packet"], story.ago(SENT_HOURS_AGO)
    account, case = story.case.owner, story.case
    level = Chosen(**told["level"])
    cases.level_give(account=account, case=case, chosen=level, form_key=story.key("level"), now=at)
    packet = packets.packet_open(
        account=account, case=case, template="adult", form_key=story.key("packet"), now=at
    )
    packets.part_update(
        account=account,
        packet_id=packet.pk,
        case_id=case.pk,
        version=1,
        answers=told["answers"],
        now=at,
        **told["common"],
    )
    for partner in told["partners"]:
        given = told["reasons"] | {"ask_by": story.now + timedelta(days=3)} | partner
        slug = given.pop("to")
        packets.partner_add(
            account=account,
            packet_id=packet.pk,
            recipient=Function.objects.get(slug=slug).pk,
            case_ids=[case.pk],
            now=at,
            **given,
        )
    page = queries.packet(viewer=account, packet_id=packet.pk, now=at)
    shown = [copy.shown for each in page.people for copy in each.copies if copy.shown]
    seen = {each.disclosure.pk: (each.disclosure.version, each.seen) for each in shown}
    sent = packets.send_each(
        account=account, packet_id=packet.pk, seen=seen, send_key=story.key("send"), now=at
    )
    if stopped := [each.why for each in sent if each.why]:
        raise ValueError(stopped)
    return packet


def _send(story: Telling, draft: Disclosure, at: datetime) -> Disclosure:
    account = story.case.owner
    shown = assemble.preview(viewer=account, disclosure_id=draft.pk, now=at)
    return disclosures.disclosure_send(
        account=account,
        disclosure_id=draft.pk,
        version=shown.disclosure.version,
        seen=shown.seen,
        send_key=story.key(f"send {draft.opened_at}"),
        now=at,
    )


def _corrected(story: Telling, copy: Disclosure) -> None:
    """What the police were told was wrong in one thing; the new version says what is right."""
    at = story.ago(SENT_HOURS_AGO - 3)
    draft = disclosures.disclosure_correct(
        account=story.case.owner, disclosure_id=copy.pk, leave_out=(), now=at, **story.told["wrong"]
    )
    _send(story, draft, at + timedelta(minutes=5))


def _told(story: Telling) -> None:
    """Mr Hale was told of each message but the last, and the case was taken up long before."""
    account, at = story.case.owner, story.ago(SENT_HOURS_AGO - 20)
    for sent in Disclosure.objects.filter(case=story.case, state="sent").order_by("sent_at")[:5]:
        disclosures.inform_done(
            account=account,
            disclosure_id=sent.pk,
            whom="person",
            told_at=at,
            now=at,
            **story.told["informed"],
        )
    taken = Task.objects.waiting().get(case=story.case, kind="concern_passed_on")
    cases.task_done(account=account, task_id=taken.pk, now=at, outcome=story.told["taken_up"])


def _answers(story: Telling) -> None:
    """Each partner but one answers, in the inbox or to Amara on the telephone."""
    for each in story.told["answers"]:
        told = dict(each)
        at = story.ago(told.pop("hours_ago"))
        sent = Disclosure.objects.filter(
            recipient_role=told.pop("role"), case=story.case, state="sent"
        ).latest("sent_at")
        who = told.pop("by")
        actions = [
            Promised(due_on=(story.now + timedelta(days=days)).date(), **rest)
            for action in told.pop("actions", ())
            for days, rest in [(action["days"], {k: action[k] for k in ("what", "owner")})]
        ]
        given: dict[str, Any] = {
            "answered": Answered(actions=actions, **told),
            "form_key": story.key(f"answer {sent.pk}"),
            "disclosure_id": sent.pk,
        }
        if isinstance(who, str):
            partner = story.people[who]
            disclosures.disclosure_open_by_partner(account=partner, disclosure_id=sent.pk, now=at)
            disclosures.disclosure_answer(account=partner, now=at, **given)
        else:
            owner = story.case.owner
            disclosures.answer_record(account=owner, at=at, now=at, **who, **given)


def _disagree(story: Telling, copy: Disclosure) -> None:
    """Social care declined; we hold that it reaches the threshold."""
    operations.escalation_start(
        account=story.case.owner,
        disclosure_id=copy.pk,
        form_key=story.key("disagreement"),
        now=story.ago(5.4 * DAY),
        **story.told["disagreement"],
    )


def _recalled(story: Telling) -> None:
    """A message to the wrong surgery, taken back; the breach waits to be assessed."""
    told, at, account = story.told["recalled"], story.ago(3.2 * DAY), story.case.owner
    draft = drafts.disclosure_open(account=account, case=story.case, now=at)
    given = story.told["packet"]["reasons"] | story.told["packet"]["common"] | told["draft"]
    given["recipient"] = Function.objects.get(slug=given.pop("to")).pk
    drafts.disclosure_update(
        account=account, disclosure_id=draft.pk, version=draft.version, now=at, **given
    )
    _send(story, draft, at)
    known = at + timedelta(hours=20)
    disclosures.disclosure_recall(
        account=account, disclosure_id=draft.pk, reason=told["reason"], aware_at=known, now=known
    )
    disclosures.recall_judge(
        account=account, disclosure_id=draft.pk, now=known + timedelta(minutes=20), **told["judged"]
    )


def _updated(story: Telling, copy: Disclosure) -> None:
    """The police have done the first of what they promised; the second is late, the third to come."""
    partner, at = story.people[story.told["update"]["by"]], story.ago(1.5 * DAY)
    first = PartnerAction.objects.filter(disclosure__case=copy.case).earliest("due_at")
    disclosures.disclosure_answer(
        account=partner,
        disclosure_id=first.disclosure_id,
        answered=Answered(kind="update", words=story.told["update"]["words"], done=[first.pk]),
        form_key=story.key("update"),
        now=at,
    )


def _clocks(story: Telling) -> None:
    """One clock that runs, one at risk, one breached."""
    for each in story.told["clocks"]:
        at = story.ago(each["days_ago"] * DAY)
        operations.case_clock_start(
            account=story.case.owner,
            case=story.case,
            event=each["event"],
            at=at,
            note=each["note"],
            form_key=story.key(each["event"]),
            now=story.ago(1.2 * DAY),
        )


def _tried(story: Telling, copy: Disclosure) -> None:
    """The one who has the silent message on their desk rang; nobody has acknowledged it yet."""
    silent = Escalation.objects.select_related("holder").get(disclosure=copy)
    operations.escalation_attempt(
        account=silent.holder,
        escalation_id=silent.pk,
        tried_at=story.ago(2),
        form_key=story.key("tried"),
        now=story.ago(1.9),
        **story.told["tried"],
    )
