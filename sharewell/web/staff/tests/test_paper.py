"""The message on paper: what was sent and nothing else, how to handle it, and how to acknowledge it."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.cases.models import CaseRead, Task
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.operations import acknowledgement_record
from sharewell.disclosures.tests.stage import MESSAGE, SECRET, make_desk, make_sent
from sharewell.testing import Cast, make_cast, sign_in
from sharewell.web.tests.test_typeset import plain, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def sent(cast: Cast) -> Disclosure:
    heading = {**MESSAGE["heading"], "phone": "01632 960001", "reference": "T7-2"}  # type: ignore[dict-item]
    message = json.dumps({**MESSAGE, "heading": heading}).encode()
    now = timezone.now() - timedelta(hours=2)
    return make_sent(cast, now, make_desk(email=""), message_bytes=message)


def paper(cast: Cast, sent: Disclosure) -> Any:
    return sign_in(Client(), cast.alice).get(reverse("disclosure_pdf", args=[sent.pk]))


def test_it_holds_the_message_as_it_was_sent_and_how_to_acknowledge_it(
    cast: Cast, sent: Disclosure
) -> None:
    response = paper(cast, sent)
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store"
    said = plain(words_of(response.content))
    for words in (
        f"{SECRET} is afraid.",
        "The front door",
        "Do not tell: her brother",
        "Keep the address from everybody outside your team.",
        "Ring 01632 960001 and give the reference T7-2",
        "Not safe to ask: How to reach them safely",
        "Printed by Alice Practitioner",
    ):
        assert plain(words) in said, words


def test_its_title_and_name_say_nothing_of_the_case(cast: Cast, sent: Disclosure) -> None:
    response = paper(cast, sent)
    assert response["Content-Disposition"] == 'attachment; filename="message.pdf"'
    with pikepdf.open(io.BytesIO(response.content)) as document:
        assert "Ruth" not in str(document.docinfo) + str(document.open_metadata())
        assert document.Root.MarkInfo.Marked


def test_to_print_it_is_to_read_the_case(cast: Cast, sent: Disclosure) -> None:
    paper(cast, sent)
    assert CaseRead.objects.filter(account=cast.alice, case=sent.case).exists()


def test_the_task_leads_to_the_page_and_the_page_ends_it(cast: Cast, sent: Disclosure) -> None:
    acknowledgement_record(
        account=cast.alice, disclosure_id=sent.pk, how="phone", contact="01632 960100",
        name="Dee", role="duty worker", said="Told her.", at=timezone.now(), now=timezone.now(),
    )  # fmt: skip
    task = Task.objects.get(kind="confirm_in_writing")
    client = sign_in(Client(), cast.alice)
    address = reverse("confirmation_record", args=[sent.pk])
    assert address in client.get(reverse("task_detail", args=[task.pk])).content.decode()
    page = client.get(address).content.decode()
    assert reverse("disclosure_pdf", args=[sent.pk]) in page
    wrong = client.post(address, {"name": "", "role": "duty worker"})
    assert wrong.status_code == 422
    assert "duty worker" in wrong.content.decode()
    local = timezone.localtime(timezone.now() - timedelta(minutes=5))
    given = {"name": "Dee", "role": "duty worker", "contact": "Front desk"}
    at = {
        "at_day": local.day,
        "at_month": local.month,
        "at_year": local.year,
        "at_time": f"{local:%H:%M}",
    }
    done = client.post(address, {**given, **at})
    assert done.status_code == 302, done.content.decode()
    task.refresh_from_db()
    assert task.done_at
