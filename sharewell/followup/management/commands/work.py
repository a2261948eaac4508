"""The worker: carries what was sent, runs the clocks and puts the evidence log in order, until stopped."""

from __future__ import annotations

import secrets
import signal
import threading
from datetime import UTC
from email.utils import parseaddr
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures import webhooks
from sharewell.disclosures.delivering import Edge, deliver_due
from sharewell.followup.clocks import clocks_run
from sharewell.followup.digesting import digests_due, digests_make
from sharewell.followup.invitations import invitations_due
from sharewell.followup.notices import notices_due
from sharewell.ledger import signing
from sharewell.ledger.operations import LogForked, checkpoint, sequence

PAUSE = 1.0  # seconds between looks at what was sent
CLOCKS_EVERY = 15  # rounds
ENTRIES = 1000  # placed in the log at a time
AFTER_FAULT = 5.0  # seconds before the next try when a round failed
log = structlog.get_logger("sharewell.worker")


class Command(BaseCommand):
    """Work what waits; any number of workers may run at once."""

    help = "Carry deliveries, run the clocks and sequence the evidence log until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--once``."""
        parser.add_argument("--once", action="store_true", help="one round, then end")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Go round until SIGTERM or SIGINT; what is under way is finished first."""
        if options["once"]:
            work_round(clocks=True)
            return
        stop = threading.Event()

        def stopped(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stopped)
        work(stop)


def work(stop: threading.Event) -> None:
    """Go round until told to stop; a round that fails is logged and tried again."""
    rounds = 0
    while not stop.is_set():
        pause, clocks = PAUSE, rounds % CLOCKS_EVERY == 0
        rounds += 1
        try:
            close_old_connections()
            work_round(clocks=clocks)
        except Exception:  # the database was away, or a defect: the worker stays
            log.exception("round_failed")
            pause = AFTER_FAULT
        stop.wait(pause)


def work_round(*, clocks: bool) -> None:
    """Deliver what is due, run the clocks if asked, deliver what they sent, and place the entries."""
    edge = edge_of_settings()
    deliver_due(edge)
    if clocks and clocks_run(edge.clock()):
        deliver_due(edge)
    if clocks:
        digests_make(edge.clock())
    notices_due(edge)
    digests_due(edge.clock, address=edge.home_address)
    invitations_due(edge.clock, organizer=organizer())
    while sequence(limit=ENTRIES) == ENTRIES:
        continue
    sign()


def sign() -> None:
    """Sign the log as it stands now; one that is not what was signed before is never signed, and that is said."""
    try:
        keys = signing.signers(settings.LOG_KEY, origin=log_name(), random=secrets.token_bytes)
        made = checkpoint(signers=keys, signed=signing.signed_last(settings.LOG_KEY))
        if made is not None:
            signing.remember(settings.LOG_KEY, made)
    except (signing.KeyUnusable, LogForked) as fault:
        log.critical("log_not_signed", code=fault.code)


def log_name() -> str:
    """What this server's log is called at its first start: the server, and which of its logs."""
    return f"{urlsplit(settings.BASE_URL).netloc}/log/{secrets.token_hex(4)}"


def organizer() -> str:
    """The address that invitations come from: that of this server's e-mails."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def edge_of_settings() -> Edge:
    """The clock, randomness, key and addresses of this server."""
    return Edge(
        clock=lambda: timezone.now().astimezone(UTC),
        random=secrets.token_bytes,
        key=settings.SECRET_KEY.encode(),
        signer=webhooks.signer(issuer=settings.BASE_URL, secret=settings.WEBHOOK_SECRET),
        home_address=f"{settings.BASE_URL}{reverse('home')}",
        inbox_address=f"{settings.BASE_URL}{reverse('inbox_list')}",
        link_address=lambda token: f"{settings.BASE_URL}{reverse('portal_link', args=[token])}",
    )
