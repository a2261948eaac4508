"""The interface for partners' systems: what it gives to whom, in which form, and what it refuses."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.models import Function, Sealed, System
from sharewell.agencies.operations import system_end, system_let_in
from sharewell.agencies.systems import token_of
from sharewell.cases.models import Task, Wall
from sharewell.disclosures.models import Acknowledgement, Answer, Disclosure, Opening
from sharewell.disclosures.tests.stage import MESSAGE, SECRET, make_desk, make_file, make_sent
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_cast, sign_in
from sharewell.web.api import door
from tests.stage import without_rows
from tests.test_endpoints import METHODS, registered, rows, url

pytestmark = pytest.mark.django_db
JO = {"name": "Jo Marsh", "role": "duty social worker"}


@dataclass
class Stage:
    """A message to a desk, the system of that desk, and one of another desk."""

    cast: Cast
    now: datetime
    desk: Function
    sent: Disclosure
    token: str

    def ask(self, name: str, body: Any = None, *, token: str | None = None, **options: Any) -> Any:
        """Ask as the desk's system; POST where the address takes it."""
        about = options.pop("about", {"disclosure_id": self.sent.pk})
        client = options.pop("client", None) or Client(enforce_csrf_checks=True)
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        headers.update(options.pop("headers", {}))
        if name in {"api_message_list", "api_file"}:
            return client.get(reverse(name, kwargs=about), headers=headers, **options)
        content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        return client.post(
            reverse(name, kwargs=about), content, "application/json", headers=headers, **options
        )

    def answer(self, body: Any, key: str = "k1") -> Any:
        """Answer the message under a key."""
        return self.ask("api_message_answer", body, headers={"Idempotency-Key": key})


def make_system(function: Function, now: datetime, **changes: Any) -> tuple[System, str]:
    token = token_of(uuid.uuid4().bytes * 2)
    given = {"name": "Their case system", "ends_at": now + timedelta(days=90), **changes}
    return system_let_in(now=now, actor=None, function=function, token=token, **given), token


@pytest.fixture
def stage() -> Stage:
    cast, now = make_cast(), timezone.now() - timedelta(minutes=5)
    desk = make_desk()
    sent = make_sent(cast, now, desk)
    return Stage(cast, now, desk, sent, make_system(desk, now)[1])


def listed(stage: Stage, **options: Any) -> Any:
    return stage.ask("api_message_list", about={}, **options)


def test_the_list_says_that_there_is_something_and_names_nobody(stage: Stage) -> None:
    response = listed(stage)
    (line,) = response.json()["messages"]
    assert line["id"] == str(stage.sent.pk)
    assert (line["acknowledged"], line["tier"]) == (False, 1)
    assert SECRET not in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert not Opening.objects.exists()


def test_the_list_goes_on_where_it_ended(stage: Stage) -> None:
    for minutes in range(1, 27):
        at = stage.now - timedelta(minutes=minutes)
        make_sent(stage.cast, at, stage.desk, case=stage.sent.case)
    first = listed(stage).json()
    second = listed(stage, query_params={"after": first["after"]}).json()
    ids = [each["id"] for page in (first, second) for each in page["messages"]]
    assert len(ids) == len(set(ids)) == 27
    assert second["after"] is None


def test_opening_gives_the_message_as_it_left_and_is_evidence_of_who_opened_it(
    stage: Stage,
) -> None:
    before = Entry.objects.count()
    opened = stage.ask("api_message_open", {"reader": JO}).json()
    assert opened["message"] == MESSAGE
    assert opened["reader"] == "Jo Marsh, duty social worker"
    opening = Opening.objects.get()
    assert (opening.name, opening.role, opening.system is not None) == (*JO.values(), True)
    stage.ask("api_message_open", {"reader": JO})
    assert Entry.objects.count() == before + 1, "the same reader within half an hour is one opening"
    stage.ask("api_message_open")
    assert Opening.objects.latest("at").name == "Their case system"


