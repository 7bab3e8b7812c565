"""What a stored ranking owes to its weights and to single jurors: the same grades, ranked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from scoring.aggregation import ScoreTable, reranked, sensitivity
from scoring.aggregation.io import parse_scores
from scoring.models import AggregationRecord, AggregationRun, Juror
from scoring.selectors.ranking import ranked, ranking_rows

SHARES_AT_MOST = 100_000  # grades; more take too long for a page
KEPT = 24 * 3600  # seconds; a stored run never changes


@dataclass(frozen=True)
class Moved:
    """One sketch now and then; `crosses`: "in" or "out" when it changes sides of the line. share: see `Shares`."""

    reference: str
    title: str
    organisation: str
    before: int | None
    after: int | None
    mean: float | None
    crosses: str
    share: float | None

    @property
    def up(self) -> int:
        """Places won; below 0 for lost ones."""
        return self.before - self.after if self.before is not None and self.after is not None else 0


@dataclass(frozen=True)
class Influence:
    """What leaving one out would do. crossing: sketches that change sides of the line. furthest: most places moved."""

    key: str
    name: str
    crossing: int
    furthest: int


@dataclass(frozen=True)
class Shares:
    """weights: reference -> in what share of 1,000 draws around the weights it is above the line."""

    weights: dict[str, float]
    jurors: dict[str, dict[str, int | None]]
    criteria: dict[str, dict[str, int | None]]


def record_of(run: AggregationRun) -> AggregationRecord | None:
    """What the run was computed from; None for one computed before inputs were kept."""
    return AggregationRecord.objects.filter(run=run).first()


def juror_names(record: AggregationRecord, *, named: bool) -> dict[str, str]:
    """Pseudonym -> name, or the pseudonym itself for readers who must not know who it is; in the order of the names."""
    if not named:
        return {alias: alias for alias in sorted(record.jurors)}
    people = {juror.pk: str(juror.user) for juror in _seats(record)}
    names = {alias: people.get(pk, alias) for alias, pk in record.jurors.items()}
    return dict(sorted(names.items(), key=lambda item: (item[1].lower(), item[0])))


def _seats(record: AggregationRecord):
    return Juror.objects.filter(pk__in=record.jurors.values()).select_related("user")


def moved(
    record: AggregationRecord, user: Any, *, weights: Mapping[str, float] | None, without: str | None
) -> list[Moved]:
    """Every sketch that the person may see, in its new order. Raises ScoreError for weights that cannot be."""
    run = record.run
    table = parse_scores(record.scores, record.criteria)
    then = reranked(table, weights=weights, without=without)
    top = run.parameters.get("top") or 0
    shares = shares_of(record, table)
    found = [
        Moved(
            reference=row.reference,
            title=row.title,
            organisation=row.organisation,
            before=row.rank,
            after=then[row.reference][0],
            mean=then[row.reference][1],
            crosses=_crosses(row.rank, then[row.reference][0], top),
            share=shares.weights.get(row.reference) if shares else None,
        )
        for row in ranking_rows(run, ranked(run, user))
        if row.reference in then
    ]
    return sorted(found, key=lambda item: (item.after is None, item.after or 0, item.before or 0, item.reference))


def _crosses(before: int | None, after: int | None, top: int) -> str:
    was, becomes = (rank is not None and rank <= top for rank in (before, after))
    return "" if was == becomes else "in" if becomes else "out"


def shares_of(record: AggregationRecord, table: ScoreTable) -> Shares | None:
    """None without a line, or where there are too many grades. Computed once for each run."""
    top = record.run.parameters.get("top")
    if not top or len(table.score) > SHARES_AT_MOST:
        return None
    return cache.get_or_set(f"ranking-shares:{record.run.key}", lambda: _shares(record, table, top), KEPT)


def _shares(record: AggregationRecord, table: ScoreTable, top: int) -> Shares:
    found = sensitivity(table, top=top, seed=record.run.seed)
    names = [str(name) for name in found.sketches]
    return Shares(
        weights=dict(zip(names, found.weights, strict=True)),
        jurors={str(key): dict(zip(names, ranks, strict=True)) for key, ranks in found.without_juror.items()},
        criteria={str(key): dict(zip(names, ranks, strict=True)) for key, ranks in found.without_criterion.items()},
    )


def influences(
    moves: list[Moved], without: Mapping[str, Mapping[str, int | None]], names: Mapping[str, str], top: int
) -> list[Influence]:
    """One line for each juror or criterion that is named, over the sketches in `moves`, the weightiest first."""
    found = []
    for key, name in names.items():
        ranks = without.get(key, {})
        pairs = [(item.before, ranks.get(item.reference)) for item in moves]
        steps = [abs(before - after) for before, after in pairs if before is not None and after is not None]
        crossing = sum(bool(_crosses(before, after, top)) for before, after in pairs)
        found.append(Influence(key, name, crossing, max(steps, default=0)))
    return sorted(found, key=lambda item: (-item.crossing, -item.furthest))
