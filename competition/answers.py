"""What may stand in an answer: pure parsing and checking, the same for drafts, autosave and submission.

Lengths are counted as browsers count them: see accounts/characters.py.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.characters import has_control_characters, normalise_text, one_line, units
from competition.enums import TEXT_KINDS, QuestionKind
from competition.models import Question
from competition.organisation_lists import NotReadable, as_lines, read_lines

Message = str | Promise

STORED_AT_MOST = 100_000  # units; far beyond any limit of a question, so that an over-long draft is still kept
DIGITS_AT_MOST = 14


@dataclass(frozen=True)
class Parsed:
    """`value` is what to store (None: no answer). `storable` is False where nothing must be stored at all."""

    value: Any = None
    error: Message | None = None
    storable: bool = True


CONTROLS = Parsed(error=_("The text holds control characters. Paste it as plain text and try again."), storable=False)


def is_empty(value: Any) -> bool:
    return value in (None, "", [], False)


def parse(question: Question, raw: Any, *, topic_codes: frozenset[str] = frozenset(), country: str = "") -> Parsed:
    """The answer as it is stored, and what is wrong with it. Whether an answer is missing is not asked here.

    country: that of the lead applicant, in whose register organisation numbers are looked for first.
    """
    kind = question.kind
    if kind == QuestionKind.FILE:
        return Parsed(error=_("Files are attached on a page of their own."), storable=False)
    if kind == QuestionKind.CONFIRM:
        return Parsed(True if raw in (True, "true", "on", "1") else None)
    if kind in (QuestionKind.MULTIPLE, QuestionKind.TOPICS):
        offered = topic_codes if kind == QuestionKind.TOPICS else {option.code for option in question.options.all()}
        return _parse_codes(raw, offered)
    if kind == QuestionKind.ORGANISATIONS:
        return _parse_organisations(raw, country)
    return Parsed() if raw is None else _parse_typed(question, raw)


def _parse_typed(question: Question, raw: Any) -> Parsed:
    """What is typed on one line or in one box."""
    kind = question.kind
    text = normalise_text(str(raw))
    if not text:
        return Parsed()
    if has_control_characters(text):
        return CONTROLS
    if kind in TEXT_KINDS:
        return _parse_text(question, text)
    if kind == QuestionKind.CHOICE:
        return _parse_choice(question, text)
    if kind == QuestionKind.DATE:
        return _parse_date(text)
    return _parse_number(text, money=kind == QuestionKind.MONEY)


def _parse_choice(question: Question, text: str) -> Parsed:
    offered = {option.code for option in question.options.all()}
    return Parsed(text) if text in offered else Parsed(error=_("Choose one of the options."), storable=False)


def _parse_text(question: Question, text: str) -> Parsed:
    if question.kind == QuestionKind.SHORT_TEXT:
        text = one_line(text)
    length = units(text)
    if length > STORED_AT_MOST:
        return Parsed(error=_("The text is far too long to be kept."), storable=False)
    limit = question.max_chars
    if limit and length > limit:
        over = length - limit
        error = ngettext_lazy(
            "Shorten the text by %(over)s character; %(limit)s are allowed.",
            "Shorten the text by %(over)s characters; %(limit)s are allowed.",
            "over",
        ) % {"over": over, "limit": limit}
        return Parsed(text, error)
    return Parsed(text)


def _parse_codes(raw: Any, offered: frozenset[str] | set[str]) -> Parsed:
    if is_empty(raw):
        return Parsed()
    chosen = list(raw) if isinstance(raw, (list, tuple, set)) else [raw]
    codes = list(dict.fromkeys(str(code) for code in chosen if code))
    if any(code not in offered for code in codes):
        return Parsed(error=_("Choose among the options."), storable=False)
    return Parsed(sorted(codes) or None)


def _parse_organisations(raw: Any, country: str) -> Parsed:
    text = normalise_text(as_lines(raw))
    if has_control_characters(text):
        return CONTROLS
    if len(text) > STORED_AT_MOST:
        return Parsed(error=_("The text is far too long to be kept."), storable=False)
    try:
        return Parsed(read_lines(text, country) or None)
    except NotReadable as wrong:
        return Parsed(error=wrong.message, storable=False)


def _parse_date(text: str) -> Parsed:
    try:
        return Parsed(dt.date.fromisoformat(text).isoformat())
    except ValueError:
        return Parsed(error=_("Write the date as year-month-day, for instance 2027-03-31."), storable=False)


def _parse_number(text: str, *, money: bool) -> Parsed:
    """Spaces group digits; a comma is a decimal sign, as people here write it. Stored with a point."""
    compact = "".join(text.split()).replace("\u00a0", "").replace("\u202f", "").replace(",", ".")
    wrong = Parsed(error=_("Write a number with digits, for instance 2 500 000."), storable=False)
    if not all(character in "0123456789.-" for character in compact):
        return wrong
    try:
        number = Decimal(compact)
    except InvalidOperation:
        return wrong
    if number < 0:
        return Parsed(error=_("The number cannot be negative."), storable=False)
    if len(number.as_tuple().digits) > DIGITS_AT_MOST:
        return Parsed(error=_("The number is too large."), storable=False)
    if money and number != number.quantize(Decimal("0.01")):
        return Parsed(error=_("Give the amount with at most two decimals."), storable=False)
    return Parsed(format(number.normalize() if number == number.to_integral() else number, "f"))
