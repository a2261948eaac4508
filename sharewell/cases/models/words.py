"""The closed lists that several tables of this room draw on."""

KINDS = ("observed", "reported", "opinion", "third_party")

READERS = ("practitioner", "manager", "safeguarding_lead", "governance_lead", "hr")

UNKNOWN = ("unknown", "not_asked", "refused", "not_safe_to_ask")


def choices(values: tuple[str, ...]) -> list[tuple[str, str]]:
    """The values as a field takes them; the words that people read come from the packs."""
    return [(v, v) for v in values]
