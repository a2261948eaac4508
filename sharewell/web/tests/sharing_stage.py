"""A case with disclosures in every state, as the tests of the sharing pages need them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures import operations
from sharewell.disclosures.models import Disclosure, Item, Referral, Threshold
from sharewell.disclosures.tests.world import AGREED, REFUSED, UNSAFE_TO_ASK, World
from sharewell.testing import sign_in

NAME = "Nell Quill"


def world() -> World:
    """The world at the moment at which pages are asked for."""
    return World(now=timezone.now() - timedelta(minutes=5))


def agreed(told: World) -> Disclosure:
    """A draft to housing that the person agreed to."""
    told.facts(harm="concern", others_at_risk="none")
    told.talk(AGREED, covers_recipients=["housing"], covers_purposes=["housing_stability"])
    return told.draft("housing_stability", "housing", ask="Please keep her tenancy.")


def coerced(told: World) -> Disclosure:
    """A draft to the police about somebody whom it is not safe to ask."""
    told.facts(harm="serious", undue_influence="true", others_at_risk="none")
    told.talk(UNSAFE_TO_ASK)
    return told.draft("protection_planning", "police", ask="Please see her alone.")


def refused(told: World) -> Disclosure:
    """A draft to social care that the person refused freely; it is held."""
    told.facts(
        harm="serious",
        others_at_risk="none",
        serious_crime="false",
        undue_influence="false",
        position_of_trust="false",
        source_has_care_needs="false",
        legal_demand="none",
        reporting_duty="none",
    )
    told.talk(REFUSED)
    return told.draft("safeguarding_enquiry", "adult_social_care")


def unclear(told: World) -> Disclosure:
    """The same without knowing whether she is under pressure; somebody else decides."""
    draft = refused(told)
    told.facts(undue_influence="unknown", serious_crime="unknown")
    return draft


def not_shared(told: World) -> Disclosure:
    """A decision not to share, with a threshold."""
    draft = refused(told)
    draft.refresh_from_db()
    return operations.disclosure_not_shared(
        account=told.cast.alice,
        disclosure_id=draft.pk,
        version=draft.version,
        grounds=["free_refusal"],
        reasons="She refused freely and nobody else is at risk.",
        thresholds=[{"kind": "threat", "detail": "from her nephew"}],
        review_at=told.now + timedelta(hours=48),
        not_reputation=True,
        now=told.now,
    )


def threshold(told: World) -> Threshold:
    """A threshold of a decision not to share."""
    return not_shared(told).thresholds.get()


def referral(told: World) -> Referral:
    """A question that waits for Sam."""
    draft = unclear(told)
    draft.refresh_from_db()
    asked = operations.disclosure_refer(
        account=told.cast.alice,
        disclosure_id=draft.pk,
        version=draft.version,
        question="She looked at the door before she answered.",
        now=told.now,
    )
    assert isinstance(asked, Referral)
    return asked


def sent(told: World) -> Disclosure:
    """A disclosure that was sent to the police."""
    return told.send(coerced(told))


def item(told: World) -> Item:
    """One high-scrutiny field asked of Bea."""
    told.know(history__trauma="Hurt by an earlier partner.")
    draft = coerced(told)
    return operations.item_ask(
        account=told.cast.alice,
        disclosure_id=draft.pk,
        field="history.trauma",
        rationale="They plan how to approach her.",
        authority="Her own wish that they know.",
        approver=told.cast.bea,
        now=told.now,
    )


def moment(name: str, at: datetime) -> dict[str, str]:
    """A moment as the boxes of a form have it."""
    local = timezone.localtime(at)
    parts = {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
    return {f"{name}_{part}": str(value) for part, value in parts.items()}


def form_of(page: Any) -> dict[str, str]:
    """The fields of the first form of a page that has a send key, as a browser would post them."""
    form = page.context["form"]
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value is None or value == "":
            continue
        if hasattr(value, "tzinfo"):
            data |= moment(bound.html_name, value)
        elif callable(value):
            data[bound.html_name] = str(value())
        else:
            data[bound.html_name] = value
    return data


def open_as(client: Client, account: Any, name: str, *arguments: Any) -> HttpResponse:
    """A page as somebody sees it."""
    return sign_in(client, account).get(reverse(name, args=arguments))  # type: ignore[return-value]


def text_of(page: HttpResponse) -> str:
    """The words of a page, white space joined."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def preview_post(page: Any, **changes: Any) -> Mapping[str, Any]:
    """What the form "check and send" posts when these words are typed."""
    return {**form_of(page), "send_key": str(uuid.uuid4()), **changes}
