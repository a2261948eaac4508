"""A directory that others publish is taken in, and again, without losing what somebody here vouched for."""

from __future__ import annotations

import copy
import json
import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from sharewell.agencies import directory
from sharewell.agencies.models import Agency, Function, Hours, NamedContact
from sharewell.config.hsds import Files, take_in
from sharewell.core.hsds import HsdsError
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAGE = (Path(__file__).parent.parent / "docs/formats/directory-hsds.md").read_text("utf-8")
PLACE = {"jurisdiction": "england", "state": "", "time_zone": "Europe/London"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def example() -> Any:
    """What the page of the format shows."""
    found = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return json.loads(found[1])


def take(rows: Any, *, check: bool = False) -> list[str]:
    """Import these rows as JSON."""
    files = Files(json.dumps(rows).encode(), {}, "0" * 64)
    return list(take_in(files, source="Upham Link", place=PLACE, now=NOW, check=check))


def test_the_example_says_what_the_page_says_and_is_kept() -> None:
    said = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert said
    assert take(example()) == said[1].splitlines()
    function = Function.objects.get(name="Emergency food")
    assert (function.phone, function.area) == ("01632 960555", "Upham")
    assert function.hours == "First Saturday of the month, 10 to 11"
    assert function.verified_on == date(2026, 10, 1)
    assert not function.active
    assert function.agency.name == "Upham Food Bank"
    assert [(row.weekday, row.opens, row.closes) for row in Hours.objects.order_by("weekday")] == [
        (0, time(10), time(12, 30)),
        (3, time(10), time(12, 30)),
    ]
    assert NamedContact.objects.get().email == "joan@food.example"


def test_whoever_looks_for_it_finds_it_and_nobody_can_send_to_it(cast: Cast) -> None:
    take(example())
    found = directory.search(viewer=cast.alice, now=NOW, words="food").rows
    assert [row.function.name for row in found] == ["Emergency food"]
    assert "Emergency food" not in {each.name for each in directory.sendable(viewer=cast.alice)}


def test_again_nothing_is_doubled_and_what_changed_is_changed() -> None:
    take(example())
    entries = Entry.objects.count()
    assert take(example())[0] == "Added: 0, changed: 0, the same: 1, no longer listed: 0"
    assert Entry.objects.count() == entries
    rows = example()
    rows[0]["services"][0]["phones"][0]["number"] = "01632 960556"
    rows[0]["services"][0]["contacts"] = []
    assert take(rows)[0] == "Added: 0, changed: 1, the same: 0, no longer listed: 0"
    assert Function.objects.get(name="Emergency food").phone == "01632 960556"
    assert NamedContact.objects.get().ended_at == NOW
    assert Entry.objects.count() == entries + 1


def test_what_somebody_here_found_right_stays_and_is_named(cast: Cast) -> None:
    take(example())
    Function.objects.filter(name="Emergency food").update(verified_by=cast.ada)
    rows = example()
    rows[0]["services"][0]["phones"][0]["number"] = "01632 960556"
    assert "  Emergency food" in take(rows)
    assert Function.objects.get(name="Emergency food").phone == "01632 960555"


def test_what_ended_is_no_longer_listed_and_what_is_gone_is_named() -> None:
    rows = example()
    rows[0]["services"].append(
        {**copy.deepcopy(rows[0]["services"][0]), "id": "svc-2", "name": "Lunch"}
    )
    take(rows)
    rows[0]["services"][0]["status"] = "defunct"
    lunch = rows[0]["services"].pop()
    assert lunch["name"] == "Lunch"
    lines = take(rows)
    assert lines[0] == "Added: 0, changed: 0, the same: 0, no longer listed: 1"
    assert lines[lines.index("No longer in the file, and still listed here:") + 1] == "  Lunch"
    assert set(Function.objects.filter(listed=True).values_list("name", flat=True)) >= {"Lunch"}
    assert not Function.objects.get(name="Emergency food").listed


def test_one_that_is_closed_for_a_time_says_so_instead_of_its_hours() -> None:
    rows = example()
    rows[0]["services"][0]["status"] = "temporarily closed"
    take(rows)
    assert Function.objects.get(name="Emergency food").hours.startswith("Closed for now.")
    assert not Hours.objects.exists()


def test_hours_that_are_told_in_the_time_of_elsewhere_are_not_kept_as_ours() -> None:
    rows = example()
    rows[0]["services"][0]["schedules"] = [
        {"byday": "MO", "opens_at": "10:00-05:00", "closes_at": "12:00-05:00"},
        {"byday": "TU", "opens_at": "10:00:00Z", "closes_at": "12:00:00Z"},
        {"byday": "WE", "opens_at": "10:00", "closes_at": "12:00", "timezone": -5},
    ]
    assert "  schedule (not every week, or in the time of elsewhere): 2" in take(rows)
    assert set(Hours.objects.values_list("weekday", flat=True)) == {1}


def test_an_agency_that_is_here_by_that_name_takes_the_services(cast: Cast) -> None:
    rows = example()
    rows[0]["name"] = cast.alice.agency.name.upper()
    assert f"  {cast.alice.agency.name}" in take(rows)
    assert Function.objects.get(name="Emergency food").agency == cast.alice.agency


def test_what_is_not_kept_of_places_and_hours_is_counted() -> None:
    rows = example()
    location = {
        "id": "l1",
        "latitude": 51.0,
        "addresses": [{"id": "a", "city": "Upham", "country": "GB"}],
    }
    rows[0]["services"][0]["service_at_locations"] = [
        {"id": "x", "location": location, "description": "By the back door"}
    ]
    rows[0]["services"][0]["schedules"][0]["notes"] = "Ring first"
    said = take(rows)
    for name in (
        "location.latitude",
        "address.country",
        "service_at_location.description",
        "schedule.notes",
    ):
        assert f"  {name}: 1" in said


@pytest.mark.parametrize("key", ["valid_to", "until"])
def test_hours_that_have_ended_are_not_kept(key: str) -> None:
    rows = example()
    rows[0]["services"][0]["schedules"][0][key] = "2026-11-22"
    assert "  schedule (of another time): 1" in take(rows)
    assert not Hours.objects.exists()


def test_a_check_changes_nothing() -> None:
    assert take(example(), check=True)[0].startswith("Would be added: 1")
    assert not Function.objects.exists()
    assert not Agency.objects.filter(name="Upham Food Bank").exists()


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "[0].services[0].name is missing"),
    ({"id": None}, "[0].services[0].id is missing"),
    ({"assured_date": "soon"}, "assured_date is no day"),
    ({"url": "javascript:alert(1)"}, "url is no web address"),
    ({"phones": [{"number": "0" * 41}]}, "number is longer than 40"),
    (
        {"schedules": [{"byday": "MO", "opens_at": "nine", "closes_at": "17:00"}]},
        "opens_at is no time",
    ),
    (
        {
            "schedules": [
                {"byday": "MO", "opens_at": "09:00", "closes_at": "12:00"},
                {"byday": "MO", "opens_at": "11:00", "closes_at": "17:00"},
            ]
        },
        "overlap",
    ),
    ({"contacts": "Joan"}, "contacts is not a list"),
    ({"name": "Food \ud800"}, "name holds a character that cannot be kept"),
    (
        {"schedules": [], "service_at_locations": [{"location": {"schedules": ["MO"]}}]},
        "schedules is not a list",
    ),
    ({"service_at_locations": [{"location": {"phones": 7}}]}, "phones is not a list"),
    ({"service_at_locations": [{"location": {"addresses": 7}}]}, "addresses is not a list"),
    ({"service_at_locations": [{"id": "x", "contacts": "Joan"}]}, "contacts is not a list"),
]


