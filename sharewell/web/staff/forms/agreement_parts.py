"""Forms for the commonest parts of a draft, each of which changes its own place of the text and no other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from sharewell import packs
from sharewell.core.deadlines import UNITS
from sharewell.core.terms import EVENTS, URGENCIES, Agreement, Lead
from sharewell.web.fields import Choice, Line, Select, Several
from sharewell.web.moments import Day
from sharewell.web.staff.agreement import words
from sharewell.web.staff.forms.agreement import RevisionForm

Pairs = Sequence[tuple[str, str]]


class PartForm(RevisionForm):
    """One part of a draft: what stands there now, and what to put there."""

    heading = ""

    def __init__(
        self, *arguments: Any, terms: Agreement, at: int, agencies: Pairs, **options: Any
    ) -> None:
        """Start with what row ``at`` says now; ``agencies`` are those that may be parties."""
        self.terms, self.at, self.agencies = terms, at, agencies
        options["initial"] = {**options.get("initial", {}), **self.now()}
        super().__init__(*arguments, **options)

    def now(self) -> dict[str, Any]:
        """The values as they stand."""
        raise NotImplementedError

    def changes(self) -> dict[str, Any]:
        """The new value of each place that changed."""
        raise NotImplementedError

    @property
    def about(self) -> str:
        """What the part is of, above the heading."""
        return ""


class DatesForm(PartForm):
    """From when until when the text runs, and when it is reviewed."""

    heading = "Dates"
    starts_on = Day(
        label="From which day may it be in force?",
        help_text="For example, 1 12 2026",
        error_messages={"required": "Give the first day"},
    )
    ends_on = Day(
        label="On which day does it end?",
        help_text="That day is no longer in force. Leave it empty where no end is agreed.",
        required=False,
    )
    review_on = Day(
        label="When is it reviewed?", error_messages={"required": "Give the day of the review"}
    )

    def now(self) -> dict[str, Any]:
        """The dates of the text."""
        return {name: getattr(self.terms, name) for name in ("starts_on", "ends_on", "review_on")}

    def clean(self) -> dict[str, Any]:
        """Refuse dates in the wrong order."""
        given = super().clean() or {}
        start, end, review = (given.get(name) for name in ("starts_on", "ends_on", "review_on"))
        if start and end and end <= start:
            self.add_error("ends_on", "The end is after the first day")
        if start and review and review <= start:
            self.add_error("review_on", "The review is after the first day")
        return given

    def changes(self) -> dict[str, Any]:
        """The dates that changed."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "revision"}


class LeadsForm(PartForm):
    """Who leads, and who stands in for them."""

    heading = "Leads and deputies"
    disclosure_lead_name = Line(label="Disclosure lead", help_text="Name and post")
    disclosure_lead_deputy = Line(label="Deputy of the disclosure lead")
    governance_lead_name = Line(label="Governance lead", help_text="Name and post")
    governance_lead_deputy = Line(label="Deputy of the governance lead")

    def now(self) -> dict[str, Any]:
        """The leads of the text."""
        leads: dict[str, Lead] = {
            "disclosure_lead": self.terms.disclosure_lead,
            "governance_lead": self.terms.governance_lead,
        }
        return {
            f"{lead}_{name}": getattr(of, name)
            for lead, of in leads.items()
            for name in ("name", "deputy")
        }

    def changes(self) -> dict[str, Any]:
        """Both leads, whole."""
        given = self.cleaned_data
        return {
            lead: {"name": given[f"{lead}_name"], "deputy": given[f"{lead}_deputy"]}
            for lead in ("disclosure_lead", "governance_lead")
        }


class PartyForm(PartForm):
    """Which agency a party is; its name follows wherever the text speaks of it."""

    heading = "A party"
    agency = Select(label="Which agency is it?", choices=[])
    name = Line(label="What is it called in the text?")
    legal_entity = Line(label="Its legal entity", help_text="Who signs, in law")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the agencies of the directory, and the one that the text names now."""
        super().__init__(*arguments, **options)
        agency: Any = self.fields["agency"]
        mine = self.terms.parties[self.at].agency
        others = {party.agency for party in self.terms.parties} - {mine}
        known = [(slug, name) for slug, name in self.agencies if slug not in others]
        extra = [] if mine in dict(known) else [(mine, f"{mine} (not registered here)")]
        agency.choices = [("", "Choose"), *extra, *known]

    def now(self) -> dict[str, Any]:
        """The party of the text."""
        party = self.terms.parties[self.at]
        return {name: getattr(party, name) for name in ("agency", "name", "legal_entity")}

    def changes(self) -> dict[str, Any]:
        """Its row, and the agency in every route from or to it."""
        given, old = self.cleaned_data, self.terms.parties[self.at].agency
        names = ("agency", "name", "legal_entity")
        found = {f"parties[{self.at}].{name}": given[name] for name in names}
        for place, route in enumerate(self.terms.routes):
            if route.agency == old:
                found[f"routes[{place}].agency"] = given["agency"]
            if old in route.senders:
                senders = sorted(route.senders - {old} | {given["agency"]})
                found[f"routes[{place}].senders"] = senders
        return found

    @property
    def about(self) -> str:
        """The party."""
        return self.terms.parties[self.at].name


class NightForm(PartForm):
    """Whom to reach when a function is closed."""

    heading = "Out of hours"
    name = Line(label="Who is reached when the function is closed?")
    phone = Line(label="Telephone", max_length=40, width=20)
    when = Line(
        label="When is that?", help_text="For example, 17:00 to 9:00, weekends and bank holidays"
    )

    def now(self) -> dict[str, Any]:
        """The contact of the route."""
        night = self.terms.routes[self.at].out_of_hours
        return {n: getattr(night, n) for n in ("name", "phone", "when")} if night else {}

    def changes(self) -> dict[str, Any]:
        """The contact, whole."""
        given = {name: self.cleaned_data[name] for name in ("name", "phone", "when")}
        return {f"routes[{self.at}].out_of_hours": given}

    @property
    def about(self) -> str:
        """Where the route leads."""
        route = self.terms.routes[self.at]
        return f"{words.named('recipient_roles', route.role)}, {route.function}"


class RouteForm(PartForm):
    """The receiving function to which a route leads, and what for."""

    heading = "Where it goes"
    function = Line(
        label="Which receiving function?",
        help_text="Its short name in the directory, like adults-duty",
    )
    purposes = Several(
        label="For which purposes?",
        choices=[],
        error_messages={"required": "Choose at least one purpose"},
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer every purpose."""
        super().__init__(*arguments, **options)
        _offer_purposes(self)

    def now(self) -> dict[str, Any]:
        """The route of the text."""
        route = self.terms.routes[self.at]
        return {"function": route.function, "purposes": sorted(route.purposes)}

    def changes(self) -> dict[str, Any]:
        """The function and the purposes."""
        row = f"routes[{self.at}]"
        given = self.cleaned_data
        return {f"{row}.function": given["function"], f"{row}.purposes": given["purposes"]}

    @property
    def about(self) -> str:
        """The role, and the party that receives as it."""
        route = self.terms.routes[self.at]
        role = words.named("recipient_roles", route.role)
        return f"{role}, {words.names(self.terms.parties)[route.agency]}"


