"""Who looked: every read of a case leaves one line a case, with the reader's relation to the case at that moment."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sharewell.cases.models import CaseRead
from sharewell.disclosures.tests.world import World
from sharewell.testing import sign_in
from tests.endpoints import ENDPOINTS, Endpoint
from tests.stage import set_stage
from tests.test_endpoints import url
from tests.together import together, undone

pytestmark = pytest.mark.django_db
READS = [row for row in ENDPOINTS if row.access in {"circle", "asked"} and "GET" in row.methods]


@together(READS)
def test_every_read_of_a_case_leaves_one_line(endpoints: list[Endpoint]) -> None:
    """Grows by itself with each address: whatever shows a case says who was shown it, once."""
    world, values = set_stage()
    for endpoint in endpoints:
        with undone(endpoint):
            one_line(endpoint, world, values)


def one_line(endpoint: Endpoint, world: World, values: dict[str, Any]) -> None:
    """One read at an address leaves one line, and one for each of two cases set side by side."""
    viewer = getattr(world.cast, endpoint.allowed)
    client = sign_in(Client(), viewer)
    before = CaseRead.objects.count()
    assert client.get(url(endpoint, values)).status_code == endpoint.works
    lines = CaseRead.objects.order_by("id")[before:]
    shown = [line.case_id for line in lines]
    assert {line.account for line in lines} == {viewer}
    assert len(shown) == len(set(shown)), "a case is shown once"
    assert len(shown) == (2 if endpoint.about == "case_id other_id" else 1)
    line = lines[0]
    assert set(shown) <= {world.case.pk, *values.values()}, "an allegation is a case of its own"
    assert line.agency == world.case.agency
    assert line.relation, "how they stood to the case"
    assert line.role, "the role by which they read"
    assert line.what
