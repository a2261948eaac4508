"""Form fields that every page shares: words cleaned, lengths held, what was typed always kept.

Text is brought to one Unicode form (NFC) and loses characters that nobody types: controls, overrides of the
writing direction (they can make a sentence read as another) and halves of broken characters.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from sharewell.agencies.access import Invalid, Refusal

LINE = 200
WORDS = 4000

# Overrides of direction, and marks of no width that only hide text; joiners stay, scripts need them.
HIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff")


def clean_text(value: str) -> str:
    """Return text in NFC, without characters nobody types, with one kind of line end."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    kept = "".join(c for c in text if c in "\n\t" or (c not in HIDDEN and not _unwritten(c)))
    return unicodedata.normalize("NFC", kept).strip()


def _unwritten(character: str) -> bool:
    """Whether it is a control, half of a broken character, or no character at all."""
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cs") or (kind == "Cn" and ord(character) & 0xFFFE == 0xFFFE)


class Words(forms.CharField):
    """Text over several lines; too long is refused with both figures, never cut off."""

    widget: type[forms.Widget] = forms.Textarea

    def __init__(
        self, *, max_length: int = WORDS, rows: int = 5, guided: str = "", **options: Any
    ) -> None:
        """Take up to ``max_length`` characters in a box of so many rows.

        ``guided`` shows the guide to good recording beside it: a kind of statement (observed, opinion ...),
        or the name of the field of the form that says which.
        """
        self.rows = rows
        self.guided = guided
        self.most = max_length
        super().__init__(**options)
        self.widget.attrs["rows"] = rows

    def to_python(self, value: Any) -> str:
        """Return the cleaned text; raises ValidationError when it is too long."""
        text = clean_text(str(value)) if value not in self.empty_values else ""
        if len(text) > self.most:
            message = (
                f"Shorten this to {self.most} characters: it has {len(text)}. All of it is kept."
            )
            raise forms.ValidationError(message, code="too_long")
        return text


class Line(Words):
    """Text on one line; line ends become spaces."""

    widget = forms.TextInput

    def __init__(self, *, max_length: int = LINE, width: int | None = None, **options: Any) -> None:
        """Take up to ``max_length`` characters; ``width`` (2, 3, 4, 5, 10, 20, 30) sizes the box."""
        self.width = width
        super().__init__(max_length=max_length, **options)
        del self.widget.attrs["rows"]

    def to_python(self, value: Any) -> str:
        """Return the cleaned text with its white space joined."""
        return " ".join(super().to_python(value).split())


class Key(forms.UUIDField):
    """A hidden key made with the page, so that the same form sent twice is done once."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        """Start with a fresh key."""
        stale = "This page was open too long. Nothing you typed is lost: send it again."
        words = {"required": stale, "invalid": stale}
        super().__init__(initial=uuid.uuid4, error_messages=words, **options)


class Choice(forms.ChoiceField):
    """One of several, as radio buttons; ``reveals`` names the fields an answer opens."""

    widget = forms.RadioSelect

    def __init__(
        self,
        *,
        choices: Iterable[tuple[str, str]],
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, Sequence[str]] | None = None,
        inline: bool = False,
        **options: Any,
    ) -> None:
        """Offer ``choices``; ``hints`` says more on each, by value."""
        self.hints = dict(hints or {})
        self.reveals = {answer: tuple(names) for answer, names in (reveals or {}).items()}
        self.inline = inline
        super().__init__(choices=list(choices), **options)


class Several(forms.MultipleChoiceField):
    """Any of several, as checkboxes; ``reveals`` names the fields an answer opens."""

    widget = forms.CheckboxSelectMultiple

    def __init__(
        self,
        *,
        choices: Iterable[tuple[str, str]],
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, Sequence[str]] | None = None,
        **options: Any,
    ) -> None:
        """Offer ``choices``; ``hints`` says more on each, by value."""
        self.hints = dict(hints or {})
        self.reveals = {answer: tuple(names) for answer, names in (reveals or {}).items()}
        self.inline = False
        super().__init__(choices=list(choices), **options)


class Select(forms.ChoiceField):
    """One of many, as a drop-down list that starts empty."""

    def __init__(self, *, choices: Iterable[tuple[str, str]], **options: Any) -> None:
        """Offer ``choices`` after an empty line."""
        super().__init__(choices=[("", "Choose"), *choices], **options)


class Tick(forms.BooleanField):
    """One checkbox: ticked or not; required means that it must be ticked."""


class Form(forms.Form):
    """A form in Sharewell: no colons after labels, and refusals shown beside what was typed."""

    error_css_class = ""
    use_required_attribute = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Build as Django does, with the house's words for what is missing."""
        options.setdefault("label_suffix", "")
        super().__init__(*arguments, **options)
        self.status = 200
        for field in self.fields.values():
            if (
                field.error_messages.get("required")
                == forms.Field.default_error_messages["required"]
            ):
                field.error_messages["required"] = f"Answer this: {_plain(field)}"

    def refused(self, refusal: Refusal) -> None:
        """Show a refusal of the operation with the form, and answer with its status."""
        errors = refusal.errors if isinstance(refusal, Invalid) else {}
        for name, texts in errors.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)
        if not errors:
            self.add_error(None, refusal.sentence)
        self.status = refusal.status


class KeyedForm(Form):
    """A form that carries its key, for operations that do the same form once."""

    form_key = Key()


def _plain(field: forms.Field) -> str:
    label = str(field.label or "this question")
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