@pytest.mark.parametrize(("change", "says"), WRONG)
def test_a_fault_names_its_place_and_changes_nothing(change: dict[str, Any], says: str) -> None:
    rows = example()
    rows.append({"id": "org-2", "name": "Another", "services": []})
    rows[0]["services"][0] |= change
    with pytest.raises(HsdsError, match=re.escape(says)):
        take(rows)
    assert not Function.objects.exists()
    assert not Agency.objects.filter(name="Another").exists()


def test_an_organization_whose_id_is_no_text_is_a_fault() -> None:
    service = example()[0]["services"][0] | {"organization": {"id": ["org-1"], "name": "Upham"}}
    with pytest.raises(HsdsError, match=re.escape("[0].organization.id is not a text")):
        take([service])


def test_what_is_said_of_a_service_at_one_place_is_kept() -> None:
    rows = example()
    service = rows[0]["services"][0]
    at_place = {name: service.pop(name) for name in ("phones", "contacts", "schedules")}
    service["service_at_locations"] = [{"id": "x", **at_place}]
    take(rows)
    function = Function.objects.get(name="Emergency food")
    assert function.phone == "01632 960555"
    assert NamedContact.objects.get().name == "Joan Meadow"
    assert set(Hours.objects.values_list("weekday", flat=True)) == {0, 3}


