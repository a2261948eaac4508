"""The decision framework of a place on one sheet of paper, as a page shows it and a command writes it."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from typing import Any

from django.template.loader import render_to_string

from sharewell import packs
from sharewell.core import framework as core
from sharewell.core.policy import Policy
from sharewell.web.numbers import numbers_for

STYLE = resources.files("sharewell.web") / "assets" / "css" / "framework.css"


def sheet(policy: Policy) -> dict[str, Any]:
    """Everything that stands on the sheet, in words."""
    asked = packs.framework()
    effects = packs.labels("effects")
    number = numbers_for(policy.jurisdiction).emergency
    named = packs.labels("deciders")
    return {
        "place": place_name(policy),
        "policy": policy,
        "steps": [
            {
                "number": each.step if each.step.isdigit() else "",
                "asks": each.asks,
                "effects": [{"id": name, "label": effects[name].label} for name in each.effects],
                "rules": each.rules,
            }
            for each in core.steps(policy, asked)
        ],
        "records": asked.records,
        "first": asked.reminders[0].format(number=number),
        "reminders": asked.reminders[1:],
        "deciders": [named[each].label for each in core.deciders(policy)],
        "limits": core.limits(policy),
        "tiers": packs.labels("tiers").items(),
        "statuses": _statuses(policy),
    }


def standing_alone(policy: Policy) -> str:
    """The sheet as one HTML document that needs nothing else."""
    style = STYLE.read_text("utf-8")
    return render_to_string("framework_alone.html", {**sheet(policy), "style": style})


def place_name(policy: Policy) -> str:
    """What the place of a policy is called."""
    state = packs.labels("states")[policy.state].label if policy.state else ""
    place = packs.labels("jurisdictions")[policy.jurisdiction].label
    return f"{state}, {place}" if state else place


def _statuses(policy: Policy) -> list[str]:
    """How many rules and laws of the place are of each status, in words."""
    count = Counter([row.status for row in policy.rules])
    count.update([law.status for law in policy.provisions.values()])
    labels = packs.labels("statuses").items()
    return [f"{count[id_]} {label.label.lower()}" for id_, label in labels if count[id_]]