def test_to_acknowledge_is_one_call_and_counts_once(stage: Stage) -> None:
    assert stage.ask("api_message_acknowledge").json()["error"]["code"] == "not_opened"
    stage.ask("api_message_open", {"reader": JO})
    first = stage.ask("api_message_acknowledge", {"reader": JO})
    assert first.json()["acknowledged"]["by"] == "Jo Marsh, duty social worker"
    stage.ask("api_message_open")
    assert stage.ask("api_message_acknowledge").json() == first.json()
    assert Acknowledgement.objects.count() == 1
    assert listed(stage).json()["messages"][0]["acknowledged"] is True


def test_one_who_has_not_opened_it_acknowledges_nothing(stage: Stage) -> None:
    stage.ask("api_message_open", {"reader": JO})
    other = {"reader": {"name": "Kim", "role": "manager"}}
    assert stage.ask("api_message_acknowledge", other).status_code == 409
    assert not Acknowledgement.objects.exists()


KINDS: tuple[dict[str, Any], ...] = (
    {"kind": "accept", "actions": [{"what": "Visit", "owner": "Jo", "due_on": "2099-01-01"}]},
    {"kind": "redirect", "to_whom": "The hospital"},
    {"kind": "ask_more", "words": "To plan the visit", "fields": ["risk.triggers"]},
    {"kind": "decline", "reason": "not_our_area"},
    {"kind": "update", "words": "We have seen her"},
    {"kind": "outcome", "words": "She is safe"},
)


@pytest.mark.parametrize("body", KINDS, ids=lambda body: str(body["kind"]))
def test_every_kind_of_answer_is_given_in_the_same_structure(
    stage: Stage, body: dict[str, Any]
) -> None:
    stage.ask("api_message_open")
    response = stage.answer({**body, "quality": ["clear_ask"]})
    assert response.status_code == 200, response.content
    answer = Answer.objects.get()
    assert (answer.kind, answer.quality) == (body["kind"], ["clear_ask"])
    assert response.json()["answer"]["id"] == str(answer.pk)
    assert Acknowledgement.objects.exists(), "to answer is to acknowledge"
    assert stage.ask("api_message_open").json()["answers"][0]["words"] == body.get("words", "")


def test_a_request_for_more_becomes_a_decision_with_its_task_on_our_side(stage: Stage) -> None:
    stage.ask("api_message_open")
    stage.answer(KINDS[2])
    assert Task.objects.filter(kind="more_asked").exists()


def test_the_same_key_answers_once_and_keys_of_others_do_not_meet(stage: Stage) -> None:
    stage.ask("api_message_open")
    first = stage.answer(KINDS[0])
    assert stage.answer(KINDS[0]).json() == first.json()
    assert Answer.objects.count() == 1
    other = make_sent(stage.cast, stage.now, stage.desk)
    about = {"disclosure_id": other.pk}
    stage.ask("api_message_open", about=about)
    stage.ask("api_message_answer", KINDS[4], about=about, headers={"Idempotency-Key": "k1"})
    assert Answer.objects.count() == 2


def test_an_action_is_said_to_be_done_by_its_id(stage: Stage) -> None:
    stage.ask("api_message_open")
    stage.answer(KINDS[0])
    (action,) = stage.ask("api_message_open").json()["open_actions"]
    assert stage.answer({"kind": "update", "done": [action["id"]]}, "k2").status_code == 200
    again = stage.answer({"kind": "update", "done": [action["id"]]}, "k3")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "action_settled")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"kind": "decline"}, "reason"),
        ({"kind": "shout"}, "kind"),
        ({}, "$"),
        ({"kind": 7}, "$.kind"),
        ({"kind": "accept", "colour": "red"}, "$"),
        ({"kind": "accept", "actions": [{"what": "x", "owner": "y", "due_on": "soon"}]}, None),
        ({"kind": "accept", "actions": [{"what": "", "owner": "y", "due_on": "2099-01-01"}]}, None),
        ({"kind": "ask_more", "words": "x", "fields": ["no.such.field"]}, "fields"),
        ({"kind": "update", "words": "x" * 2001}, "words"),
    ],
)
def test_an_answer_that_is_not_whole_names_the_place_and_changes_nothing(
    stage: Stage, body: Any, place: str | None
) -> None:
    stage.ask("api_message_open")
    response = stage.answer(body)
    assert response.status_code == 422
    errors = response.json()["error"]["errors"]
    assert place is None or place in errors
    assert all(text.endswith(".") for texts in errors.values() for text in texts)
    assert not Answer.objects.exists()


