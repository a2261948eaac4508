"""Register agencies, their people and functions, and their agreements from one file (docs/deploy.md).

The form is that of the demo's cast. What is there already is left as it is, so that a file can grow and
be registered again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.db import transaction

from sharewell import packs
from sharewell.agencies import operations
from sharewell.agencies.access import Invalid
from sharewell.agencies.models import DUTIES, ROLES, Account, Agency, Site
from sharewell.core import yamltext
from sharewell.core.agreement import AgreementError
from sharewell.core.reading import Row

TEXTS = ("time_zone", "duty_phone", "out_of_hours_phone")
CONTACTS = ("phone", "out_of_hours_phone", "hours", "email", "code_email", "webhook")


class DirectoryError(ValueError):
    """A directory that cannot be registered: the place in the file and what is wrong there."""

    code = "directory_unreadable"


@dataclass(frozen=True, slots=True)
class Registered:
    """Who is registered now; ``people`` by e-mail address."""

    agencies: tuple[Agency, ...]
    people: Mapping[str, Account]


def register(text: bytes | str, *, agreements: Mapping[str, str], now: datetime) -> Registered:
    """Register all that a directory names, or nothing.

    ``agreements`` are texts by name, brought into force at ``now`` (aware, UTC) by the agency of their
    first party. Raises :class:`DirectoryError` naming the place in the file.
    """
    try:
        head = Row(yamltext.read(text), _fail)
        rows = [
            head.inner(f"agencies[{place}]", raw) for place, raw in enumerate(head.need("agencies"))
        ]
        head.take("agreements")
        head.done()
        with transaction.atomic():
            people: dict[str, Account] = {}
            listed = tuple(_agency(row, people, now) for row in rows)
            for name, terms in agreements.items():
                _agreement(name, terms, now)
    except (yamltext.TextError, TypeError) as fault:
        raise DirectoryError(str(fault)) from fault
    return Registered(listed, people)


def agreements_named(text: bytes | str) -> list[str]:
    """The files of agreements that a directory names, as written; raises :class:`DirectoryError`."""
    try:
        read = yamltext.read(text)
    except yamltext.TextError as fault:
        raise DirectoryError(str(fault)) from fault
    return [str(name) for name in (read or {}).get("agreements", ())]


def _fail(key: str, why: str) -> NoReturn:
    raise DirectoryError(f"{key or 'the file'} {why}")


def _agency(row: Row, people: dict[str, Account], now: datetime) -> Agency:
    words = packs.vocabulary()
    agency = operations.agency_register(
        now=now,
        actor=None,
        slug=row.text("slug"),
        name=row.text("name"),
        kind=row.choice("kind", ("", *words.sender_kinds), ""),
        jurisdiction=row.choice("jurisdiction", words.jurisdictions),
        state=row.choice("state", ("", *words.states), ""),
        regimes=list(row.choices("regimes", words.regimes)),
        public_authority=row.flag("public_authority"),
        ask_lead=row.flag("ask_lead", default=True),
        **{name: value for name in TEXTS if (value := row.text(name, ""))},
    )
    for each in _each(row, "accounts"):
        account = _account(each, agency, now)
        people[account.email] = account
    sites: dict[str, Site] = {}
    for each in _each(row, "sites"):
        _site(each, agency, sites, people, now)
    for each in _each(row, "duties"):
        _duty(each, people, now)
    for each in _each(row, "functions"):
        _function(each, agency, people, now)
    row.done()
    return agency


def _each(row: Row, key: str) -> list[Row]:
    return [row.inner(f"{key}[{at}]", raw) for at, raw in enumerate(row.take(key, []))]


def _account(row: Row, agency: Agency, now: datetime) -> Account:
    row.take("look")  # what the demo shows beside the name
    account = operations.account_register(
        now=now,
        actor=None,
        agency=agency,
        email=row.text("email"),
        name=row.text("name"),
        job_title=row.text("job_title", ""),
        team=row.text("team", ""),
        roles=row.choices("roles", ROLES, need=True),
    )
    row.done()
    return account


def _site(
    row: Row, agency: Agency, sites: dict[str, Site], people: Mapping[str, Account], now: datetime
) -> None:
    parent = row.choice("parent", ("", *sites), "")  # a region stands before its parts
    teams = row.take("teams", [])
    if not isinstance(teams, list) or not all(isinstance(team, str) for team in teams):
        row.refuse("teams", "is not a list of names")
    name = row.text("name")
    sites[name] = operations.site_register(
        now=now,
        actor=None,
        agency=agency,
        name=name,
        kind=row.choice("kind", Site.KINDS),
        parent=sites.get(parent),
        phone=row.text("phone", ""),
        teams=teams,
    )
    for email in row.choices("leads", people):
        operations.site_lead_appoint(now=now, actor=None, site=sites[name], account=people[email])
    row.done()


def _duty(row: Row, people: Mapping[str, Account], now: datetime) -> None:
    account = people[row.choice("account", people)]
    given = {"kind": row.choice("kind", DUTIES), "despite": row.text("despite", "")}
    rank = row.number("rank", 1, 99, 1) or 1
    try:
        operations.duty_assign(now=now, actor=None, account=account, rank=rank, **given)
    except Invalid as fault:
        row.refuse("despite", f"is missing. {' '.join(fault.errors['despite'])}")
    row.done()


def _function(row: Row, agency: Agency, people: Mapping[str, Account], now: datetime) -> None:
    contacts: dict[str, Any] = {name: row.text(name, "") for name in CONTACTS}
    try:
        _register_function(row, agency, people, contacts, now)
    except Invalid as fault:
        row.refuse("webhook", " ".join(fault.errors["webhook"]))
    row.done()


def _register_function(
    row: Row,
    agency: Agency,
    people: Mapping[str, Account],
    contacts: Mapping[str, Any],
    now: datetime,
) -> None:
    function = operations.function_register(
        now=now,
        actor=None,
        agency=agency,
        slug=row.text("slug"),
        name=row.text("name"),
        role=row.choice("role", packs.vocabulary().recipient_roles),
        staff=[people[email] for email in row.choices("staff", people)],
        verified_on=row.day("verified_on"),
        **contacts,
    )
    if contacts["webhook"] and not function.webhook:
        operations.function_webhook_set(
            now=now, actor=None, function=function, address=contacts["webhook"]
        )


def _agreement(name: str, text: str, now: datetime) -> None:
    try:
        first = packs.agreement(text).parties[0].agency
        agency = Agency.objects.filter(slug=first).first()
        if agency is None:
            raise DirectoryError(f"{name}: its first party `{first}` is not registered")
        operations.agreement_register(now=now, actor=None, agency=agency, slug=name, text=text)
    except (AgreementError, Invalid) as fault:
        raise DirectoryError(f"{name}: {fault}") from fault
