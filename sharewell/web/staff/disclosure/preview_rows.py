"""What the page "check and send" shows, made from the preview: the answer, the message, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from sharewell.agencies import queries as agencies
from sharewell.agencies.models import Account
from sharewell.cases import queries as cases
from sharewell.core.policy import Policy
from sharewell.disclosures import drafts, queries
from sharewell.disclosures.assemble import SHARES, Preview
from sharewell.disclosures.authority import OVERRULABLE
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.queries import Page
from sharewell.web import sheets
from sharewell.web.staff.disclosure import explaining, show, wording
from sharewell.web.staff.forms.disclosure import PreviewForm, sentence

ALWAYS = (
    "ask",
    "ask_by",
    "urgency",
    "outcome_intended",
    "rationale",
    "proportionality",
    "retaliation_steps",
    "inform_plan",
)


def context(shown: Preview, about: Page, kept: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Everything the template shows that is not the form."""
    policy = agencies.policy_for(shown.disclosure.agency)
    lacks = missing(shown)
    return {
        "consent": show.consent(shown.conversation, shown.disclosure.case, now),
        "reached_by": show.reached_by(shown.disclosure),
        "purpose": show.purpose(shown.disclosure.purpose),
        "facts": show.facts(shown.facts, shown.disclosure.case.person.subject_kind),
        "answer": answer(shown, policy, lacks),
        "sheet": sheets.sheet(shown.message.as_dict()) if shown.message else None,
        "withheld": withheld(shown, kept, policy) if shown.message else [],
        "could_go": _labels(policy, _applying(shown, policy)),
        "instead": [show.role(role) for role in shown.decision.instead],
        "missing": lacks,
        "asked": [asked(item, policy) for item in about.items],
        "inform": inform(shown),
        "inform_asks": wording.INFORM_ASKS.get(shown.decision.inform or "", ""),
        "may_send": shown.message is not None,
        "overrulable": OVERRULABLE,
        "hint_rationale": hint(shown),
        "hint_proportionality": hint(shown),
        "referral": next((each for each in about.referrals if not each.decided_at), None),
        "decided": authority(shown, about),
    }


def answer(shown: Preview, policy: Policy, lacks: list[dict[str, str]]) -> dict[str, Any]:
    """What stands, for the decision panel."""
    decision = shown.decision
    must = decision.outcome == "complete_first" or (decision.outcome == "share" and lacks)
    return {
        "outcome": "complete_first" if must else decision.outcome,
        "reasons": explaining.reasons(decision.as_dict()["reasons"], policy),
        "contested": explaining.contested(decision.contested, policy),
        "basis": explaining.provisions(decision.basis, policy),
        "missing": lacks,
        "decider": sentence(wording.DECIDERS.get(decision.decider or "", "")),
        "deputy": wording.DECIDERS.get(decision.deputy or "", ""),
        "decide_within_hours": decision.decide_within_hours,
        "form": wording.FORMS.get(decision.form, ""),
        "tier": decision.tier,
        "consent_relied_on": decision.consent_relied_on,
        **explaining.changes(shown, policy),
        "took_part": explaining.took_part(shown, policy),
    }


def missing(shown: Preview) -> list[dict[str, str]]:
    """What has to be there before it can be sent, each with the place on the page."""
    if shown.decision.outcome not in SHARES:
        return []
    found = [wording.MISSING[each] for each in shown.decision.missing if each in wording.MISSING]
    about = shown.disclosure
    if not about.outcome_intended:
        found.append(("What you want to come of this", "outcome_intended"))
    if shown.off_route and not about.off_route_reason:
        found.append(("Why it goes to this recipient, and not the usual way", "off_route_reason"))
    if "record_why_not_informed" in shown.decision.obligations and not about.inform_plan:
        found.append(("Why the person is not told now", "inform_plan"))
    if drafts.names_untold(about):
        found.append(("The message to the partner whom this names", "knows_of"))
    unique = dict.fromkeys(found)
    return [{"text": text, "url": f"#{_anchor(place)}"} for text, place in unique]


