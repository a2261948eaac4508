"""A kept query asks what the queryset asks that it was made from, whatever its values."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import uuid
from datetime import datetime, timedelta
from typing import Any, get_type_hints

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

import sharewell
from sharewell.agencies.kept import Kept, NotKept, kept
from sharewell.agencies.models import Account, RoleHeld
from sharewell.testing import NOW, make_cast

pytestmark = pytest.mark.django_db
VALUES: dict[str, Any] = {"UUID": uuid.UUID(int=7), "datetime": NOW, "int": 7, "str": "seven"}


def every() -> list[Kept[Any]]:
    """Every kept query of the project."""
    for module in pkgutil.walk_packages(sharewell.__path__, "sharewell."):
        if module.name.endswith(".queries") or ".queries." in module.name:
            importlib.import_module(module.name)
    found = [each for each in gc.get_objects() if type(each) is Kept]
    return [each for each in found if ".tests." not in each.build.__module__]


def test_what_is_kept_is_what_the_queryset_would_ask() -> None:
    """With a value wherever there may be one, and without one wherever there may be none."""
    assert len(every()) > 10
    for each in every():
        hints = {k: v for k, v in get_type_hints(each.build).items() if k != "return"}
        for without in (False, True):
            values = {name: _value(hint, without=without) for name, hint in hints.items()}
            written = each.written(values)
            sql, parameters = (
                each.build(**values).query.get_compiler(connection=connection).as_sql()
            )
            assert written.sql == sql, each.build
            assert written.parameters(values) == tuple(parameters), each.build


def _value(hint: Any, *, without: bool) -> Any:
    names = [getattr(each, "__name__", "") for each in getattr(hint, "__args__", (hint,))]
    return None if without and "NoneType" in names else VALUES[names[0]]


def test_it_is_asked_with_the_values_given_each_time() -> None:
    cast = make_cast()

    @kept
    def roles(*, account: uuid.UUID, now: datetime) -> QuerySet[RoleHeld, Any]:
        return RoleHeld.objects.current(now).filter(account=account).values_list("role", flat=True)

    assert roles(account=cast.alice.pk, now=NOW) == ["practitioner"]
    assert roles(account=cast.sam.pk, now=NOW) == ["safeguarding_lead"]
    assert roles(account=cast.sam.pk, now=NOW - timedelta(days=4000)) == []
    with CaptureQueriesContext(connection) as asked:
        roles(account=cast.alice.pk, now=NOW)
    assert len(asked) == 1


def test_models_come_with_what_was_fetched_with_them() -> None:
    cast = make_cast()

    @kept
    def accounts(*, agency: uuid.UUID, team: uuid.UUID | None) -> QuerySet[Account]:
        return Account.objects.filter(agency=agency, team=team).select_related("agency", "team")

    for person in (cast.alice, cast.sam):
        found = accounts(agency=person.agency_id, team=person.team_id)
        assert person in found
        with CaptureQueriesContext(connection) as asked:
            assert {each.agency for each in found} == {cast.agency}
            assert all(each.team_id == person.team_id for each in found)
        assert not asked


@pytest.mark.parametrize(
    "build",
    [
        lambda *, now: RoleHeld.objects.filter(starts_at__lte=now - timedelta(days=1)),
        lambda *, name: Account.objects.filter(name__icontains=name),
        lambda *, name, other: Account.objects.filter(name=name),  # noqa: ARG005
        lambda *, flag: Account.objects.filter(is_active=flag),
    ],
)
def test_a_query_that_would_answer_for_other_values_is_refused(build: Any) -> None:
    """One whose values are altered on the way to the database, or left out, would keep those of the first time."""
    names = build.__code__.co_varnames
    given = {"now": NOW, "name": "a", "other": "b", "flag": True}
    with pytest.raises(NotKept):
        kept(build)(**{name: given[name] for name in names})
