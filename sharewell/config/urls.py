"""The addresses of Sharewell."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("sharewell.web.urls")),
]
