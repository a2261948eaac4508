"""Who may act and who answers: roles end, duties pass on, and nobody receives what concerns them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sharewell.agencies import operations, queries
from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import RoleHeld
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_a_role_that_ended_allows_nothing(cast: Cast) -> None:
    RoleHeld.objects.filter(account=cast.alice).update(ends_at=NOW)
    assert queries.roles(viewer=cast.alice, now=NOW) == frozenset()
    with pytest.raises(NotAllowed):
        queries.require(viewer=cast.alice, now=NOW, any_of=queries.CASEWORK)


def test_a_role_that_begins_later_allows_nothing_yet(cast: Cast) -> None:
    RoleHeld.objects.filter(account=cast.alice).update(starts_at=NOW + timedelta(seconds=1))
    assert not queries.may(viewer=cast.alice, now=NOW, any_of=["practitioner"])


def test_an_account_switched_off_holds_no_role(cast: Cast) -> None:
    cast.alice.is_active = False
    assert queries.roles(viewer=cast.alice, now=NOW) == frozenset()


def test_a_concern_about_the_manager_on_duty_goes_to_the_next_one(cast: Cast) -> None:
    assert queries.on_duty(agency=cast.agency, kind="manager_on_duty", now=NOW) == cast.bea
    found = queries.on_duty(agency=cast.agency, kind="manager_on_duty", now=NOW, without=[cast.bea])
    assert found == cast.sam


def test_the_last_to_answer_is_the_governance_lead(cast: Cast) -> None:
    found = queries.on_duty(
        agency=cast.agency,
        kind="manager_on_duty",
        now=NOW,
        without=[cast.bea, cast.sam],
    )
    assert found == cast.gita


def test_with_everybody_in_conflict_it_is_said_rather_than_sent_to_one_of_them(
    cast: Cast,
) -> None:
    everybody = [cast.bea, cast.sam, cast.gita]
    with pytest.raises(queries.NobodyOnDuty):
        queries.on_duty(agency=cast.agency, kind="manager_on_duty", now=NOW, without=everybody)


def test_a_duty_of_another_agency_does_not_answer(cast: Cast) -> None:
    with pytest.raises(queries.NobodyOnDuty):
        queries.on_duty(agency=cast.other_agency, kind="manager_on_duty", now=NOW)


def test_a_decider_has_a_deputy(cast: Cast) -> None:
    assert queries.decider(agency=cast.agency, decider_role="privacy_officer", now=NOW) == (
        cast.gita,
        cast.sam,
    )


def test_a_decider_in_conflict_is_passed_over(cast: Cast) -> None:
    first, deputy = queries.decider(
        agency=cast.agency,
        decider_role="safeguarding_lead",
        now=NOW,
        without=[cast.sam],
    )
    assert first == cast.gita
    assert deputy is None


def test_a_function_that_no_longer_receives_is_not_found(cast: Cast) -> None:
    assert queries.function(viewer=cast.alice, function_id=cast.police.id) == cast.police
    cast.police.active = False
    cast.police.save()
    with pytest.raises(NotFound):
        queries.function(viewer=cast.alice, function_id=cast.police.id)


def test_an_account_with_a_role_that_does_not_exist_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as caught:
        operations.account_register(
            now=NOW,
            actor=None,
            agency=cast.agency,
            email="new@alder.example",
            name="New",
            roles=["superuser"],
        )
    assert "superuser is not a role" in caught.value.errors["roles"][0]
