"""How long an action takes and what it asks of the database, beside a yardstick measured in the same minute."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

WARM = 3
# Brackets of a transaction, not questions; the tests leave them out too.
BRACKETS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def nothing() -> None:
    """The default preparation."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    action: does it once and returns the response, if there is one. prepare: before every run, not timed. first: once,
    before all runs. budget_ms, budget_sql, budget_bytes: at most, None where there is no budget. status: what the
    response must have.
    """

    name: str
    action: Callable[[], Any]
    prepare: Callable[[], object] = nothing
    first: Callable[[], object] = nothing
    budget_ms: float | None = None
    budget_sql: int | None = None
    budget_bytes: int | None = None
    status: int = 200
    runs: int | None = None
    grows: bool = True


@dataclass
class Measured:
    """ms: median of the runs; slow_ms: the 90th percentile; cpu_ms: median processor time of this process, which other
    processes on the machine disturb less; ratio: to the yardstick, run alternately; bytes: of HTML; sql: statements.
    """

    row: Row
    ms: float
    slow_ms: float
    cpu_ms: float
    ratio: float
    sql: int
    bytes: int | None
    statements: list[tuple[float, str]] = field(default_factory=list)

    @property
    def over(self) -> list[str]:
        """What is over its budget: "ms", "SQL", "kB"."""
        row = self.row
        limits = (
            ("ms", self.ms, row.budget_ms),
            ("SQL", self.sql, row.budget_sql),
            ("kB", self.bytes, row.budget_bytes),
        )
        return [name for name, value, limit in limits if limit is not None and value is not None and value > limit]

    def as_dict(self) -> dict[str, Any]:
        row = self.row
        return {
            "name": row.name,
            "ms": round(self.ms, 2),
            "ms_90th": round(self.slow_ms, 2),
            "cpu_ms": round(self.cpu_ms, 2),
            "ratio_to_floor": round(self.ratio, 2),
            "sql": self.sql,
            "html_bytes": self.bytes,
            "budget": {"ms": row.budget_ms, "sql": row.budget_sql, "html_bytes": row.budget_bytes},
            "over": self.over,
        }


def measure(row: Row, floor: Callable[[], Any], runs: int) -> Measured:
    """Run the row and the yardstick in turn, so that a busy moment of the machine meets both."""
    row.first()
    for _ in range(WARM):
        row.prepare()
        response = row.action()
        floor()
    _expect(row, response)
    row.prepare()
    statements = _statements(row.action)
    times, processor, floors = [], [], []
    for _ in range(row.runs or runs):
        row.prepare()
        start, cpu = time.perf_counter(), time.process_time()
        response = row.action()
        times.append(time.perf_counter() - start)
        processor.append(time.process_time() - cpu)
        start = time.perf_counter()
        floor()
        floors.append(time.perf_counter() - start)
    _expect(row, response)
    is_page = hasattr(response, "content") and row.status == 200
    median = statistics.median(times)
    return Measured(
        row=row,
        ms=median * 1000,
        slow_ms=statistics.quantiles(times, n=10)[-1] * 1000,
        cpu_ms=statistics.median(processor) * 1000,
        ratio=median / statistics.median(floors),
        sql=len(statements),
        bytes=len(response.content) if is_page else None,
        statements=statements,
    )


def _expect(row: Row, response: Any) -> None:
    """A page that refuses is quick: it must not pass for a fast one."""
    status = getattr(response, "status_code", row.status)
    if status != row.status:
        text = response.content.decode(errors="replace")
        raise SystemExit(f"{row.name}: status {status} instead of {row.status}\n{text[:3000]}")


def _statements(action: Callable[[], Any]) -> list[tuple[float, str]]:
    """(milliseconds, SQL) of each statement of one run."""
    found: list[tuple[float, str]] = []

    def note(execute, sql, params, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if not sql.startswith(BRACKETS):
                found.append(((time.perf_counter() - start) * 1000, sql))

    with connection.execute_wrapper(note):
        action()
    return found
