"""Requests to us: taken down, identity checked, linked to a case, answered by a disclosure or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.acting import acting
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account, Sealed
from sharewell.cases import records as cases
from sharewell.cases.models import Case
from sharewell.consent import words as consent_words
from sharewell.disclosures import asking, catalogues, requests, standing, words
from sharewell.disclosures.models import Disclosure, InformationRequest

DECIDE = "request_decide"
ERASED = "Erased: nobody of that name was known here."
NEEDS = {
    "who": "Say who asks, and from which office.",
    "about": "Say about whom they ask, as they said it.",
    "asked": "Say what they ask for, in their words.",
}
LENGTHS = {"who": 200, "contact": 200, "about": 200, "power": 300, "asked": 2000}


class NotChecked(Conflict):
    """Whoever asks has not been shown to be who they say."""

    code = "identity_not_checked"
    sentence = "Nothing goes before it is checked who asks. Nothing was changed. Ring them back on a number that you found yourself."


class NotLinked(Conflict):
    """There is no case that the request is about."""

    code = "request_not_linked"
    sentence = (
        "No case is linked to this request, so there is nothing to share. Nothing was changed."
    )


class RequestDecided(Conflict):
    """The request was answered or refused meanwhile."""

    code = "request_decided"
    sentence = "This request has been answered already. Nothing was changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came: ``kind`` an id of packs/requests.yaml, ``fields`` ids of the catalogue.

    ``function`` is that of the directory, None where it holds none; ``needed_by`` when they need it.
    """

    kind: str
    who: str
    about: str
    asked: str
    purpose: str
    received_at: datetime
    contact: str = ""
    power: str = ""
    function: UUID | None = None
    fields: Sequence[str] = ()
    needed_by: datetime | None = None


@operation("request.received")
def request_receive(
    *, account: Account, asked: Asked, case: Case | None, form_key: UUID, now: datetime
) -> InformationRequest:
    """Take down a request, give it a decider and a clock; nothing is looked up, and nothing is confirmed.

    ``case`` is one that the account stands in, or None. The same form is taken once. Raises ``NotFound``,
    ``NotAllowed`` and ``Invalid`` by field.
    """
    if case is not None:
        standing.require_case(account, case, now)
    agencies.require(viewer=account, now=now, any_of=acting(asking.TAKE))
    if before := InformationRequest.objects.filter(
        form_key=form_key, agency=account.agency
    ).first():
        return unchanged(before)
    given = _checked(account, asked, now)
    kind = requests.kinds()[asked.kind]
    due_at = asked.received_at + timedelta(hours=kind.hours)
    decider = asking.decider(account.agency, kind.decider, case, now)
    made = InformationRequest.objects.create(
        agency=account.agency,
        case=case,
        recorded_at=now,
        recorded_by=account,
        due_at=min(filter(None, [due_at, asked.needed_by])),
        decider=decider,
        form_key=form_key,
        **given,
    )
    cases.open_task(
        agency=made.agency,
        case=case,
        kind=DECIDE,
        owner=decider,
        now=now,
        due_at=max(made.due_at, now),
        about_id=made.pk,
    )
    if case is not None:
        _linked(made, account, now)
    said = {**asdict(asked), "function": asked.function and asked.function.hex}
    said |= {"received_at": asked.received_at.isoformat(), "needed_by": str(asked.needed_by or "")}
    _leave(made, account, now, {"received": {**said, "fields": list(asked.fields)}})
    return made


@operation("request.linked")
def request_link(
    *, account: Account, request_id: UUID, reference: str, now: datetime
) -> InformationRequest:
    """Link a request to a case that the account stands in, by its reference; whoever asked is not told.

    Raises ``NotFound``, ``NotAllowed``, :class:`RequestDecided` and ``Invalid`` by field.
    """
    made = asking.hold(account, request_id, now, decides=True)
    _require_open(made)
    case = Case.objects.visible_to(account, now).filter(reference=reference.strip().upper()).first()
    if case is None:
        raise Invalid({"reference": ["No case of yours has this reference."]})
    if made.case_id == case.pk:
        return unchanged(made)
    made.case = case
    made.save(update_fields=["case"])
    _linked(made, account, now)
    _leave(made, account, now, {"linked": {"case": case.pk.hex}})
    return made


