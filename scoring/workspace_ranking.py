"""How a ranking is drawn and exported: geometry of the intervals, and rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competition.spreadsheets import defused
from scoring.models import AggregationRun, Criterion
from scoring.selectors.ranking import RankedSketch

WIDTH = 200.0


@dataclass(frozen=True)
class Interval:
    """A bar across the ranks 1 to n, in units of a view box 200 wide. `line` marks where the shortlist ends."""

    outer_x: float
    outer_width: float
    inner_x: float
    inner_width: float
    dot: float
    line: float | None


# Codes of scoring.aggregation.flags in words for whoever reads the ranking.
FLAGS = {
    "no_grades": gettext_lazy("no grades"),
    "few_assessments": gettext_lazy("fewer assessments than the others"),
    "cannot_assess": gettext_lazy("“cannot assess” was given"),
    "tie_unresolved": gettext_lazy("tied in every grade"),
    "wide_spread": gettext_lazy("jurors far apart"),
    "outlying_grade": gettext_lazy("one grade far from the others"),
    "rank_change": gettext_lazy("another rank when calibrated"),
}


@dataclass(frozen=True)
class RankingLine:
    """One line of the table. `ranks` and `label` say the interval in figures and in words; empty without one."""

    ranked: RankedSketch
    interval: Interval | None
    ranks: str = ""
    label: str = ""

    @property
    def flags(self) -> list[str]:
        """The row's flags in words; a code without words is shown as it is rather than hidden."""
        return [str(FLAGS.get(code, code)) for code in self.ranked.row.flags]


def ranking_lines(ranked: Sequence[RankedSketch], run: AggregationRun, *, total: int) -> list[RankingLine]:
    """Every line with its drawing across `total` ranks; None where there are too few grades for an interval."""
    scale = max(total, 1)
    top = run.parameters.get("top")
    line = round(WIDTH * min(top, scale) / scale, 1) if top else None
    words = _("rank %(low)s to %(high)s")  # looked up once, not once a row
    return [_line(item, _interval(item, scale, line), words) for item in ranked]


def _line(item: RankedSketch, interval: Interval | None, words: str) -> RankingLine:
    if interval is None:
        return RankingLine(item, None)
    low, high = (int(rank + 0.5) for rank in (item.row.interval90_low, item.row.interval90_high))
    return RankingLine(item, interval, f"{low}–{high}", words % {"low": low, "high": high})


def _interval(item: RankedSketch, scale: int, line: float | None) -> Interval | None:
    row = item.row
    if None in (row.interval90_low, row.interval90_high, row.interval50_low, row.interval50_high, row.expected_rank):
        return None

    def place(rank: float) -> float:
        return round(WIDTH * (rank - 0.5) / scale, 1)

    outer, inner = place(row.interval90_low), place(row.interval50_low)
    return Interval(
        outer_x=outer,
        outer_width=round(max(place(row.interval90_high) - outer, 1.5), 1),
        inner_x=inner,
        inner_width=round(max(place(row.interval50_high) - inner, 3), 1),
        dot=place(row.expected_rank),
        line=line,
    )


def export_rows(
    ranked: Sequence[RankedSketch], criteria: Sequence[Criterion], run: AggregationRun
) -> Iterator[list[object]]:
    """Heading and rows of the export. Grades that are missing are empty cells, never zero."""
    yield [
        _("Rank"), _("Reference"), _("Title"), _("Lead applicant"), _("Mean"), _("Median"), _("Spread"),
        _("Assessments"), _("Calibrated"), _("Expected rank"), _("Share of draws above the line"),
        _("50 % from"), _("50 % to"), _("90 % from"), _("90 % to"), _("Tie at the line"), _("Flags"),
        *(defused(criterion.name) for criterion in criteria), _("Run"),
    ]  # fmt: skip
    for item in ranked:
        row = item.row
        cells = [
            row.rank, item.reference, item.title, item.organisation, row.mean, row.median, row.spread,
            row.assessments, row.calibrated, row.expected_rank, row.p_top,
            row.interval50_low, row.interval50_high, row.interval90_low, row.interval90_high,
            _("yes") if row.tie_group else "", ", ".join(map(str, row.flags)),
            *(row.criterion_means.get(criterion.code) for criterion in criteria), str(run.key),
        ]  # fmt: skip
        yield [defused(cell) for cell in cells]
