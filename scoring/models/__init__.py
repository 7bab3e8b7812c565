"""Who judges, how, and with what outcome."""

from scoring.models.aggregation import AggregationRun, RankingRow
from scoring.models.aggregation_record import AggregationRecord
from scoring.models.assessment import Assessment, Score, TakenBack
from scoring.models.assignment import AssignmentEdit, AssignmentPair, AssignmentRun, PairMark
from scoring.models.assignment_record import AssignmentRecord
from scoring.models.assignment_settings import AssignmentSettings, GroupRule
from scoring.models.criterion import Criterion, GradeLevel, GradeScale
from scoring.models.decision import (
    Decision,
    DecisionItem,
    Recommendation,
    RecommendationItem,
)
from scoring.models.giving_back import GivenBack
from scoring.models.impartiality import ImpartialityDeclaration, ImpartialityReason, LapsedDeclaration
from scoring.models.jury import Juror, JurorTopic
from scoring.models.objection import JuryPublication, Objection
from scoring.models.pool import JurorProfile, JurorProfileTopic, JurorSuggestion
from scoring.models.wish import JurorWish, WishPeriod

__all__ = [
    "AggregationRecord",
    "AggregationRun",
    "Assessment",
    "AssignmentEdit",
    "AssignmentPair",
    "AssignmentRecord",
    "AssignmentRun",
    "AssignmentSettings",
    "Criterion",
    "Decision",
    "DecisionItem",
    "GivenBack",
    "GradeLevel",
    "GradeScale",
    "GroupRule",
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
    "PairMark",
    "RankingRow",
    "Recommendation",
    "RecommendationItem",
    "Score",
    "TakenBack",
    "WishPeriod",
]
