"""Who judges, how, and with what outcome."""

from scoring.models.aggregation import AggregationRun, RankingRow
from scoring.models.assessment import Assessment, Score
from scoring.models.assignment import AssignmentPair, AssignmentRun
from scoring.models.criterion import Criterion, GradeLevel, GradeScale
from scoring.models.decision import (
    Decision,
    DecisionItem,
    Recommendation,
    RecommendationItem,
)
from scoring.models.impartiality import ImpartialityDeclaration, ImpartialityReason, LapsedDeclaration
from scoring.models.jury import Juror, JurorTopic
from scoring.models.objection import JuryPublication, Objection
from scoring.models.pool import JurorProfile, JurorProfileTopic, JurorSuggestion
from scoring.models.wish import JurorWish, WishPeriod

__all__ = [
    "AggregationRun",
    "Assessment",
    "AssignmentPair",
    "AssignmentRun",
    "Criterion",
    "Decision",
    "DecisionItem",
    "GradeLevel",
    "GradeScale",
    "ImpartialityDeclaration",
    "ImpartialityReason",
    "Juror",
    "JurorProfile",
    "JurorProfileTopic",
    "JurorSuggestion",
    "JurorTopic",
    "JurorWish",
    "JuryPublication",
    "LapsedDeclaration",
    "Objection",
    "RankingRow",
    "Recommendation",
    "RecommendationItem",
    "Score",
    "WishPeriod",
]
