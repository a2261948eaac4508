"""What would change an answer: true, useful both ways, few, and never against the essentials in danger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, settings

from sharewell import packs
from sharewell.core.alternatives import (
    MOST,
    OF_ONE,
    RANK,
    Alternative,
    alternatives,
    nothing_would,
)
from sharewell.core.conditions import MAY, supposing, wordings
from sharewell.core.decision import GOES, Decision, decide
from sharewell.core.policy import PackError, vocabulary_of
from sharewell.core.request import Consent, Covers, Facts, Recipient, Request, Sender, Wants
from sharewell.core.tests.requests import NOW, WORDS, requests

SAYS = packs.changes()
ANSWERED = {
    "capacity": "has",
    "harm": "concern",
    "others_at_risk": "none",
    "serious_crime": "false",
    "undue_influence": "false",
    "position_of_trust": "false",
    "source_has_care_needs": "false",
    "safe_to_ask": "true",
    "safe_to_inform": "true",
    "legal_demand": "none",
    "reporting_duty": "none",
}


def asks(position: str = "refused", role: str = "adult_social_care", **facts: str) -> Request:
    """V06 unless changed: an adult who may decide refuses freely, and nobody else is at risk."""
    return Request(
        at=NOW,
        jurisdiction="england",
        sender=Sender("care_provider"),
        purpose="exploitation_concern",
        recipient=Recipient(role, agreement="in_force", connected_to_source="false"),
        facts=Facts("adult", **{**ANSWERED, **facts}),
        consent=Consent(position),
        supplied=("rationale", "proportionality"),
    )


def found(request: Request) -> tuple[Decision, tuple[Alternative, ...]]:
    policy = packs.policy(request.jurisdiction, request.state)
    decided = decide(request, policy)
    return decided, alternatives(request, policy, SAYS, decided)


def about(said: tuple[Alternative, ...], attribute: str) -> list[Alternative]:
    return [each for each in said if attribute in each.when]


def test_a_free_refusal_says_that_it_could_be_shared_if_others_were_at_risk() -> None:
    decided, said = found(asks())
    assert decided.outcome == "hold"
    (others,) = about(said, "others_at_risk")
    assert others.says == (
        "If others were at risk, it could be shared without agreement, because “Other people are at risk,"
        " so this may be shared without agreement, as far as needed to protect them.”"
    )
    assert others.when == {"others_at_risk": ("adults", "children", "both")}
    assert others.rule == "refusal-others-at-risk"
    assert said[0].says.startswith("If the person agreed to this, it could be shared with that")


def test_what_is_not_known_is_said_both_ways_and_first() -> None:
    decided, said = found(asks(others_at_risk="unknown"))
    assert decided.outcome == "refer"
    assert [each.says.partition(", because")[0] for each in said[:2]] == [
        "If others are at risk, it could be shared without agreement",
        "If nobody else is at risk, it would not be shared outside now",
    ]


def test_several_unknown_facts_are_also_answered_together_where_none_speaks_for_sharing() -> None:
    decided, said = found(asks(others_at_risk="unknown", serious_crime="unknown"))
    assert decided.outcome == "refer"
    assert said[-1].says.startswith(
        "If nobody else is at risk and no serious crime is involved, it would not be shared outside now"
    )
    assert said[-1].when == {"others_at_risk": ("none",), "serious_crime": ("false",)}


def test_pairs_of_unknown_facts_are_tried_where_nothing_helps_alone() -> None:
    request = asks(harm="unknown", others_at_risk="unknown", safe_to_ask="false")
    rows = [row for row in SAYS.conditions if row.about in ("others_at_risk", "harm")]
    words = replace(SAYS, conditions=tuple(row for row in rows if row.id != "harm-danger"))
    policy = packs.policy("england")
    said = alternatives(request, policy, words, decide(request, policy))
    first = next(each for each in said if len(each.when) == 2)
    assert first.says.startswith(
        "If others are at risk and the harm is serious, it could be shared without agreement"
    )


def test_where_it_goes_it_says_what_that_hangs_on() -> None:
    decided, said = found(asks(harm="serious", others_at_risk="adults"))
    assert decided.outcome == "complete_first"
    (others,) = about(said, "others_at_risk")
    assert others.says.startswith("If nobody else was at risk, it would not be shared outside now")


def test_nobody_is_told_to_ask_a_person_whom_it_is_not_safe_to_ask() -> None:
    _, said = found(asks("not_sought", safe_to_ask="false"))
    agreeing = [each for each in said if each.when.get("consent") == ("obtained",)]
    assert agreeing
    assert all(each.when["safe_to_ask"] == ("true",) for each in agreeing)
    assert agreeing[0].says.startswith("If it becomes safe to ask and the person agrees to this")


def test_writing_is_asked_only_where_the_spoken_word_would_not_do() -> None:
    _, said = found(asks())
    assert not about(said, "release")
    sender = Sender("victim_services", ("vawa",))
    request = replace(asks(), jurisdiction="us", sender=sender)
    decided, said = found(request)
    assert decided.outcome == "refuse"
    assert [each.when["release"] for each in about(said, "release")] == [("timed",)]
    assert nothing_would(decided, said, SAYS) == SAYS.never["some"]


def test_nothing_would_change_a_never_to_the_source() -> None:
    request = asks()
    request = replace(request, recipient=replace(request.recipient, alleged_source=True))
    decided, said = found(request)
    assert decided.outcome == "refuse"
    assert said == ()
    assert nothing_would(decided, said, SAYS) == SAYS.never["none"]


@pytest.mark.parametrize("harm", ["immediate", "unknown"])
def test_in_immediate_danger_nothing_is_supposed(harm: str) -> None:
    request = replace(asks(harm=harm, role="police"), purpose="immediate_safety")
    decided, said = found(request)
    assert decided.outcome == "share"
    assert said == ()


def test_a_policy_that_cannot_be_used_says_nothing() -> None:
    policy = packs.policy("england")
    broken = replace(policy, fault=PackError("packs", "", "", "cannot be read"))
    request = asks()
    assert alternatives(request, broken, SAYS, decide(request, broken)) == ()


def test_an_agreement_with_somebody_else_is_asked_for_this_recipient() -> None:
    request = asks("obtained")
    covers = replace(request.consent.covers, recipients=("police",))
    decided, said = found(replace(request, consent=replace(request.consent, covers=covers)))
    assert decided.outcome == "seek_agreement"
    assert said[0].says.startswith("If the person agreed to this, it could be shared with that")


VICTIM_SERVICES = Sender("victim_services", ("vawa",))
RELEASED = Consent(
    "obtained",
    given_by="person",
    covers=Covers(recipients=("adult_social_care",), purposes=("exploitation_concern",)),
    recorded_at=NOW,
    expires_at=NOW + timedelta(days=30),
    written=True,
)


def heard(request: Request) -> list[str]:
    """The statements, each without its reason."""
    return [each.says.partition(", because")[0] for each in found(request)[1]]


def test_an_agreement_that_is_relied_on_is_not_supposed_in_a_weaker_form() -> None:
    request = replace(asks(), jurisdiction="us", sender=VICTIM_SERVICES, consent=RELEASED)
    decided, said = found(request)
    assert decided.consent_relied_on
    assert ("obtained",) not in [each.when.get("consent") for each in said]
    assert about(said, "consent")[0].says.startswith(
        "If the person withdrew their agreement, it could not go"
    )


def test_an_agreement_is_supposed_only_where_the_answer_would_rest_on_it() -> None:
    _, said = found(asks(legal_demand="statutory_request"))
    assert not about(said, "consent")
    _, said = found(replace(asks(reporting_duty="mandated_report"), jurisdiction="us"))
    assert not about(said, "consent")


def test_a_young_person_who_may_not_agree_is_not_said_to_change_it_by_agreeing() -> None:
    child = Facts("child", **{**ANSWERED, "capacity": "unknown"}, more_detrimental_to_share="false")
    request = replace(asks(role="childrens_social_care"), facts=child, purpose="early_help")
    assert {each.when["given_by"] for each in about(found(request)[1], "consent")} == {("parent",)}


@pytest.mark.parametrize("position", ["unknown", "not_sought"])
def test_a_refusal_is_never_a_way_to_share(position: str) -> None:
    decided, said = found(asks(position, others_at_risk="adults"))
    assert decided.outcome == "seek_agreement"
    assert ("refused",) not in [each.when.get("consent") for each in said]
    decided, said = found(asks(position))
    assert "If the person refuses, it would not be shared outside now" in heard(asks(position))


def test_neither_a_withdrawal_nor_asking_is_a_way_to_share_what_was_agreed_under_pressure() -> None:
    request = asks(harm="concern", undue_influence="true", safe_to_ask="false")
    decided, said = found(replace(request, consent=RELEASED))
    assert decided.outcome == "refer"
    assert not about(said, "consent")
    assert ("true",) not in [each.when.get("safe_to_ask") for each in said]


@pytest.mark.parametrize("facts", [{"capacity": "lacks"}, {"capacity": "not_assessed"}])
def test_nobody_who_cannot_answer_is_supposed_to_refuse(facts: dict[str, str]) -> None:
    request = asks("not_possible", role="housing", **facts)
    unconscious = replace(request.consent, reason="unconscious")
    _, said = found(replace(request, consent=unconscious))
    assert ("refused",) not in [each.when.get("consent") for each in said]


def test_the_two_agreements_are_told_apart() -> None:
    request = asks("not_possible", capacity="lacks")
    request = replace(request, recipient=replace(request.recipient, agreement="none"))
    request = replace(request, supplied=("rationale", "proportionality", "consent_reason"))
    decided, said = found(request)
    assert decided.missing == ("no_agreement_override_reason",)
    (bound,) = about(said, "agreement")
    assert bound.says == (
        "If a sharing agreement between the agencies was in force for this, it could go without the reason"
        " that is missing now."
    )


def test_pressure_is_never_said_to_lead_to_asking() -> None:
    request = replace(asks(), consent=RELEASED, wants=Wants(fields=("subject.religion",)))
    request = replace(request, recipient=replace(request.recipient, role="hr"))
    _, said = found(request)
    assert not [each for each in said if each.when.get("undue_influence") == ("true",)]


def test_danger_is_not_said_to_close_a_recipient_because_of_the_fields_asked() -> None:
    request = replace(asks(serious_crime="true"), wants=Wants(fields=("history.trauma",)))
    _, said = found(request)
    assert ("immediate",) not in [each.when.get("harm") for each in said]


@pytest.mark.parametrize(
    ("position", "crime", "told"),
    [("refused", "true", True), ("refused", "false", False), ("not_sought", "false", False)],
)
def test_a_connection_is_spoken_of_only_where_it_may_go(
    position: str, crime: str, *, told: bool
) -> None:
    request = asks(position, serious_crime=crime)
    recipient = replace(request.recipient, connected_to_source="unknown")
    decided, said = found(replace(request, recipient=recipient))
    assert (decided.outcome in GOES) is told
    assert bool(about(said, "recipient_connected")) is told


@pytest.mark.parametrize("capacity", ["unknown", "not_assessed", "fluctuating"])
def test_capacity_that_is_not_settled_is_named_first_where_a_refusal_is_held(capacity: str) -> None:
    decided, said = found(asks(capacity=capacity))
    assert decided.outcome == "hold"
    assert said[0].says.startswith(
        "If an assessment shows that the person cannot make this decision"
    )


@given(requests())
@settings(max_examples=150)
def test_no_statement_contradicts_itself(request: Request) -> None:
    decided, said = found(request)
    for each in said:
        position = each.when.get("consent")
        if position == ("obtained",):
            assert all(answer.consent_relied_on for answer in supposed(request, each))
        if position in (("refused",), ("withdrawn",)):
            assert RANK[each.outcome] < RANK[decided.outcome]
        if each.when.get("safe_to_ask") == ("true",) and position is None:
            assert each.outcome not in GOES
        if each.when.get("recipient_connected") == ("true",):
            assert decided.outcome in GOES


def supposed(request: Request, said: Alternative) -> list[Decision]:
    """The engine's answers to every way in which what is supposed may be so."""
    policy = packs.policy(request.jurisdiction, request.state)
    names = list(said.when)
    ways = product(*said.when.values())
    return [decide(supposing(request, dict(zip(names, way, strict=True))), policy) for way in ways]


