"""A sound agreement between Alder Care, the police and a housing provider, and its way into force."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import yaml

from sharewell.agencies import operations
from sharewell.agencies.agreements import drafts, texts
from sharewell.agencies.agreements.rules import OnPaper
from sharewell.agencies.models import Account, AgreementSignature, AgreementVersion
from sharewell.core.checking.tests.agreements import NIGHT, changed
from sharewell.testing import NOW, Cast, make_account, make_cast

HOURS = timedelta(hours=1)
PARTIES = [
    {
        "agency": "alder-care",
        "name": "Alder Care",
        "legal_entity": "Alder Care Ltd",
        "parts": ["initiating_provider"],
    },
    {
        "agency": "downshire-police",
        "name": "Downshire Police",
        "legal_entity": "The chief constable",
        "parts": ["receiving_function"],
        "receives_as": ["police"],
    },
    {
        "agency": "birch-homes",
        "name": "Birch Homes",
        "legal_entity": "Birch Homes Ltd",
        "parts": ["receiving_function"],
        "receives_as": ["housing"],
    },
]
ROUTES = [
    {
        "role": "police",
        "purposes": ["immediate_safety", "protection_planning"],
        "agency": "downshire-police",
        "function": "downshire-police-police",
        "channel": "portal",
        "how": "The inbox; in danger ring 999",
        "confirms_action": "a crime number",
        "out_of_hours": NIGHT,
    },
    {
        "role": "housing",
        "purposes": ["housing_stability"],
        "agency": "birch-homes",
        "function": "tenancies",
        "channel": "email",
        "how": "Secure e-mail",
        "confirms_action": "a reply",
        "out_of_hours": dict(NIGHT),
    },
]
DATASETS = [
    {"role": "police", "purposes": ["immediate_safety"], "tier": 1},
    {"role": "police", "purposes": ["protection_planning"], "tier": 2},
    {"role": "housing", "purposes": ["housing_stability"], "tier": 2},
]
SOUND = {"parties": PARTIES, "routes": ROUTES, "datasets": DATASETS}
PAPER = OnPaper(
    party="downshire-police",
    signatory="Chief Superintendent Ray, head of public protection",
    reference="ISA/2026/14, in the agreements folder",
    signed_on=date(2026, 11, 18),
)


def text(changes: dict[str, Any] | None = None) -> str:
    """The sound agreement so changed, as YAML; paths like ``datasets.1.tier``."""
    return yaml.safe_dump(changed({**copy.deepcopy(SOUND), **(changes or {})}), sort_keys=False)


@dataclass(slots=True)
class Pact:
    """The people who make an agreement, and what they do, each at the moment ``now``."""

    cast: Cast
    partner: Account  # governance lead of the police
    now: datetime

    @classmethod
    def make(cls, now: datetime = NOW) -> Pact:
        """The cast, with a governance lead at the police."""
        cast = make_cast()
        partner = make_account("Petra Governance", cast.police_agency, "governance_lead")
        return cls(cast, partner, now)

    def draft(self, changes: dict[str, Any] | None = None) -> AgreementVersion:
        """Gita begins an agreement."""
        return drafts.draft_start(account=self.cast.gita, now=self.now, text=text(changes))

    def next(self, before: AgreementVersion, **changes: Any) -> AgreementVersion:
        """An hour later Gita drafts the next version; of the paths of changes two underscores are a dot."""
        self.now += HOURS
        version = drafts.draft_next(account=self.cast.gita, version_id=before.pk, now=self.now)
        at = {path.replace("__", "."): value for path, value in changes.items()}
        return drafts.draft_save(
            account=self.cast.gita,
            version_id=version.pk,
            revision=version.revision,
            text=text({"version": version.number, **at}),
            now=self.now,
        )

    def sign(
        self, version: AgreementVersion, account: Account | None = None, **fields: Any
    ) -> AgreementSignature:
        """Gita signs, or somebody else; every finding that may stand is given a reason."""
        version.refresh_from_db()
        reasons = {texts.finding_key(f): "Known." for f in texts.findings(version.text)}
        given = {"digest": version.digest, "reasons": reasons, "now": self.now, **fields}
        return operations.agreement_sign(
            account=account or self.cast.gita, version_id=version.pk, **given
        )

    def signed(self, version: AgreementVersion) -> AgreementVersion:
        """Gita signs, and Bea records the signature of the police."""
        self.sign(version)
        self.sign(version, self.cast.bea, on_paper=PAPER)
        version.refresh_from_db()
        return version

    def force(self, version: AgreementVersion, day: date | None = None) -> AgreementVersion:
        """Gita brings it into force, today or on a day."""
        return operations.agreement_bring_into_force(
            account=self.cast.gita,
            version_id=version.pk,
            day=day or self.now.date(),
            now=self.now,
        )

    def in_force(self, changes: dict[str, Any] | None = None) -> AgreementVersion:
        """A first version, in force from now."""
        return self.force(self.signed(self.draft(changes)))

    def end(
        self, version: AgreementVersion, reason: str = "The partnership ends."
    ) -> AgreementVersion:
        """Gita ends it."""
        return operations.agreement_end(
            account=self.cast.gita, version_id=version.pk, reason=reason, now=self.now
        )
