"""The addresses of the pages: before sign-in, for staff, for partners and their systems."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from sharewell.web import accounts, public
from sharewell.web.api.message import urls as api
from sharewell.web.portal.urls import urls as portal
from sharewell.web.staff.urls import urls as staff

urlpatterns: list[URLPattern | URLResolver] = [
    *accounts.urls,
    *public.urls,
    *staff,
    *portal,
    *api,
]
