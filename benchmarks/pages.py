"""`python -m benchmarks pages`: every page and job against its budget, or the same with 10,000 sketches beside it.

Production's settings, warm, in this process, through the whole middleware, on PostgreSQL and Redis.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Sequence

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from benchmarks.assets import first_visit
from benchmarks.database import own_database, settle
from benchmarks.measure import Measured, Row, measure
from benchmarks.rows import floor_of, rows_of
from benchmarks.world import LARGE, Size, build
from config.messages import compile_messages

FIRST_VISIT_BYTES = 120_000
GROWTH = 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables. Returns 0 also when something is over: a busy machine is no reason to fail."""
    options = _parser().parse_args(arguments)
    tell = _quiet if options.json else print
    compile_messages()
    call_command("collectstatic", interactive=False, verbosity=0)
    size = Size(sketches=options.sketches, jurors=options.jurors, per_sketch=options.per_sketch)
    report = {"machine": machine(), "load_before": os.getloadavg()[0]}
    try:
        small, visit = _measure_world(size, options, tell)
        report |= {"size": str(size), "rows": [m.as_dict() for m in small], "first_visit_bytes": visit}
        _print_table(small, tell)
        _print_visit(visit, tell)
        if options.large:
            large, _visit = _measure_world(LARGE, options, tell)
            report |= {"large_size": str(LARGE), "large_rows": [m.as_dict() for m in large]}
            _print_table(large, tell, budgets=False)
            _print_growth(small, large, tell)
    finally:
        shutil.rmtree(settings.FILES, ignore_errors=True)
    report["load_after"] = os.getloadavg()[0]
    tell(f"\nload of the machine: {report['load_before']:.2f} before, {report['load_after']:.2f} after")
    if options.json:
        json.dump(report, sys.stdout, indent=2)
        print()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks pages", description="Measure pages and jobs.")
    parser.add_argument("--sketches", type=int, default=200)
    parser.add_argument("--jurors", type=int, default=30)
    parser.add_argument("--per-sketch", type=int, default=3, help="assessments of each sketch")
    parser.add_argument("--runs", type=int, default=40, help="the median of so many counts (at most 50)")
    parser.add_argument("--only", default="", help="only rows whose name contains this")
    parser.add_argument("--sql", action="store_true", help="print the statements of each row")
    parser.add_argument("--large", action="store_true", help="then 10,000 sketches and 50,000 assessments (minutes)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _quiet(*_words: object) -> None:
    """Instead of print, where only JSON is wanted."""


def machine() -> dict[str, object]:
    return {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}


def _measure_world(size: Size, options: argparse.Namespace, tell) -> tuple[list[Measured], int]:
    with own_database(), translation.override("nb"):
        start = time.perf_counter()
        world = build(size, with_unassigned=size.sketches <= 1000)
        settle()
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
        tell(f"\n{size}; PostgreSQL {version}; built in {time.perf_counter() - start:.0f} s")
        floor = floor_of(world)
        measured = []
        for row in rows_of(world):
            if options.only in row.name:
                measured.append(measure(row, floor, min(options.runs, 50)))
                if options.sql:
                    _print_statements(measured[-1], tell)
            else:
                row.first()
        return measured, sum(first_visit(floor().content.decode()).values())


def _print_table(measured: list[Measured], tell, *, budgets: bool = True) -> None:
    heads = ("ms", "at most", "90 %", "CPU ms", "x floor", "SQL", "at most", "kB")
    tell(("\n{:<46}" + "{:>9}" * 8).format("", *heads))
    for one in measured:
        row = one.row
        most, most_sql = (_figure(row.budget_ms), _figure(row.budget_sql)) if budgets else ("", "")
        mark = ("OVER: " + ", ".join(one.over) if one.over else "pass") if budgets and row.budget_ms else ""
        size = "" if one.bytes is None else f"{one.bytes / 1000:.0f}"
        tell(
            f"{row.name:<46}{one.ms:>9.1f}{most:>9}{one.slow_ms:>9.1f}{one.cpu_ms:>9.1f}{one.ratio:>9.1f}"
            f"{one.sql:>9}{most_sql:>9}{size:>9}  {mark}"
        )


def _figure(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"


def _print_visit(visit: int, tell) -> None:
    mark = "pass" if visit <= FIRST_VISIT_BYTES else "OVER"
    tell(f"assets of a first visit, compressed: {visit / 1000:.1f} kB of {FIRST_VISIT_BYTES / 1000:.0f}  {mark}")


def _print_growth(small: list[Measured], large: list[Measured], tell) -> None:
    """Rows stand in the same order in both; a job or a list that is as long as the call may take longer."""
    tell(f"\n{'growth':<46}{'ms':>9}{'ms then':>9}{'times':>9}{'SQL':>9}{'SQL then':>9}")
    then = {_kind(one.row): one for one in large}
    for before in small:
        after = then.get(_kind(before.row))
        if after is None:
            continue
        times = after.ms / before.ms
        fine = times <= GROWTH and after.sql == before.sql
        tell(
            f"{before.row.name:<46}{before.ms:>9.1f}{after.ms:>9.1f}{times:>9.1f}{before.sql:>9}{after.sql:>9}"
            f"  {'pass' if fine else 'OVER'}"
        )


def _kind(row: Row) -> str:
    """The row's name without its figures."""
    return "".join(letter for letter in row.name if not letter.isdigit() and letter != ",")


def _print_statements(one: Measured, tell) -> None:
    tell(f"\n{one.row.name}")
    for ms, sql in one.statements:
        tell(f"  {ms:6.1f} ms  {' '.join(sql.split())[:400]}")
