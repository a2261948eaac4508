"""What the pages say of an answer beyond the answer: what would change it, and where each rule is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sharewell import packs
from sharewell.core.alternatives import alternatives, nothing_would
from sharewell.core.fired import fired
from sharewell.core.policy import PackError, Policy
from sharewell.disclosures.assemble import Preview
from sharewell.web.staff.sources import law_url, rule_url


def reasons(said: Iterable[Mapping[str, str]], policy: Policy) -> list[dict[str, str]]:
    """Each reason (``rule``, ``says``, ``source``) with the place where its rule is written."""
    return [{**each, "url": rule_url(policy, each.get("rule", ""))} for each in said]


def provisions(ids: Iterable[str], policy: Policy) -> list[dict[str, str]]:
    """The provisions that are cited, in words, each with where it is written."""
    known = policy.provisions
    return [
        {"title": known[each].title, "source": known[each].source, "url": law_url(policy, each)}
        if each in known
        else {"title": each, "source": "", "url": ""}
        for each in ids
    ]


def contested(ids: Iterable[str], policy: Policy, *, by: str = "") -> list[dict[str, Any]]:
    """The contested points that mattered: the question and its positions, the one taken first.

    ``by`` is the id of the policy of a decision on record: under another policy than today's another
    position may have been taken, so none is marked.
    """
    known = by in ("", policy.id)
    points = {each.id: each for each in policy.points}
    return [
        {
            "question": points[id_].question,
            "local": points[id_].local if known else "",
            "known": known,
            "sides": [
                {
                    "says": each.says,
                    "source": each.source,
                    "taken": known and each is points[id_].here,
                }
                for each in (points[id_].here, *points[id_].others)
            ],
        }
        for id_ in ids
        if id_ in points
    ]


def changes(shown: Preview, policy: Policy) -> dict[str, Any]:
    """What would change the answer of the rules; nothing where a person's answer stands before theirs.

    Words that cannot be read keep nobody from the page.
    """
    if shown.authority:
        return {}
    try:
        words = packs.changes()
    except PackError:
        return {}
    found = alternatives(shown.request, policy, words, shown.decision, shown.terms)
    rows = [
        {
            "supposed": each.supposed,
            "then": each.then,
            "because": each.because,
            "url": rule_url(policy, each.rule),
        }
        for each in found
    ]
    return {"changes": rows, "nothing_would": nothing_would(shown.decision, found, words)}


def took_part(shown: Preview, policy: Policy) -> list[dict[str, str]]:
    """Every rule that took part beside the reasons; none where a person's answer stands before theirs."""
    if shown.authority:
        return []
    reasons = {reason.rule for reason in shown.decision.reasons}
    rules = fired(shown.request, policy, shown.decision, shown.terms)
    return [
        {"says": rule.says, "source": rule.source, "url": rule_url(policy, rule.id)}
        for rule in rules
        if rule.id not in reasons
    ]
