"""The rules of signing and of coming into force, each with the refusal that names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid, Refusal
from sharewell.agencies.agreements import records, signing, texts
from sharewell.agencies.agreements.texts import finding_key
from sharewell.agencies.models import Account, AgreementVersion
from sharewell.core.terms import Agreement as Terms

SIGNERS = 2


class SignedAlready(Refusal):
    """The person, or somebody for the party, has signed: two different people sign, each once."""

    code = "signed_already"
    sentence = (
        "You have signed this version already. Nothing was changed. Somebody else signs next: a partner's "
        "governance lead, or a colleague who records the partner's signature."
    )


class TextChanged(Conflict):
    """The text is no longer the one that was shown."""

    code = "text_changed"
    sentence = (
        "The text changed while you were reading, so it was not signed. Nothing was changed. "
        "Read it again, then sign."
    )


class NotParty(Refusal):
    """The signer's own agency is no party of the text."""

    code = "not_a_party"
    sentence = (
        "Your agency is not named as a party in this text, so you cannot sign for it. Nothing was changed. "
        "Edit the parties first."
    )


class ToMend(Refusal):
    """The check found something that no reason lets stand."""

    code = "findings_to_mend"
    status = 409
    sentence = (
        "The check found something that has to be mended before anybody signs. Nothing was changed. "
        "Open the check to see what it is."
    )


class NotSigned(Refusal):
    """Two different people, one of them for the agency that keeps it, have not both signed."""

    code = "not_signed"
    status = 409
    sentence = (
        "Two different people sign before this comes into force, one of them for your own agency. "
        "Nothing was changed."
    )


class NotAccepted(Refusal):
    """The check finds what the signers did not accept, because the rules changed since."""

    code = "findings_not_accepted"
    status = 409
    sentence = (
        "The check now finds something that the signers did not accept, because the rules changed since "
        "they signed. Nothing was changed. Give this version up and draft the next."
    )


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A partner's signature on paper: for which party, who signed, where the paper is, and the day."""

    party: str
    signatory: str
    reference: str
    signed_on: date


def whole(version: AgreementVersion) -> Terms:
    """What a version says, complete; raises ``Invalid`` naming the place."""
    terms = texts.whole(version.text)
    if terms is None:
        texts.findings(version.text)  # raises where not even a draft can be read
        raise ToMend  # only who leads, or who stands in, is left out
    if terms.version != version.number:
        sentence = f"The text says version {terms.version}, and this is version {version.number}."
        raise Invalid({"text": [sentence]})
    return terms


def party_of(
    account: Account,
    version: AgreementVersion,
    terms: Terms,
    on_paper: OnPaper | None,
    now: datetime,
) -> str:
    """The party for which the account signs; raises where it may not."""
    parties, ours = {party.agency for party in terms.parties}, account.agency.slug
    if ours not in parties:
        raise NotParty
    if version.signatures.filter(account=account).exists():
        raise SignedAlready
    if on_paper is None:
        agencies.require(viewer=account, now=now, any_of=records.GOVERNS)
        party = ours
    else:
        party = on_paper.party
        _require_paper(account, version, parties - {ours}, on_paper, now)
    if version.signatures.filter(party=party).exists():
        raise SignedAlready(
            "Somebody has signed for this party already. Nothing was changed. "
            "Record the signature of another party, or let them sign."
        )
    return party


def _require_paper(
    account: Account,
    version: AgreementVersion,
    partners: set[str],
    on_paper: OnPaper,
    now: datetime,
) -> None:
    if version.agreement.keeper_id != account.agency_id:
        raise NotParty(
            "Only the agency that keeps this agreement records signatures on paper. Nothing was changed. "
            "You can sign for your own agency."
        )
    errors = {}
    if on_paper.party not in partners:
        errors["party"] = ["Choose the partner that signed."]
    if not on_paper.signatory.strip():
        errors["signatory"] = ["Give the name and post of the person who signed."]
    if not on_paper.reference.strip():
        errors["reference"] = ["Say where the signed copy is kept, or its reference."]
    if on_paper.signed_on > now.astimezone(ZoneInfo(account.agency.time_zone)).date():
        errors["signed_on"] = ["The day of signing cannot be in the future."]
    if errors:
        raise Invalid(errors)


def accepted(version: AgreementVersion, reasons: Mapping[str, str]) -> list[dict[str, str]]:
    """Each finding that may stand, with the reason; raises where one has none, or has to be mended."""
    found = texts.findings(version.text)
    if signing.to_mend(found):
        raise ToMend
    errors, accepted = {}, []
    for each in signing.may_stand(found):
        reason = reasons.get(finding_key(each), "").strip()
        if not reason:
            errors[finding_key(each)] = ["Say why this may stand, or go back and mend it."]
        accepted.append(
            {"kind": each.kind, "place": each.place, "says": each.says, "reason": reason}
        )
    if errors:
        raise Invalid(errors)
    return accepted


def require_signed(version: AgreementVersion) -> None:
    """Go on only with two signers, our own agency among them, who accepted all that the check finds now."""
    signatures = list(version.signatures.filter(digest=version.digest))
    ours = version.agreement.keeper.slug
    people = {each.account_id for each in signatures}
    if len(people) < SIGNERS or ours not in {each.party for each in signatures}:
        raise NotSigned
    found = texts.findings(version.text)
    if signing.to_mend(found):
        raise NotAccepted
    for signature in signatures:
        known = {(row["kind"], row["place"], row["says"]) for row in signature.accepted}
        if any((each.kind, each.place, each.says) not in known for each in found):
            raise NotAccepted


def start(terms: Terms, day: date, now: datetime) -> datetime:
    """The moment from which it is in force; raises ``Invalid`` for a day out of order."""
    zone = ZoneInfo(terms.time_zone)
    today = now.astimezone(zone).date()
    wrong = ""
    if day < today:
        wrong = "Choose today or a day to come: nothing comes into force in the past."
    elif day < terms.starts_on:
        wrong = (
            f"The text that was signed starts on {terms.starts_on}. Choose that day or a later one."
        )
    elif terms.ends_on is not None and day >= terms.ends_on:
        wrong = f"The text that was signed ends on {terms.ends_on}. Choose a day before that."
    elif day >= terms.review_on:
        wrong = (
            f"The review is due on {terms.review_on}. Choose a day before it, or sign a new text."
        )
    if wrong:
        raise Invalid({"day": [wrong]})
    return now if day == today else datetime.combine(day, time(0), zone).astimezone(now.tzinfo)


def superseded(version: AgreementVersion, starts_at: datetime) -> AgreementVersion | None:
    """The version that gives way at that moment, if one is in force then; raises ``Invalid`` for a later one."""
    brought = version.agreement.versions.filter(state="in_force").exclude(pk=version.pk)
    lasting = [v for v in brought if v.ends_at is None or (v.starts_at and v.starts_at < v.ends_at)]
    later = [v for v in lasting if v.starts_at and v.starts_at >= starts_at]
    if later:
        sentence = f"Version {later[0].number} comes into force then or later. End that one first."
        raise Invalid({"day": [sentence]})
    over = [v for v in lasting if v.ends_at is None or v.ends_at > starts_at]
    return over[0] if over else None
