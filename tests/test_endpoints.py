"""For every address: it is in the table, works for whom it should, and refuses everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from sharewell.disclosures.tests.world import World
from sharewell.testing import sign_in
from tests.endpoints import ENDPOINTS, Endpoint
from tests.stage import NAME, everything_about, set_stage, without_rows
from tests.together import together, undone

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Who stands outside, by access; each of them has an account and a role somewhere.
OUTSIDE = {
    "casework": ("ada", "ivo", "pat", "hana"),
    "takes": ("ada", "ivo", "pat", "hana"),
    "reads": ("ada", "hana"),
    "governs": ("alice", "bea", "sam", "ada", "ivo", "hana", "pat", "olu"),
    "leads": ("alice", "bea", "ada", "ivo", "hana", "pat", "olu"),
    "oversees": ("alice", "ivo", "hana", "pat", "olu"),
    "keeps": ("alice", "bea", "sam", "hana", "ivo", "pat", "olu"),
    "records_absence": ("alice", "gita", "hana", "ivo", "pat", "olu"),
    "hands_over": ("alice", "gita", "hana", "ivo", "ada", "pat", "olu"),
    "asked_past": ("bea", "stranger", "olu", "ada", "ivo", "hana", "gita", "pat"),
    "confided": ("bea", "sam", "stranger", "hana", "ivo", "ada", "olu", "pat"),
    "administers": ("alice", "bea", "sam", "gita", "hana", "ivo", "pat", "olu"),
    "reviews": ("alice", "bea", "stranger", "olu", "ada", "ivo", "hana", "gita", "pat"),
    "agreement": ("alice", "sam", "stranger", "olu", "ada", "ivo", "hana", "pat"),
    "circle": ("stranger", "olu", "ada", "ivo", "hana", "gita", "pat"),
    "asked": ("stranger", "olu", "ada", "ivo", "hana", "gita", "pat"),
    "witness": ("bea", "sam", "stranger", "olu", "ada", "ivo", "hana", "gita", "pat"),
    "takes_in": ("alice", "bea", "stranger", "pat", "ada", "ivo", "gita"),
    "desk": ("alice", "bea", "stranger", "olu", "ada", "ivo", "gita"),
}
NEEDS_SIGN_IN = {"signed_in", *OUTSIDE}
# Where it is known that there is such a page, and not for this role.
FORBIDDEN = {
    "records_absence",
    "hands_over",
    "casework",
    "takes",
    "reads",
    "governs",
    "leads",
    "oversees",
    "administers",
    "keeps",
}


def registered(patterns: list[Any]) -> Iterator[tuple[str, frozenset[str], Any]]:
    """Every address: its name, its parameters and its view."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from registered(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            found = pattern.pattern.regex.groupindex
            yield pattern.name or str(pattern.pattern), frozenset(found), pattern.callback


def named(endpoint: Endpoint) -> str:
    """The name of an address in the list of tests."""
    return "-".join([endpoint.name, *endpoint.parameters])


def rows(*access: str) -> list[Endpoint]:
    """The addresses of these kinds of access."""
    return [endpoint for endpoint in ENDPOINTS if endpoint.access in access]


def those(*access: str) -> Any:
    """Run a test for each address of these kinds of access."""
    return pytest.mark.parametrize("endpoint", rows(*access), ids=named)


def url(endpoint: Endpoint, values: dict[str, Any]) -> str:
    """The address of an endpoint with these values."""
    return reverse(
        endpoint.name,
        kwargs={
            name: values.get(key, values.get(name)) for name, key in endpoint.parameters.items()
        },
    )


def test_every_address_is_in_the_table() -> None:
    """An address without a row has nobody who looks at who may come in."""
    found = {(name, params) for name, params, _ in registered(get_resolver().url_patterns)}
    listed = [(endpoint.name, frozenset(endpoint.parameters)) for endpoint in ENDPOINTS]
    assert len(listed) == len(set(listed)), "an address is in the table twice"
    assert found - set(listed) == set(), "add these to tests/endpoints.py"
    assert set(listed) - found == set(), "these are gone: take them out of tests/endpoints.py"


