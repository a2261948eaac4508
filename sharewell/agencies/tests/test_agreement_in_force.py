"""Which version decides at a moment: it follows from the moments alone, and the past stays as it was."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sharewell.agencies import queries
from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.agreements import drafts, records
from sharewell.agencies.models import AgreementVersion
from sharewell.agencies.tests.pact import DATASETS, PARTIES, ROUTES, Pact, text
from sharewell.core.agreement import dataset
from sharewell.disclosures.tests.world import UNSAFE_TO_ASK, World
from sharewell.testing import NOW, make_account

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def pact() -> Pact:
    return Pact.make()


def bound(pact: Pact, at: datetime) -> tuple[str, int | None, int | None]:
    """The state between Alder and the police, the version that binds, and its tier for protection."""
    ask: dict[str, Any] = {"agency": pact.cast.agency, "function": pact.cast.police, "now": at}
    state, found = queries.agreement_state(**ask), queries.agreement_between(**ask)
    if found is None:
        return state, None, None
    row = dataset(found[1], "police", "protection_planning")
    return state, found[0].number, row.tier if row else None


def test_nothing_binds_before_it_is_brought_into_force(pact: Pact) -> None:
    version = pact.draft()
    assert bound(pact, pact.now) == ("none", None, None)
    pact.signed(version)
    assert bound(pact, pact.now) == ("none", None, None)
    pact.force(version)
    assert bound(pact, pact.now) == ("in_force", 1, 2)
    assert bound(pact, pact.now - timedelta(seconds=1)) == ("none", None, None)


def test_the_next_version_supersedes_from_its_day_on(pact: Pact) -> None:
    first = pact.in_force()
    second = pact.signed(pact.next(first, datasets__1__tier=1))
    pact.force(second, pact.now.date() + 10 * DAY)
    midnight = datetime(2026, 11, 30, tzinfo=UTC)
    assert bound(pact, midnight - timedelta(seconds=1)) == ("in_force", 1, 2)
    assert bound(pact, midnight) == ("in_force", 2, 1)
    assert bound(pact, pact.now) == ("in_force", 1, 2), "the past stays as it was"


def test_the_day_is_that_of_the_agreements_own_zone(pact: Pact) -> None:
    version = pact.signed(pact.draft({"time_zone": "America/New_York"}))
    pact.force(version, pact.now.date() + DAY)
    version.refresh_from_db()
    assert version.starts_at == datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def test_one_that_is_given_up_before_it_begins_leaves_the_one_before(pact: Pact) -> None:
    ends = {"ends_on": (pact.now + 90 * DAY).date()}
    first = pact.in_force(ends)
    second = pact.signed(pact.next(first, datasets__1__tier=1))
    pact.force(second, pact.now.date() + 10 * DAY)
    pact.end(second, "The partners asked for more time.")
    first.refresh_from_db()
    assert first.ends_at == datetime(2027, 2, 18, tzinfo=UTC)
    assert bound(pact, pact.now + 11 * DAY) == ("in_force", 1, 2)
    third = pact.signed(pact.next(second, datasets__1__tier=1))
    pact.force(third, pact.now.date() + 10 * DAY)
    assert bound(pact, pact.now + 11 * DAY) == ("in_force", 3, 1)


def test_one_that_ends_early_binds_nobody_from_then_on(pact: Pact) -> None:
    version = pact.in_force()
    pact.now += 5 * DAY
    pact.end(version)
    assert bound(pact, pact.now) == ("expired", None, None)
    assert bound(pact, pact.now - DAY) == ("in_force", 1, 2)
    with pytest.raises(records.NotInHand):
        pact.end(version)


def test_two_versions_are_never_in_force_at_once(pact: Pact) -> None:
    first = pact.in_force()
    second = pact.signed(pact.next(first))
    pact.force(second, pact.now.date() + 10 * DAY)
    third = pact.signed(pact.next(second))
    with pytest.raises(Invalid) as caught:
        pact.force(third, pact.now.date() + 5 * DAY)
    assert "Version 2 comes into force" in caught.value.errors["day"][0]


def test_one_version_is_in_hand_at_a_time(pact: Pact) -> None:
    first = pact.in_force()
    pact.next(first)
    with pytest.raises(drafts.InHand):
        pact.next(first)


def test_a_party_that_left_is_no_longer_bound(pact: Pact) -> None:
    first = pact.in_force()
    second = pact.next(first, parties=PARTIES[:2], routes=ROUTES[:1], datasets=DATASETS[:2])
    pact.force(pact.signed(second))
    homes = pact.cast.other_agency
    ask: dict[str, Any] = {"agency": homes, "function": pact.cast.police}
    assert queries.agreement_state(**ask, now=pact.now - timedelta(minutes=1)) == "in_force"
    assert queries.agreement_state(**ask, now=pact.now) == "none"


def test_one_that_cannot_be_read_binds_nobody(pact: Pact) -> None:
    """As when the vocabulary changed since: it counts as none, and a reason is asked for."""
    AgreementVersion.objects.filter(pk=pact.draft({"routes.0.how": "?"}).pk).update(
        text="id: [", state="draft"
    )
    agreement = AgreementVersion.objects.get().agreement
    old = AgreementVersion.objects.create(
        agreement=agreement,
        number=5,
        text="id: [",
        digest="0" * 64,
        state="in_force",
        starts_at=pact.now - DAY,
    )
    old.parties.set([pact.cast.agency, pact.cast.police_agency])
    assert bound(pact, pact.now) == ("none", None, None)


def test_a_decision_stands_on_the_version_of_its_moment() -> None:
    """After a new version a new message follows it; what was sent before still shows the old one."""
    world = World()
    world.desks["police"] = world.cast.police
    police = make_account("Petra Governance", world.cast.police_agency, "governance_lead")
    pact = Pact(world.cast, police, world.now)
    first = pact.in_force()
    world.facts(harm="serious", undue_influence="true", others_at_risk="none")
    world.talk(UNSAFE_TO_ASK)
    before = world.send(world.draft("protection_planning", "police", ask="Please see her alone."))
    second = pact.force(pact.signed(pact.next(first, datasets__1__tier=1)))
    world.now = pact.now
    after = world.send(world.draft("protection_planning", "police", ask="Please see her alone."))
    before.refresh_from_db()
    assert before.agreement is not None
    assert before.decision is not None
    assert after.agreement is not None
    assert after.decision is not None
    assert (before.agreement.number, after.agreement.number) == (1, 2)
    assert (before.decision["tier"], after.decision["tier"]) == (2, 1)
    cited = AgreementVersion.objects.get(pk=before.agreement.pk)
    assert cited.text == text()
    assert cited.digest == hashlib.sha256(text().encode()).hexdigest()
    assert second.pk == after.agreement_id


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        *(
            ("alice", True),
            ("bea", True),
            ("gita", True),
            ("ivo", True),
            ("pat", True),
            ("olu", True),
        ),
        *(("ada", False), ("hana", False)),
    ],
)
def test_what_was_in_force_stays_readable_for_the_parties(
    pact: Pact, who: str, *, reads: bool
) -> None:
    first = pact.in_force()
    pact.force(pact.signed(pact.next(first)))
    viewer = getattr(pact.cast, who)
    for at in (pact.now, pact.now + 4000 * DAY):
        if reads:
            assert records.fetch(viewer, first.pk, at).text == text()
        else:
            with pytest.raises(NotFound):
                records.fetch(viewer, first.pk, at)


@pytest.mark.django_db(transaction=True)
def test_older_tables_are_carried_over() -> None:
    """A version that was superseded before there were moments ends where the next one began."""
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    executor.migrate([("agencies", "0001_initial")])
    old = executor.loader.project_state([("agencies", "0001_initial")]).apps
    tables = {name: old.get_model("agencies", name) for name in ("Agency", "Agreement")}
    agency = tables["Agency"].objects.create(slug="a", name="A", jurisdiction="england")
    agreement = tables["Agreement"].objects.create(slug="both", title="Both")
    for number, state in ((1, "superseded"), (2, "in_force"), (3, "draft")):
        starts_at = None if state == "draft" else NOW + number * DAY
        version = agreement.versions.create(
            number=number, text="ä", state=state, starts_at=starts_at
        )
        version.parties.add(agency)
    executor = MigrationExecutor(connection)
    executor.migrate(newest)
    found = AgreementVersion.objects.order_by("number")
    assert [(v.state, v.starts_at, v.ends_at) for v in found] == [
        ("in_force", NOW + DAY, NOW + 2 * DAY),
        ("in_force", NOW + 2 * DAY, None),
        ("draft", None, None),
    ]
    assert {v.digest for v in found} == {hashlib.sha256("ä".encode()).hexdigest()}
    assert found[0].agreement.keeper_id == agency.pk
