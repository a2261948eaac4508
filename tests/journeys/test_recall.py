"""The wrong recipient: recalled from its page, the danger first, the breach assessed and reported."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures.models import BreachTold, Correction, Disclosure
from sharewell.disclosures.operations import attachment_open, disclosure_open_by_partner
from sharewell.disclosures.tests.stage import make_file, make_sent
from sharewell.testing import Cast
from tests.journeys.walking import Walk

CHANGED = {"label": "Why we are worried", "before": "Afraid.", "after": "Not afraid of him."}


def went_wrong(cast: Cast) -> Disclosure:
    """A message that Pat's desk has opened, with a file."""
    now = timezone.now()
    sent = make_sent(cast, now - timedelta(minutes=20), cast.police)
    file = make_file(sent, now - timedelta(minutes=20))
    before = now - timedelta(minutes=5)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=before)
    attachment_open(account=cast.pat, attachment_id=file.id, now=before)
    return sent


def recall_walk(walk: Walk, cast: Cast) -> None:
    """From the record to the report, with a slip at each form."""
    sent = went_wrong(cast)
    walk.sign_in(cast.alice)
    walk.open(reverse("disclosure_record", args=[sent.id]))
    walk.press("It went to the wrong place: recall it")
    walk.look("disclosure_recall")
    walk.press("Recall it now")
    walk.look("disclosure_recall_wrong")
    walk.fill("What went wrong?", "It was meant for the front door.")
    walk.press("Recall it now")
    walk.page.get_by_role("heading", name="A recalled message").wait_for()
    walk.look("recall_detail")
    walk.page.get_by_text("attachment.pdf").first.wait_for()
    walk.choose("Does whoever has it put anybody in danger now?", "I do not know")
    walk.press("Record it")
    walk.look("recall_detail_wrong")
    walk.fill("Who, and from whom?", "Her brother may work at that desk.")
    walk.press("Record it")
    walk.page.get_by_role("heading", name="It is not known whether anybody is in danger").wait_for()
    walk.look("recall_danger")
    desk_walk(walk, cast, sent)
    breach_walk(walk, cast, sent)


def desk_walk(walk: Walk, cast: Cast, sent: Disclosure) -> None:
    """The desk sees that it was taken back, and nothing of it."""
    walk.sign_in(cast.pat)
    walk.open(reverse("inbox_list"))
    walk.page.get_by_text("Recalled by the sender").wait_for()
    walk.look("inbox_recalled")
    assert walk.open(reverse("inbox_message", args=[sent.id])).status == 404
    walk.look("inbox_message_recalled")


def breach_walk(walk: Walk, cast: Cast, sent: Disclosure) -> None:
    """The governance lead assesses it, and writes down the report."""
    walk.sign_in(cast.gita)
    walk.open(reverse("breach_assess", args=[sent.id]))
    walk.look("breach_assess")
    walk.fill("What happened?", "Sent to the wrong desk, and read there.")
    walk.press("Keep the assessment")
    walk.look("breach_assess_wrong")
    walk.fill("What data was it?", "Why we are worried.")
    walk.fill("How many people is it about?", "1")
    walk.choose("How likely is harm?", "Serious harm is likely")
    walk.fill("What harm, to whom", "He may learn of it.")
    walk.fill("What was done?", "Recalled after twenty minutes.")
    walk.choose("Is the authority told?", "Yes")
    walk.choose("Is the person told?", "Yes")
    for box, text in zip(
        walk.page.get_by_label("Why, or why not?").all(), ("Likely.", "To be safe."), strict=True
    ):
        box.fill(text)
    walk.press("Keep the assessment")
    walk.page.get_by_text("Write down who was told").wait_for()
    walk.look("recall_assessed")
    walk.press("Write down who was told")
    walk.choose("Who was told?", "The authority")
    walk.fill("What were they told?", "Reported online, reference 17.")
    walk.look("breach_tell")
    walk.press("Write it down")
    walk.page.get_by_text("The authority was told").wait_for()
    walk.look("recall_told")
    assert BreachTold.objects.get().whom == "authority"


def test_the_wrong_recipient(walk: Walk, cast: Cast) -> None:
    """Recalled, made safe, assessed and reported."""
    recall_walk(walk, cast)


def test_the_wrong_recipient_on_a_phone(phone: Walk, cast: Cast) -> None:
    """The same on a telephone."""
    recall_walk(phone, cast)


def correct_walk(walk: Walk, cast: Cast) -> None:
    """Say what is right, after a slip, and come to the new version; the old one says that it is corrected."""
    sent = make_sent(cast, timezone.now() - timedelta(minutes=20), cast.police)
    walk.sign_in(cast.alice)
    walk.open(reverse("disclosure_record", args=[sent.id]))
    walk.press("Something in it was wrong: correct it")
    walk.look("disclosure_correct")
    walk.fill("How did it come to be wrong?", "Misheard.")
    walk.press("Prepare the new version")
    walk.look("disclosure_correct_wrong")
    walk.fill("Why we are worried", "She is not afraid of him.")
    walk.press("Prepare the new version")
    walk.page.wait_for_url("**/preview/**")
    made = Correction.objects.get()
    made.sent_at, made.changed = timezone.now(), [CHANGED]
    made.save()
    walk.open(reverse("disclosure_record", args=[sent.id]))
    walk.look("disclosure_record_corrected")
    walk.sign_in(cast.pat)
    walk.open(reverse("inbox_message", args=[sent.id]))
    walk.page.get_by_text("replaces this one").wait_for()
    walk.look("inbox_message_corrected")


def test_a_correction(walk: Walk, cast: Cast) -> None:
    """From the record to the new version, and what both sides read."""
    correct_walk(walk, cast)


def test_a_correction_on_a_phone(phone: Walk, cast: Cast) -> None:
    """The same on a telephone."""
    correct_walk(phone, cast)
