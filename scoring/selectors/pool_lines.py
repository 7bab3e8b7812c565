"""The lines of a list of jurors, each looked at before anything is imported: what is wrong, and what is odd."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country
from accounts.models import Organisation, User
from accounts.validators import validate_organisation_number
from competition.models import Programme, Topic
from scoring.enums import Sector, Seniority
from scoring.juror_files import CELL_AT_MOST, Line, Table, folded, is_formula
from scoring.models.pool import CAPACITY_AT_MOST

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
DEFAULT_CAPACITY = 20
LENGTHS = {"name": 120, "employer": 200, "region": 80, "email": 254}
LANGUAGE_NAMES = {
    "nb": ("norsk", "bokmål", "norsk bokmål", "norwegian", "norska"),
    "nn": ("nynorsk", "norsk nynorsk"),
    "da": ("dansk", "danish", "danska"),
    "sv": ("svensk", "svenska", "swedish"),
    "en": ("engelsk", "engelska", "english"),
}
Text = str | Promise


@dataclass
class Row:
    """One line of a file, read. problems, warnings: {column: what is said beside its cell}.

    `entry`: what is imported, as JSON holds it; empty where there is a problem.
    """

    line: int
    cells: dict[str, str]
    problems: dict[str, Text] = field(default_factory=dict)
    warnings: dict[str, Text] = field(default_factory=dict)
    entry: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What the lines of a file are compared with."""

    topics: dict[str, str]  # folded label or code -> code
    numbers: dict[str, Organisation]
    names: dict[str, list[Organisation]]
    pooled: set[str]  # addresses that are in the pool
    closed: set[str]  # addresses of closed accounts
    people: dict[tuple[str, str], str]  # (name, employer), folded -> an address in the pool


def check_table(*, programme: Programme, table: Table) -> list[Row]:
    """Every line with what is wrong with it. Six queries at any length; writes nothing."""
    known = _known(programme, table.lines)
    rows = [_check(line, known) for line in table.lines]
    _mark_repeated(rows, known)
    for row in rows:
        if row.problems:
            row.entry = {}
    return rows


def _known(programme: Programme, lines: list[Line]) -> Known:
    addresses = {line.cells.get("email", "").lower() for line in lines}
    digits = {_digits(line.cells.get("number", "")) for line in lines} - {""}
    wanted = {line.cells.get("employer", "").casefold() for line in lines} - {""}
    numbers = {one.number: one for one in Organisation.objects.filter(number__in=digits)}
    names: dict[str, list[Organisation]] = defaultdict(list)
    if wanted:
        for one in Organisation.objects.only("pk", "name", "number").iterator():
            if one.name.casefold() in wanted:
                names[one.name.casefold()].append(one)
    profiles = programme.juror_profiles.select_related("user", "organisation")
    people = {}
    for profile in profiles:
        employer = profile.organisation.name if profile.organisation else profile.employer
        if profile.user.name and employer:
            people[folded(profile.user.name), folded(employer)] = profile.user.email
    return Known(
        topics=_topic_words(),
        numbers=numbers,
        names=names,
        pooled={profile.user.email for profile in profiles},
        closed=set(User.objects.filter(email__in=addresses, is_active=False).values_list("email", flat=True)),
        people=people,
    )


def _topic_words() -> dict[str, str]:
    words: dict[str, str] = {}
    for topic in Topic.objects.all():
        labels = [getattr(topic, f"label_{code}") for code in LANGUAGES]
        words |= {folded(word): topic.code for word in (topic.code, *labels) if word}
    return words


def _digits(number: str) -> str:
    return re.sub(r"[\s.\-/]", "", number)


def _check(line: Line, known: Known) -> Row:
    row = Row(line.number, line.cells)
    for column, text in line.cells.items():
        if len(text) > LENGTHS.get(column, CELL_AT_MOST):
            row.problems[column] = _("This is too long.")
        elif is_formula(text):
            row.problems[column] = _("This begins like a formula. Write the text itself.")
    row.entry = {
        "email": _address(row, known),
        "name": row.cells.get("name", ""),
        "sector": _choice(row, "sector", Sector),
        "seniority": _choice(row, "seniority", Seniority),
        "region": row.cells.get("region", ""),
        "languages": _languages(row),
        "capacity": _capacity(row),
        "topics": _topics(row, known),
        **_employer(row, known),
    }
    return row


def _address(row: Row, known: Known) -> str:
    address = row.cells.get("email", "").lower()
    if "email" in row.problems:
        return address
    if not address:
        row.problems["email"] = _("The address is missing.")
        return ""
    try:
        validate_email(address)
    except ValidationError:
        row.problems["email"] = _("This is no e-mail address.")
    else:
        if address in known.pooled:
            row.problems["email"] = _("This person is in the pool already.")
        elif address in known.closed:
            row.problems["email"] = _("The account of this address is closed.")
    return address


