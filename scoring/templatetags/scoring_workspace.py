"""Parts of the jury's workspace that come in hundreds and thousands, each written in one go.

As template nodes, the 6,000 cells of a matrix take a third of a second. What is marked safe here is markup and figures;
every text is escaped.
"""

from collections.abc import Iterable, Mapping

from django import template
from django.urls import reverse
from django.utils.formats import get_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from competition.models import Call
from scoring.models import AssignmentRun
from scoring.selectors.assignment_remedies import Remedy
from scoring.selectors.workspace import Cell
from scoring.workspace_ranking import RankingLine

register = template.Library()


@register.filter
def matrix_cells(cells: Iterable[Cell]) -> SafeString:
    """One row of the matrix: the fit of a pair with its band, × for a conflict, or an empty cell."""
    point = get_format("DECIMAL_SEPARATOR")
    return mark_safe("".join(_cell(cell, point) for cell in cells))  # noqa: S308 - figures alone


@register.filter
def topic_strengths(terms: Mapping[str, float]) -> str:
    """“health 0,5, water 1,0”."""
    point = get_format("DECIMAL_SEPARATOR")
    return ", ".join(f"{topic} {_figure(strength, 1, point)}" for topic, strength in terms.items())


@register.simple_tag
def remedy_url(call: Call, run: AssignmentRun, remedy: Remedy) -> str:
    """Where a remedy is done: a page of the call, of one of its seats, or of the draft."""
    if remedy.page == "assignment_new":
        return f"{reverse('scoring_workspace:assignment_new', args=[call.pk])}?base={run.pk}"
    keys = [run.pk] if remedy.page == "assignment_edit" else [remedy.key] if remedy.key else []
    return reverse(f"scoring_workspace:{remedy.page}", args=[call.pk, *keys]) + remedy.query


@register.filter
def figure(value: float | None) -> str:
    """A whole number as it is, another with two decimals, a dash for none."""
    if value is None:
        return "–"
    return f"{value}" if isinstance(value, int) else _figure(value, 2, get_format("DECIMAL_SEPARATOR"))


@register.filter
def change(value: float | None, before: float | None) -> str:
    """By how much a figure has risen (+) or fallen (−)."""
    if value is None or before is None:
        return "–"
    difference = round(value - before, 6)
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    return sign + figure(abs(difference))


@register.filter
def drawn(line: RankingLine) -> SafeString:
    """The ranks that a sketch may have: pale for nine of ten draws, dark for half, a dot for the expected rank."""
    bar = line.interval
    if bar is None:
        return SafeString("")
    mark = f'<line class="ws-chart__mark" x1="{bar.line}" x2="{bar.line}" y1="0" y2="20"/>' if bar.line else ""
    return mark_safe(  # noqa: S308 - figures, and an escaped label
        f'<svg class="ws-interval" viewBox="0 0 200 20" role="img" aria-label="{escape(line.label)}">'
        f'<rect class="ws-chart__bar--pale" x="{bar.outer_x}" y="7" width="{bar.outer_width}" height="6"/>'
        f'<rect class="ws-chart__bar" x="{bar.inner_x}" y="4" width="{bar.inner_width}" height="12"/>'
        f'<circle class="ws-chart__dot" cx="{bar.dot}" cy="10" r="4"/>{mark}</svg>'
    )


def _cell(cell: Cell, point: str) -> str:
    if cell.fit is not None:
        return f'<td data-fit="{cell.band}">{_figure(cell.fit, 2, point)}</td>'
    return "<td>×</td>" if cell.conflict else "<td></td>"


def _figure(value: float, decimals: int, point: str) -> str:
    return f"{value:.{decimals}f}".replace(".", point)
