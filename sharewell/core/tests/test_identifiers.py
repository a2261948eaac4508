"""Numbers of people: every slip that their check digit can find is found, and said in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell.core.identifiers import UPN_LETTERS, IdentifierError, check

TENS = ("nhs", "chi", "hcn")


def ten(nine: str) -> str:
    """Ten figures whose last fits; empty where none can."""
    rest = sum(w * int(c) for w, c in zip(range(10, 1, -1), nine, strict=True)) % 11
    digit = (11 - rest) % 11
    return "" if digit == 10 else f"{nine}{digit}"


def upn(body: str) -> str:
    """A UPN of these twelve, the last of which may be a letter."""
    values = [int(c) if c.isdigit() else UPN_LETTERS.index(c) for c in body]
    total = sum(weight * each for weight, each in enumerate(values, start=2))
    return f"{UPN_LETTERS[total % 23]}{body}"


NINES = st.text("0123456789", min_size=9, max_size=9).filter(
    lambda nine: bool(ten(nine)) and bool(int(nine))
)
TWELVES = st.text("0123456789", min_size=12, max_size=12)


def refused(scheme: str, typed: str) -> str:
    """The code with which this is refused."""
    with pytest.raises(IdentifierError) as fault:
        check(scheme, typed)
    assert typed not in fault.value.sentence
    return fault.value.code


@pytest.mark.parametrize(
    ("scheme", "typed", "value"),
    [
        ("nhs", "943 476 5919", "9434765919"),
        ("nhs", " 943-476-5919 ", "9434765919"),
        ("nhs", "９４３ ４７６ ５９１９", "9434765919"),
        ("nhs", "999 000 0018", "9990000018"),
        ("chi", ten("010190123"), ten("010190123")),
        ("hcn", ten("320000012"), ten("320000012")),
        ("upn", upn("801200001001").lower(), upn("801200001001")),
    ],
)
def test_what_people_type_is_read(scheme: str, typed: str, value: str) -> None:
    assert check(scheme, typed).value == value


def test_a_number_is_written_as_people_write_it() -> None:
    assert check("nhs", "9434765919").text == "943 476 5919"
    assert check("upn", upn("801200001001")).text == upn("801200001001")


@given(st.sampled_from(TENS), NINES, st.integers(0, 9), st.integers(1, 9))
def test_every_wrong_figure_is_found(scheme: str, nine: str, place: int, more: int) -> None:
    right = ten(nine)
    assert check(scheme, right).value == right
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]
    assert refused(scheme, wrong) == "check"


@given(st.sampled_from(TENS), NINES, st.integers(0, 8))
def test_every_two_neighbours_that_changed_places_are_found(
    scheme: str, nine: str, place: int
) -> None:
    right = ten(nine)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    if wrong != right:
        assert refused(scheme, wrong) == "check"


@given(st.sampled_from(TENS), st.text("0123456789", min_size=9, max_size=9))
def test_where_the_check_is_ten_no_last_figure_fits(scheme: str, nine: str) -> None:
    if not ten(nine):
        assert {refused(scheme, f"{nine}{last}") for last in range(10)} == {"check"}


@given(TWELVES, st.integers(1, 12), st.integers(1, 9))
def test_every_wrong_figure_of_a_upn_is_found(body: str, place: int, more: int) -> None:
    right = upn(body)
    assert check("upn", right).value == right
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]
    assert refused("upn", wrong) == "check"


@given(TWELVES, st.integers(1, 11))
def test_every_two_neighbours_of_a_upn_are_found(body: str, place: int) -> None:
    right = upn(body)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    if wrong != right:
        assert refused("upn", wrong) == "check"


@given(TWELVES, st.sampled_from(UPN_LETTERS))
def test_a_upn_has_one_letter_that_fits(body: str, letter: str) -> None:
    right = upn(body)
    if letter != right[0]:
        assert refused("upn", f"{letter}{body}") == "check"


@pytest.mark.parametrize(
    ("scheme", "typed", "code", "says"),
    [
        ("nhs", "", "empty", "Enter the number"),
        ("nhs", "943 476 591", "length", "This has 9 figures; an NHS number has 10."),
        ("nhs", "943 476 591O", "characters", "figures only"),
        ("nhs", "000 000 0000", "check", "nothing but noughts"),
        ("nhs", "943 476 5918", "check", "The last figure does not fit the others"),
        ("chi", "1", "length", "This has 1 figure; a CHI number has 10."),
        ("hcn", "12345", "length", "a Health and Care number has 10"),
        ("upn", "A80120000100", "length", "a letter and 12 figures"),
        ("upn", "I801200001001", "characters", "never with I, O or S"),
        ("upn", "A8012X0001001", "characters", "only the last may be a letter"),
        ("upn", "1801200001001", "characters", "begins with a letter"),
    ],
)
def test_what_is_wrong_is_said_in_words(scheme: str, typed: str, code: str, says: str) -> None:
    with pytest.raises(IdentifierError) as fault:
        check(scheme, typed)
    assert fault.value.code == code
    assert says in fault.value.sentence


@given(st.sampled_from([*TENS, "upn"]), st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused(scheme: str, typed: str) -> None:
    try:
        found = check(scheme, typed)
    except IdentifierError as fault:
        assert fault.sentence.endswith(".")  # noqa: PT017
    else:
        assert check(scheme, found.text).value == found.value


BORN = date(1990, 1, 1)


@pytest.mark.parametrize(
    ("scheme", "nine", "born", "says"),
    [
        ("nhs", "943476591", None, "begin with 4, 6 or 7"),
        ("nhs", "999000001", None, "for tests"),
        ("nhs", "320000012", None, "Northern Ireland"),
        ("nhs", "010190123", None, "Scottish CHI number"),
        ("nhs", "450557710", None, ""),
        ("chi", "010190123", BORN, ""),
        ("chi", "020190128", BORN, "another date"),
        ("chi", "450557710", None, "this one does not"),
        ("hcn", "320000012", None, ""),
        ("hcn", "450557710", None, "between 320 000 001"),
    ],
)
def test_a_number_of_another_range_is_told(
    scheme: str, nine: str, born: date | None, says: str
) -> None:
    """The three schemes share one check, so only the range tells them apart."""
    notes = check(scheme, ten(nine), born=born).notes
    assert len(notes) == (1 if says else 0)
    assert says in " ".join(notes)


def test_a_temporary_upn_is_told() -> None:
    assert "temporary" in check("upn", upn("80120000100A")).notes[0]