def _employer(row: Row, known: Known) -> dict[str, Any]:
    """The registered organisation, by number or else by name; or the bare name."""
    name, number = row.cells.get("employer", ""), _digits(row.cells.get("number", ""))
    if number and "number" not in row.problems:
        if found := known.numbers.get(number):
            return {"organisation": found.pk, "employer": ""}
        row.problems |= _number_problem(number)
        if "number" not in row.problems:
            row.warnings["number"] = _("No organisation with this number is registered here. Only the name is kept.")
    found_by_name = known.names.get(name.casefold(), [])
    if len(found_by_name) == 1 and not number:
        return {"organisation": found_by_name[0].pk, "employer": ""}
    if len(found_by_name) > 1:
        row.warnings["employer"] = _("Several organisations have this name. Add the number, so that it is known which.")
    return {"organisation": None, "employer": name}


def _number_problem(number: str) -> dict[str, Text]:
    """What is wrong with a number in every country. A personal one is refused and never repeated."""
    for country in Country.values:
        try:
            validate_organisation_number(country, number)
        except ValidationError as error:
            if error.code == "personal":
                return {"number": error.messages[0]}
        else:
            return {}
    return {"number": _("This is not a valid organisation number.")}


def _choice(row: Row, column: str, choices: Any) -> str:
    text = folded(row.cells.get(column, ""))
    if not text or column in row.problems:
        return ""
    for choice in choices:
        if text in _words_of(choice):
            return str(choice.value)
    row.problems[column] = _("This is none of the values that the column knows. The template lists them.")
    return ""


@cache
def _words_of(choice: Any) -> set[str]:
    """The code, and the word in every language of the site."""
    words = {folded(choice.value)}
    for language in LANGUAGES:
        with translation.override(language):
            words.add(folded(str(choice.label)))
    return words


def _languages(row: Row) -> list[str]:
    found = []
    for part in _parts(row.cells.get("languages", "")):
        word = folded(part)
        code = next((code for code in LANGUAGES if word == code or word in LANGUAGE_NAMES.get(code, ())), "")
        if code:
            found.append(code)
        else:
            row.problems.setdefault("languages", _("There is no such language here: %(word)s") % {"word": part[:40]})
    return sorted(set(found))


def _capacity(row: Row) -> int:
    text = row.cells.get("capacity", "")
    if not text or "capacity" in row.problems:
        return DEFAULT_CAPACITY
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        row.problems["capacity"] = _("Write a whole number.")
    elif not 1 <= int(text) <= CAPACITY_AT_MOST:
        row.problems["capacity"] = _("Somebody who judges takes at least one sketch, and at most %(most)s.") % {
            "most": CAPACITY_AT_MOST
        }
    else:
        return int(text)
    return DEFAULT_CAPACITY


def _topics(row: Row, known: Known) -> dict[str, str]:
    """{code: strength}: “health” counts fully, “health:0.5” by half."""
    found: dict[str, str] = {}
    text = re.sub(r":\s*([01]),(\d)", r":\1.\2", row.cells.get("topics", ""))  # a decimal comma parts nothing
    for part in _parts(text):
        word, _colon, strength = part.partition(":")
        code = known.topics.get(folded(word), "")
        if not code:
            row.problems.setdefault("topics", _("There is no such topic: %(word)s") % {"word": word[:40]})
            continue
        try:
            value = Decimal(strength.strip() or "1")
        except InvalidOperation:
            value = Decimal(-1)
        if not (value.is_finite() and 0 <= value <= 1):
            row.problems.setdefault("topics", _("How well a juror knows a topic is a number from 0 to 1."))
        else:
            found[code] = str(round(value, 2))
    return found


def _parts(text: str) -> list[str]:
    """What a cell lists: parted by semicolons or bars where there are any, or else by commas."""
    sign = ";" if ";" in text else "|" if "|" in text else ","
    return [part.strip() for part in text.split(sign) if part.strip()]


def _mark_repeated(rows: list[Row], known: Known) -> None:
    """The same address twice is a mistake; the same person under two addresses may be one."""
    first: dict[str, int] = {}
    people: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        address = row.entry["email"]
        if address and "email" not in row.problems and address in first:
            row.problems["email"] = _("The address stands on line %(line)s already.") % {"line": first[address]}
        first.setdefault(address, row.line)
        if row.entry["name"] and row.cells.get("employer"):
            people[folded(row.entry["name"]), folded(row.cells["employer"])].append(row)
    for person, same in people.items():
        others = {row.entry["email"] for row in same} | {known.people.get(person, "")} - {""}
        if len(others) < 2:
            continue
        for row in same:
            row.warnings.setdefault("name", _("Somebody of this name and employer has another address too."))