def words_asked(shown: Preview) -> set[str]:
    """Which words the page asks for: those that this decision needs, and those already written."""
    about, decision = shown.disclosure, shown.decision
    names = set(ALWAYS)
    if not decision.consent_relied_on or about.consent_reason:
        names.add("consent_reason")
    if "no_agreement_override_reason" in (*decision.obligations, *decision.missing):
        names.add("no_agreement_reason")
    if about.no_agreement_reason:
        names.add("no_agreement_reason")
    if shown.off_route:
        names.add("off_route_reason")
    if shown.message is not None or about.left_out:
        names.add("left_out")
    if drafts.others(about):
        names.add("knows_of")
    if shown.message is not None and may_add(shown):
        names.add("extra_fields")
    return names


def initial(shown: Preview) -> dict[str, Any]:
    """What the form starts with: what is kept, or what the rule words where it may."""
    about = shown.disclosure
    lists = ("left_out", "extra_fields", "knows_of")
    names = (*ALWAYS, "no_agreement_reason", "off_route_reason", *lists)
    kept = {name: getattr(about, name) for name in names}
    worded = {name: text for name, text in shown.texts.items() if text}
    worded["ask"] = about.ask or _asked_before(shown)
    return {**kept, **worded, "version": about.version, "seen": shown.seen}


def _asked_before(shown: Preview) -> str:
    """What the case says is asked, where the draft does not: it stands in the message as it is."""
    if shown.message is None:
        return ""
    text = show.known_value(shown.disclosure.case, "ask")
    return text if len(text) <= drafts.TEXTS["ask"] else ""


def may_leave_out(shown: Preview) -> list[tuple[str, str]]:
    """The parts of the message, and those left out before, by their labels."""
    policy = agencies.policy_for(shown.disclosure.agency)
    ids = dict.fromkeys([*shown.decision.fields, *shown.disclosure.left_out])
    return [(each, show.field_label(policy, each)) for each in ids]


def may_add(shown: Preview) -> list[tuple[str, str]]:
    """What is known, and goes to this recipient only when it is added; with what was added, by labels."""
    policy, about = agencies.policy_for(shown.disclosure.agency), shown.disclosure
    there, added = {*shown.decision.fields, *about.left_out}, {*about.extra_fields}
    could = [f for f in _applying(shown, policy) if f in added or f not in there]
    if could:
        known = {*cases.known_fields(about.case), *queries.packet_words(disclosure=about)}
        could = [f for f in could if f in added or f in known]
    return [(f, show.field_label(policy, f)) for f in could]


def alike(viewer: Account, shown: Preview, now: datetime) -> list[dict[str, Any]]:
    """What went, or waits to go, to the same recipient or another of its kind."""
    found = queries.alike(viewer=viewer, disclosure=shown.disclosure, now=now)
    return [
        {
            "line": each,
            "state": show.state(each, now),
            "purpose": show.purpose(each.disclosure.purpose),
        }
        for each in found
    ]


def withheld(shown: Preview, kept: Mapping[str, str], policy: Policy) -> list[dict[str, str]]:
    """What stays here and why, each with the way to ask for it where there is one."""
    about = shown.disclosure
    rows = []
    waiting = {item.field for item in shown.items if not item.approved_at and not item.refused_at}
    for field, reason in kept.items():
        row = {
            "field": field,
            "label": show.field_label(policy, field),
            "reason": wording.WITHHELD.get(reason, reason),
        }
        if field == "attachment" and reason not in wording.BY_CONVERSATION:
            row |= {"url": reverse("attachment_add", args=[about.id]), "ask": "Add a file"}
        elif reason in wording.ASKABLE:
            number = show.field_number(policy, field)
            ask = "Ask somebody else" if field in waiting else "Ask for it"
            row |= {"url": reverse("item_ask", args=[about.id, number]), "ask": ask}
        elif reason == "caveat":
            row |= {"url": reverse("caveat_list", args=[about.case_id]), "ask": "See whom to ask"}
        elif reason in wording.BY_CONVERSATION:
            row |= {"url": show.conversation_url(about.case), "ask": "Talk with the person"}
        rows.append(row)
    left = [each for each in about.left_out if each not in kept]
    rows += [
        {"label": show.field_label(policy, each), "reason": wording.WITHHELD["left_out"]}
        for each in left
    ]
    return rows


