"""No link leads a person to a page that refuses them: every page of the demo is walked, for each kind of account."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from sharewell.agencies.models import Account
from sharewell.config import demo

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9]+\b")
ALIKE = 3  # pages of one kind that are opened
SOME = 25  # pages that the least of them reaches


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo, loaded once for the tests of this module and undone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load(now=timezone.now())
        yield
        transaction.set_rollback(True)


def _links(url: str, text: str) -> Iterator[str]:
    for found in LINK.findall(text):
        target = urldefrag(urljoin(url, found.replace("&amp;", "&"))).url
        if not urlsplit(target).netloc and "/assets/" not in target and ":" not in target:
            yield target


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "email",
    [
        "practitioner@northgate.example",
        "manager@northgate.example",
        "lead@northgate.example",
        "governance@northgate.example",
        "administrator@northgate.example",
        "hr@northgate.example",
        "stranger@northgate.example",
        "lead@riverside.example",
        "duty@westshire-adults.example",
        "intake@bay-aps.example",
    ],
)
def test_no_link_leads_to_a_page_that_refuses(email: str) -> None:
    client = Client()
    client.force_login(Account.objects.get(email=email))
    waiting = deque([("/", "the start")])
    opened: set[str] = set()
    kinds: Counter[str] = Counter()
    refused = []
    while waiting:
        url, source = waiting.popleft()
        kind = ID.sub("#", urlsplit(url).path)
        if url in opened or kinds[kind] == ALIKE:
            continue
        opened.add(url)
        kinds[kind] += 1
        answer = client.get(url, follow=True)
        if answer.status_code != 200:
            refused.append(f"{answer.status_code} {url} (from {source})")
        elif answer["Content-Type"].startswith("text/html") and not answer.streaming:
            waiting.extend((link, url) for link in _links(url, answer.content.decode()))
    assert not refused, "\n".join(refused)
    assert len(opened) > SOME
