"""Each invariant finds a policy or an engine that breaks it, and prints a scenario that shows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sharewell import packs
from sharewell.config.decide import main
from sharewell.core import agreement, dataset, decision, yamltext
from sharewell.core.bits import numbers
from sharewell.core.era import Era
from sharewell.core.judge import Judgement, judge
from sharewell.core.policy import Policy
from sharewell.core.terms import Agreement, Scope
from sharewell.core.tests.cases import misses
from sharewell.core.tests.invariants import INVARIANTS
from sharewell.core.tests.invariants.subject import Subject
from sharewell.core.tests.invariants.witness import Wrong, moments, scenario

Spoils = Callable[[Policy], Policy]
Patch = pytest.MonkeyPatch


def less(*ids: str) -> Spoils:
    """The policy without these rows."""
    return lambda policy: other(policy, *(r for r in policy.rules if r.id not in ids))


def other(policy: Policy, *rules: Any, **parts: Any) -> Policy:
    return replace(policy, rules=rules, _eras={}, **parts)


def row(id_: str, **change: Any) -> Spoils:
    """The policy with one row changed."""
    return lambda policy: other(
        policy, *(replace(r, **change) if r.id == id_ else r for r in policy.rules)
    )


def more(id_: str, **change: Any) -> Spoils:
    """The policy with a second row like one of its own."""

    def spoilt(policy: Policy) -> Policy:
        like = next(rule for rule in policy.rules if rule.id == id_)
        return other(policy, *policy.rules, replace(like, id="spoilt", **change))

    return spoilt


def law(id_: str, spoils: Spoils, **change: Any) -> Spoils:
    """The policy with one provision changed, and spoilt otherwise too."""

    def spoilt(policy: Policy) -> Policy:
        changed = replace(policy.provisions[id_], **change)
        return replace(spoils(policy), provisions={**policy.provisions, id_: changed}, _eras={})

    return spoilt


def wider_cell(policy: Policy) -> Policy:
    cells = dict(policy.matrix.cells)
    cells["housing", "exploitation_concern"] = cells["safeguarding_lead", "protection_planning"]
    return replace(policy, matrix=replace(policy.matrix, cells=cells), _eras={})


def less_field(policy: Policy) -> Policy:
    fields = {id_: field for id_, field in policy.fields.items() if id_ != "pattern"}
    return replace(policy, fields=fields, _eras={})


PLACE_OF = {"accounting": "us"}
EARLIEST = {"in-force"}
SOME = {
    "role": ("adult_social_care", "childrens_social_care", "housing", "emergency_services"),
    "purpose": ("immediate_safety", "safeguarding_enquiry", "exploitation_concern"),
}
BY_DATA: dict[str, Spoils] = {
    "danger-essentials": less("danger-essentials"),
    "danger-recorded": less("danger-record-afterwards"),
    "reason": row("seek-agreement", source=" "),
    "answer": less("seek-agreement"),
    "refer": row("decide", gives=""),
    "review": row("review-held", hours=720),
    "travels": less("every-share-rationale"),
    "order": more("told", gives="no"),
    "matrix": wider_cell,
    "consent": row("agreement-obtained", relies=False),
    "accounted": less_field,
    "cited": less("uk-basis-recognised-interest"),
    "in-force": law(
        "uk.gdpr.6.1.ea", row("uk-basis-recognised-interest", from_day=None), from_day=None
    ),
    "no-consent": law(
        "uk.gdpr.9.2.a", row("child-serious", basis=("uk.gdpr.9.2.a",)), consent=False
    ),
    "sender": law(
        "uk.gdpr.6.1.f",
        row("uk-basis-public-task", basis=("uk.gdpr.6.1.e", "uk.gdpr.6.1.f")),
        when={},
    ),
    "accounting": less("hipaa-accounting"),
    "forbid": row("never-connected", effect="permit"),
    "never": less("never-connected"),
    "source": less("never-to-the-source"),
    "full": less("agreement-obtained"),
}


def same(policy: Policy) -> Policy:
    """The policy as it is, with nothing kept of what was worked out."""
    return replace(policy, _eras={})


def goes_when_refused(patch: Patch) -> None:
    patch.setattr(decision, "GOES", ("share", "complete_first", "refuse"))


def no_terms(patch: Patch) -> None:
    def wide(_: Agreement, role: str, purpose: str) -> Scope:
        return Scope(role, frozenset([purpose]), 3, None)

    patch.setattr(agreement, "dataset", wide)


def forget() -> None:
    """Forget what was worked out of the fields, so that nothing spoilt is kept, nor anything right."""
    dataset._needs.cache_clear()
    dataset.kept.cache_clear()  # each view keeps what it comes to


def no_needs(patch: Patch) -> None:
    forget()
    patch.setattr(dataset, "ITEM_NEEDS", ())


def forbid_hides(patch: Patch) -> None:
    """Where a row that was added forbids, it is passed over, and so is every row that waits."""

    def hiding(rows: int, era: Era, regimes: tuple[str, ...]) -> Judgement:
        matching = {number: era.rules[number] for number in numbers(rows) if number in era.rules}
        if any(rule.id == "added" for rule in matching.values()):
            for number, rule in matching.items():
                rows &= ~(1 << number) if rule.effect in ("never", "hold", "seek", "refer") else -1
        return judge(rows, era, regimes)

    patch.setattr(decision, "judge", hiding)


BY_CODE: dict[str, Callable[[Patch], None]] = {
    "outcome": goes_when_refused,
    "agreement": no_terms,
    "tier3": no_needs,
    "added-forbid": forbid_hides,
}
NOT_IN_A_FILE = {"agreement", "added-forbid", "order"}  # they take more than a request to show


def broken(name: str, patch: Patch) -> Subject:
    """A subject that breaks an invariant, held against the true policy."""
    truth = packs.policy_at(PLACE_OF.get(name, "england"))
    if name in BY_CODE:
        BY_CODE[name](patch)
    spoilt = BY_DATA.get(name, same)(truth)
    return Subject(spoilt, truth, moments(truth)[0 if name in EARLIEST else -1], SOME)


def found(name: str, subject: Subject) -> str:
    """The scenario that the search for one invariant prints."""
    invariant = INVARIANTS[name]
    for asked in invariant.cases(subject):
        if invariant.check(subject, asked) is not None:
            return scenario(name, asked, invariant.of(subject), subject.policy)
    return ""


def test_each_invariant_has_its_breach() -> None:
    assert set(BY_DATA) | set(BY_CODE) == set(INVARIANTS)


@pytest.mark.parametrize("name", INVARIANTS)
def test_a_breach_is_found_and_printed_as_a_scenario_that_shows_it(
    name: str, monkeypatch: Patch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        subject = broken(name, patch)
        text = found(name, subject)
        first, *_, last = [*yamltext.read(text)] * 2
        wrong = INVARIANTS[name].check(subject, packs.parse(first["request"]))
        assert isinstance(wrong, Wrong)
        assert wrong.why == first["title"]
        spoilt = subject.answer(packs.parse(last["request"])).as_dict()
    forget()
    path = tmp_path / "counterexample.yaml"
    path.write_text(text, "utf-8")
    assert main(str(path)) == 0
    right = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert right["id"] == last["id"]
    if name not in NOT_IN_A_FILE:
        assert misses(last["expect"], spoilt), "the scenario shows the breach"
        assert not misses(last["expect"], right), "and holds of the true policy"
