import pytest
from django.core.exceptions import ValidationError

from accounts.validators import unusual_organisation_number, validate_organisation_number


@pytest.mark.parametrize(
    ("country", "typed", "compact"),
    [
        ("NO", "312 013 169", "312013169"),
        ("DK", "99001097", "99001097"),
        ("SE", "212000-9804", "2120009804"),
        ("FI", "2077474-0", "20774740"),
        ("IS", "450401-3150", "4504013150"),
        ("FO", "623857", "623857"),
    ],
)
def test_organisation_number_is_compacted(country, typed, compact):
    assert validate_organisation_number(country, typed) == compact


@pytest.mark.parametrize(
    ("country", "typed", "code"),
    [
        ("NO", "312013168", "checksum"),
        ("NO", "31201316", "length"),
        ("NO", "31201316x!", "format"),
        ("NO", "312\x00013169", "format"),
        ("DK", "99001098", "checksum"),
        # Both pass the registers' own check digits, and both are numbers of people.
        ("SE", "811228-9874", "personal"),
        ("IS", "120174-3399", "personal"),
    ],
)
def test_organisation_number_refused(country, typed, code):
    with pytest.raises(ValidationError) as refused:
        validate_organisation_number(country, typed)

    assert refused.value.code == code
    assert typed not in str(refused.value)


def test_norwegian_number_with_unusual_first_digit_is_worth_a_look():
    assert unusual_organisation_number("NO", "312013169")
    assert not unusual_organisation_number("NO", "964338531")
    assert not unusual_organisation_number("DK", "33000000")