@given(requests())
@settings(max_examples=150)
def test_every_statement_is_true_useful_and_one_of_few(request: Request) -> None:
    decided, said = found(request)
    for each in said:
        for answer in supposed(request, each):
            assert answer.outcome == each.outcome
            assert answer.reasons[0].rule == each.rule
            assert answer.outcome != decided.outcome or set(answer.fields) > set(decided.fields)
            words = "without agreement" in each.says
            assert words <= (answer.outcome in GOES and not answer.consent_relied_on)
        assert not {"subject_kind", "role", "sender_kind"} & each.when.keys()
    assert len({next(iter(each.when)) for each in said}) <= MOST + OF_ONE + 1
    assert said == found(request)[1]


@given(requests(harm="immediate"))
@settings(max_examples=150)
def test_in_danger_no_statement_stops_what_may_go(request: Request) -> None:
    decided, said = found(request)
    assert all(RANK[each.outcome] >= RANK[decided.outcome] for each in said)
    assert decided.step != "0" or not said


@given(requests())
@settings(max_examples=100)
def test_where_nothing_is_named_no_single_fact_would_let_it_go(request: Request) -> None:
    decided, said = found(request)
    if decided.outcome in GOES or any(each.outcome in GOES for each in said):
        return
    if request.recipient.connected_to_source == "unknown" or decided.step == "0":
        return
    policy = packs.policy(request.jurisdiction)
    tried = {(name, v) for row in SAYS.conditions for name, vs in row.when.items() for v in vs}
    for name, value in tried:
        if name not in WORDS.facts or _only_for_other_kind(name, value, request):
            continue
        answer = decide(supposing(request, {name: value}), policy)
        asking = (name, value) == ("safe_to_ask", "true")  # never named as a way to share
        assert asking or answer.outcome not in GOES, (name, value)


