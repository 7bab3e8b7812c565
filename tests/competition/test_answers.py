"""What may stand in an answer."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from competition.answers import has_control_characters, normalise_text, parse, units
from competition.enums import QuestionKind
from competition.models import Question


def question(kind, **fields):
    return Question(code="q", kind=kind, **fields)


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("abc", 3), ("æøå", 3), ("a\r\nb", 3), ("a\rb", 3), ("😀", 2), ("a\n\nb", 4)],
)
def test_length_is_counted_as_browsers_count(text, length):
    assert units(normalise_text(text)) == length


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text):
    once = normalise_text(text)

    assert normalise_text(once) == once
    assert "\r" not in once


def test_text_at_the_limit_passes_and_one_more_is_named():
    limited = question(QuestionKind.LONG_TEXT, max_chars=5)

    at_limit, over = parse(limited, "abcd\r\n" + "e"), parse(limited, "abc\r\ndef")
    with translation.override("en"):
        error = str(over.error)

    assert at_limit.error is None or at_limit.value == "abcd\ne"
    assert over.value == "abc\ndef"
    assert over.storable
    assert error == "Shorten the text by 2 characters; 5 are allowed."


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\ud800b", "\x7f"])
def test_control_characters_are_refused_and_not_stored(text):
    parsed = parse(question(QuestionKind.LONG_TEXT), text)

    assert has_control_characters(text)
    assert parsed.error
    assert not parsed.storable


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2500000", "2500000"),
        ("2 500 000", "2500000"),
        ("2\u00a0500\u202f000,50", "2500000.50"),
        ("0", "0"),
        ("1.5", "1.5"),
        ("", None),
        ("  ", None),
    ],
)
def test_money_is_read_as_people_write_it(raw, value):
    parsed = parse(question(QuestionKind.MONEY), raw)

    assert (parsed.value, parsed.error) == (value, None)


@pytest.mark.parametrize("raw", ["two", "1e5", "-1", "1.2.3", "1,234,567", "9" * 15, "0.001", "NaN", "٣", "=1+1", "."])
def test_what_is_no_amount_is_refused(raw):
    parsed = parse(question(QuestionKind.MONEY), raw)

    assert parsed.error
    assert not parsed.storable


def test_dates():
    assert parse(question(QuestionKind.DATE), "2027-03-31").value == "2027-03-31"
    assert parse(question(QuestionKind.DATE), "2027-02-30").error
    assert parse(question(QuestionKind.DATE), "31.03.2027").error


@pytest.mark.parametrize(("raw", "value"), [("on", True), (True, True), ("", None), (False, None), ("off", None)])
def test_confirmation_is_yes_or_nothing(raw, value):
    assert parse(question(QuestionKind.CONFIRM), raw).value is value


def test_topics_are_sorted_once_each_and_known():
    known = frozenset(("health", "water"))
    asked = question(QuestionKind.TOPICS)

    assert parse(asked, ["water", "health", "water"], topic_codes=known).value == ["health", "water"]
    assert parse(asked, ["nonsense"], topic_codes=known).error
    assert parse(asked, [], topic_codes=known).value is None


def test_short_text_has_one_line():
    assert parse(question(QuestionKind.SHORT_TEXT), " a \n b ").value == "a b"


@pytest.mark.parametrize("kind", [kind for kind in QuestionKind if kind not in ("choice", "multiple")])
@given(raw=st.one_of(st.text(max_size=50), st.none(), st.booleans(), st.lists(st.text(max_size=5), max_size=3)))
def test_nothing_typed_makes_parsing_fail(kind, raw):
    parse(question(kind), raw)


# --- Lists of organisations ----------------------------------------------------------------------------------------

LISTED = "Østfjord municipality; 974 760 673\n\nThe coast's hospital\n  A  firm ;556036-0793;  \n"


def organisations(raw, country="NO"):
    return parse(question(QuestionKind.ORGANISATIONS), raw, country=country)


def test_organisations_are_read_line_by_line_and_stay_as_they_are_when_read_again():
    listed = [
        {"name": "Østfjord municipality", "number": "974760673"},
        {"name": "The coast's hospital", "number": ""},
        {"name": "A firm", "number": "5560360793"},
    ]

    assert organisations(LISTED).value == listed
    assert organisations(listed).value == listed
    assert organisations("  \n;\n").value is None


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("A\nB; 974760674", "Line 2: This is not a valid organisation number: a digit is wrong or two are swapped."),
        ("; 974760673", "Line 1: The name is missing. Write the name first, then a semicolon and the number."),
        ("A" * 201, "Line 1: The name is too long."),
        ("A\n" * 51, "There are too many organisations. At most 50 can be listed."),
        ("A; 811228-9874", "Line 1: This looks like a personal number. Give the organisation's own number; never a"),
        ("A; 120174-3399", "Line 1: This looks like a personal number. Give the organisation's own number; never a"),
        ("A \x00", "The text holds control characters. Paste it as plain text and try again."),
    ],
)
def test_what_is_no_list_of_organisations_is_refused(raw, message):
    parsed = organisations(raw)

    assert str(parsed.error).startswith(message)
    assert not parsed.storable
    assert "811228" not in str(parsed.error)


# --- Pasted text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("One\x0bTwo", "One\nTwo"),
        ("One\x0cTwo\u2028Three\x85Four", "One\nTwo\nThree\nFour"),
        ("soft\u00adhyphen\u200b\ufeff\u2060", "softhyphen"),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
    ],
)
def test_what_word_leaves_behind_is_cleaned(pasted, kept):
    parsed = parse(question(QuestionKind.LONG_TEXT), pasted)

    assert (parsed.value, parsed.error) == (kept, None)
