"""The systems of partners, for an administrator: the list, the address they are posted to, let in, and ended."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell import packs
from sharewell.agencies import operations, systems
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.disclosures import queries
from sharewell.web.fields import Form, KeyedForm, Line
from sharewell.web.staff.known import with_seen
from sharewell.web.views import page, staff


class WebhookForm(Form):
    """Where a function's own system takes messages."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    webhook = Line(
        label="Web address of their system",
        required=False,
        max_length=254,
        help_text="It begins with https://. Leave it empty to end it.",
    )


class SystemForm(KeyedForm):
    """What a system is called, and for how many days it is let in."""

    name = Line(label="What is the system called?", help_text="Those who send to it see this name.")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Ask for at most as many days as the pack of the directory allows."""
        super().__init__(*arguments, **options)
        longest = packs.directory().limits["system_token"]
        days = forms.IntegerField(
            label="For how many days?",
            min_value=1,
            max_value=longest,
            initial=90,
            help_text=f"At most {longest}. It ends by itself.",
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value"), f"Give a whole number from 1 to {longest}."
            ),
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        )
        days.width = 3  # type: ignore[attr-defined]
        self.fields["days"] = days


@staff()
def system_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """List who receives by a system of their own, since when, and how that goes."""
    shown = queries.systems(viewer=viewer, now=now)
    return page(request, "staff/system_list.html", section="systems", shown=shown, now=now)


@staff(methods="GET POST")
def function_webhook_set(
    request: HttpRequest, *, viewer: Account, now: datetime, function_id: UUID
) -> HttpResponse:
    """Set, replace or end the address to which a function's messages are posted."""
    function = systems.function(viewer=viewer, function_id=function_id, now=now)
    stands = {"webhook": function.webhook, "seen": function.webhook}
    form = WebhookForm(request.POST if request.method == "POST" else None, initial=stands)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            operations.function_webhook_set(
                now=now,
                actor=viewer,
                function=function,
                address=given["webhook"],
                seen=given["seen"],
            )
        except Refusal as refusal:
            form.refused(refusal)
            form.data = with_seen(form.data, function.webhook)
        else:
            messages.success(request, "Saved. The log has an entry for it.")
            return redirect("system_list")
    return page(
        request,
        "staff/function_webhook_set.html",
        section="systems",
        form=form,
        function=function,
    )


@staff(methods="GET POST")
def system_let_in(
    request: HttpRequest, *, viewer: Account, now: datetime, function_id: UUID
) -> HttpResponse:
    """Let a system in to what is sent to a function, and show its token this once."""
    function = systems.function(viewer=viewer, function_id=function_id, now=now)
    form = SystemForm(request.POST if request.method == "POST" else None)
    made, token = None, None  # sent twice, the token was shown the first time
    if request.method == "POST" and form.is_valid():
        fresh = systems.token_of(secrets.token_bytes(32))
        try:
            made = operations.system_let_in(
                now=now, actor=viewer, function=function, token=fresh, **_asked(form, now)
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            same = bytes(made.token_digest) == systems.token_digest(fresh)
            token = fresh if same else None
    return page(
        request,
        "staff/system_let_in.html",
        section="systems",
        form=form,
        function=function,
        made=made,
        token=token,
    )


@staff(methods="GET POST")
def system_end(
    request: HttpRequest, *, viewer: Account, now: datetime, system_id: UUID
) -> HttpResponse:
    """Ask once more, and let a system in no longer."""
    system = systems.system(viewer=viewer, system_id=system_id, now=now)
    if request.method == "POST":
        operations.system_end(now=now, actor=viewer, system=system)
        messages.success(request, "It is let in no more. The log has an entry for it.")
        return redirect("system_list")
    return page(request, "staff/system_end.html", section="systems", system=system, now=now)


def _asked(form: SystemForm, now: datetime) -> dict[str, Any]:
    given = form.cleaned_data
    return {
        "name": given["name"],
        "ends_at": now + timedelta(days=given["days"]),
        "form_key": given["form_key"],
    }


urls = [
    path("systems/", system_list, name="system_list"),
    path("systems/<uuid:function_id>/address/", function_webhook_set, name="function_webhook_set"),
    path("systems/<uuid:function_id>/let-in/", system_let_in, name="system_let_in"),
    path("systems/<uuid:system_id>/end/", system_end, name="system_end"),
]