def _only_for_other_kind(name: str, value: str, request: Request) -> bool:
    kind = request.facts.subject_kind
    rows = [row for row in SAYS.conditions if value in row.when.get(name, ())]
    return all(kind not in row.where.get("subject_kind", (kind,)) for row in rows)


def test_every_fact_that_judgement_turns_on_has_words_for_every_value() -> None:
    """A fact that no row names could turn an answer and nobody would be told."""
    judging = {
        (name, value)
        for place in WORDS.jurisdictions
        for rule in packs.policy(place).rules
        if rule.step in "012345678"
        for name in rule.when
        if name in WORDS.facts and name != "subject_kind"
        for value in WORDS.facts[name]
        if value not in ("unknown", "fluctuating", "not_assessed")
    }
    said = {
        (name, value) for row in SAYS.conditions for name, vs in row.when.items() for value in vs
    }
    assert judging <= said


WRONG = [
    ("when: {others_at_risk: [none]}", "when: {subject_kind: [child]}", "others-none", "when"),
    ("when: {others_at_risk: [none]}", "when: {others_at_risk: [few]}", "others-none", "when"),
    ("when: {others_at_risk: [none]}", "when: {}", "others-none", "when"),
    ("were: nobody else was at risk", "was: nobody else was at risk", "others-none", "were"),
    ("  hold: it would", "  held: it would", "", "hold"),
    ("then: [agreed]", "then: [agree]", "agrees", "then"),
    ("now: [share, complete_first]", "now: [shared]", "connected", "now"),
]


@pytest.mark.parametrize(("old", "new", "row", "key"), WRONG)
def test_a_fault_in_the_pack_is_named(old: str, new: str, row: str, key: str) -> None:
    text = packs.read()["changes.yaml"].decode()
    assert old in text
    words = vocabulary_of(packs.read())
    allowed = packs.policy("england").attributes
    with pytest.raises(PackError) as caught:
        wordings("changes.yaml", text.replace(old, new, 1).encode(), words, allowed)
    assert caught.value.row == row
    assert key in caught.value.field


def test_nothing_is_supposed_but_what_may_be() -> None:
    assert {name for row in SAYS.conditions for name in row.when} <= set(MAY)
