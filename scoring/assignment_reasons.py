"""Why a juror judges a sketch or does not, in words, and as rows of a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl import Workbook

from competition.spreadsheets import defused
from scoring.assignment_words import NAMES
from scoring.selectors.explanation import Reason

FORMATS = ("csv", "xlsx", "json")


def said(reason: Reason, *, names: bool = True) -> str:
    """One sentence. names: whether colleagues are named, which an access request of one juror must not do."""
    words = _plain(reason, names)
    if reason.fall and reason.code in ("group", "full", "fit"):
        return f"{words} " + _("Insisting would lower the total fit by %(fall)s.") % {"fall": figure(reason.fall)}
    return words


def _plain(reason: Reason, names: bool) -> str:
    if reason.code == "chosen":
        return _chosen(reason)
    if reason.code == "group":
        return _group(reason, names)
    if reason.code == "conflict":
        return _("May not judge it: %(reason)s") % {"reason": reason.conflict or _("kept out when this was computed")}
    if reason.code == "full":
        return _("Has %(load)d of at most %(most)d sketches.") % {"load": reason.load, "most": reason.most}
    if reason.code == "places" and reason.places:
        return _("Would leave %(number)d more places or least loads unmet elsewhere.") % {"number": reason.places}
    plain = {
        "forbidden": _("Ruled out by hand."),
        "places": _("Can take no sketch beside those that are kept."),
        "equal": _("Would do as well; the draw decided."),
        "fit": _("Fits less well."),
    }
    return plain.get(reason.code, reason.code)


def _chosen(reason: Reason) -> str:
    if reason.by_hand:
        return _("Chosen by hand.")
    if reason.locked:
        return _("Kept from before.")
    return _("Chosen; fit number %(rank)d of %(candidates)d who may judge it.") % {
        "rank": reason.rank or 0,
        "candidates": reason.candidates or 0,
    }


def _group(reason: Reason, names: bool) -> str:
    if names and any(reason.colleagues):
        return _("Belongs to the same group as %(names)s.") % {"names": ", ".join(filter(None, reason.colleagues))}
    return _("Belongs to the same group as somebody who judges it.")


def made_of(terms: Mapping[str, float]) -> dict[str, float]:
    """{part in words: its share of the fit}, without the parts that add nothing."""
    return {str(NAMES.get(part, part)): value for part, value in terms.items() if value}


def figure(value: float | None, decimals: int = 2) -> str:
    return "" if value is None else number_format(value, decimals)


def table(reasons: Sequence[Reason], *, names: bool) -> tuple[list[str], list[list[object]]]:
    """Heading and rows. Fits are from 0 to 1; an empty cell where there is none."""
    parts = sorted({part for reason in reasons for part in reason.terms})
    heading = [
        _("Sketch"), _("Title"), _("Juror"), _("Judges it"), _("Reason"), _("Code"), _("Fit"), _("Total would fall by"),
        *(str(NAMES.get(part, part)) for part in parts), _("Topics of the sketch"),
    ]  # fmt: skip
    rows: list[list[object]] = [
        [
            reason.reference, reason.title, reason.name, _("yes") if reason.chosen else _("no"),
            said(reason, names=names), reason.code, reason.fit, reason.fall,
            *(reason.terms.get(part) for part in parts),
            ", ".join(f"{topic} {strength:.2f}" for topic, strength in reason.topics.items()),
        ]
        for reason in reasons
    ]  # fmt: skip
    return heading, rows


def exported(reasons: Sequence[Reason], form: str, about: dict[str, Any], *, names: bool) -> tuple[bytes, str]:
    """The file and its type. form: one of FORMATS. about: what stands at the top of the JSON."""
    if form == "json":
        told = [_as_data(reason, names) for reason in reasons]
        return json.dumps({**about, "reasons": told}, ensure_ascii=False, indent=1).encode(), "application/json"
    heading, rows = table(reasons, names=names)
    lines = [[defused(cell) for cell in row] for row in (heading, *rows)]
    if form == "xlsx":
        return _workbook(lines), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(lines)
    return ("\ufeff" + text.getvalue()).encode(), "text/csv; charset=utf-8"  # the mark says that it is UTF-8


def _as_data(reason: Reason, names: bool) -> dict[str, Any]:
    return {
        "sketch": reason.reference,
        "title": reason.title,
        "juror": reason.name,
        "judges": reason.chosen,
        "code": reason.code,
        "reason": said(reason, names=names),
        "fit": reason.fit,
        "fall": reason.fall,
        "terms": reason.terms,
        "topics": reason.topics,
    }


def _workbook(lines: Iterable[Sequence[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in lines:
        sheet.append(list(line))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
