"""Reads about what jurors would rather assess."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from competition.models import Call, Sketch, Topic
from scoring.enums import WISH_VALUES, Verdict, Wish
from scoring.models import ImpartialityDeclaration, Juror, JurorWish, WishPeriod
from scoring.selectors.impartiality import sketches_to_declare


@dataclass(frozen=True)
class WishRow:
    """One sketch that the juror is impartial to, as it stands on the page of declarations, and the wish about it."""

    sketch: Sketch
    title: str
    organisations: list[str]
    topics: list[str]
    wish: str

    @property
    def language(self) -> str:
        return self.sketch.language


def wish_period(call: Call) -> WishPeriod:
    """The call's period, or one that is not stored and has no day."""
    return WishPeriod.objects.filter(call=call).first() or WishPeriod(call=call)


def asks_for_wishes(period: WishPeriod, now: dt.datetime) -> bool:
    """Whether jurors may say wishes now: to the end of the last day, and until the assessment is completed."""
    call = period.call
    if period.until is None or call.cancelled_at or call.assessment_completed_at:
        return False
    return now.astimezone(call.zone).date() <= period.until


def sketches_to_wish_for(juror: Juror) -> QuerySet[Sketch]:
    """Sketches that the juror has declared to be impartial to. Others are not seen, and not wished for."""
    return sketches_to_declare(juror.call).filter(declarations__juror=juror, declarations__verdict=Verdict.IMPARTIAL)


def wish_rows(juror: Juror) -> list[WishRow]:
    """The juror's own sketches with their wishes. Three queries at any length."""
    said = {wish.sketch_id: wish.wish for wish in juror.wishes.exclude(sketch=None)}
    labels = {topic.code: topic.label for topic in Topic.objects.all()}
    sketches = (
        sketches_to_wish_for(juror)
        .select_related("current_version")
        .defer("current_version__canonical", "current_version__answers", "current_version__questions")
    )
    return [
        WishRow(
            sketch=sketch,
            title=version.title,
            organisations=[organisation["name"] for organisation in version.organisations],
            topics=[labels[code] for code in version.topic_codes or [] if code in labels],
            wish=said.get(sketch.pk, ""),
        )
        for sketch in sketches
        if (version := sketch.current_version) is not None
    ]


def topic_wishes(juror: Juror) -> dict[int, str]:
    """topic's key -> wish."""
    said = JurorWish.objects.filter(juror=juror, topic__isnull=False).values_list("topic", "wish")
    return {topic: wish for topic, wish in said if topic is not None}


def wishes_of(
    call: Call,
    *,
    topics: Mapping[int, Collection[str]] | None = None,
    kept_out: Collection[tuple[int, int]] | None = None,
) -> dict[tuple[int, int], float]:
    """(sketch, juror) -> how gladly, from -1 to 1, of the call's serving jurors; a pair without a wish is left out.

    The wish about the sketch where there is one. Otherwise the mean over the sketch's topics, a topic without a wish
    counting 0. Pairs that the juror is kept out of are left out. Keys are primary keys. Three queries.

    topics: sketch -> codes of its topics; kept_out: (sketch, juror). Whoever has read them gives them along, which
    saves a query each.
    """
    about_sketch: dict[tuple[int, int], float] = {}
    about_topic: dict[int, dict[str, float]] = defaultdict(dict)
    said = JurorWish.objects.filter(juror__in=call.jurors.serving()).values_list(
        "juror", "sketch", "topic__code", "wish"
    )
    for juror, sketch, topic, wish in said:
        if sketch is not None:
            about_sketch[sketch, juror] = WISH_VALUES[Wish(wish)]
        elif topic is not None:
            about_topic[juror][topic] = WISH_VALUES[Wish(wish)]
    if kept_out is None:
        against = ImpartialityDeclaration.objects.filter(sketch__call=call).exclude(verdict=Verdict.IMPARTIAL)
        kept_out = set(against.values_list("sketch", "juror"))
    if topics is None:
        topics = dict(sketches_to_declare(call).values_list("pk", "current_version__topic_codes"))
    found = {
        (sketch, juror): value
        for sketch, codes in topics.items()
        for juror, wishes in about_topic.items()
        if (value := _mean(wishes, codes or [])) is not None
    }
    found |= {pair: value for pair, value in about_sketch.items() if pair[0] in topics}
    return {pair: found[pair] for pair in sorted(found) if pair not in kept_out}


def _mean(wishes: dict[str, float], codes: Collection[str]) -> float | None:
    """None where nothing was wished about any of the topics."""
    known = [wishes[code] for code in codes if code in wishes]
    return sum(known) / len(codes) if known else None
