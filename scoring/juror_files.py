"""Lists of jurors in files, CSV or Excel: what stands in them, whatever wrote them. Pure reading and writing.

A table is a heading line, and below it one person to a line. Columns may be named in any language of the site, and
stand in any order; those that nobody here knows are passed over.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.office_files import XLSX, office_type
from competition.office_files import BadFile as BadArchive

BYTES_AT_MOST = 2_000_000
ROWS_AT_MOST = 5_000
CELLS_AT_MOST = 40
CELL_AT_MOST = 1_000  # characters; more is no name and no list of topics
COLUMNS: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).resolve().parent / "templates_data" / "juror_columns.json").read_text(encoding="utf-8")
)
# What a spreadsheet would take for a formula; none of the columns holds anything that begins so.
FORMULA_STARTS = ("=", "+", "-", "@", "|", "%")


class BadFile(ValueError):
    """The file as a whole cannot be read; `message` says why and what to do."""

    def __init__(self, message: str | Promise):
        super().__init__()
        self.message = message


@dataclass(frozen=True)
class Line:
    """One person as the file has it: where, and {column: text} of the columns that are known."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """columns: those found, in their order. unknown: headings that nobody here knows."""

    columns: list[str]
    unknown: list[str]
    lines: list[Line]


def folded(text: str) -> str:
    """A heading, or a value, as it is compared: without case and without what people put around words."""
    return " ".join(text.casefold().replace("_", " ").strip(" \t\"'*:").split())


_KNOWN = {
    folded(name): column for column, by_language in COLUMNS.items() for names in by_language.values() for name in names
} | {column: column for column in COLUMNS}


def heading(column: str, language: str) -> str:
    return COLUMNS[column].get(language, COLUMNS[column]["en"])[0]


def is_formula(text: str) -> bool:
    return text.lstrip().startswith(FORMULA_STARTS)


def read_file(content: bytes) -> Table:
    """The table in a file, by what it is and not by what it is called. Raises BadFile."""
    if len(content) > BYTES_AT_MOST:
        raise BadFile(_("The file is too large. A list of jurors is at most 2 MB."))
    if not content.strip():
        raise BadFile(_("The file is empty."))
    rows = _excel_rows(content) if content.startswith(b"PK\x03\x04") else _csv_rows(_decoded(content))
    return _table(rows)


def _decoded(content: bytes) -> str:
    """UTF-8 and UTF-16 with or without their marks, and what older programs on Windows write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[:200].count(b"\x00") * 3 > len(content[:200]):  # every other byte of Latin letters
        encodings = ["utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadFile(_("This is no text file. Choose a CSV or an Excel file (.xlsx)."))


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line on which the row begins, cells). The separator is the one that the heading line has most of."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";\t,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(
            _("The file is broken at line %(line)s: a quotation mark is missing, or one too many.")
            % {"line": max(reader.line_num, 1)}
        ) from error


def _excel_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet. A formula comes as it is written, so that it is seen and refused."""
    from openpyxl import load_workbook

    wrong = _("This is no Excel file that can be read here. Save it as .xlsx or as CSV and try again.")
    try:
        if office_type(io.BytesIO(content)) != XLSX:
            raise BadFile(wrong)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield number, [_as_text(cell) for cell in row[: CELLS_AT_MOST + 1]]
    except BadArchive as error:
        raise BadFile(error.message) from error
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, TypeError, OSError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile(wrong) from error


def _as_text(cell: Any) -> str:
    """Numbers without the decimals that Excel gives to whole ones."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _table(rows: Iterable[tuple[int, list[str]]]) -> Table:
    found: list[tuple[int, list[str]]] = []
    for number, row in rows:
        if any(cell.strip() for cell in row):
            found.append((number, row))
        if len(found) > ROWS_AT_MOST + 1:
            raise BadFile(
                _("The file has more than %(most)s lines. Divide it, and import the parts.") % {"most": ROWS_AT_MOST}
            )
    if not found:
        raise BadFile(_("The file is empty."))
    head = found[0][1][:CELLS_AT_MOST]
    columns = [_KNOWN.get(folded(name), "") for name in head]
    _check_heading(head, columns)
    unknown = [name for name, column in zip(head, columns, strict=True) if name.strip() and not column]
    lines = [Line(number, _cells(columns, row)) for number, row in found[1:]]
    if not lines:
        raise BadFile(_("The file has a heading line and nobody below it."))
    return Table([column for column in columns if column], unknown, lines)


def _check_heading(head: list[str], columns: list[str]) -> None:
    if "email" not in columns:
        shown = ", ".join(f"“{name.strip()[:40]}”" for name in head if name.strip())
        raise BadFile(
            _(
                "No column is named “E-mail”. The first line must name the columns; here it reads: %(head)s. "
                "The template shows how."
            )
            % {"head": shown}
        )
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise BadFile(_("Two columns mean the same: %(column)s. Delete one of them.") % {"column": ", ".join(twice)})


def _cells(columns: list[str], row: list[str]) -> dict[str, str]:
    cells = dict.fromkeys((column for column in columns if column), "")
    for column, cell in zip(columns, row, strict=False):
        if column:
            cells[column] = " ".join(cell[: CELL_AT_MOST + 1].replace("\x00", "").split())
    return cells


# --- The template ---------------------------------------------------------------------------------------------------


def template_csv(language: str) -> str:
    """A heading line; a mark in front tells spreadsheets that it is UTF-8."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(heading(column, language) for column in COLUMNS)
    return "\ufeff" + out.getvalue()


def template_xlsx(language: str, values: dict[str, list[str]], title: str) -> bytes:
    """The same for Excel, with a second sheet of the values that a column knows. values: {column: values}."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new book has one sheet
    sheet.append([heading(column, language) for column in COLUMNS])
    for place in range(1, len(COLUMNS) + 1):
        sheet.cell(row=1, column=place).style = "Headline 4"
        sheet.column_dimensions[sheet.cell(row=1, column=place).column_letter].width = 24
    other = book.create_sheet(title[:31])
    for place, (column, known) in enumerate(values.items(), start=1):
        for line, value in enumerate([heading(column, language), *known], start=1):
            other.cell(row=line, column=place, value=value)
        other.column_dimensions[other.cell(row=1, column=place).column_letter].width = 32
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