def test_an_answer_without_a_key_is_refused(stage: Stage) -> None:
    stage.ask("api_message_open")
    assert "Idempotency-Key" in stage.ask("api_message_answer", KINDS[0]).json()["error"]["errors"]


def test_characters_that_nobody_types_are_not_kept(stage: Stage) -> None:
    who = {"reader": {"name": "Jo\u0000 Marsh\u202e ", "role": "duty"}}
    stage.ask("api_message_open", who)
    assert Opening.objects.get().name == "Jo Marsh"
    assert stage.ask("api_message_acknowledge", who).status_code == 200


def test_a_file_is_handed_over_once_its_message_is_open(stage: Stage) -> None:
    file = make_file(stage.sent, stage.now)
    about = {"attachment_id": file.pk}
    assert stage.ask("api_file", about=about).status_code == 409
    stage.ask("api_message_open")
    response = stage.ask("api_file", about=about)
    assert (response.status_code, response.content) == (200, b"%PDF-")
    assert response["Content-Disposition"].startswith("attachment;")


ADDRESSES = ("api_message_open", "api_message_acknowledge", "api_message_answer")


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_system_of_another_desk_is_told_that_there_is_nothing(stage: Stage, name: str) -> None:
    other = make_system(stage.cast.police, stage.now)[1]
    stage.ask("api_message_open")
    body, headers = (KINDS[4] if name.endswith("answer") else {}), {"Idempotency-Key": "k"}
    there = stage.ask(name, body, token=other, headers=headers)
    nowhere = stage.ask(
        name, body, token=other, headers=headers, about={"disclosure_id": uuid.uuid4()}
    )
    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content
    assert not Acknowledgement.objects.exists()
    assert listed(stage, token=other).json()["messages"] == []


def test_a_file_of_another_desk_is_not_there(stage: Stage) -> None:
    other = make_system(stage.cast.police, stage.now)[1]
    about = {"attachment_id": make_file(stage.sent, stage.now).pk}
    assert stage.ask("api_file", about=about, token=other).status_code == 404


@pytest.mark.parametrize("state", ["stopped", "draft", "not_shared"])
def test_what_is_not_sent_any_more_is_gone(stage: Stage, state: str) -> None:
    stage.ask("api_message_open")
    Disclosure.objects.update(state=state)
    assert stage.ask("api_message_open").status_code == 404
    assert listed(stage).json()["messages"] == []


def test_what_one_of_the_desk_is_kept_out_of_is_kept_from_their_shared_system(
    stage: Stage,
) -> None:
    stage.desk.staff.add(stage.cast.pat)
    Wall.objects.create(
        case=stage.sent.case, account=stage.cast.pat, reason="alleged", raised_at=stage.now
    )
    assert stage.ask("api_message_open").status_code == 404
    assert listed(stage).json()["messages"] == []


@pytest.mark.parametrize("endpoint", rows("system"), ids=lambda row: str(row.name))
@pytest.mark.parametrize("token", ["", "sharewell_", "x" * 5000, "é"])
def test_without_a_token_nobody_comes_in_also_not_with_a_sign_in(
    stage: Stage, endpoint: Any, token: str
) -> None:
    client = sign_in(Client(), stage.cast.pat)
    client_headers = {"Authorization": f"Bearer {token}"} if token else {}
    method = endpoint.methods.split()[0]
    response = client.generic(method, url(endpoint, without_rows()), headers=client_headers)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["error"]["code"] == "no_token"


@pytest.mark.parametrize("endpoint", rows("system"), ids=lambda row: str(row.name))
def test_a_wrong_method_is_refused_in_the_same_form(stage: Stage, endpoint: Any) -> None:
    for method in set(METHODS) - set(endpoint.methods.split()):
        response = Client().generic(method, url(endpoint, without_rows()))
        assert response.status_code == 405
        assert response["Allow"] == endpoint.methods
        assert response.json()["error"]["code"] == "wrong_method"


