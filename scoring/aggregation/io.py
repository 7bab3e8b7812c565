"""Grades in from CSV, weights or criteria from JSON, the result out as JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.aggregation.result import Result
from scoring.aggregation.table import Id, Row, ScoreError, ScoreTable

COLUMNS = ("sketch", "juror", "criterion", "score")


CSV_COLUMNS = (
    "sketch",
    "rank",
    "mean",
    "median",
    "spread",
    "n",
    "calibrated",
    "calibrated_rank",
    "expected_rank",
    "p_top",
    "interval50_low",
    "interval50_high",
    "interval90_low",
    "interval90_high",
    "tie_group",
    "tie_unresolved",
    "flags",
)


@dataclass(frozen=True)
class Criteria:
    """Weights, and scales as (lowest, highest) where all criteria declare one, in the order of the file."""

    weights: dict[Id, float]
    scales: dict[Id, tuple[float, float]] | None = None


def read_scores(path: Path, weights: Path | None = None, criteria: Path | None = None) -> ScoreTable:
    """Read `sketch,juror,criterion,score` (UTF-8, commas, empty for cannot assess) and weights per criterion.

    A line with a sketch and nothing else names one that nobody has assessed.

    weights: JSON object, criterion to weight. criteria: JSON list of objects with `code`, `weight` (1 when left out)
    and, for all of them or none, `lowest` and `highest`; its order settles ties between equally heavy criteria.

    Raises ScoreError with one line that says which line is wrong and why.
    """
    text = _text(path)
    if criteria is None:
        return _table(text, path.name, weights=_read_weights(weights) if weights is not None else None)
    return parse_scores(text, _json(criteria), names=(path.name, criteria.name))


def parse_scores(text: str, criteria: Any, names: tuple[str, str] = ("scores", "criteria")) -> ScoreTable:
    """What `read_scores` reads with criteria, from the text of the one file and the decoded JSON of the other."""
    stated = _criteria(criteria, names[1])
    return _table(text, names[0], weights=stated.weights, criteria=list(stated.weights), scales=stated.scales)


def scores_csv(rows: Iterable[Row], sketches: Iterable[Id]) -> str:
    """Rows as `read_scores` reads them, in the order of their ids; sketches without a row stand alone on a line."""
    given = sorted(rows, key=lambda row: tuple(map(str, row[:3])))
    graded = {row[0] for row in given}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([*row[:3], "" if row[3] is None else f"{row[3]:g}"] for row in given)
    writer.writerows([name, "", "", ""] for name in sorted(map(str, set(sketches) - graded)))
    return text.getvalue()


def _table(text: str, name: str, **stated: Any) -> ScoreTable:
    rows = _rows(text, name)
    graded = [row for row in rows if row[1]]
    if not graded:
        raise ScoreError(f"{name} has no grades")
    sketches = sorted({row[0] for row in rows}, key=str)
    return ScoreTable.from_rows(graded, sketches=sketches, **stated)


def result_json(result: Result) -> str:
    """Return the result as JSON text with a line end; no NaN can occur."""
    return json.dumps(result.as_dict(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def result_csv(result: Result) -> str:
    """Return the sketches as CSV with a header, in the order of their ids; empty where there is no value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    criteria = list(result.weights)
    writer.writerow([*CSV_COLUMNS, *(f"mean:{name}" for name in criteria)])
    for item in result.sketches:
        low50, high50 = item.interval50 or (None, None)
        low90, high90 = item.interval90 or (None, None)
        ends = {"interval50_low": low50, "interval50_high": high50, "interval90_low": low90, "interval90_high": high90}
        row = {**vars(item), **ends, "flags": " ".join(item.flags)}
        cells = [row[name] for name in CSV_COLUMNS] + [item.criterion_means[name] for name in criteria]
        writer.writerow([_cell(value) for value in cells])
    return text.getvalue()


def _cell(value: object) -> object:
    """Return what a spreadsheet shows and never runs: text that would start a formula gets an apostrophe."""
    if isinstance(value, bool):
        return int(value)
    return "'" + value if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


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
    if sketch and not (juror or criterion or score):
        return (sketch, "", "", None)
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


def _json(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ScoreError):
            raise
        raise ScoreError(f"{path.name} is not JSON: {error}") from None


def _criteria(given: Any, name: str) -> Criteria:
    if not isinstance(given, list) or not given or not all(isinstance(item, dict) for item in given):
        raise ScoreError(f"{name} must hold a list of objects with code, weight, lowest and highest")
    weights: dict[Id, float] = {}
    scales: dict[Id, tuple[float, float]] = {}
    for place, item in enumerate(given, start=1):
        code = item.get("code")
        if not isinstance(code, str) or not code.strip():
            raise ScoreError(f"{name}: criterion {place} has no code")
        if code in weights:
            raise ScoreError(f"{name}: {code} is there twice")
        unknown = sorted(set(item) - {"code", "weight", "lowest", "highest"})
        if unknown:
            raise ScoreError(f"{name}: {code} has {unknown[0]!r}, which is none of code, weight, lowest and highest")
        weights[code] = _plain_number(name, code, "weight", item.get("weight", 1))
        if "lowest" in item or "highest" in item:
            scales[code] = _scale(name, code, item)
    if scales and len(scales) < len(weights):
        raise ScoreError(f"{name}: either all criteria have lowest and highest, or none")
    return Criteria(weights, scales or None)


def _scale(file: str, code: str, item: dict[str, Any]) -> tuple[float, float]:
    lowest, highest = (_plain_number(file, code, name, item.get(name)) for name in ("lowest", "highest"))
    if not lowest < highest:
        raise ScoreError(f"{file}: the lowest grade of {code} must be less than the highest")
    return lowest, highest


def _plain_number(file: str, code: str, name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ScoreError(f"{file}: the {name} of {code} is not a number")
    return float(value)


def _read_weights(path: Path) -> dict[Id, float]:
    weights = _json(path)
    if not isinstance(weights, dict) or not weights:
        raise ScoreError(f"{path.name} must hold one object, criterion to weight")
    for criterion, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, (int, float)):
            raise ScoreError(f"{path.name}: the weight of {criterion} is not a number")
    return {str(criterion): float(weight) for criterion, weight in weights.items()}
