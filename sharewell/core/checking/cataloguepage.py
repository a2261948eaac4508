"""The field catalogue and the matrix as a page that a practitioner and a lawyer can read, made from the packs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from sharewell.core.catalogue import FORM_CODES, Cell, Field, When
from sharewell.core.policy import Policy

Words = Callable[[str, str], str]  # the label of an id of a closed set
FLAG = "flag_"
HEAD = """\
# Fields, and who may receive them

Made by `sharewell pack fields` from `fields.yaml` and `matrix.yaml`; a test holds it against them. How the rows are written stands
in [packs.md](packs.md), the forms in [formats/forms.md](formats/forms.md).

A message carries these fields and nothing else. The tier is the floor by content: 1 actionable essentials, 2 coordination detail,
3 high-scrutiny material, which goes item by item with a reason, an authority and an approver who is not the sender. A field goes
to a role for a purpose only where the matrix below gives that tier or names the field. Where a row below bars the role, nothing
gives it: not agreement, not an order, not the matrix. In immediate danger an address that is masked goes to those who come.
"""
MATRIX = """\
## Who receives what, for which purpose

*1* essentials; *2* essentials and coordination detail; *3, item by item* also those fields of Tier 3 that the set names. A purpose that is
not named gives nothing. "First" are the fields that go where nothing more is asked for by name.
"""


def page(policy: Policy, words: Words) -> str:
    """The whole page in Markdown; ``words`` gives the label of an id of a closed set."""
    said = [HEAD]
    for section, rows in groupby(policy.fields.values(), key=lambda field: field.section):
        said += [
            f"## {policy.sections[section]}",
            "",
            "| field | tier | who may | raised or lowered | carried |",
        ]
        said += ["|---|---|---|---|---|", *(_field(row, words) for row in rows), ""]
    said += [MATRIX, "| role | purpose | receives | rests on |", "|---|---|---|---|"]
    said += [
        f"| {words('recipient_roles', role)} | {words('purposes', purpose)} | {_cell(cell, policy, words)} |"
        f" {_rests(cell, words)} |"
        for (role, purpose), cell in policy.matrix.cells.items()
    ]
    said += ["", *_forms(policy, words)]
    return "\n".join(said) + "\n"


def _field(field: Field, words: Words) -> str:
    cells = (
        f"**{field.label}** `{field.id}`{f' {field.hint}' if field.hint else ''}",
        str(field.tier),
        _who(field, words),
        "; ".join(_moved(field, words)) or "-",
        "; ".join(_carried(field, words)),
    )
    return f"| {' | '.join(cells)} |"


def _who(field: Field, words: Words) -> str:
    if field.only:
        return f"only {_listed('recipient_roles', sorted(field.only), words)}"
    if field.never:
        return f"never {_listed('recipient_roles', sorted(field.never), words)}"
    return "as the matrix says"


def _moved(field: Field, words: Words) -> Iterator[str]:
    """What raises or lowers a tier, in words."""
    for flag, tier in field.flags.items():
        yield f"{tier} where marked {words('flags', flag).lower()}"
    for when, tier in field.tier_for:
        yield f"{tier} {_when(when, words)}"


def _when(when: When, words: Words) -> str:
    return ", ".join(_condition(name, values, words) for name, values in when.items())


def _condition(name: str, values: tuple[str, ...], words: Words) -> str:
    if name == "role":
        return f"to {_listed('recipient_roles', values, words)}"
    if name == "purpose":
        return f"for {_listed('purposes', values, words)}"
    if name.startswith(FLAG):
        marked = "marked" if values == ("true",) else "not marked"
        return f"where {marked} {words('flags', name.removeprefix(FLAG)).lower()}"
    return f"where {words('facts', name).lower()} is {_listed('fact_values', values, words)}"


def _carried(field: Field, words: Words) -> Iterator[str]:
    """How much of it, about whom, and under what more."""
    yield f"{field.max_chars} characters" + (
        f", {field.max_items} items" if field.max_items < 200 else ""
    )
    if field.about:
        yield f"about {_listed('fact_values', sorted(field.about), words)} only, else by name"
    if field.identifies:
        yield "identifies"
    if field.restricted:
        yield f"needs an authorization that names {words('consent_labels', field.restricted).lower()}"
    if field.confirms_client:
        yield "shows that the sender serves the person"
    if field.hides:
        yield "a social security number is taken out"


def _cell(cell: Cell, policy: Policy, words: Words) -> str:
    if not cell.tier:
        return " or ".join(words("forms", form).lower() for form in cell.forms)
    said = ["3, item by item" if cell.items else str(cell.tier)]
    second = [id_ for id_ in _known(cell.named, policy) if policy.fields[id_].tier > cell.tier]
    said += [f"with {_labels(second, policy)}"] if second and cell.only is None else []
    said += [f"first {_labels(cell.usual, policy)}"] if cell.usual else []
    said += [f"only {_labels(cell.only, policy)}"] if cell.only is not None else []
    identifying = {id_ for id_, field in policy.fields.items() if field.identifies}
    if cell.without == identifying:
        said.append("nothing that names or places anybody")
    elif cell.without:
        said.append(f"without {_labels(cell.without, policy)}")
    said += [f"of Tier 3 {_labels(cell.items, policy)}"] if cell.items else []
    return "; ".join(said)


def _rests(cell: Cell, words: Words) -> str:
    """Where a cell comes from, how sure that is, and why it differs."""
    source = cell.source if cell.local else cell.source.partition(";")[0]
    said = f"{source} ({words('statuses', cell.status).lower()})"
    return f"{said}. Differs: {cell.differs}" if cell.differs else said


def _forms(policy: Policy, words: Words) -> Iterator[str]:
    """What each form that is not a message holds."""
    yield "## Forms"
    yield ""
    for form in FORM_CODES.values():
        most = policy.matrix.lengths.get(form)
        length = f" No text is longer than {most} characters." if most else ""
        listed = _labels(policy.matrix.forms[form], policy)
        yield f"- {words('forms', form)}: {listed}.{length}"


def _known(ids: Iterable[str], policy: Policy) -> list[str]:
    """These fields in the order of the catalogue."""
    wanted = set(ids)
    return [id_ for id_ in policy.fields if id_ in wanted]


def _labels(ids: Iterable[str], policy: Policy) -> str:
    return ", ".join(_lowered(policy.fields[id_].label) for id_ in _known(ids, policy))


def _lowered(label: str) -> str:
    """A label within a sentence: GP and CHI stay as they are."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _listed(name: str, ids: Iterable[str], words: Words) -> str:
    return ", ".join(_lowered(words(name, id_)) for id_ in ids)
