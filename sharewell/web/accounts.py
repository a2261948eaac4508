"""Addresses of sign-in: only what people here may do; accounts are made by administrators."""

from __future__ import annotations

from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from sharewell.agencies.access import NotAllowed
from sharewell.web.views import staff


@staff(methods="GET POST")
def password_set(request: HttpRequest, **_: object) -> HttpResponse:  # noqa: ARG001
    """Refuse to give a password to an account that signs in without one."""
    raise NotAllowed("This account signs in without a password. Ask your administrator for one.")


def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, and have the browser forget what it kept of these pages."""
    response: HttpResponse = views.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


urls = [
    path("accounts/login/", views.login, name="account_login"),
    path("accounts/logout/", sign_out, name="account_logout"),
    path("accounts/inactive/", views.account_inactive, name="account_inactive"),
    path("accounts/confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", views.password_change, name="account_change_password"),
    path("accounts/password/set/", password_set, name="account_set_password"),
    path("accounts/password/reset/", views.password_reset, name="account_reset_password"),
    path(
        "accounts/password/reset/sent/",
        views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
