"""What the public reads about a call that is decided: who was awarded and why, and how it was judged."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import get_language

from competition.display import LANGUAGES, Answered, answered
from competition.enums import SketchState
from competition.models import Call
from scoring.enums import JurorState, Outcome
from scoring.models import Assessment, Criterion, DecisionItem, GradeLevel, JuryPublication
from scoring.selectors.assessments import criteria_of
from scoring.selectors.objections import JURY_IS_PUBLISHED


@dataclass(frozen=True)
class PublicSketch:
    """A sketch as the public sees it: public answers only, and the reasons where it was awarded."""

    reference: str
    title: str
    language: str
    organisations: list[str]
    amount: Decimal | None
    is_awarded: bool
    reasons: str
    answers: list[Answered]


@dataclass(frozen=True)
class PublicCriterion:
    """A criterion as the call's page shows it. levels: [(grade, {language: word})], the highest grade first."""

    criterion: Criterion
    share: float
    levels: list[tuple[int, dict[str, str]]]


@dataclass(frozen=True)
class PublicResult:
    """The published result.

    received: every sketch handed in, withdrawn ones too. shares: criteria with their share of the weight in per cent.
    """

    call: Call
    awarded: list[PublicSketch]
    shortlisted: list[PublicSketch]
    received: int
    withdrawn: int
    dismissed: int
    admitted: int
    jurors: int
    assessments: int
    shares: list[tuple[Criterion, float]]
    decision_reasons: str
    jury_reasons: str

    @property
    def total(self) -> Decimal:
        return sum((sketch.amount or Decimal(0) for sketch in self.awarded), Decimal(0))


def weight_shares(call: Call) -> list[tuple[Criterion, float]]:
    """The call's criteria with the share of each in per cent; all zero where no weight is given."""
    criteria = criteria_of(call)
    total = sum(criterion.weight for criterion in criteria)
    return [(criterion, float(100 * criterion.weight / total) if total else 0.0) for criterion in criteria]


def public_criteria(call: Call) -> list[PublicCriterion]:
    """The call's criteria in order, with shares of the weight and the words of their scales; one query.

    The call remembers, for the next part of its page, whether its jury is made known.
    """
    words = JSONObject(value="value", **{code: F(f"label_{code}") for code in LANGUAGES})
    levels = GradeLevel.objects.filter(scale=OuterRef("scale")).order_by("-value").annotate(words=words).values("words")
    published = JuryPublication.objects.filter(call=OuterRef("call"), is_published=True)
    rows = call.criteria.annotate(level_words=ArraySubquery(levels), jury_is_published=Exists(published))
    criteria = list(rows)
    call.__dict__[JURY_IS_PUBLISHED] = any(row.jury_is_published for row in criteria)
    total = sum(criterion.weight for criterion in criteria)
    return [
        PublicCriterion(
            criterion,
            float(100 * criterion.weight / total) if total else 0.0,
            [(level.pop("value"), level) for level in criterion.level_words],
        )
        for criterion in criteria
    ]


def _shown(call: Call) -> QuerySet[DecisionItem]:
    """Awarded or on the shortlist, and not taken back."""
    items = DecisionItem.objects.filter(decision__call=call, shortlisted=True)
    return items.exclude(sketch__state=SketchState.WITHDRAWN)


def shown_publicly(call: Call) -> set[int]:
    """Keys of the sketches whose public answers the published result shows."""
    if call.result_published_at is None or call.cancelled_at is not None:
        return set()
    return set(_shown(call).values_list("sketch_id", flat=True))


def public_result(*, slug: str) -> PublicResult | None:
    """The result of a call, or None before it is published. Eleven queries at any length."""
    call = (
        Call.objects.exclude(result_published_at=None)
        .filter(slug=slug, cancelled_at=None)
        .select_related("programme__organisation", "decision", "recommendation")
        .first()
    )
    if call is None:
        return None
    items = (
        _shown(call)
        .select_related("sketch__organisation", "sketch__current_version")
        .defer("sketch__current_version__canonical")
        .order_by("sketch__current_version__title", "pk")
    )
    shown = [_public(item) for item in items]
    decided = DecisionItem.objects.filter(decision__call=call)
    admitted = decided.exclude(sketch__state=SketchState.WITHDRAWN).count()
    return PublicResult(
        call=call,
        awarded=[sketch for sketch in shown if sketch.is_awarded],
        shortlisted=[sketch for sketch in shown if not sketch.is_awarded],
        received=call.sketches.exclude(current_version=None).count(),
        withdrawn=call.sketches.filter(state=SketchState.WITHDRAWN).count(),
        dismissed=call.sketches.filter(state=SketchState.DISMISSED).count(),
        admitted=admitted,
        jurors=call.jurors.filter(state=JurorState.ACCEPTED).count(),
        assessments=Assessment.objects.final().filter(juror__call=call).count(),
        shares=weight_shares(call),
        decision_reasons=call.decision.reasons,
        jury_reasons=call.recommendation.reasons,
    )


def _public(item: DecisionItem) -> PublicSketch:
    version = item.sketch.current_version
    if version is None:
        raise ValueError("only what was handed in is decided")
    public = [question for question in version.questions if question["public"] and question["code"] != "title"]
    shown = answered(public, version.answers, get_language() or item.sketch.language)
    return PublicSketch(
        reference=item.sketch.reference,
        title=version.title,
        language=item.sketch.language,
        organisations=[organisation["name"] for organisation in version.organisations],
        amount=item.amount,
        is_awarded=item.outcome == Outcome.AWARD,
        reasons=item.reasons if item.outcome == Outcome.AWARD else "",
        answers=[answer for answer in shown if answer.text and answer.kind != "file"],
    )
