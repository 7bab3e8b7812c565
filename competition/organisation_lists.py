"""Answers that list organisations, one to a line: "Name; number", or the name alone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country
from accounts.validators import validate_organisation_number

AT_MOST = 50
NAME_AT_MOST = 200  # as the column of an organisation's name has it


class NotReadable(ValueError):
    """`message` says what is wrong, and in which line. It never repeats a number, which may be a person's."""

    def __init__(self, message: str | Promise):
        super().__init__()
        self.message = message


def as_lines(raw: Any) -> str:
    """What is stored, or was typed, as the text in which it is typed."""
    if not isinstance(raw, list):
        return "" if raw is None else str(raw)
    rows = [row for row in raw if isinstance(row, dict)]
    return "\n".join("; ".join(filter(None, (str(row.get("name", "")), str(row.get("number", ""))))) for row in rows)


def read_lines(text: str, country: str) -> list[dict[str, str]]:
    """[{"name", "number" ("" for none)}] in the order typed. Raises NotReadable.

    country: whose register a number is looked for in first; "" where none is known.
    """
    lines = [(place, line.strip()) for place, line in enumerate(text.split("\n"), start=1) if line.strip(" \t;")]
    if len(lines) > AT_MOST:
        raise NotReadable(_("There are too many organisations. At most %(count)s can be listed.") % {"count": AT_MOST})
    return [_read_line(place, line, country) for place, line in lines]


def _read_line(place: int, line: str, country: str) -> dict[str, str]:
    before, _semicolon, after = line.partition(";")
    name, number = " ".join(before.split()), after.strip(" \t;")
    if not name:
        raise _at(place, _("The name is missing. Write the name first, then a semicolon and the number."))
    if len(name) > NAME_AT_MOST:
        raise _at(place, _("The name is too long."))
    return {"name": name, "number": _checked(place, number, country) if number else ""}


def _checked(place: int, number: str, country: str) -> str:
    """The number in its compact form: of the country, or else of any in which it is right, and of no person."""
    countries = [country] if country in Country.values else []
    wrong: ValidationError | None = None
    for each in [*countries, *(other for other in Country.values if other not in countries)]:
        try:
            return validate_organisation_number(each, number)
        except ValidationError as error:
            if error.code == "personal":
                raise _at(place, error.messages[0]) from None
            wrong = wrong or error
    assert wrong is not None  # noqa: S101 - there is at least one country
    raise _at(place, wrong.messages[0] if countries else _("This is not a valid organisation number.")) from None


def _at(place: int, problem: str | Promise) -> NotReadable:
    return NotReadable(_("Line %(number)s: %(problem)s") % {"number": place, "problem": problem})
