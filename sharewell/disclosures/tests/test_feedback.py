"""What recipients said of our messages is counted, and no case shows in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.queries import Feedback, feedback
from sharewell.disclosures.tests.answers import give
from sharewell.disclosures.tests.stage import make_case, make_sent
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
FEWEST = packs.directory().limits["feedback_fewest"]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def said(cast: Cast, *quality: str, times: int = 1) -> Disclosure:
    """A message about a case of its own, of which the police say something each time."""
    sent = make_sent(cast, NOW, cast.police, case=make_case(cast, NOW))
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=NOW)
    for _ in range(times):
        give(cast.pat, sent, NOW, "accept", quality=quality)
    return sent


def counted(cast: Cast, viewer: Account | None = None, **later: Any) -> Feedback | None:
    now = NOW + timedelta(**later)
    return feedback(viewer=viewer or cast.alice, function_id=cast.police.pk, now=now)


def test_few_cases_are_not_counted_however_much_is_said(cast: Cast) -> None:
    said(cast, "clear_ask", times=FEWEST)
    for _ in range(FEWEST - 2):
        said(cast, "clear_ask")
    assert counted(cast) is None
    said(cast, "clear_ask", "too_late")
    assert counted(cast) == Feedback(FEWEST, (("It was clear what was asked of us", FEWEST),))
    assert counted(cast, cast.olu) is None
    assert counted(cast, days=366) is None


@pytest.mark.parametrize("change", [{"restrictions": ["other"]}, {"kind": "allegation"}])
def test_a_restricted_case_or_an_allegation_is_not_among_them(
    cast: Cast, change: dict[str, Any]
) -> None:
    messages = [said(cast, "enough") for _ in range(FEWEST)]
    assert counted(cast) is not None
    Case.objects.filter(pk=messages[0].case_id).update(**change)
    assert counted(cast) is None
