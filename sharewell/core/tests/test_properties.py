"""What holds for every request, whatever the facts."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from sharewell import packs
from sharewell.core.decision import Decision, decide
from sharewell.core.policy import Policy
from sharewell.core.request import Consent, Request, encode
from sharewell.core.rules import Rule
from sharewell.core.tests.requests import WORDS, agreeing, consents, requests

GOES = ("share", "complete_first")
ITEMS = ("tier3_rationale", "tier3_authority", "approver")
CONSENT_BASES = ("uk.gdpr.6.1.a", "uk.gdpr.9.2.a", "us.hipaa.508", "us.p2.31", "us.ferpa.99.30")

held = settings(max_examples=60)


def answer(request: Request) -> Decision:
    return decide(request, packs.policy(request.jurisdiction, request.state))


@held
@given(requests())
def test_every_request_has_an_answer_with_a_reason_and_its_source(request: Request) -> None:
    decision = answer(request)
    assert decision.outcome in WORDS.outcomes
    assert decision.reasons
    assert all(reason.says and reason.source for reason in decision.reasons)
    assert not any(reason.rule.startswith("built-in") for reason in decision.reasons)


@held
@given(requests())
def test_the_answer_speaks_the_vocabulary_and_json(request: Request) -> None:
    decision = answer(request)
    assert set(decision.fields) | set(decision.withheld) <= set(WORDS.fields)
    assert set(decision.withheld.values()) <= set(WORDS.withheld_reasons)
    assert set(decision.obligations) <= set(WORDS.obligations)
    assert set(decision.missing) <= set(WORDS.supplied)
    assert decision.form in WORDS.forms
    assert decision.decider in (None, *WORDS.deciders)
    assert json.loads(json.dumps(decision.as_dict())) == decision.as_dict()


@held
@given(requests())
def test_permitted_and_withheld_are_exactly_what_was_asked(request: Request) -> None:
    decision = answer(request)
    assert not set(decision.fields) & set(decision.withheld)
    if request.wants.fields:
        assert set(decision.fields) | set(decision.withheld) == set(request.wants.fields)


@held
@given(requests())
def test_nothing_goes_beyond_the_matrix_outside_immediate_danger(request: Request) -> None:
    decision = answer(request)
    if decision.step == "0" or decision.outcome not in GOES:
        return
    policy = packs.policy(request.jurisdiction)
    cell = policy.cell(request.recipient.role, request.purpose)
    assert cell is not None
    listed = policy.matrix.forms.get(decision.form)
    for field in decision.fields:
        entry, tier = policy.fields[field], decision.tiers[field]
        assert request.recipient.role not in entry.never
        assert not entry.only or request.recipient.role in entry.only
        if listed is not None:
            assert field in listed
        elif tier == 3:
            assert cell.tier == 3
            assert field in cell.items
        else:
            assert tier <= cell.tier or field in cell.named
        assert cell.only is None or field in cell.only
        assert field not in cell.without


@held
@given(requests())
def test_no_tier_3_without_authority_rationale_and_approver(request: Request) -> None:
    decision = answer(request)
    if 3 in decision.tiers.values():
        assert set(ITEMS) <= set(request.supplied)
        assert request.wants.fields


@held
@given(requests())
def test_nothing_goes_without_an_outcome_that_lets_it(request: Request) -> None:
    decision = answer(request)
    if decision.outcome not in GOES:
        assert decision.fields == ()
        assert decision.tier is None
        assert decision.inform is None
        assert decision.basis == ()
    else:
        assert bool(decision.missing) == (decision.outcome == "complete_first")
        assert decision.fields or decision.missing
        assert not decision.owed or decision.step == "0"
        assert decision.basis


@held
@given(requests())
def test_consent_is_never_cited_where_it_is_not_relied_on(request: Request) -> None:
    decision = answer(request)
    if not decision.consent_relied_on:
        assert not set(decision.basis) & set(CONSENT_BASES)


@held
@given(requests())
def test_a_public_authority_never_cites_an_interest(request: Request) -> None:
    decision = answer(replace(request, sender=replace(request.sender, public_authority=True)))
    assert not {"uk.gdpr.6.1.ea", "uk.gdpr.6.1.f"} & set(decision.basis)


@held
@given(requests())
def test_law_is_cited_only_where_it_holds(request: Request) -> None:
    basis = set(answer(request).basis)
    place = request.jurisdiction
    if place != "england" or request.facts.subject_kind == "adult":
        assert "e.ca04.16LA" not in basis
    if place not in ("england", "wales"):
        assert not {"ew.mca", "ew.ca89.47"} & basis
    heads = {"england": {"uk", "e", "ew"}, "wales": {"uk", "ew", "w"}, "scotland": {"uk", "s"}}
    heads |= {"northern_ireland": {"uk", "ni"}, "us": {"us"}}
    assert {id_.split(".")[0] for id_ in basis} <= heads[place]


@held
@given(requests(harm="immediate"), st.sampled_from(["emergency_services", "police", "hospital"]))
def test_immediate_danger_always_has_a_way_to_send_the_essentials(
    request: Request, role: str
) -> None:
    recipient = replace(request.recipient, role=role, alleged_source=False)
    asked = replace(request, recipient=recipient, wants=replace(request.wants, fields=None))
    decision = answer(asked)
    assert decision.outcome == "share"
    assert decision.tier == 1
    assert {"subject.name", "subject.current_location", "risk.immediate"} <= set(decision.fields)


@held
@given(requests())
def test_never_to_the_alleged_source(request: Request) -> None:
    recipient = replace(request.recipient, alleged_source=True)
    assert answer(replace(request, recipient=recipient)).outcome == "refuse"


@held
@given(requests())
def test_a_masked_address_leaves_only_in_danger_or_item_by_item(request: Request) -> None:
    masked = answer(replace(request, flags=("confidential_address",)))
    address = {"subject.home_address", "subject.current_location"} & set(masked.fields)
    if address and masked.step != "0":
        assert all(masked.tiers[field] == 3 for field in address)


@held
@given(requests(), consents())
def test_agreement_in_full_scope_never_shares_less_than_any_other_position(
    request: Request, other: Consent
) -> None:
    full = agreeing(request)
    less = replace(full, consent=other)
    got, instead = answer(full), answer(less)
    if instead.outcome == "share" or (instead.outcome == "complete_first" and instead.fields):
        assert set(got.fields) >= set(instead.fields)
        assert got.outcome in GOES


@held
@given(requests())
def test_it_never_raises_on_facts(request: Request) -> None:
    broken = replace(request, purpose="?", jurisdiction="england")
    decision = decide(broken, packs.policy("england"))
    assert decision.step == "0" or decision.outcome == "refuse"


@held
@given(
    requests(), st.sampled_from(["facts.harm", "recipient.role", "sender.kind", "consent.position"])
)
def test_a_value_outside_the_vocabulary_never_makes_a_rule_fire(
    request: Request, path: str
) -> None:
    part, name = path.split(".")
    strange = replace(request, **{part: replace(getattr(request, part), **{name: "?"})})
    decision = answer(strange)
    assert decision.outcome in WORDS.outcomes
    if path in ("recipient.role", "facts.harm"):
        assert decision.step != "0" or decision.outcome == "refuse" or path == "facts.harm"


@held
@given(requests())
def test_the_same_request_and_policy_give_the_same_answer(request: Request) -> None:
    again = packs.parse(encode(request)) if _parses(request) else request
    assert again == request
    assert answer(again) == answer(request)


def _parses(request: Request) -> bool:
    return request.consent.position not in ("not_sought", "not_possible") or bool(
        request.consent.reason
    )


@held
@given(requests(), st.randoms(use_true_random=False))
def test_the_order_of_the_rules_does_not_matter(request: Request, random: object) -> None:
    policy = packs.policy(request.jurisdiction)
    rules = list(policy.rules)
    random.shuffle(rules)  # type: ignore[attr-defined]
    other = _with_rules(policy, tuple(rules))
    got, want = decide(request, other), decide(request, policy)
    assert (got.outcome, got.fields, got.withheld) == (want.outcome, want.fields, want.withheld)
    assert set(got.basis) == set(want.basis)
    assert (got.obligations, set(got.missing)) == (want.obligations, set(want.missing))


@held
@given(requests(), requests(), st.sampled_from(["0", "1", "2", "3", "4", "5", "6", "7", "8"]))
def test_adding_a_forbid_never_permits_more(request: Request, at: Request, step: str) -> None:
    policy = packs.policy(request.jurisdiction)
    model = next(rule for rule in policy.rules if rule.id == "never-connected")
    when = {"harm": (at.facts.harm,), "role": (at.recipient.role, request.recipient.role)}
    forbid = replace(model, id="added", step=step, when=when)
    before = decide(request, policy)
    after = decide(request, _with_rules(policy, (*policy.rules, forbid)))
    assert set(after.fields) <= set(before.fields)


def _with_rules(policy: Policy, rules: tuple[Rule, ...]) -> Policy:
    return replace(policy, rules=rules, _eras={})