def test_the_table_says_the_methods_and_the_door_of_each_view() -> None:
    listed = {(row.name, frozenset(row.parameters)): row for row in ENDPOINTS}
    for name, parameters, view in registered(get_resolver().url_patterns):
        row = listed[name, parameters]
        door = getattr(view, "access", None)
        assert (door is None) == (row.access == "allauth"), f"{name}: use @staff or @public"
        if door:
            assert view.methods == row.methods, name
            assert (door == "staff") == (row.access in NEEDS_SIGN_IN), name


@those(*NEEDS_SIGN_IN)
def test_signed_out_nobody_comes_in(client: Client, endpoint: Endpoint) -> None:
    address = url(endpoint, without_rows())
    for method in endpoint.methods.split():
        response = client.generic(method, address)
        if method == "GET":
            assert response.status_code == 302
            assert response["Location"] == f"{reverse('account_login')}?next={address}"
        else:
            assert response.status_code == 403


@those("everyone", "code", "demo", *NEEDS_SIGN_IN)
def test_a_wrong_method_is_refused(client: Client, endpoint: Endpoint) -> None:
    address = url(endpoint, without_rows())
    for method in set(METHODS) - set(endpoint.methods.split()):
        response = client.generic(method, address)
        assert response.status_code == 405, method
        assert response["Allow"] == ", ".join(endpoint.methods.split())


@together(rows(*OUTSIDE))
def test_those_outside_are_refused_and_learn_nothing(endpoints: list[Endpoint]) -> None:
    """Wrong role, wrong agency, outside the circle: neither a page nor a change, whatever the method.

    What exists looks to them as what does not.
    """
    world, values = set_stage()
    for endpoint in endpoints:
        with undone(endpoint):
            refused(endpoint, world, values)


def refused(endpoint: Endpoint, world: World, values: dict[str, Any]) -> None:
    """Those outside get no page of one address and change nothing there."""
    address, before = url(endpoint, values), everything_about(world.case)
    nowhere = url(endpoint, without_rows())
    expected = 403 if endpoint.access in FORBIDDEN else 404
    for who in OUTSIDE[endpoint.access]:
        client = sign_in(Client(), getattr(world.cast, who))
        for method in endpoint.methods.split():
            response = client.generic(method, address)
            assert response.status_code == expected, (who, method)
            assert NAME not in response.content.decode()
        assert plain(response) == plain(client.generic(method, nowhere)), who
    assert everything_about(world.case) == before


def plain(response: Any) -> str:
    """A page without the token that differs every time."""
    lines = response.content.decode().splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


@together(rows("everyone", *NEEDS_SIGN_IN))
def test_it_works_for_whom_it_should(endpoints: list[Endpoint]) -> None:
    """A GET answers its page; a POST of nothing is let in and answered, not refused at the door."""
    world, values = set_stage()
    for endpoint in endpoints:
        with undone(endpoint):
            works(endpoint, world, values)


def works(endpoint: Endpoint, world: World, values: dict[str, Any]) -> None:
    """One address answers one who may come in."""
    client = sign_in(Client(), getattr(world.cast, endpoint.allowed))
    address = url(endpoint, values)
    if "GET" in endpoint.methods:
        response = client.get(address)
        assert response.status_code == endpoint.works
        if response.status_code == 200 and "html" in response["Content-Type"]:
            title = response.content.decode().partition("<title>")[2].partition("</title>")[0]
            assert title.endswith(" – Sharewell")
            assert NAME.split()[0] not in title
    elif endpoint.access != "everyone":
        assert client.post(address).status_code in {200, 302, 409, 422}


@those("code")
def test_without_the_code_of_a_link_nothing_is_shown(client: Client, endpoint: Endpoint) -> None:
    _, values = set_stage()
    response = client.generic(endpoint.methods.split()[0], url(endpoint, values))
    assert response.status_code in {302, 403, 404}
    assert NAME not in response.content.decode()
