"""What a ranking would fund: how many sketches, and how much money, by topic, region and kind of organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname

from accounts.enums import OrganisationKind
from competition.enums import QuestionKind
from competition.models import Question, Sketch, Topic
from scoring.models import AggregationRun
from scoring.selectors.ranking import Narrowed, visible_rows

SURE = 0.9
TAB = "\t"


@dataclass(frozen=True)
class Choices:
    """What a ranking can be narrowed by, as (value, label); and how many rows are left."""

    topics: list[tuple[str, str]]
    regions: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    total: int
    shown: int
    sure: int  # sketches that stay above the line in nine of ten draws
    tied: int  # sketches that cannot be told apart at the line, 0 when all of them stand above it


def choices_of(run: AggregationRun, user: Any, narrowed: Narrowed) -> Choices:
    """One query at any length."""
    found = visible_rows(run, user).aggregate(
        topics=ArrayAgg(_topic(), distinct=True, filter=~Q(sketch__topics=None), default=[]),
        regions=ArrayAgg(
            "sketch__organisation__region", distinct=True, filter=~Q(sketch__organisation__region=""), default=[]
        ),
        kinds=ArrayAgg("sketch__organisation__kind", distinct=True, default=[]),
        total=Count("pk", distinct=True),
        shown=Count("pk", distinct=True, filter=narrowed.condition("sketch__")),
        sure=Count("pk", distinct=True, filter=Q(p_top__gte=SURE)),
        tied=Count("pk", distinct=True, filter=Q(tie_group=True)),
        kept_out=Count("pk", distinct=True, filter=Q(tie_group=True, rank__gt=run.parameters.get("top") or 0)),
    )
    labels = dict(OrganisationKind.choices)
    return Choices(
        topics=sorted((tuple(text.split(TAB, 1)) for text in found["topics"]), key=lambda item: item[1].lower()),
        regions=[(region, region) for region in found["regions"]],
        kinds=[(kind, str(labels.get(kind, kind))) for kind in found["kinds"]],
        total=found["total"],
        shown=found["shown"],
        sure=found["sure"],
        tied=found["tied"] if found["kept_out"] else 0,
    )


def _topic() -> Concat:
    """Code and label of a topic in the reader's language, in one text."""
    label = build_localized_fieldname("label", get_language() or settings.LANGUAGE_CODE)
    return Concat(
        "sketch__topics__code",
        Value(TAB),
        Coalesce(
            NullIf(Cast(f"sketch__topics__{label}", TextField()), Value("")),
            Cast("sketch__topics__label", TextField()),
            output_field=TextField(),
        ),
        output_field=TextField(),
    )


@dataclass(frozen=True)
class Slice:
    """One topic, region or kind. asked: of sketches above the line, None where nobody said an amount."""

    key: str
    label: str
    sketches: int
    above: int
    asked: Decimal | None
    share: float  # of what stands above the line, 0 to 1


@dataclass(frozen=True)
class Portfolio:
    """above: sketches above the line; asked: what they ask for together; unknown: how many of them name no amount."""

    sketches: int
    above: int
    asked: Decimal
    unknown: int
    topics: list[Slice]
    regions: list[Slice]
    kinds: list[Slice]


@dataclass(frozen=True)
class _Row:
    above: bool
    amount: Decimal | None
    topics: tuple[tuple[str, str], ...]
    region: tuple[str, str]
    kind: tuple[str, str]


def portfolio_of(run: AggregationRun, user: Any) -> Portfolio:
    """Four queries at any length. A sketch with several topics counts in each, so that topics add up to more."""
    rows = _rows(run, user)
    above = [row for row in rows if row.above]
    return Portfolio(
        sketches=len(rows),
        above=len(above),
        asked=sum((row.amount for row in above if row.amount is not None), Decimal(0)),
        unknown=sum(row.amount is None for row in above),
        topics=_slices([(key, row) for row in rows for key in row.topics], len(above)),
        regions=_slices([(row.region, row) for row in rows], len(above)),
        kinds=_slices([(row.kind, row) for row in rows], len(above)),
    )


def _rows(run: AggregationRun, user: Any) -> list[_Row]:
    top = run.parameters.get("top") or 0
    money = (
        Question.objects.filter(call_id=run.call_id, kind=QuestionKind.MONEY)
        .order_by("order", "pk")
        .values_list("code", flat=True)
        .first()
    )
    given = visible_rows(run, user).annotate(
        region=F("sketch__organisation__region"), kind=F("sketch__organisation__kind")
    )
    columns = ["sketch", "rank", "region", "kind"]
    if money:
        given = given.annotate(amount=KeyTextTransform(money, "sketch__current_version__answers"))
        columns.append("amount")
    labels = dict(OrganisationKind.choices)
    topics = _topics(run)
    return [
        _Row(
            above=row["rank"] is not None and row["rank"] <= top,
            amount=_amount(row.get("amount")),
            topics=tuple(topics[row["sketch"]]) or (("", ""),),
            region=(row["region"], row["region"]),
            kind=(row["kind"], str(labels.get(row["kind"], row["kind"]))),
        )
        for row in given.values(*columns)
    ]


def _topics(run: AggregationRun) -> dict[int, list[tuple[str, str]]]:
    labels = {topic.pk: (topic.code, topic.label) for topic in Topic.objects.all()}
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for sketch, topic in Sketch.topics.through.objects.filter(sketch__call_id=run.call_id).values_list(
        "sketch_id", "topic_id"
    ):
        found[sketch].append(labels[topic])
    return found


def _amount(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _slices(pairs: Iterable[tuple[tuple[str, str], _Row]], total: int) -> list[Slice]:
    grouped: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for named, row in pairs:
        grouped[named].append(row)
    found = []
    for (key, label), rows in grouped.items():
        above = [row for row in rows if row.above]
        amounts = [row.amount for row in above if row.amount is not None]
        asked = sum(amounts, Decimal(0)) if amounts else None
        found.append(Slice(key, label, len(rows), len(above), asked, len(above) / total if total else 0.0))
    return sorted(found, key=lambda one: (-one.above, -one.sketches, one.label))
