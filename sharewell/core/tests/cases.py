"""The scenarios, and how one is judged: shared by tests of the engine and of the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sharewell.core import yamltext

FOLDER = Path(__file__).parent / "scenarios"


def scenarios() -> list[dict[str, Any]]:
    """Every scenario, those that differ from a base by a few words written out."""
    found: list[dict[str, Any]] = yamltext.read((FOLDER / "decisions.yaml").read_bytes())
    for name in ("steps.yaml", "states.yaml", "law.yaml", "us.yaml", "nations.yaml"):
        text = yamltext.read((FOLDER / name).read_bytes())
        for case in text["cases"]:
            request = merged(text["bases"][case["like"]], case.get("change", {}))
            found.append({**case, "request": request})
    return found


def merged(base: Any, change: Any) -> Any:
    """The base with the change laid over it; null takes a key away."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    both = {key: merged(base.get(key), value) for key, value in change.items()}
    return {key: value for key, value in {**base, **both}.items() if value is not None}


def misses(expect: dict[str, Any], got: dict[str, Any]) -> list[str]:
    """What an answer lacks of what was expected; empty where it is right."""
    wrong = [
        f"{key} is {got[key]}"
        for key in ("outcome", "inform", "decider")
        if key in expect and got[key] not in _listed(expect[key])
    ]
    if (got["tier"] or 0) > expect.get("max_tier", 3):
        wrong.append(f"tier is {got['tier']}")
    wrong += [
        f"{field} is withheld" for field in expect.get("includes", []) if field not in got["fields"]
    ]
    wrong += [f"{field} goes" for field in expect.get("excludes", []) if field in got["fields"]]
    for key in ("obligations", "missing", "questions", "owed"):
        wrong += [f"{key} lacks {item}" for item in expect.get(key, []) if item not in got[key]]
    barred = expect.get("obligations_none", [])
    wrong += [f"obligations hold {item}" for item in barred if item in got["obligations"]]
    if expect.get("consent_relied_on", got["consent_relied_on"]) is not got["consent_relied_on"]:
        wrong.append(f"consent_relied_on is {got['consent_relied_on']}")
    rules = {reason["rule"] for reason in (*got["reasons"], *got["handling"])}
    wrong += [f"rules are {sorted(rules)}" for rule in expect.get("rules", []) if rule not in rules]
    wrong += ["no rule answers this"] if "no-rule-answers" in rules else []
    told = got["reasons"] and all(
        reason["says"].strip() and reason["source"].strip() for reason in got["reasons"]
    )
    wrong += [] if told else ["a reason or its source is missing"]
    if "basis_any" in expect and not set(expect["basis_any"]) & set(got["basis"]):
        wrong.append(f"basis is {got['basis']}")
    wrong += [f"basis cites {id_}" for id_ in expect.get("basis_none", []) if id_ in got["basis"]]
    wrong += [
        f"{field} is neither given nor withheld"
        for field in expect.get("accounts_for", [])
        if field not in got["fields"] and field not in got["withheld"]
    ]
    wrong += [
        f"{key} is {got[key]}"
        for key, value in expect.get("exactly", {}).items()
        if got[key] != value
    ]
    if got["review_within_hours"] > expect.get("review_within_hours", 10**6):
        wrong.append(f"review is {got['review_within_hours']}")
    return wrong


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