@operation("request.checked")
def request_check(
    *, account: Account, request_id: UUID, how: str, said: str, now: datetime
) -> InformationRequest:
    """Record that whoever asks was shown to be who they say; ``said`` is the number rung and who answered.

    A number that they gave themselves shows nothing. Raises ``NotFound``, :class:`RequestDecided`, ``Invalid``.
    """
    made = asking.hold(account, request_id, now)
    _require_open(made)
    text = words.tidy_all({"said": said}, most={"said": 300})["said"]
    errors: dict[str, list[str]] = {}
    check = requests.checks().get(how)
    if check is None:
        errors["how"] = ["Choose how it was checked."]
    if not text:
        errors["said"] = ["Say which number you rang, or what you saw, and who confirmed it."]
    elif check and check.called and (error := asking.fault_of_number(made, text)):
        errors["said"] = [error]
    if errors:
        raise Invalid(errors)
    made.checked_how, made.checked_words = how, text
    made.checked_at, made.checked_by = now, account
    made.save()
    _leave(made, account, now, {"checked": {"how": how, "said": text}})
    return made


@operation("request.answered")
def request_answer(*, account: Account, request_id: UUID, now: datetime) -> Disclosure:
    """Open the disclosure that answers a request: its recipient, purpose, fields and the fact of its power.

    It is decided, minimised and sent as any other. A power that nobody named is none. Asked again it is the
    same one. Raises ``NotFound``, ``NotAllowed``, :class:`NotChecked`, :class:`NotLinked`, :class:`RequestDecided`.
    """
    made = asking.hold(account, request_id, now, decides=True)
    if made.disclosure:
        return unchanged(made.disclosure)
    _require_open(made)
    if made.checked_at is None:
        raise NotChecked
    if made.case is None:
        raise NotLinked
    standing.require_case(account, made.case, now)
    kind, function = requests.kinds()[made.kind], made.function
    new = Disclosure.objects.create(
        agency=made.agency,
        case=made.case,
        opened_at=now,
        opened_by=account,
        purpose=made.purpose,
        recipient=function,
        recipient_role=function.role if function else kind.role,
        recipient_name="" if function else made.who,
        urgency=catalogues.urgency(made.purpose),
        facts={"legal_demand": kind.demand if made.power else asking.WITHOUT_POWER},
        extra_fields=made.fields,
    )
    made.disclosure, made.state, made.decided_at, made.decided_by = new, "answering", now, account
    made.save()
    cases.close_tasks(
        about_id=made.pk, kinds=[DECIDE], now=now, by=account, outcome="It is being answered."
    )
    _leave(made, account, now, {"answered": {"disclosure": new.pk.hex}})
    return new


@operation("request.refused")
def request_refuse(
    *,
    account: Account,
    request_id: UUID,
    neither: bool,
    reasons: str,
    written: bool,
    now: datetime,
) -> InformationRequest:
    """Refuse a request with the reasons, or (``neither``) in the words that neither confirm nor deny.

    ``written``: the reasons went to them in writing, which some laws ask for. Without a case, and under a law
    that keeps silence, only ``neither``. Raises ``NotFound``, ``NotAllowed``, :class:`RequestDecided`, ``Invalid``.
    """
    made = asking.hold(account, request_id, now, decides=True)
    _require_open(made)
    text = words.tidy_all({"reasons": reasons})
    words.required(text, {"reasons": "Say why; it is kept here."})
    if not neither and asking.silent(made):
        raise Invalid(
            {"neither": ["To refuse says that there is somebody. Neither confirm nor deny."]}
        )
    if not neither and requests.kinds()[made.kind].written and not written:
        raise Invalid(
            {"written": ["By law they get the reasons in writing. Send them, then record it."]}
        )
    made.state, made.reasons = "neither" if neither else "refused", text["reasons"]
    made.in_writing_at = now if written and not neither else None
    made.decided_at, made.decided_by = now, account
    if made.case is None:
        made.forget_at = now + requests.kept_for()
    made.save()
    cases.close_tasks(about_id=made.pk, kinds=[DECIDE], now=now, by=account, outcome="Refused.")
    if made.case:
        _line(made, account, now, f"A request of {made.who} was refused. {made.reasons}")
    _leave(made, account, now, {"refused": {"neither": neither, "written": written, **text}})
    return made


