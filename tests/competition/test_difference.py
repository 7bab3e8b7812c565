"""What is new in a text."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competition.difference import Kind, Part, difference, shortened

S, R, A = Kind.SAME, Kind.REMOVED, Kind.ADDED


def told(parts):
    return [(part.kind, part.text) for part in parts]


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("", "", []),
        ("one two", "one two", [(S, "one two")]),
        ("", "new", [(A, "new")]),
        ("old", "", [(R, "old")]),
        ("at most two pages", "at most four pages", [(S, "at most "), (R, "two "), (A, "four "), (S, "pages")]),
        ("Søk innen fredag.", "Søk innen mandag.", [(S, "Søk innen "), (R, "fredag"), (A, "mandag"), (S, ".")]),
        ("<b>one</b>", "<b>two</b>", [(S, "<b>"), (R, "one"), (A, "two"), (S, "</b>")]),
        ("第一期限は金曜日", "第一期限は月曜日", [(S, "第一期限は"), (R, "金"), (A, "月"), (S, "曜日")]),
        ("موعد الجمعة", "موعد السبت", [(S, "موعد "), (R, "الجمعة"), (A, "السبت")]),
        ("one a two", "1 a 2", [(R, "one a two"), (A, "1 a 2")]),
        ("first\n\nsecond", "first\n\nnew\n\nsecond", [(S, "first\n\n"), (A, "new\n\n"), (S, "second")]),
    ],
)
def test_difference_names_the_words_that_changed(before, after, parts):
    assert told(difference(before, after)) == parts


@given(st.text(max_size=80), st.text(max_size=80))
def test_parts_make_both_texts_again(before, after):
    parts = difference(before, after)

    assert "".join(part.text for part in parts if part.kind is not A) == before
    assert "".join(part.text for part in parts if part.kind is not R) == after


@pytest.mark.timeout(20)
@pytest.mark.parametrize("vocabulary", [["need "], ["a ", "b "], [f"word{n} " for n in range(400)]])
def test_long_texts_are_compared_quickly(vocabulary):
    chance = random.Random(1)
    before = "".join(chance.choice(vocabulary) for _n in range(20_000 // len(vocabulary[0])))
    after = "".join(chance.choice(vocabulary) for _n in range(20_000 // len(vocabulary[0])))

    parts = difference(before, after)

    assert "".join(part.text for part in parts if part.kind is not A) == before


def test_shortened_keeps_changes_with_some_words_around_them():
    parts = [Part(S, "far " * 100), Part(A, "new "), Part(S, "between " * 100), Part(R, "old")]

    short = shortened(parts, context=20)

    assert told(short) == [
        (Kind.GAP, "…"),
        (S, "far far far far "),
        (A, "new "),
        (S, "between between"),
        (Kind.GAP, "…"),
        (S, "between between "),
        (R, "old"),
    ]
