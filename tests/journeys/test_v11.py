"""V11: a whole record attached. Refused; two pages and one part of high scrutiny go, each approved by another."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from sharewell.disclosures.models import Disclosure
from tests.journeys.stories import ask_to_share, enter, message, said, words
from tests.journeys.walking import Walk

PERSON = "Stanley Okafor"
DESK = "Adult safeguarding duty desk"
SENDER = "practitioner@northgate.example"
MANAGER = "manager@northgate.example"
PARTNER = "duty@westshire-adults.example"
APPROVER = "Beatrice Lowe, Registered manager"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """His whole record, 140 pages."""
    path = tmp_path / "Okafor whole record.pdf"
    document = pikepdf.new()
    for _ in range(140):
        document.add_blank_page(page_size=(595, 842))
    document.save(path)
    return path


@pytest.mark.usefixtures("demo")
def test_two_pages_and_one_part_go_approved_by_another(
    desktop: Walk, elsewhere: Walk, record: Path
) -> None:
    enter(desktop, SENDER)
    ask_to_share(desktop, PERSON, "A safeguarding enquiry", DESK)
    desktop.look("v11_preview")
    words(
        desktop,
        outcome_intended="A care assessment, and a visit by the fire service.",
        rationale="They assess his care and lead the enquiry.",
        proportionality="What shows the risk of fire and hunger; not the record.",
    )
    desktop.press("Save and check again")
    attach(desktop, record)
    ask_for_more(desktop)
    enter(elsewhere, MANAGER)
    approve(elsewhere)
    send(desktop)
    receive(elsewhere)


def attach(walk: Walk, record: Path) -> None:
    """All of it is refused with advice and nothing typed is lost; two pages wait for the manager."""
    walk.page.get_by_role("link", name="Add some pages of a file").click()
    walk.look("v11_attach")
    walk.fill("Why does this recipient need it?", "The fire service's own sketch of the flat.")
    walk.page.get_by_label("Who is asked to approve it?").select_option(label=APPROVER)
    walk.page.locator("#id_file").set_input_files(record)
    walk.press("Check and add it")
    walk.page.get_by_role("alert").wait_for()
    walk.look("v11_attach_refused")
    assert "a whole record is not sent" in walk.page.get_by_role("alert").inner_text()
    assert walk.page.get_by_label("Why does this recipient need it?").input_value()
    walk.page.locator("#id_file").set_input_files(record)
    walk.fill("Which pages?", "3, 7")
    walk.press("Check and add it")
    walk.page.get_by_text("The file waits for its approver.").wait_for()
    walk.look("v11_attached")
    assert "Okafor" not in walk.page.locator("#attachments").inner_text()


def ask_for_more(walk: Walk) -> None:
    """One part of high scrutiny, with its own reason, authority and approver."""
    held = walk.page.get_by_role("row", name="Clinical notes")
    held.get_by_role("link", name="Ask for it").click()
    walk.look("v11_item")
    assert "47 kg in November" in said(walk)
    walk.fill("Why does this recipient need it, and why", "They assess what he eats and why.")
    walk.fill("On what authority?", "His own agreement to an assessment.")
    walk.page.get_by_label("Who is asked to approve it?").select_option(label=APPROVER)
    walk.press("Ask for it")
    walk.page.get_by_text("Asked. The rest may be sent meanwhile").wait_for()
    walk.look("v11_asked")


def approve(walk: Walk) -> None:
    """The manager is asked on her home page, reads reason and content, and answers each on its own."""
    walk.look("v11_manager_home")
    walk.page.locator(".sw-waiting li").filter(has_text=PERSON).first.get_by_role("link").click()
    walk.look("v11_approve")
    for text in ("They assess what he eats and why.", "His own agreement", "47 kg in November"):
        assert text in said(walk)
    for _ in range(2):
        walk.page.get_by_label("Approve", exact=True).first.check()
        walk.page.get_by_role("button", name="Record my answer").first.click()
        walk.page.get_by_text("Your answer is recorded.").wait_for()
    walk.look("v11_approved")


def send(walk: Walk) -> None:
    """Approved, they are part of what goes; the sender reads it once more."""
    walk.page.reload()
    walk.look("v11_preview_approved")
    assert "Approved by Beatrice Lowe" in walk.page.locator("#attachments").inner_text()
    assert "47 kg in November" in message(walk)
    walk.press(f"Send to {DESK}")
    walk.page.get_by_role("heading", name="What was shared").wait_for()
    walk.look("v11_record")
    assert "attachment.pdf, pages 3,7" in said(walk)
    assert (Disclosure.objects.get().message or {})["tier"] == 3


def receive(walk: Walk) -> None:
    """The partner gets two pages under a name that tells nothing."""
    enter(walk, PARTNER)
    walk.page.get_by_role("link", name="1 message to acknowledge").click()
    walk.page.get_by_role("link", name="From Northgate Care").click()
    walk.look("v11_message")
    assert "47 kg in November" in message(walk)
    with walk.page.expect_download() as found:
        walk.page.get_by_role("link", name="attachment.pdf").click()
    content = Path(found.value.path()).read_bytes()
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == 2
