"""Words found nowhere else, written into every free text of a case, so that a test sees where they come out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from sharewell.agencies.queries import policy_for
from sharewell.cases.finding import index_again
from sharewell.cases.models import Case, Concern, FieldEntry

ROOMS = ("cases", "consent", "disclosures", "followup")
# Columns of text that hold an id of a pack, a code or an address of ours: nothing that somebody wrote.
CODES = frozenset(
    {
        "allegationfacts.capacity",
        "allegationoutcome.outcome",
        "alleged.kind",
        "alleged.relation",
        "answer.kind",
        "answer.purpose",
        "answer.reason",
        "attachment.content_type",
        "breachassessment.risk",
        "breachtold.how",
        "case.reference",
        "caseclock.clock",
        "caseclock.counted_by",
        "caseclock.event",
        "caseread.relation",
        "caseread.role",
        "caseread.what",
        "caveat.field",
        "caveat.kind",
        "chronologyentry.section",
        "chronologywords.words",
        "clockpause.kind",
        "clockpause.reason",
        "closing.outcome",
        "contactword.channel",
        "contactword.to_relation",
        "conversation.capacity",
        "conversation.given_by",
        "conversation.position",
        "conversation.reason",
        "decider.kind",
        "delivery.address",
        "delivery.channel",
        "delivery.fault",
        "disclosure.alleged_source",
        "disclosure.connected_to_source",
        "disclosure.entry_id",
        "disclosure.policy",
        "disclosure.purpose",
        "disclosure.recipient_role",
        "escalation.ending",
        "escalation.ladder",
        "escalation.step",
        "escalationattempt.how",
        "escalationattempt.result",
        "escalationattempt.step",
        "escalationposition.step",
        "escalationrisk.danger",
        "escalationrisk.step",
        "escalationstep.step",
        "evidencekept.kind",
        "fieldentry.field",
        "glassbreak.finding",
        "glassbreak.whole_reason",
        "glasssearch.reason",
        "householdmember.kind",
        "identifier.kind",
        "informationreceived.checked_how",
        "informationreceived.grading",
        "informationreceived.way",
        "informationrequest.checked_how",
        "informationrequest.kind",
        "informationrequest.purpose",
        "informing.how",
        "invitation.fault",
        "invited.channel",
        "invited.presence",
        "invited.relation",
        "item.field",
        "levelgiven.ladder",
        "levelgiven.level",
        "levelgiven.pointed_to",
        "link.closed_why",
        "marking.event",
        "meeting.kind",
        "meeting.way",
        "mergedrow.column",
        "mergedrow.row",
        "mergedrow.table",
        "namedtold.steered_by",
        "need.kind",
        "originatoragreement.recipient_role",
        "outcome.met",
        "outcome.occasion",
        "outcome.risk_after",
        "outcome.risk_before",
        "outcome.wellbeing",
        "overrule.outcome_before",
        "pattern.key",
        "pattern.rule",
        "patternreview.outcome",
        "personname.kind",
        "preparedtext.section",
        "referral.decider_role",
        "relation.kind",
        "task.kind",
        "threshold.kind",
        "witnessaccount.digest",
    }
)
WORD = re.compile(r"zq[a-z]{4}\d{5}qz")


def plant(case: Case, first: int = 0) -> dict[str, str]:
    """Write a word of its own into every free text of every row of a case, and every field of the catalogue.

    ``first`` is the number of the first word, so that those of two cases differ.
    Returns where each word stands: ``table.column``, or the id of a field of the catalogue.
    """
    words = (f"zqmark{number:05d}qz" for number in itertools.count(first))
    found = dict(_catalogue(case, words))
    for model, keys in rows_of(case).items():
        columns = [each for each in model._meta.concrete_fields if _is_free(model, each)]
        for row in model._default_manager.filter(pk__in=keys):
            if isinstance(row, FieldEntry) and WORD.search(row.text + "".join(row.items)):
                continue
            news = {column.attname: next(words) for column in columns}
            model._default_manager.filter(pk=row.pk).update(**news)
            for column, word in news.items():
                found[word] = f"{model._meta.model_name}.{column}"
    index_again(case)
    return found


def _catalogue(case: Case, words: Iterator[str]) -> Iterator[tuple[str, str]]:
    newest = case.chronology.latest("recorded_at")
    for field in policy_for(case.agency).fields:
        word = next(words)
        FieldEntry.objects.create(
            case=case,
            field=field,
            text=word,
            kind="observed",
            recorded_at=newest.recorded_at,
            recorded_by=newest.recorded_by,
        )
        yield word, field


def _is_free(model: type[models.Model], column: models.Field[Any, Any]) -> bool:
    """Whether a column holds what somebody wrote."""
    text = isinstance(column, models.TextField) or (
        isinstance(column, models.CharField) and (column.max_length or 0) >= 20
    )
    name = f"{model._meta.model_name}.{column.attname}"
    return text and not column.choices and not column.unique and name not in CODES


def rows_of(case: Case) -> dict[type[models.Model], set[Any]]:
    """Every row that hangs on a case, by table: its person, concerns, consent, sharing and what they hold."""
    found: dict[type[models.Model], set[Any]] = {
        Case: {case.pk},
        type(case.person): {case.person_id},
    }
    tables = [each for each in apps.get_models() if each._meta.app_label in ROOMS]
    while True:
        before = sum(map(len, found.values()))
        for table in tables:
            for column in table._meta.concrete_fields:
                held = found.get(column.related_model)  # type: ignore[arg-type]
                if held:
                    rows = table._default_manager.filter(**{f"{column.name}__in": held})
                    found.setdefault(table, set()).update(rows.values_list("pk", flat=True))
                    _forward(table, rows, found)
        if sum(map(len, found.values())) == before:
            return found


def _forward(
    table: type[models.Model], rows: Any, found: dict[type[models.Model], set[Any]]
) -> None:
    """What a row that joins two tables leads on to: the concern of a concern on a case."""
    if table._meta.model_name == "concerncase":
        found.setdefault(Concern, set()).update(rows.values_list("concern_id", flat=True))
