"""The pages of training and vetting, and a lead appointed although something is missing."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.models import Duty, Sealed, Site, SiteLead, StaffCheck
from sharewell.followup.operations import account_end
from sharewell.testing import Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def typed(**changes: str) -> dict[str, str]:
    """A certificate as it is typed."""
    days = {f"{name}_{part}": "1" for name in ("done_on", "seen_on") for part in ("day", "month")}
    years = {"done_on_year": "2026", "seen_on_year": "2026"}
    key = str(uuid.uuid4())
    return {**days, **years, "kind": "safeguarding_3", "form_key": key, **changes}


def test_a_manager_records_it_and_the_person_sees_their_own(client: Client, cast: Cast) -> None:
    sign_in(client, cast.bea)
    url = reverse("staff_check_record", args=[cast.sam.pk])
    wrong = client.post(url, typed(done_on_year="2099"))
    assert wrong.status_code == 422
    assert client.post(url, typed()).status_code == 302
    sign_in(client, cast.sam)
    seen = client.get(reverse("staff_check_list")).content.decode()
    assert 'Seen <time datetime="2026-01-01">1 January 2026</time> by Bea Manager' in seen
    sign_in(client, cast.alice)
    own = client.get(reverse("staff_check_list")).content.decode()
    assert "Alice" in own
    assert "Sam Lead" not in own


def test_the_page_of_what_runs_out_starts_with_its_kind(client: Client, cast: Cast) -> None:
    sign_in(client, cast.bea)
    client.post(reverse("staff_check_record", args=[cast.sam.pk]), typed())
    made = StaffCheck.objects.get()
    text = client.get(reverse("staff_check_renew", args=[made.pk])).content.decode()
    assert '<option value="safeguarding_3" selected' in text
    gone = client.post(reverse("staff_check_withdraw", args=[made.pk]), {"why": "A slip."})
    assert gone.status_code == 302
    assert client.get(reverse("staff_check_renew", args=[made.pk])).status_code == 404


def test_what_is_missing_is_said_and_the_administrator_goes_on_with_a_reason(
    client: Client, cast: Cast
) -> None:
    sign_in(client, cast.bea)
    client.post(reverse("staff_check_record", args=[cast.alice.pk]), typed())
    site = Site.objects.create(agency=cast.agency, name="Oak House", kind="home")
    sign_in(client, cast.ada)
    answer = {"account": str(cast.sam.pk), "where": "site", "site": str(site.pk)}
    held = client.post(reverse("site_lead"), answer)
    assert held.status_code == 422
    assert "DBS check, enhanced, not recorded" in held.content.decode()
    gone_on = client.post(reverse("site_lead"), {**answer, "despite": "The check is under way."})
    assert gone_on.status_code == 302
    assert SiteLead.objects.get().account == cast.sam


def test_a_duty_goes_to_one_who_lacks_training_only_with_a_reason(
    client: Client, cast: Cast
) -> None:
    sign_in(client, cast.bea)
    client.post(reverse("staff_check_record", args=[cast.alice.pk]), typed())
    duty = Duty.objects.get(account=cast.sam)
    page, key = reverse("work_hand_over", args=[cast.sam.pk]), f"duty:{duty.pk}"
    assert 'name="despite"' in client.get(page).content.decode()
    held = client.post(page, {key: str(cast.alice.pk)})
    assert held.status_code == 422
    assert "DBS check, enhanced, not recorded" in held.content.decode()
    assert not Duty.objects.filter(account=cast.alice).exists()
    gone_on = client.post(page, {key: str(cast.alice.pk), "despite": "For tonight alone."})
    assert gone_on.status_code == 302
    assert Duty.objects.get(account=cast.alice).kind == "on_call_manager"
    kept = " ".join(bytes(each.content).decode() for each in Sealed.objects.all())
    assert "For tonight alone." in kept
    assert '"lacks":["dbs_enhanced"]' in kept


def test_by_itself_a_duty_goes_on_and_the_evidence_says_what_is_missing(
    client: Client, cast: Cast
) -> None:
    sign_in(client, cast.bea)
    client.post(reverse("staff_check_record", args=[cast.alice.pk]), typed())
    account_end(account=cast.ada, of=cast.bea, now=timezone.now())
    kept = " ".join(bytes(each.content).decode() for each in Sealed.objects.all())
    assert '"lacks":["safeguarding_3","dbs_enhanced"]' in kept