class DatasetForm(PartForm):
    """How much may go to a role, and for what."""

    heading = "What may go"
    tier = Choice(
        label="Up to which tier?", choices=[], error_messages={"required": "Choose a tier"}
    )
    purposes = Several(
        label="For which purposes?",
        choices=[],
        error_messages={"required": "Choose at least one purpose"},
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the tiers with what they mean, and every purpose."""
        super().__init__(*arguments, **options)
        tier: Any = self.fields["tier"]
        labels = packs.labels("tiers")
        tier.choices = [(id_, f"Tier {id_}, {each.label.lower()}") for id_, each in labels.items()]
        tier.hints = {id_: each.hint for id_, each in labels.items()}
        _offer_purposes(self)

    def now(self) -> dict[str, Any]:
        """The row of the text."""
        row = self.terms.datasets[self.at]
        return {"tier": str(row.tier), "purposes": sorted(row.purposes)}

    def changes(self) -> dict[str, Any]:
        """The tier and the purposes."""
        row, given = f"datasets[{self.at}]", self.cleaned_data
        return {f"{row}.tier": int(given["tier"]), f"{row}.purposes": given["purposes"]}

    @property
    def about(self) -> str:
        """The role."""
        return words.named("recipient_roles", self.terms.datasets[self.at].role)


class ClocksForm(PartForm):
    """How soon partners acknowledge, act and report, at each urgency."""

    heading = "How soon partners answer"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Ask for a number and a unit for each event and urgency."""
        super().__init__(*arguments, **options)
        for event in EVENTS:
            for urgency in URGENCIES:
                need = event == "acknowledge"
                what = f"{words.EVENTS[event]}, {urgency}"
                self.fields[f"{event}_{urgency}_amount"] = forms.IntegerField(
                    label=f"{what}: how many", min_value=0, max_value=100_000, required=need
                )
                self.fields[f"{event}_{urgency}_unit"] = Select(
                    label=f"{what}: hours, days or other unit",
                    choices=[(unit, unit.replace("_", " ")) for unit in UNITS],
                    required=need,
                )

    def now(self) -> dict[str, Any]:
        """The clocks of the text."""
        found: dict[str, Any] = {}
        for (event, urgency), clock in self.terms.clocks.items():
            found[f"{event}_{urgency}_amount"] = clock.amount
            found[f"{event}_{urgency}_unit"] = clock.unit
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse a number without its unit, and a unit without its number."""
        given = super().clean() or {}
        for event in EVENTS:
            for urgency in URGENCIES:
                amount, unit = (f"{event}_{urgency}_{part}" for part in ("amount", "unit"))
                if (given.get(amount) is None) != (not given.get(unit)) and not self.errors:
                    self.add_error(amount, "Give both the number and the unit, or neither")
        return given

    def changes(self) -> dict[str, Any]:
        """Every event that has a clock, whole."""
        found: dict[str, Any] = {}
        for event in EVENTS:
            clocks = {}
            for urgency in URGENCIES:
                unit = self.cleaned_data[f"{event}_{urgency}_unit"]
                if unit:
                    clocks[urgency] = {unit: self.cleaned_data[f"{event}_{urgency}_amount"]}
            found[f"clocks.{event}"] = clocks
        return found


# By the name in the address: the form, and the rows it may be about.
PARTS: dict[str, tuple[type[PartForm], str]] = {
    "dates": (DatesForm, ""),
    "leads": (LeadsForm, ""),
    "clocks": (ClocksForm, ""),
    "party": (PartyForm, "parties"),
    "route": (RouteForm, "routes"),
    "night": (NightForm, "routes"),
    "dataset": (DatasetForm, "datasets"),
}


def _offer_purposes(form: PartForm) -> None:
    purposes: Any = form.fields["purposes"]
    labels = packs.labels("purposes")
    purposes.choices = [(id_, each.label) for id_, each in labels.items()]
