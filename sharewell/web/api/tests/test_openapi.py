"""What is written down of the interface is what the server does: addresses, examples, answers and refusals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sharewell.disclosures import catalogues
from sharewell.disclosures.models import Answer, Opening
from sharewell.disclosures.tests.stage import make_file
from sharewell.web.api import door
from sharewell.web.api.message import urls
from sharewell.web.api.tests.test_api import KINDS, Stage, listed
from sharewell.web.api.tests.test_api import stage as stage  # noqa: PLC0414 - a fixture

pytestmark = pytest.mark.django_db
FORMATS = Path(__file__).parents[4] / "docs/formats"
WRITTEN = yaml.safe_load((FORMATS / "partner-api.yaml").read_text("utf-8"))
PAGE = (FORMATS / "partner-api.md").read_text("utf-8")
EXAMPLES = re.findall(
    r"^`POST /api/v1/messages/ID/(\w+)/`.*?```json\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL
)
TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "null": type(None),
}  # fmt: skip


def fits(value: Any, schema: dict[str, Any], where: str = "$") -> None:
    """Hold a value against a schema: as much of JSON Schema as the file uses."""
    if "$ref" in schema:
        fits(value, WRITTEN["components"]["schemas"][schema["$ref"].rpartition("/")[2]], where)
        return
    if "anyOf" in schema:
        held = schema["anyOf"][0 if value is None else 1]
        fits(value, held, where)
        return
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert isinstance(value, tuple(TYPES[kind] for kind in kinds)), where
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= set(value), where
        for name, each in value.items():
            if name in schema.get("properties", {}):
                fits(each, schema["properties"][name], f"{where}.{name}")
            else:
                assert schema.get("additionalProperties", True), f"{where}.{name}"
    for number, each in enumerate(value if isinstance(value, list) else ()):
        fits(each, schema["items"], f"{where}[{number}]")
    assert value in schema.get("enum", [value]), where


def fits_as(value: Any, name: str) -> None:
    fits(value, {"$ref": f"#/components/schemas/{name}"})


def test_every_address_stands_in_the_file_under_its_name_and_method() -> None:
    served = {}
    for each in urls:
        view: Any = each.callback
        address = re.sub(r"<uuid:(.+?)>", r"{\1}", str(each.pattern))
        served[f"/{address}"] = (each.name, view.methods)
    written = {
        address: (given["operationId"], method.upper())
        for address, methods in WRITTEN["paths"].items()
        for method, given in methods.items()
    }
    assert written == served


def test_every_reference_leads_somewhere() -> None:
    for found in re.findall(r'\$ref: "#/(.*?)"', (FORMATS / "partner-api.yaml").read_text("utf-8")):
        place: Any = WRITTEN
        for part in found.split("/"):
            place = place[part]


def test_what_may_be_said_is_what_the_packs_hold() -> None:
    may = WRITTEN["components"]["schemas"]["Answering"]["properties"]
    pack = catalogues.answers()
    assert set(may["kind"]["enum"]) == set(pack.kinds)
    assert set(may["reason"]["enum"]) == {"", *pack.declines}
    assert set(may["quality"]["items"]["enum"]) == set(pack.qualities)


def test_the_examples_of_the_page_are_taken(stage: Stage) -> None:
    stage.ask("api_message_open")
    for number, (address, text) in enumerate(EXAMPLES):
        body = yaml.safe_load(text)
        fits_as(body, "Acting" if address == "open" else "Answering")
        if address == "open":
            response = stage.ask("api_message_open", body)
        else:
            response = stage.answer(body, f"example {number}")
        assert response.status_code == 200, response.content
    assert set(Answer.objects.values_list("kind", flat=True)) == set(catalogues.answers().kinds)
    assert Opening.objects.filter(name="Jo Marsh").exists()


def test_what_is_answered_has_the_form_that_is_written_down(stage: Stage) -> None:
    make_file(stage.sent, stage.now)
    fits_as(listed(stage).json(), "List")
    fits_as(stage.ask("api_message_open").json(), "Opened")
    fits_as(stage.answer(KINDS[0]).json(), "Answered")
    fits_as(stage.ask("api_message_acknowledge").json(), "Acknowledged")
    opened = stage.ask("api_message_open").json()
    assert opened["files"]
    assert opened["acknowledged"]
    assert opened["answers"][0]["promised"]
    fits_as(opened, "Opened")
    for refused in (stage.answer({}, "k9"), stage.ask("api_message_list", about={}, token="x")):
        fits_as(refused.json(), "Refused")


def test_the_page_names_every_refusal_of_the_door() -> None:
    named = dict(re.findall(r"^\| (\d+) \| `(\w+)`", PAGE, re.MULTILINE))
    codes = set(re.findall(r"^\| \d+ \| `(\w+)`", PAGE, re.MULTILINE))
    kinds = (door.NoToken, door.WrongMethod, door.TooMany, door.TooLarge, door.NotJson)
    assert {each.code for each in kinds} <= codes
    assert all(str(each.status) in named for each in kinds)
    assert str(door.MOST_A_MINUTE) in PAGE
    assert f"{door.MOST_BYTES:,}" in PAGE
