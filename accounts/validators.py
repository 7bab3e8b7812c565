"""Organisation numbers, checked by python-stdnum, with personal numbers kept out."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.dk import cvr
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fi import ytunnus
from stdnum.fo import vn
from stdnum.is_ import kennitala
from stdnum.no import orgnr
from stdnum.se import orgnr as se_orgnr

from accounts.enums import Country


def _swedish_person(number: str) -> bool:
    # A Swedish personal number has a month in the third and fourth place; an organisation has 2 or more in the third.
    return number[2] < "2"


def _icelandic_person(number: str) -> bool:
    # Icelandic organisations have 40 added to the day of registration; people have their day of birth.
    return int(number[:2]) < 41


# country -> (checker, tells a personal number that the checker accepts)
_REGISTERS: dict[str, tuple[ModuleType, Callable[[str], bool] | None]] = {
    Country.NO: (orgnr, None),
    Country.DK: (cvr, None),
    Country.SE: (se_orgnr, _swedish_person),
    Country.FI: (ytunnus, None),
    Country.IS: (kennitala, _icelandic_person),
    Country.FO: (vn, None),
}

_DIGITS = {
    Country.NO: 9,
    Country.DK: 8,
    Country.SE: 10,
    Country.FI: 8,
    Country.IS: 10,
    Country.FO: 6,
}


def validate_organisation_number(country: str, number: str) -> str:
    """The number in its compact form. Raises ValidationError with what is wrong and what is expected.

    A personal number is refused and never repeated in the message, so that it reaches no log and no page.
    """
    register, is_person = _REGISTERS[country]
    if not re.fullmatch(r"[0-9A-Za-z\s.\-/]{1,30}", number):
        raise ValidationError(_("Write the organisation number with digits only."), code="format")
    try:
        compact = register.validate(number)
    except (InvalidLength, InvalidFormat):
        raise ValidationError(
            _("An organisation number in this country has %(digits)s digits. Check that all are there."),
            code="length",
            params={"digits": _DIGITS[Country(country)]},
        ) from None
    except InvalidChecksum:
        raise ValidationError(
            _("This is not a valid organisation number: a digit is wrong or two are swapped."),
            code="checksum",
        ) from None
    except NumberError:
        raise ValidationError(_("This is not a valid organisation number."), code="invalid") from None
    if is_person is not None and is_person(compact):
        raise ValidationError(
            _("This looks like a personal number. Give the organisation's own number; never a person's."),
            code="personal",
        )
    return compact


def unusual_organisation_number(country: str, number: str) -> bool:
    """Whether a valid number is worth a second look: Norwegian numbers begin with 8 or 9."""
    return country == Country.NO and number[:1] not in ("8", "9")
