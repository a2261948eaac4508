"""What an answer says beside its outcome: why, what instead, what is owed, how it is handled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sharewell import packs
from sharewell.core import emergency
from sharewell.core.decision import GOES, Decision, decide, ending
from sharewell.core.fired import fired
from sharewell.core.tests.cases import merged, scenarios

CASES = {case["id"]: case["request"] for case in scenarios()}


def answer(id_: str, answered: tuple[str, ...] = (), **change: Any) -> Decision:
    """The decision on a scenario's request, with a change laid over it."""
    request = packs.parse(merged(CASES[id_], change))
    return decide(request, packs.policy(request.jurisdiction, request.state), answered=answered)


def test_what_was_skipped_in_danger_is_owed_and_stops_nothing() -> None:
    decision = answer("D01")
    assert decision.missing == ()
    assert decision.owed == ("rationale", "proportionality", "consent_reason")


def test_with_agreement_on_record_no_sentence_is_owed() -> None:
    assert answer("D26").owed == ("rationale", "proportionality")


def test_only_an_attachment_needs_a_reason_for_an_attachment() -> None:
    narrative = answer("T08", wants={"fields": ["subject.name", "clinical.narrative"]})
    assert "clinical.narrative" in narrative.fields
    assert "tier3_rationale_per_item" in narrative.obligations
    assert "attachment_reason_per_item" not in narrative.obligations
    assert "attachment_reason_per_item" in answer("T08").obligations


def test_whatever_fails_in_deciding_the_essentials_may_go_in_danger_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sharewell.core.decision.judge", None)
    danger = answer("D01")
    assert danger.outcome in GOES
    assert set(danger.fields) <= emergency.LABELS.keys()
    assert danger.fields
    assert answer("T08").outcome not in GOES


def test_where_a_role_has_no_cell_those_that_have_one_are_named() -> None:
    decision = answer("N106")
    assert "primary_care" in decision.instead
    assert "housing" not in decision.instead
    assert "primary care" in decision.reasons[0].says
    assert decision.could_go == ()


COME = ("emergency_services", "police", "hospital", "adult_social_care", "childrens_social_care")


@pytest.mark.parametrize(
    ("harm", "recipient", "others"),
    [
        ("immediate", {"role": "police", "alleged_source": True}, set(COME) - {"police"}),
        ("unknown", {"role": "police", "alleged_source": True}, set(COME) - {"police"}),
        ("immediate", {"role": "mental_health"}, set(COME)),
        ("concern", {"role": "police", "alleged_source": True}, set()),
        ("immediate", {"role": "person_themself"}, set()),
    ],
)
def test_in_danger_those_who_may_be_told_now_are_named(
    harm: str, recipient: dict[str, str], others: set[str]
) -> None:
    facts = {"harm": harm}
    decision = answer("D02", purpose="immediate_safety", recipient=recipient, facts=facts)
    assert decision.outcome not in GOES
    assert set(decision.instead) == others
    assert ("The essentials may go now to: emergency" in decision.reasons[0].says) == bool(others)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"facts": {"undue_influence": "true"}}, "agreement-coerced"),
        ({"consent": {"given_by": "parent"}}, "agreement-adult-by-parent"),
        ({"consent": {"expires_at": "2026-01-01T00:00:00Z"}}, "agreement-out-of-date"),
        ({"consent": {"covers": {"recipients": ["police"]}}}, "agreement-not-covering"),
    ],
)
def test_an_agreement_that_is_not_relied_on_says_why(change: dict[str, Any], why: str) -> None:
    request = packs.parse(merged(CASES["N111"], change))
    policy = packs.policy(request.jurisdiction, request.state)
    decision = decide(request, policy)
    known = {rule.id: rule for rule in policy.rules}
    assert [each.rule for each in decision.reasons[1:]] == [why]
    assert decision.reasons[1].says == known[why].says
    assert why in [rule.id for rule in fired(request, policy, decision)]


def test_an_agreement_that_is_relied_on_or_ruled_out_is_not_explained() -> None:
    for decision in (answer("N111"), answer("A410"), answer("R701")):
        said = {each.rule for each in decision.reasons}
        assert not {rule for rule in said if rule.startswith("agreement-")} - {"agreement-obtained"}


def test_what_could_go_is_named_where_nothing_asked_may() -> None:
    decision = answer("T10")
    assert decision.reasons[0].rule == "nothing-asked-may-go"
    assert "subject.name" in decision.could_go
    assert "clinical.narrative" not in decision.could_go


