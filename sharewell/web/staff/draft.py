"""Autosave: what is typed into a long form is kept on the server, for its writer alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import path
from django.utils import timezone

from sharewell.agencies.models import Account
from sharewell.cases import drafts
from sharewell.cases.models import Draft
from sharewell.web.views import staff

NOT_KEPT = ("csrfmiddlewaretoken", "action")


@staff(methods="POST")
def draft_save(
    request: HttpRequest,
    *,
    viewer: Account,
    now: datetime,
    form: str,
    about: UUID | None = None,
) -> HttpResponse:
    """Keep what is typed so far; answers one sentence for the page to show."""
    drafts.draft_save(
        account=viewer,
        form=form,
        about=str(about or ""),
        data=to_keep(request.POST),
        now=now,
    )
    local = timezone.localtime(now)
    return HttpResponse(f"Saved at {local:%H:%M}.", content_type="text/plain; charset=utf-8")


def to_keep(data: QueryDict) -> dict[str, list[str]]:
    """What of a form is kept as a draft: all that was typed."""
    return {name: values for name, values in data.lists() if name not in NOT_KEPT}


def typed(draft: Draft) -> QueryDict:
    """A draft as the form that was typed."""
    data = QueryDict(mutable=True)
    for name, values in draft.data.items():
        data.setlist(name, values)
    return data


urls = [
    path("draft/<slug:form>/", draft_save, name="draft_save"),
    path("draft/<slug:form>/<uuid:about>/", draft_save, name="draft_save"),
]
