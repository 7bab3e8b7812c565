"""Juries in bulk: seats, declarations, a plan, and grades."""

from __future__ import annotations

import random
from collections import Counter
from itertools import cycle

from django.utils import timezone

from accounts.models import User
from competition.models import Call, Sketch, Topic
from scoring.enums import AssessmentState, JurorRole, JurorState, RunState, Verdict
from scoring.models import (
    Assessment,
    AssignmentPair,
    AssignmentRun,
    ImpartialityDeclaration,
    ImpartialityReason,
    Juror,
    JurorTopic,
    Score,
)

BATCH = 2000
TOPICS_KNOWN = 5
KEPT_OUT = 0.02  # share of the pairs that nobody planned
REASON = "Behovet er godt beskrevet og delt av mange, men veien til en anskaffelse er ikke tydelig ennå. " * 3
Pairs = list[tuple[Sketch, Juror]]


def seat(call: Call, number: int, assessments: int, rng: random.Random) -> list[Juror]:
    """So many jurors who have accepted and have time for all the assessments together."""
    users = User.objects.bulk_create(
        (User(email=f"{call.slug}-juror{n}@example.com", language="nb", password="!") for n in range(number)),
        batch_size=BATCH,
    )
    mean = assessments / number
    jurors = Juror.objects.bulk_create(
        (
            Juror(
                call=call,
                user=user,
                role=JurorRole.JUROR if n else JurorRole.CHAIR,
                state=JurorState.ACCEPTED,
                load_min=int(mean * 0.5),
                load_max=int(mean * 1.2) + 1,
                answered_at=timezone.now(),
            )
            for n, user in enumerate(users)
        ),
        batch_size=BATCH,
    )
    topics = list(Topic.objects.order_by("code"))
    JurorTopic.objects.bulk_create(
        (
            JurorTopic(juror=juror, topic=topic, strength=round(rng.uniform(0.4, 1), 2))
            for juror in jurors
            for topic in rng.sample(topics, TOPICS_KNOWN)
        ),
        batch_size=BATCH,
    )
    return jurors


def declare_all(call: Call, jurors: list[Juror]) -> None:
    """Every juror is impartial everywhere."""
    _declare((sketch, juror) for sketch in call.sketches.all() for juror in jurors)


def _declare(pairs) -> None:
    now = timezone.now()
    ImpartialityDeclaration.objects.bulk_create(
        (
            ImpartialityDeclaration(
                sketch=sketch, juror=juror, verdict=Verdict.IMPARTIAL, declared_at=now, declared_by_id=juror.user_id
            )
            for sketch, juror in pairs
        ),
        batch_size=BATCH,
    )


def keep_some_out(sketches: list[Sketch], jurors: list[Juror], planned: Pairs, rng: random.Random) -> None:
    """Some jurors may not judge some sketches, none of which they were given."""
    reason, now = ImpartialityReason.objects.first(), timezone.now()
    taken = {(sketch.pk, juror.pk) for sketch, juror in planned}
    free = ((s, j) for s in sketches for j in jurors if (s.pk, j.pk) not in taken)
    ImpartialityDeclaration.objects.bulk_create(
        (
            ImpartialityDeclaration(
                sketch=sketch, juror=juror, verdict=Verdict.DISQUALIFIED, reason=reason, declared_at=now
            )
            for sketch, juror in free
            if rng.random() < KEPT_OUT
        ),
        batch_size=BATCH,
    )


def pairs(sketches: list[Sketch], jurors: list[Juror], per_sketch: int, *, busy: int) -> Pairs:
    """The first juror gets the first `busy` sketches, the others take turns at what is left."""
    turn = cycle(jurors[1:])
    return [
        (sketch, jurors[0] if place == 0 and n < busy else next(turn))
        for n, sketch in enumerate(sketches)
        for place in range(per_sketch)
    ]


def hand_out(call: Call, owner: User, planned: Pairs, rng: random.Random) -> AssignmentRun:
    """A finished and published run with these pairs, the assessments, and a declaration before each."""
    now = timezone.now()
    run = AssignmentRun.objects.create(
        call=call,
        state=RunState.DONE,
        progress=100,
        created_by=owner,
        published_by=owner,
        published_at=now,
        started_at=now,
        finished_at=now,
        parameters={"jurors_per_sketch": call.jurors_per_sketch, "keep_assigned": True, "one_per_employer": True},
        metrics=_metrics(planned),
    )
    AssignmentPair.objects.bulk_create(
        (
            AssignmentPair(
                run=run,
                sketch=sketch,
                juror=juror,
                affinity=round(fit := rng.random(), 2),
                terms={"topics": {"health": round(fit, 2), "water": round(fit, 2)}, "kept": False},
            )
            for sketch, juror in planned
        ),
        batch_size=BATCH,
    )
    _declare(planned)
    Assessment.objects.bulk_create(
        (
            Assessment(
                sketch=sketch,
                juror=juror,
                version_id=sketch.current_version_id,
                run=run,
                position=rng.randrange(2**31),
                state=AssessmentState.FINAL,
                revision=2,
                comment=REASON,
                finalised_at=now,
            )
            for sketch, juror in planned
        ),
        batch_size=BATCH,
    )
    return run


def _metrics(planned: Pairs) -> dict:
    """What a run says of itself, in the shape that scoring.services.assignment writes."""
    loads = Counter(str(juror.pk) for _sketch, juror in planned)
    numbers = dict.fromkeys(("conflicts", "undeclared", "total", "lowest_fit", "bound", "gap", "seconds"), 0.0)
    counts = {"sketches": len({sketch.pk for sketch, _juror in planned}), "jurors": len(loads), "pairs": len(planned)}
    return {**numbers, **counts, "connected": True, "loads": dict(loads), "unfilled": [], "unmet": []}


def grade_all(call: Call, rng: random.Random) -> None:
    """A grade with reasons on every criterion of every assessment, around a quality of each sketch."""
    criteria = list(call.criteria.select_related("scale"))
    levels = [level.value for level in criteria[0].scale.levels.all()]
    low, high = min(levels), max(levels)
    quality = {pk: rng.uniform(low + 1, high - 1) for pk in call.sketches.values_list("pk", flat=True)}
    rows = Assessment.objects.filter(juror__call=call).order_by("pk").values_list("pk", "sketch")
    Score.objects.bulk_create(
        (
            Score(
                assessment_id=assessment,
                criterion=criterion,
                value=min(high, max(low, round(quality[sketch] + rng.gauss(0, 0.7)))),
                reason=REASON,
            )
            for assessment, sketch in rows
            for criterion in criteria
        ),
        batch_size=BATCH,
    )


def reopen_half(call: Call) -> None:
    """Every other assessment of the first juror is filled in and not sent, so that there is something to do."""
    first = call.jurors.order_by("pk").first()
    keys = list(first.assessments.order_by("position").values_list("pk", flat=True))
    Assessment.objects.filter(pk__in=keys[::2]).update(state=AssessmentState.STARTED, finalised_at=None)
