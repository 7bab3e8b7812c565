"""A ranking as a file, and what it was computed from as a bundle that anybody can compute again."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook

from scoring.models import AggregationRecord, AggregationRun, Criterion
from scoring.selectors.ranking import RankedSketch
from scoring.workspace_ranking import export_rows

FORMATS = ("csv", "xlsx", "json")
NUMBERS = (
    "rank", "mean", "median", "spread", "assessments", "calibrated", "expected_rank", "p_top",
    "interval50_low", "interval50_high", "interval90_low", "interval90_high", "tie_group", "criterion_means", "flags",
)  # fmt: skip
SAME_DAY = (1980, 1, 1, 0, 0, 0)  # of the files in the bundle: the same input is the same file


def ranking_file(
    rows: Sequence[RankedSketch], criteria: Sequence[Criterion], run: AggregationRun, form: str
) -> tuple[bytes, str]:
    """The file and its type. form: one of FORMATS. No cell begins a formula."""
    if form == "json":
        return json.dumps(_data(rows, run), ensure_ascii=False, indent=1).encode(), "application/json"
    lines = export_rows(rows, criteria, run)
    if form == "xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for line in lines:
            sheet.append(line)
        packed = io.BytesIO()
        book.save(packed)
        return packed.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(lines)
    # The mark at the beginning tells spreadsheets that the file is UTF-8.
    return ("\ufeff" + text.getvalue()).encode(), "text/csv; charset=utf-8"


def _data(rows: Sequence[RankedSketch], run: AggregationRun) -> dict:
    return {
        "run": str(run.key),
        "program": run.program,
        "seed": run.seed,
        "parameters": run.parameters,
        "input_sha256": run.input_sha256,
        "table_sha256": run.metrics.get("table_sha256"),
        "sketches": [
            {"sketch": item.reference, "title": item.title, "organisation": item.organisation}
            | {name: getattr(item.row, name) for name in NUMBERS}
            for item in rows
        ],
    }


def command(run: AggregationRun) -> str:
    """What to type, beside the files of the bundle, to get the same ranking."""
    top = f" --top {run.parameters['top']}" if run.parameters.get("top") else ""
    expected = run.parameters.get("jurors_per_sketch")
    return (
        f"python -m scoring.aggregation scores.csv --criteria criteria.json{top} --seed {run.seed}"
        + (f" --expected {expected}" if expected else "")
        + " --out result.json"
    )


def input_files(record: AggregationRecord, run: AggregationRun) -> bytes:
    """A ZIP of scores.csv, criteria.json and command.txt, which also tells the hash that the result must name."""
    told = f"{command(run)}\n\ninput_sha256 {run.metrics.get('table_sha256', '')}\n"
    files = {
        "scores.csv": record.scores,
        "criteria.json": json.dumps(record.criteria, ensure_ascii=False, indent=1) + "\n",
        "command.txt": told,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in files.items():
            bundle.writestr(zipfile.ZipInfo(name, SAME_DAY), text)
    return packed.getvalue()
