"""The shapes of the packs that only rooms read, for `sharewell pack check`; imported once the application is set up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from sharewell.agencies.agreements import signing
from sharewell.cases import catalogues as cases
from sharewell.consent import script
from sharewell.core.checking.packfaults import faults_of
from sharewell.core.faults import PackError
from sharewell.disclosures import catalogues as disclosures
from sharewell.disclosures import recalls, requests
from sharewell.followup import catalogues as followup
from sharewell.followup import digests, outcomes
from sharewell.packs.shapes import shaped

SHAPES: Mapping[str, type] = {
    "answers.yaml": disclosures.AnswerLists,
    "chronology.yaml": cases.Chronology,
    "consent_cards.yaml": script.Cards,
    "consent_rules.yaml": script.Rules,
    "consent_script.yaml": script.Script,
    "deciding.yaml": disclosures.Deciding,
    "digests.yaml": digests.Digests,
    "facts.yaml": cases.Facts,
    "indicators.yaml": cases.Indicators,
    "meetings.yaml": followup.Meetings,
    "outcomes.yaml": outcomes.Lists,
    "recall.yaml": recalls.RecallLists,
    "requests.yaml": requests.Pack,
    "signing.yaml": signing.Pack,
    "tasks.yaml": cases.Tasks,
    "thresholds.yaml": disclosures.Thresholds,
}


def shape_faults(files: Mapping[str, bytes]) -> Iterator[PackError]:
    """Every fault of these packs, with file, row and field; a file that is missing is one."""
    for name, shape in SHAPES.items():
        yield from faults_of(name, files, partial(shaped, name, shape))
