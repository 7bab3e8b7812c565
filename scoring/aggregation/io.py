"""Grades in from CSV, weights from JSON, the result out as JSON."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

from scoring.aggregation.result import Result
from scoring.aggregation.table import Id, Row, ScoreError, ScoreTable

COLUMNS = ("sketch", "juror", "criterion", "score")


def read_scores(path: Path, weights: Path | None = None) -> ScoreTable:
    """Read `sketch,juror,criterion,score` (UTF-8, commas, empty for cannot assess) and weights per criterion.

    Raises ScoreError with one line that says which line is wrong and why.
    """
    rows = _rows(_text(path), path.name)
    if not rows:
        raise ScoreError(f"{path.name} has no grades")
    return ScoreTable.from_rows(rows, weights=_read_weights(weights) if weights is not None else None)


def result_json(result: Result) -> str:
    """Return the result as JSON text with a line end; no NaN can occur."""
    return json.dumps(result.as_dict(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ScoreError(f"there is no file {path}") from None
    except OSError as error:
        raise ScoreError(f"{path.name} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ScoreError(f"{path.name} is not UTF-8 text (byte {error.start})") from None


def _rows(text: str, name: str) -> list[Row]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if sorted(header) != sorted(COLUMNS):
            found = ",".join(header)[:80]
            hint = "; use commas between the columns" if ";" in found or "\t" in found else ""
            raise ScoreError(f"{name} must start with the line {','.join(COLUMNS)}, not {found!r}{hint}")
        place = [header.index(column) for column in COLUMNS]
        return [_row(cells, place, reader.line_num, name) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise ScoreError(f"{name}, line {reader.line_num}: {error}") from None


def _row(cells: list[str], place: list[int], line: int, name: str) -> Row:
    if len(cells) != len(COLUMNS):
        raise ScoreError(f"{name}, line {line}: {len(cells)} columns where {len(COLUMNS)} are needed")
    sketch, juror, criterion, score = (cells[position].strip() for position in place)
    if not (sketch and juror and criterion):
        raise ScoreError(f"{name}, line {line}: sketch, juror and criterion must not be empty")
    if not score:
        return (sketch, juror, criterion, None)
    try:
        grade = float(score)
    except ValueError:
        raise ScoreError(f"{name}, line {line}: the score {score[:40]!r} is not a number") from None
    if not math.isfinite(grade):
        raise ScoreError(f"{name}, line {line}: the score {score[:40]!r} is not a finite number")
    return (sketch, juror, criterion, grade)


def _read_weights(path: Path) -> dict[Id, float]:
    try:
        weights = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ScoreError):
            raise
        raise ScoreError(f"{path.name} is not JSON: {error}") from None
    if not isinstance(weights, dict) or not weights:
        raise ScoreError(f"{path.name} must hold one object, criterion to weight")
    for criterion, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, (int, float)):
            raise ScoreError(f"{path.name}: the weight of {criterion} is not a number")
    return {str(criterion): float(weight) for criterion, weight in weights.items()}
