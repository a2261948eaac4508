"""What the demo's directory says of its functions, and the pathways, as those who keep them entered it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sharewell.agencies.directory import local_day
from sharewell.agencies.models import Account, Agency, Function
from sharewell.followup import operations
from sharewell.followup.operations.directory import Person, Told
from sharewell.followup.operations.pathway import Way


def enter(
    listed: Mapping[str, Any], people: Mapping[str, Account], now: datetime, family: uuid.UUID
) -> None:
    """Enter the functions with their contacts, then the pathways that lead to them."""
    functions = {each.slug: each for each in Function.objects.select_related("agency")}
    for row in listed["functions"]:
        _function(row, functions[row["function"]], people[row["by"]], now, family)
    for row in listed["pathways"]:
        steps = [
            (each["words"], functions[each["function"]].pk if "function" in each else None)
            for each in row["steps"]
        ]
        names = ("title", "need", "criteria", "ladder", "level")
        operations.pathway_add(
            account=people[row["by"]],
            agency_id=Agency.objects.get(slug=row["agency"]).pk,
            way=Way(**{name: row[name] for name in names}, steps=steps),
            form_key=uuid.uuid5(family, f"pathway {row['title']}"),
            now=now - timedelta(days=row["days_ago"]),
        )


def _function(
    row: Mapping[str, Any], of: Function, by: Account, now: datetime, family: uuid.UUID
) -> None:
    at = now - timedelta(days=row["days_ago"])
    given: dict[str, Any] = {"account": by, "now": at}
    operations.function_describe(
        function_id=of.pk, told=Told(**row["told"]), seen=of.revision, **given
    )
    for each in row.get("contacts", ()):
        operations.named_contact_add(
            agency_id=of.agency_id,
            function_id=of.pk,
            person=Person(**each),
            form_key=uuid.uuid5(family, f"contact {of.slug} {each['name']}"),
            **given,
        )
    for each in row.get("closed", ()):
        operations.function_day_set(
            function_id=of.pk,
            day=local_day(of.agency, now) + timedelta(days=each["in_days"]),
            hours="closed",
            note=each["why"],
            **given,
        )
