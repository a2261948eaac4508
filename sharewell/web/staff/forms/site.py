"""Forms for the sites of an agency: one site, a lead appointed to it or to none, and an appointment ended."""

from __future__ import annotations

from typing import Any

from django import forms

from sharewell import packs
from sharewell.agencies.models import Site
from sharewell.agencies.sites import Sites, stamp
from sharewell.web.fields import Choice, Form, Line, Select, Several, Words
from sharewell.web.moments import Moment
from sharewell.web.staff.forms.concern_parts import account_words

A_SITE, NO_SITE = "site", "none"


class SiteForm(Form):
    """One site: what it is called, of which kind, where it belongs, and who works there."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name = Line(label="What is it called?")
    kind = Choice(label="What kind of site is it?", choices=())
    parent = Select(label="Which region does it belong to?", choices=(), required=False)
    phone = Line(label="Telephone number", max_length=40, width=20, required=False)
    teams = Several(
        label="Which teams work there?",
        choices=(),
        required=False,
        help_text="What they record from now on goes to the lead of this site. Cases that are open stay with whom they are.",
    )

    def __init__(
        self, *arguments: Any, sites: Sites, site: Site | None = None, **options: Any
    ) -> None:
        """Start from how ``site`` stands, or from nothing; offer the regions and teams of the agency."""
        super().__init__(*arguments, initial=_standing(sites, site), **options)
        self.site = site
        kind: Any = self.fields["kind"]
        kinds = packs.sites()
        kind.choices = [
            (each.id, f"{each.label}, {each.hint}" if each.hint else each.label)
            for each in kinds.values()
        ]
        if site and site.kind not in kinds:
            kind.choices = [*kind.choices, (site.kind, site.kind)]
        above = {each.id for each in kinds.values() if each.parts}
        below = sites.below(site) if site else set()
        own = site.parent_id if site else None
        all_ = [row.site for row in sites.rows]
        self.taken = {each.name for each in all_ if site is None or each.pk != site.pk}
        self.regions = {
            str(each.pk): each
            for each in all_
            if each.pk not in below and (each.kind in above or each.pk == own)
        }
        parent: Any = self.fields["parent"]
        named = [(key, each.name) for key, each in self.regions.items()]
        parent.choices = [("", "None: it stands by itself"), *named]
        self.team_names = {str(team.pk): team.name for team in sites.teams}
        if not self.team_names:
            del self.fields["teams"]
            return
        teams: Any = self.fields["teams"]
        teams.choices = list(self.team_names.items())
        at = {each.pk: each.name for each in all_}
        teams.hints = {
            str(team.pk): f"At {at[team.site_id]} now"
            for team in sites.teams
            if team.site_id and (site is None or team.site_id != site.pk)
        }

    def clean_name(self) -> str:
        """Return the name, which no other site of the agency may have."""
        name: str = self.cleaned_data["name"]
        if name in self.taken:
            self.add_error("name", "Another site has this name. Choose one that tells them apart.")
        return name

    def answer(self) -> dict[str, Any]:
        """The site as keywords of the operation."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "kind": given["kind"],
            "parent": self.regions.get(given["parent"]),
            "phone": given["phone"],
            "teams": [self.team_names[key] for key in given.get("teams", ())],
        }


class SiteLeadForm(Form):
    """Which safeguarding lead is appointed where, from when and until when."""

    account = Select(label="Which safeguarding lead?", choices=())
    where = Choice(
        label="Appointed to what?",
        choices=[(A_SITE, "A site"), (NO_SITE, "No site: the oversight point above all sites")],
        hints={NO_SITE: "From now on. Their appointments to sites end."},
        reveals={A_SITE: ["site", "starts_at", "ends_at", "despite"], NO_SITE: ["reason"]},
    )
    site = Select(label="Which site?", choices=(), required=False)
    starts_at = Moment(label="From when?", required=False, help_text="Leave empty for now.")
    ends_at = Moment(
        label="Until when?", required=False, help_text="Leave empty for until it is ended."
    )
    despite = Words(
        label="Why are they appointed although training or vetting is missing?",
        max_length=300,
        rows=2,
        required=False,
        help_text="Asked for only where something is missing or has run out.",
    )
    reason = Words(label="Why do their appointments end?", max_length=300, rows=2, required=False)

    def __init__(self, *arguments: Any, sites: Sites, **options: Any) -> None:
        """Offer the safeguarding leads and the sites of the agency."""
        super().__init__(*arguments, **options)
        self.leads = {str(each.pk): each for each in sites.leads}
        self.sites = {str(row.site.pk): row.site for row in sites.rows}
        account: Any = self.fields["account"]
        named = [(key, account_words(each)) for key, each in self.leads.items()]
        account.choices = [("", "Choose"), *named]
        for name in ("site", "reason"):  # needed under its answer, so not "(optional)"
            self.fields[name].asked = True  # type: ignore[attr-defined]
        site: Any = self.fields["site"]
        site.choices = [("", "Choose"), *((key, each.name) for key, each in self.sites.items())]

    def clean(self) -> dict[str, Any]:
        """Ask for the site, or for the reason, by where the lead is appointed."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        where = given.get("where")
        if where == A_SITE and not given.get("site") and "site" not in self.errors:
            self.add_error("site", "Choose the site.")
        if where == NO_SITE and not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Say why, in a few words.")
        return given

    def above(self) -> dict[str, Any] | None:
        """Who is appointed to no site, as keywords of the operation; None where it is to a site."""
        given = self.cleaned_data
        if given["where"] != NO_SITE:
            return None
        return {"account": self.leads[given["account"]], "reason": given["reason"]}

    def answer(self) -> dict[str, Any]:
        """The appointment to a site as keywords of the operation."""
        given = self.cleaned_data
        return {
            "account": self.leads[given["account"]],
            "site": self.sites[given["site"]],
            "starts_at": given["starts_at"],
            "ends_at": given["ends_at"],
            "despite": given["despite"],
        }


class SiteLeadEndForm(Form):
    """Why an appointment ends."""

    reason = Words(label="Why does it end?", max_length=300, rows=2, help_text="No names of cases.")


def _standing(sites: Sites, site: Site | None) -> dict[str, Any]:
    if site is None:
        return {}
    return {
        "seen": stamp(site),
        "name": site.name,
        "kind": site.kind,
        "parent": str(site.parent_id or ""),
        "phone": site.phone,
        "teams": [str(team.pk) for team in sites.teams if team.site_id == site.pk],
    }