@pytest.mark.parametrize("how", ["time", "ended", "function"])
def test_a_token_ends(stage: Stage, how: str) -> None:
    system, token = make_system(stage.desk, stage.now)
    assert listed(stage, token=token).status_code == 200
    if how == "time":
        System.objects.filter(pk=system.pk).update(ends_at=timezone.now())
    elif how == "ended":
        for _ in range(2):
            system_end(now=stage.now, actor=None, system=system)
    else:
        Function.objects.update(active=False)
    assert listed(stage, token=token).status_code == 401


def test_a_token_is_kept_as_a_digest_and_in_no_evidence(stage: Stage) -> None:
    kept = [bytes(row.content) for row in Sealed.objects.all()]
    system = System.objects.get()
    assert stage.token.encode() not in b"".join([*kept, bytes(system.token_digest)])
    assert len(system.token_digest) == 32


@pytest.mark.parametrize(
    ("content", "kind", "code", "status"),
    [
        (b"{", "application/json", "not_json", 415),
        (b"\xff\xfe", "application/json", "not_json", 415),
        (b"{}", "text/plain", "not_json", 415),
        (b"[" * 50_000, "application/json", "invalid", 422),
        (b" " * 64_001, "application/json", "too_large", 413),
        (b"[]", "application/json", "invalid", 422),
    ],
)
def test_what_cannot_be_read_is_refused_in_the_same_form(
    stage: Stage, content: bytes, kind: str, code: str, status: int
) -> None:
    response = Client().post(
        reverse("api_message_open", args=[stage.sent.pk]),
        content,
        kind,
        headers={"Authorization": f"Bearer {stage.token}"},
    )
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert not Opening.objects.exists()


def test_one_that_asks_too_often_is_told_to_wait(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST_A_MINUTE", 2)
    monkeypatch.setattr(door, "moment", lambda: stage.now)
    cache.clear()
    assert [listed(stage).status_code for _ in range(3)] == [200, 200, 429]
    assert listed(stage)["Retry-After"] == "60"


def test_every_address_of_the_interface_asks_for_a_token() -> None:
    from django.urls import get_resolver

    found = [
        (name, view)
        for name, _, view in registered(get_resolver().url_patterns)
        if reverse_of(name).startswith("/api/")
    ]
    assert len(found) == len(rows("system")) == 5
    assert all(view.access == "system" for _, view in found)


def reverse_of(name: str) -> str:
    patterns = {endpoint.name: endpoint for endpoint in rows("system")}
    return url(patterns[name], without_rows()) if name in patterns else ""


def test_an_action_is_given_a_later_day_as_on_the_pages(stage: Stage) -> None:
    stage.ask("api_message_open")
    day = timezone.localdate() + timedelta(days=3)
    act = {"what": "Visit her", "owner": "Jo", "due_on": str(day)}
    stage.answer({"kind": "accept", "actions": [act]})
    (action,) = stage.ask("api_message_open").json()["open_actions"]
    later = {"id": action["id"], "due_on": str(day + timedelta(days=4))}
    refused = stage.answer({"kind": "update", "later": later}, "k2")
    assert refused.status_code == 422
    assert refused.json()["error"]["errors"] == {"words": ["Say why it needs longer."]}
    wrong = {**later, "due_on": str(day)}
    same = stage.answer({"kind": "update", "words": "She is away.", "later": wrong}, "k3")
    assert list(same.json()["error"]["errors"]) == ["later_by"]
    for _ in range(2):
        done = stage.answer({"kind": "update", "words": "She is away.", "later": later}, "k4")
        assert done.status_code == 200
    (action,) = stage.ask("api_message_open").json()["open_actions"]
    assert action["due_on"] == later["due_on"]
    assert Task.objects.filter(kind="action_moved").count() == 1
    gone = {**later, "id": str(uuid.uuid4())}
    other = stage.answer({"kind": "update", "words": "She is away.", "later": gone}, "k5")
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "action_settled"


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing/", "/api/v1/messages/no-id/open/"])
def test_an_address_that_is_not_there_is_refused_in_the_same_form(path: str) -> None:
    for answer in (Client().get(path), Client().post(path, b"{}", "application/json")):
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/json"
        assert answer.json()["error"]["code"] == "not_found"