@pytest.mark.parametrize(
    ("labels", "tier", "asked"),
    [(["psychotherapy"], 3, True), ([], 3, False), (["psychotherapy"], 2, False)],
)
def test_nobody_approves_what_may_not_go_anyhow(
    labels: list[str], tier: int, *, asked: bool
) -> None:
    decision = answer("N111", consent={"covers": {"tier": tier, "labels": labels}})
    assert decision.outcome == "share"
    assert "clinical.psychotherapy" in decision.withheld
    approved = {"named_approver", "tier3_rationale_per_item"}
    assert approved & set(decision.obligations) == (approved if asked else set())


def test_what_could_go_is_named_while_it_waits() -> None:
    assert "concern.observed" in answer("Y801").could_go


def test_a_boundary_is_named_as_the_reason() -> None:
    assert set(answer("A410").withheld.values()) == {"boundary"}


def test_a_refusal_is_named_as_the_reason() -> None:
    assert set(answer("R701").withheld.values()) == {"above_consent"}


def test_open_questions_are_listed() -> None:
    asked = answer("R711", facts={"serious_crime": "unknown"})
    assert set(asked.questions) == {"undue_influence", "serious_crime"}


def test_a_refer_has_its_decider_a_limit_and_a_deputy() -> None:
    serious = answer("Y803")
    assert (serious.decider, serious.deputy) == ("safeguarding_lead", "on_call_manager")
    assert serious.decide_within_hours == 1
    assert answer("Y803", facts={"harm": "concern"}).decide_within_hours == 24
    assert answer("Y801").decide_within_hours is None


def test_a_child_is_told_apart_from_the_family() -> None:
    decision = answer("C301", facts={"safe_to_inform_child": "false"})
    assert (decision.inform, decision.inform_child) == ("yes", "no")
    assert answer("A401").inform_child is None


def test_the_persons_own_boundaries_shape_delivery() -> None:
    decision = answer("A412")
    assert (decision.deny_persons, decision.deny_channels) == (("her brother",), ("letter",))


def test_a_masked_address_and_a_refuge_carry_their_labels() -> None:
    assert {"handle-address", "handle-refuge"} <= {label.rule for label in answer("D07").handling}
    assert "handle-vawa" in {label.rule for label in answer("D21").handling}


def test_every_rule_that_decided_is_a_reason() -> None:
    decision = answer("R703", facts={"undue_influence": "true"})
    named = {reason.rule for reason in decision.reasons}
    assert named == {"refusal-others-at-risk", "refusal-undue-influence"}


def test_a_person_overrules_a_hold_a_refer_and_asking_first_but_never_a_never() -> None:
    everything = ("hold", "refer", "seek_agreement")
    assert answer("R701", everything).outcome == "share"
    assert answer("Y803", everything).outcome == "share"
    assert answer("Y801", everything).outcome == "share"
    assert not answer("R701", everything).consent_relied_on
    assert answer("W01", everything).outcome == "refuse"
    assert answer("N101", everything).outcome == "refuse"


def test_the_tier_of_each_field_is_told() -> None:
    decision = answer("T01")
    assert decision.tiers == {"housing.tenure": 1, "housing.access_needs": 2}


def test_agreement_is_reviewed_when_it_ends_or_after_ninety_days() -> None:
    assert answer("A401").review_within_hours == 60 * 24
    assert (
        answer("A401", consent={"expires_at": "2028-01-01T00:00:00Z"}).review_within_hours == 2160
    )


@pytest.mark.parametrize(("ends", "hours"), [("15:00:00", 5), ("14:59:59", 4), ("10:30:00", 0)])
def test_what_rests_on_agreement_is_looked_at_before_it_ends(ends: str, hours: int) -> None:
    """In whole hours, so that the last one is never counted twice."""
    consent = {"expires_at": f"2026-11-16T{ends}Z"}
    assert answer("A401", consent=consent).review_within_hours == hours


def test_the_first_reason_names_the_others_and_each_stands_once() -> None:
    decision = answer("N106", recipient={"connected_to_source": "true"})
    assert decision.instead
    assert [reason.rule for reason in decision.reasons] == ["never-connected", "never-without-cell"]
    assert "primary care" in decision.reasons[0].says
    assert "primary care" not in decision.reasons[1].says


def test_where_no_row_says_how_soon_it_is_looked_at_in_three_days_and_decided_in_one() -> None:
    _, era = packs.policy("england").era(datetime(2026, 11, 16, 10, tzinfo=UTC))
    said = ending(era, 0)
    assert (said.review, said.decide, said.deputies, said.handling) == (72, 24, (), ())
