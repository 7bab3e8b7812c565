"""Reference and receipt numbers."""

from competition.numbers import ALPHABET, LENGTH, is_number, new_number, normalise


def test_new_numbers_are_well_formed():
    numbers = {new_number() for _n in range(500)}

    assert len(numbers) == 500
    assert all(is_number(number) and len(number) == LENGTH for number in numbers)


def test_nothing_that_looks_alike():
    assert not set("ILOU01") & set(ALPHABET)


def test_every_single_mistake_and_every_swap_of_neighbours_is_caught():
    number = new_number()

    wrong = {
        number[:place] + character + number[place + 1 :]
        for place in range(LENGTH)
        for character in ALPHABET
        if character != number[place]
    }
    swapped = {
        number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        for place in range(LENGTH - 1)
        if number[place] != number[place + 1]
    }

    assert not any(is_number(other) for other in wrong | swapped)


def test_typed_with_spaces_hyphens_and_small_letters():
    number = new_number()

    assert normalise(f" {number[:4].lower()}-{number[4:]} ") == number


def test_rubbish_is_no_number():
    assert not any(is_number(text) for text in ("", "A", "ÆØÅÆØÅÆØ", "1" * 8, "A" * 9))
