"""Cells of the files that people open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

# What a spreadsheet takes for the beginning of a formula, also behind spaces.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def defused(value: object) -> object:
    """A cell that no spreadsheet takes for a formula. Numbers stay numbers."""
    if not isinstance(value, str):
        return "" if value is None else value
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA_STARTS) else value


def csv_response(rows: Iterable[Iterable[object]], name: str) -> HttpResponse:
    """The rows as a file to download; the mark at the beginning tells spreadsheets that it is UTF-8."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([defused(cell) for cell in row] for row in rows)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
