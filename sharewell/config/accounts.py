"""How django-allauth behaves here: accounts are made by administrators, never by visitors."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccounts(DefaultAccountAdapter):
    """Sign-in and password reset only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - fixed by allauth
        """Refuse every sign-up."""
        return False
