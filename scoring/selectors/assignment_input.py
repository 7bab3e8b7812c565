"""Reads everything an assignment is computed from, in a handful of queries, as plain data."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from competition.models import Call, Sketch
from scoring.enums import AssessmentState, Verdict
from scoring.models import Assessment, ImpartialityDeclaration, Juror, JurorTopic

NEUTRAL = 0.5
AFFINITY_FORMULA = (
    "The mean of the juror's strengths (0 to 1) over the topics of the sketch as it was handed in; "
    "0 for a topic the juror did not name; 0.5 for a sketch without topics."
)


@dataclass(frozen=True)
class AssignmentInput:
    """Ids are primary keys. `strengths`: juror -> topic code -> strength, `standing`: (sketch, juror) -> state."""

    sketches: dict[int, list[str]]
    references: dict[int, str]
    jurors: dict[int, Juror]
    strengths: dict[int, dict[str, float]]
    conflicts: set[tuple[int, int]]
    undeclared: int
    standing: dict[tuple[int, int], str]

    def terms(self, sketch: int, juror: int) -> dict[str, float]:
        """The strength that each topic of the sketch meets in the juror."""
        return {topic: self.strengths[juror].get(topic, 0.0) for topic in self.sketches[sketch]}

    def affinity(self, sketch: int, juror: int) -> float:
        terms = self.terms(sketch, juror)
        return sum(terms.values()) / len(terms) if terms else NEUTRAL


def load(call: Call) -> AssignmentInput:
    """Sketches that compete, jurors who serve, conflicts, and what has been handed out before. Five queries."""
    sketches = Sketch.objects.competing().filter(call=call).order_by("pk")
    rows = list(sketches.values_list("pk", "reference", "current_version__topic_codes"))
    jurors = {juror.pk: juror for juror in call.jurors.serving().select_related("user").order_by("pk")}
    strengths: dict[int, dict[str, float]] = defaultdict(dict)
    for juror, topic, strength in JurorTopic.objects.filter(juror__in=jurors).values_list(
        "juror", "topic__code", "strength"
    ):
        strengths[juror][topic] = float(strength)
    keys = {row[0] for row in rows}
    verdicts = {
        (sketch, juror): verdict
        for sketch, juror, verdict in ImpartialityDeclaration.objects.filter(juror__in=jurors).values_list(
            "sketch", "juror", "verdict"
        )
        if sketch in keys
    }
    standing = Assessment.objects.standing().filter(juror__in=jurors, sketch__in=keys)
    return AssignmentInput(
        sketches={pk: sorted(topics or []) for pk, _reference, topics in rows},
        references={pk: reference for pk, reference, _topics in rows},
        jurors=jurors,
        strengths={pk: strengths.get(pk, {}) for pk in jurors},
        conflicts={pair for pair, verdict in verdicts.items() if verdict != Verdict.IMPARTIAL},
        undeclared=len(keys) * len(jurors) - len(verdicts),
        standing={(sketch, juror): state for sketch, juror, state in standing.values_list("sketch", "juror", "state")},
    )


def locked_pairs(data: AssignmentInput, *, keep_assigned: bool) -> list[tuple[int, int]]:
    """Pairs that stay: whatever a juror has begun or sent, and unless said otherwise what was handed out before."""
    return sorted(
        pair
        for pair, state in data.standing.items()
        if pair not in data.conflicts and (keep_assigned or state != AssessmentState.ASSIGNED)
    )


def personal_position(seed: int, juror: int, sketch: int) -> int:
    """Where a sketch stands in a juror's own order: drawn, but stable, and the same if drawn again."""
    digest = hashlib.sha256(f"{seed}:{juror}:{sketch}".encode()).digest()
    return int.from_bytes(digest[:4]) >> 1
