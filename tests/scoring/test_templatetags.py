"""Markup that is written in one go: figures as the reader's language has them, texts escaped."""

from types import SimpleNamespace

from django.utils import translation

from scoring.selectors.assignment_matrix import Matrix, Row
from scoring.selectors.workspace import Cell
from scoring.templatetags.scoring_workspace import drawn, matrix_rows, topic_strengths
from scoring.workspace_ranking import Interval


def test_a_row_of_the_matrix():
    cells = [Cell(fit=0.125, band=0), Cell(conflict=True), Cell(), Cell(fit=1.0, band=3)]
    row = Row("2345678A", "<b>", ["health"], places=2, total=1.125, cells=cells)
    with translation.override("nb"):
        markup = matrix_rows(Matrix([], [row], wanted=3), SimpleNamespace(pk=1), SimpleNamespace(pk=2))

    assert markup == (
        '<tr><th scope="row"><a href="/admin/calls/1/assignment/2/explain/?sketch=2345678A">2345678A &lt;b&gt;</a></th>'
        '<td data-fit="0">2</td><td>1,12</td>'
        '<td data-fit="0">0,12</td><td>×</td><td></td><td data-fit="3">1,00</td><td>health</td></tr>'
    )


def test_strengths_by_topic():
    with translation.override("en"):
        text = topic_strengths({"health": 0.5, "water": 1.0})

    assert text == "health 0.5, water 1.0"


def test_the_label_of_a_drawing_is_escaped():
    interval = Interval(outer_x=1.0, outer_width=2.0, inner_x=1.0, inner_width=1.0, dot=1.5, line=None)

    markup = drawn(SimpleNamespace(interval=interval, label='"><b>'))

    assert 'aria-label="&quot;&gt;&lt;b&gt;"' in markup
    assert "ws-chart__mark" not in markup


def test_no_interval_is_no_drawing():
    assert drawn(SimpleNamespace(interval=None)) == ""
