"""The drawings about an assignment: columns that lie in the box and count everything once."""

import pytest

from scoring.templatetags.scoring_workspace import change, figure
from scoring.workspace_charts import COLUMNS, TENTHS, fit_spread, load_spread


@pytest.mark.parametrize("loads", [[3], [0, 0, 5], list(range(100)), [7] * 30])
def test_every_juror_stands_in_one_column(loads):
    chart = load_spread(loads)

    assert sum(column.number for column in chart.columns) == len(loads)
    assert len(chart.columns) <= COLUMNS
    for column in chart.columns:
        assert chart.left <= column.x <= chart.width - column.width
        assert chart.top <= column.y
        assert column.y + column.height == pytest.approx(chart.base)


def test_fits_stand_in_tenths_and_the_best_in_the_last():
    chart = fit_spread([0.0, 0.05, 0.3, 0.7, 1.0, 1.0])

    assert [column.number for column in chart.columns] == [2, 0, 0, 1, 0, 0, 0, 1, 0, 2]
    assert (len(chart.columns), chart.columns[-1].label) == (TENTHS, "0.9–1.0")


def test_without_anything_there_is_no_drawing():
    assert load_spread([]) is None
    assert fit_spread([]) is None


def test_figures_and_their_changes():
    assert [figure(value) for value in (None, 3, 2.5)] == ["–", "3", "2.50"]
    assert [change(*pair) for pair in ((3, 1), (1.0, 1.5), (2, 2), (None, 1))] == ["+2", "−0.50", "±0", "–"]