@operation("request.forgotten")
def request_forget(*, request_id: UUID, now: datetime) -> InformationRequest:
    """Erase the words of a request about nobody whom we know, once its time has come; for the clock runner."""
    made = InformationRequest.objects.select_for_update().get(pk=request_id)
    if made.forget_at is None or made.forget_at > now or made.case_id:
        return unchanged(made)
    made.who = made.about = made.asked = made.reasons = ERASED
    made.contact = made.power = made.checked_words = ""
    made.forget_at = None
    made.save()
    Sealed.objects.filter(name=_name(made), case_id=None).delete()
    _leave(made, None, now, {"forgotten": True})
    return made


def _checked(account: Account, asked: Asked, now: datetime) -> dict[str, Any]:
    """The request tidied and whole; raises ``Invalid`` by field."""
    texts = words.tidy_all({name: getattr(asked, name) for name in LENGTHS}, most=LENGTHS)
    errors = {name: [says] for name, says in NEEDS.items() if not texts[name]}
    if asked.kind not in requests.kinds():
        errors["kind"] = ["Choose who asks."]
    if asked.purpose not in consent_words.PURPOSES:
        errors["purpose"] = ["Choose what they need it for."]
    if asked.received_at > now:
        errors["received_at"] = ["Enter a time that has passed."]
    known = agencies.policy_for(account.agency).fields
    function = None
    if asked.function is not None:
        try:
            function = agencies.function(viewer=account, function_id=asked.function)
        except NotFound:
            errors["function"] = ["Choose one of the list."]
    elif not errors.get("kind") and not requests.kinds()[asked.kind].role:
        errors["function"] = ["Choose their office from the directory."]
    if errors:
        raise Invalid(errors)
    fields = [each for each in dict.fromkeys(asked.fields) if each in known]
    given = {name: getattr(asked, name) for name in ("kind", "purpose", "received_at")}
    return {**texts, **given, "function": function, "fields": fields}


def _require_open(made: InformationRequest) -> None:
    if made.state != "open":
        raise RequestDecided


def _linked(made: InformationRequest, account: Account, now: datetime) -> None:
    """Say in the timeline that it came, give the decider standing, and have the task name the case."""
    case = made.case
    if case is None:
        return
    standing.let_in(case, made.decider, "decides on a request for information", now)
    made.decider.tasks.waiting().filter(about_id=made.pk, kind=DECIDE).update(case=case)
    by = f", citing {made.power}" if made.power else ", citing no power"
    _line(
        made, account, now, f"{made.who} asked for information{by}: {made.asked}", made.received_at
    )


def _line(
    made: InformationRequest,
    account: Account,
    now: datetime,
    text: str,
    at: datetime | None = None,
) -> None:
    if made.case:
        cases.add_chronology(
            case=made.case,
            now=now,
            by=account,
            section="disclosure",
            text=text,
            event_at=at,
            about_id=made.pk,
        )


def _leave(
    made: InformationRequest, actor: Account | None, now: datetime, things: dict[str, Any]
) -> None:
    record(
        at=now,
        agency=made.agency,
        actor=actor,
        case_id=made.case_id,
        things={_name(made): things},
    )


def _name(made: InformationRequest) -> str:
    """Under which its evidence is sealed, so that it is found again when its words are erased."""
    return f"request_{made.pk.hex}"