TABLES = {
    "organization": "id,name\norg-1,Upham Food Bank\n",
    "service": "id,organization_id,name,description,status,assured_date\n"
    "svc-1,org-1,Emergency food,Three days of food for a household.,active,2026-10-01\n",
    "location": "id,name\nloc-1,Hall\n",
    "service_at_location": "id,service_id,location_id\nsal-1,svc-1,loc-1\n",
    "phone": "id,location_id,contact_id,number,type\np1,loc-1,,01632 960555,voice\n",
    "contact": "id,service_id,name,title,email\nc1,svc-1,Joan Meadow,Coordinator,joan@food.example\n",
    "schedule": "id,service_id,freq,byday,opens_at,closes_at,valid_to\n"
    's1,svc-1,WEEKLY,"MO,TH",10:00,12:30,\n'
    "s2,svc-1,WEEKLY,FR,10:00,12:30,2026-01-31\n",
    "address": "id,location_id,address_1,city,postal_code\na1,loc-1,1 High Street,Upham,UP1 1AA\n",
}


def tables(**change: str) -> Files:
    """The tables, some of them otherwise."""
    made = {name: text.encode() for name, text in {**TABLES, **change}.items() if text}
    return Files(None, made, "0" * 64)


def test_tables_give_the_same_entry_as_json() -> None:
    lines = take_in(tables(), source="Upham Link", place=PLACE, now=NOW, check=False)
    assert lines[0] == "Added: 1, changed: 0, the same: 0, no longer listed: 0"
    assert "  schedule (of another time): 1" in lines
    plural = {f"{name}s": text for name, text in tables().tables.items() if name == "phone"}
    again = Files(None, {**tables(phone="").tables, **plural}, "0" * 64)
    lines = take_in(again, source="Upham Link", place=PLACE, now=NOW, check=False)
    assert "the same: 1" in lines[0]
    function = Function.objects.get(name="Emergency food")
    assert (function.phone, function.address) == ("01632 960555", "1 High Street, Upham, UP1 1AA")
    assert set(Hours.objects.values_list("weekday", flat=True)) == {0, 3}
    assert NamedContact.objects.get().job_title == "Coordinator"


def test_tables_of_a_service_at_one_place_are_kept_and_a_cell_may_hold_any_character() -> None:
    changed = {name: TABLES[name].replace("service_id", "service_at_location_id").replace("svc-1", "sal-1")
               for name in ("contact", "schedule")}  # fmt: skip
    changed["phone"] = "id,service_at_location_id,number\np1,sal-1,01632 960556\n"
    changed["service"] = TABLES["service"].replace("Three days", "Three\u2028days")
    take_in(tables(**changed), source="Upham Link", place=PLACE, now=NOW, check=False)
    function = Function.objects.get(name="Emergency food")
    assert (function.phone, function.about[:10]) == ("01632 960556", "Three\u2028days")
    assert NamedContact.objects.get().name == "Joan Meadow"
    assert set(Hours.objects.values_list("weekday", flat=True)) == {0, 3}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"service": ""}, "service.csv is missing"),
        (
            {"service": "id,organization_id,name\nsvc-1,org-9,Food\n"},
            "organization_id that is not in",
        ),
        ({"service": "id,organization_id,name\nsvc-1,org-1\n"}, "service.csv, line 2"),
        ({"phone": "id,location_id,number\np1,loc-1,1\np1,loc-1,2\n"}, "phone.csv, line 3"),
    ],
)
def test_a_fault_of_a_table_names_its_line(change: dict[str, str], says: str) -> None:
    with pytest.raises(HsdsError, match=re.escape(says)):
        take_in(tables(**change), source="Upham Link", place=PLACE, now=NOW, check=False)
    assert not Function.objects.exists()


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-10-22T09:30:00Z", True),
        ("2026-10-29T09:30:00Z", False),
        ("2026-10-29T10:30:00Z", True),
    ],
)
def test_hours_hold_in_local_time_before_and_after_summer_time(
    cast: Cast, moment: str, open_: bool
) -> None:
    take(example())
    now = datetime.fromisoformat(moment)
    row = directory.search(viewer=cast.alice, now=now, words="Emergency food").rows[0]
    assert row.reach.open_now is open_
