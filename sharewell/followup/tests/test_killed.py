"""A worker killed while the mail server takes its e-mail: nothing is lost, nothing is counted twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from sharewell.channels.email_notice.tests.mail_server import Post, mail_server
from sharewell.disclosures.delivering import deliver_due
from sharewell.disclosures.models import Delivery, Link
from sharewell.disclosures.operations.deliver import LEASE
from sharewell.disclosures.tests.stage import make_desk, make_sent
from sharewell.followup.management.commands.work import edge_of_settings
from sharewell.testing import make_cast


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as running:
        yield running
        running.held = False


def database_url() -> str:
    """The address of the database of this test, for another process."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{quote(str(at['NAME']))}"
    password = f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else ""
    port = f":{at['PORT']}" if at["PORT"] else ""
    return f"postgres://{quote(at['USER'])}{password}@{at['HOST']}{port}/{quote(at['NAME'])}"


def worker() -> subprocess.Popen[bytes]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "DATABASE_URL": database_url(),
        "SHAREWELL_DATA": str(settings.DATA_FOLDER),
        "SHAREWELL_SECRET_KEY": settings.SECRET_KEY,
        "SHAREWELL_EMAIL_HOST": settings.EMAIL_HOST,
        "SHAREWELL_EMAIL_PORT": str(settings.EMAIL_PORT),
        "SHAREWELL_EMAIL_TLS": "False",
        "SHAREWELL_EMAIL_FROM": settings.DEFAULT_FROM_EMAIL,
    }
    return subprocess.Popen([sys.executable, "-m", "sharewell", "work", "--once"], env=environment)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_its_mail_is_taken(post: Post) -> None:
    sent = make_sent(make_cast(), timezone.now() - LEASE, make_desk(code_email=""))
    post.held = True
    killed = worker()
    assert post.arriving.wait(100), "the worker did not reach the mail server"
    killed.kill()
    killed.wait()
    post.held = False
    delivery = Delivery.objects.get(disclosure=sent)
    assert (delivery.state, delivery.attempt) == ("waiting", 1)
    assert delivery.lease_until is not None
    edge = edge_of_settings()
    assert deliver_due(edge) == 0, "its lease still runs"
    later = replace(edge, clock=lambda: timezone.now() + LEASE + timedelta(seconds=1))
    assert deliver_due(later) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt) == ("done", 2)
    assert len({(mail["Message-ID"], str(mail.get_payload())) for mail in post.taken}) == 1
    assert Link.objects.count() == 1
