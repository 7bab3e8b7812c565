"""Parts of the jury's workspace that come in hundreds and thousands, each written in one go.

As template nodes, the 6,000 cells of a matrix take a third of a second. What is marked safe here is markup and figures;
every text is escaped.
"""

from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.formats import get_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from competition.amounts import format_money
from competition.models import Call
from scoring.assignment_reasons import made_of, said
from scoring.models import AssignmentRun
from scoring.selectors.assignment_matrix import Matrix, Row
from scoring.selectors.assignment_remedies import Remedy
from scoring.selectors.explanation import Reason
from scoring.selectors.monitoring import JurorProgress
from scoring.selectors.what_if import Moved
from scoring.selectors.workspace import Cell
from scoring.workspace_ranking import RankingLine

register = template.Library()


@register.filter
def reason_said(reason: Reason) -> str:
    """Why a juror judges a sketch or does not, in a sentence."""
    return said(reason)


@register.filter
def fit_parts(reason: Reason) -> str:
    """“topics 0,40, language 0,20 (health 0,5, water 1,0)”: the parts of a fit, and the topics behind them."""
    point = get_format("DECIMAL_SEPARATOR")
    parts = ", ".join(f"{part} {_figure(value, 2, point)}" for part, value in made_of(reason.terms).items())
    topics = topic_strengths(reason.topics)
    return f"{parts} ({topics})" if parts and topics else parts or topics


@register.simple_tag
def matrix_rows(matrix: Matrix, call: Call, run: AssignmentRun) -> SafeString:
    """Every row of the matrix with a link to the reasons of its sketch; 6,000 cells in a few milliseconds."""
    point = get_format("DECIMAL_SEPARATOR")
    address = reverse("scoring_workspace:assignment_explain", args=[call.pk, run.pk])
    return mark_safe("".join(_matrix_row(row, matrix.wanted, address, point) for row in matrix.rows))  # noqa: S308 - escaped


def _matrix_row(row: Row, wanted: int, address: str, point: str) -> str:
    name = escape(f"{row.reference} {row.title}")
    short = ' data-fit="0"' if row.places < wanted else ""
    cells = "".join(_cell(cell, point) for cell in row.cells)
    topics = escape(", ".join(row.topics))
    return (
        f'<tr><th scope="row"><a href="{address}?sketch={quote(row.reference)}">{name}</a></th>'
        f"<td{short}>{row.places}</td><td>{_figure(row.total, 2, point)}</td>{cells}<td>{topics}</td></tr>"
    )


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


@register.simple_tag
def grades_drawn(line: JurorProgress, levels: list[int]) -> SafeString:
    """How often a juror has given each grade, as columns; the table below the page's tells the same."""
    most = max(line.grades.values(), default=0)
    if not most:
        return SafeString("–")
    step = 100 / max(1, len(levels))
    bars = []
    for place, level in enumerate(levels):
        tall = round(24 * line.grades.get(level, 0) / most, 1)
        x, wide = round(place * step + step * 0.1, 1), round(step * 0.8, 1)
        bars.append(f'<rect class="ws-chart__bar" x="{x}" y="{24 - tall}" width="{wide}" height="{tall}"/>')
    label = escape(", ".join(f"{level}: {line.grades.get(level, 0)}" for level in levels))
    return mark_safe(  # noqa: S308 - figures alone
        f'<svg class="ws-grades" viewBox="0 0 100 24" role="img" aria-label="{label}">{"".join(bars)}</svg>'
    )


@register.filter
def grade_counts(line: JurorProgress, levels: list[int]) -> list[int]:
    """How often the juror has given each of the grades, in their order."""
    return [line.grades.get(level, 0) for level in levels]


@register.filter
def movement(item: Moved) -> str:
    """“up 3, now above the line”; a dash for a sketch that stays where it is."""
    words = []
    if item.up:
        text = _("up %(places)d") if item.up > 0 else _("down %(places)d")
        words.append(text % {"places": abs(item.up)})
    if item.crosses:
        words.append(_("now above the line") if item.crosses == "in" else _("now below the line"))
    return ", ".join(words) or "–"


@register.filter
def percent(share: float | None) -> str:
    """A share of 0 to 1 in whole per cent; a dash for none."""
    return "–" if share is None else f"{share * 100:.0f} %"


@register.filter
def unlocalized(value: float) -> str:
    """For attributes, which have a decimal point in every language."""
    return f"{value:.4f}"


@register.filter
def amount(value: Decimal | None, currency: str) -> str:
    """An amount of money in the reader's language; a dash for none."""
    return "–" if value is None else format_money(value, currency, get_language() or "")


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
