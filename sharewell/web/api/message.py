"""What was sent to the function of a partner's system: listed, opened, acknowledged, answered.

The same operations as the inbox, in JSON (docs/formats/partner-api.md). A message is opened by POST, because that
it was opened, by whom and when, is recorded.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import path

from sharewell.agencies.access import Invalid
from sharewell.agencies.models import System
from sharewell.disclosures import operations, queries
from sharewell.disclosures.models import PartnerAction
from sharewell.disclosures.operations.answer import Answered, Promised
from sharewell.disclosures.postponing import Later
from sharewell.disclosures.received import Reader, Received, Said
from sharewell.web import sheets
from sharewell.web.api.door import body_of, system

KEY = 200  # characters of an idempotency key


class Who(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The person in whose name a system acts."""

    name: str
    role: str


class Acting(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A request that says nothing but who acts."""

    reader: Who | None = None


class Action(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Something they will do: what, who there, and the last day for it."""

    what: str
    owner: str
    due_on: date


class Longer(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One of their open actions that needs longer, and its new last day."""

    id: UUID
    due_on: date


class Answering(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An answer to a message, in the structure of every answer."""

    kind: str
    reader: Who | None = None
    words: str = ""
    reason: str = ""
    to_whom: str = ""
    fields: list[str] = []
    purpose: str = ""
    quality: list[str] = []
    actions: list[Action] = []
    done: list[UUID] = []
    later: Longer | None = None


@system()
def api_message_list(request: HttpRequest, *, system: System, now: datetime) -> HttpResponseBase:
    """List what was sent to the system's function, the newest first, without a name."""
    after = request.GET.get("after", "")
    inbox = queries.system_messages(system=system, now=now, after=after)
    lines = [
        {"id": each.disclosure_id, **_but(asdict(each), "disclosure_id")} for each in inbox.lines
    ]
    return JsonResponse({"messages": lines, "after": inbox.after or None})


@system(methods="POST")
def api_message_open(
    request: HttpRequest, *, system: System, now: datetime, disclosure_id: UUID
) -> HttpResponseBase:
    """Open a message: all that its recipient may read of it."""
    reader = _reader(system, body_of(request, Acting).reader)
    opened = operations.disclosure_open_by_system(
        reader=reader, disclosure_id=disclosure_id, now=now
    )
    return JsonResponse(_opened(opened))


@system(methods="POST")
def api_message_acknowledge(
    request: HttpRequest, *, system: System, now: datetime, disclosure_id: UUID
) -> HttpResponseBase:
    """Acknowledge a message that was opened; the first counts."""
    reader = _reader(system, body_of(request, Acting).reader)
    made = operations.disclosure_acknowledge(reader=reader, disclosure_id=disclosure_id, now=now)
    return JsonResponse({"acknowledged": {"by": f"{made.name}, {made.role}", "at": made.at}})


@system(methods="POST")
def api_message_answer(
    request: HttpRequest, *, system: System, now: datetime, disclosure_id: UUID
) -> HttpResponseBase:
    """Answer a message that was opened; the same key answers once."""
    given = body_of(request, Answering)
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= KEY:
        raise Invalid(
            {
                "Idempotency-Key": [
                    f"Give each answer a key of its own, of at most {KEY} characters."
                ]
            }
        )
    answer = operations.disclosure_answer(
        reader=_reader(system, given.reader),
        disclosure_id=disclosure_id,
        answered=_answered(given),
        form_key=uuid.uuid5(system.pk, f"{disclosure_id} {key}"),
        now=now,
    )
    return JsonResponse(
        {"answer": {"id": answer.pk, "kind": answer.kind, "at": answer.recorded_at}}
    )


@system()
def api_file(
    request: HttpRequest,  # noqa: ARG001 - every view has it
    *,
    system: System,
    now: datetime,
    attachment_id: UUID,
) -> HttpResponseBase:
    """Hand over a file that went with a message that was opened."""
    file = operations.attachment_open(reader=Reader(system), attachment_id=attachment_id, now=now)
    return sheets.download(file)


def _reader(system: System, who: Who | None) -> Reader:
    return Reader(system, who.name, who.role) if who else Reader(system)


def _answered(given: Answering) -> Answered:
    names = ("kind", "words", "reason", "to_whom", "fields", "purpose", "quality", "done")
    actions = [Promised(what=a.what, owner=a.owner, due_on=a.due_on) for a in given.actions]
    later = Later(action_id=given.later.id, due_on=given.later.due_on) if given.later else None
    return Answered(actions=actions, later=later, **{name: getattr(given, name) for name in names})


def _opened(opened: Received) -> dict[str, Any]:
    """A message as its recipient reads it; the message itself is what was sent."""
    acknowledged = {"by": opened.acknowledged_by, "at": opened.acknowledged_at}
    return {
        "id": opened.disclosure_id,
        "sender": {"name": opened.sender, "phone": opened.sender_phone},
        "sent_at": opened.sent_at,
        "answer_by": opened.answer_by,
        "message": opened.message,
        "files": [asdict(each) for each in opened.files],
        "acknowledged": acknowledged if opened.acknowledged_at else None,
        "reader": opened.reader,
        "answers": [_said(each) for each in opened.answers],
        "open_actions": [_action(each) for each in opened.actions],
        "may_ask_for": [{"field": field, "label": label} for field, label in opened.askable],
    }


def _said(said: Said) -> dict[str, Any]:
    return {
        "at": said.at,
        "by": said.by,
        "heading": said.heading,
        "about": said.about,
        "words": said.words,
        "quality": list(said.quality),
        "promised": [_action(each) for each in said.promised],
        "done": [_action(each) for each in said.done],
    }


def _action(action: PartnerAction) -> dict[str, Any]:
    return {
        "id": action.pk,
        "what": action.what,
        "owner": action.owner,
        "due_on": action.due_on,
    }


def _but(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


urls = [
    path("api/v1/messages/", api_message_list, name="api_message_list"),
    path("api/v1/messages/<uuid:disclosure_id>/open/", api_message_open, name="api_message_open"),
    path(
        "api/v1/messages/<uuid:disclosure_id>/acknowledge/",
        api_message_acknowledge,
        name="api_message_acknowledge",
    ),
    path(
        "api/v1/messages/<uuid:disclosure_id>/answers/",
        api_message_answer,
        name="api_message_answer",
    ),
    path("api/v1/files/<uuid:attachment_id>/", api_file, name="api_file"),
]