def asked(item: Any, policy: Policy) -> dict[str, Any]:
    """One thing that was asked for, and what its approver said."""
    state = ("Approved", "green") if item.approved_at else ("Waits for approval", "yellow")
    if item.refused_at:
        state = ("Refused", "red")
    return {
        "item": item,
        "label": show.field_label(policy, item.field),
        "state": state[0],
        "colour": state[1],
    }


def inform(shown: Preview) -> list[str]:
    """Whether the person, or for a child the family and the child, is told."""
    child = shown.disclosure.case.person.subject_kind == "child"
    pairs = [("the parents or carers" if child else "the person", shown.decision.inform)]
    if child:
        pairs.append(("the child", shown.decision.inform_child))
    return [
        sentence(wording.INFORM[told].format(whom=whom))
        for whom, told in pairs
        if told in wording.INFORM
    ]


def hint(shown: Preview) -> str:
    """Whose words are wanted for necessity and proportionality."""
    if shown.own_words:
        return "In your own words"
    return "Worded from the rule. Change it if it does not fit."


def authority(shown: Preview, about: Page) -> dict[str, Any] | None:
    """By whose answer it stands otherwise than the rules say."""
    if shown.authority == "overrule" and about.overrules:
        overrule = about.overrules[-1]
        who = {"by": overrule.by.name, "at": overrule.at, "reason": overrule.reason}
        return {**who, "how": "overruled"}
    answered = [each for each in about.referrals if each.decided_at and each.decided_by]
    if shown.authority == "referral" and answered:
        referral = answered[-1]
        by = referral.decided_by.name if referral.decided_by else ""
        return {
            "by": by,
            "at": referral.decided_at,
            "reason": referral.reason,
            "how": "decided",
        }
    return None


def changes(names: Iterable[str], shown: Preview) -> list[str]:
    """What changed since the page was read, in words."""
    policy = agencies.policy_for(shown.disclosure.agency)
    return [wording.CHANGED.get(name) or show.field_label(policy, name) for name in names]


def meanwhile(typed: PreviewForm, draft: Disclosure) -> list[dict[str, str]]:
    """Where somebody else saved other words in between: theirs beside what was typed."""
    if typed.status != 409 or not hasattr(typed, "cleaned_data"):
        return []
    rows = []
    for name, yours in typed.answers().items():
        theirs = getattr(draft, name)
        proposed = not theirs and yours == typed.initial.get(name)
        if isinstance(theirs, str) and theirs != yours and not proposed:
            label = str(typed.fields[name].label)
            rows.append({"key": label, "theirs": theirs, "yours": yours})
    return rows


def _applying(shown: Preview, policy: Policy) -> list[str]:
    """What could go of what is about a person of this kind."""
    kind = shown.disclosure.case.person.subject_kind
    about = {field: policy.fields[field].about for field in shown.decision.could_go}
    return [field for field, kinds in about.items() if not kinds or kind in kinds]


def _labels(policy: Policy, fields: Iterable[str]) -> list[str]:
    return [show.field_label(policy, field) for field in fields]


def _anchor(place: str) -> str:
    return place if place in {"withheld", "asked", "attachments"} else f"id_{place}"


def typed_words(form: PreviewForm) -> list[dict[str, str]]:
    """The words of a form as they were typed, whether they were good or not."""
    names = [name for name, field in form.fields.items() if not field.widget.is_hidden]
    values = [(str(form.fields[name].label), form[name].value()) for name in names]
    return [
        {"key": key, "value": value} for key, value in values if value and isinstance(value, str)
    ]
