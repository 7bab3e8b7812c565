"""From grades to a ranking: pure algorithms over plain data, without Django.

    table = ScoreTable.from_rows([("S-1", "J-1", "benefit", 4), ...], weights={"benefit": 2, "novelty": 1})
    result = aggregate(table, top=5, seed=7)

`python -m scoring.aggregation SCORES.csv` does the same from the command line.
"""

from scoring.aggregation.aggregate import aggregate
from scoring.aggregation.reliability import shrout_fleiss
from scoring.aggregation.result import JurorResult, Result, SketchResult
from scoring.aggregation.sensitivity import Sensitivity, reranked, sensitivity
from scoring.aggregation.table import ScoreError, ScoreTable

__all__ = [
    "JurorResult",
    "Result",
    "ScoreError",
    "ScoreTable",
    "Sensitivity",
    "SketchResult",
    "aggregate",
    "reranked",
    "sensitivity",
    "shrout_fleiss",
]
