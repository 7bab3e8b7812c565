"""Reads everything an assignment is computed from, in a handful of queries, as plain data."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Value

from competition.models import Call, Sketch
from scoring.enums import AssessmentState, Verdict
from scoring.models import Assessment, GivenBack, ImpartialityDeclaration, Juror, JurorTopic
from scoring.selectors.assignment_plan import Weights
from scoring.selectors.fit import Fit, Judge, Subject
from scoring.selectors.juror_facts import facts_of
from scoring.selectors.wishes import wishes_of

GIVEN_BACK = "given back"


@dataclass(frozen=True)
class AssignmentInput:
    """Ids are primary keys. `standing`: (sketch, juror) -> state of what is handed out.

    wishes: (sketch, juror) -> how gladly, from -1 to 1; pairs without a wish are left out.
    """

    sketches: dict[int, Subject]
    references: dict[int, str]
    jurors: dict[int, Juror]
    judges: dict[int, Judge]
    conflicts: set[tuple[int, int]]
    undeclared: int
    standing: dict[tuple[int, int], str]
    wishes: dict[tuple[int, int], float] = field(default_factory=dict)

    def fit(self, weights: Weights) -> Fit:
        return Fit(self.sketches, self.judges, self.wishes, weights)

    @property
    def begun(self) -> set[tuple[int, int]]:
        """Pairs that a juror has begun or sent."""
        return {pair for pair, state in self.standing.items() if state != AssessmentState.ASSIGNED}


def load(call: Call, *, fit: bool = True) -> AssignmentInput:
    """Sketches that compete, jurors who serve, conflicts, wishes, and what has been handed out. Six queries.

    fit: whether topics and wishes are read; without them rules can be checked, in four queries, and fits cannot.
    """
    sketches = Sketch.objects.competing().filter(call=call).order_by("pk")
    rows = list(
        sketches.values_list("pk", "reference", "current_version__topic_codes", "language", "organisation__region")
    )
    jurors = {juror.pk: juror for juror in call.jurors.serving().select_related("user").order_by("pk")}
    strengths: dict[int, dict[str, float]] = defaultdict(dict)
    known = JurorTopic.objects.filter(juror__in=jurors) if fit else JurorTopic.objects.none()
    for juror, topic, strength in known.values_list("juror", "topic__code", "strength"):
        strengths[juror][topic] = float(strength)
    keys = {row[0] for row in rows}
    declared, conflicts = _declared_and_closed(jurors, keys)
    standing = Assessment.objects.standing().filter(juror__in=jurors, sketch__in=keys)
    return AssignmentInput(
        wishes=wishes_of(call, topics={row[0]: row[2] or () for row in rows}, kept_out=conflicts) if fit else {},
        sketches={
            pk: Subject(tuple(sorted(topics or ())), language, region.strip())
            for pk, _reference, topics, language, region in rows
        },
        references={pk: reference for pk, reference, *_rest in rows},
        jurors=jurors,
        judges={pk: Judge(strengths.get(pk, {}), facts_of(juror)) for pk, juror in jurors.items()},
        conflicts=conflicts,
        undeclared=len(keys) * len(jurors) - declared,
        standing={(sketch, juror): state for sketch, juror, state in standing.values_list("sketch", "juror", "state")},
    )


def _declared_and_closed(jurors: Collection[int], sketches: Collection[int]) -> tuple[int, set[tuple[int, int]]]:
    """How many pairs are declared, and which may not be made: kept out, or given back by the juror. One query."""
    given_back = GivenBack.objects.filter(juror__in=jurors, sketch__isnull=False).order_by()
    declarations = ImpartialityDeclaration.objects.filter(juror__in=jurors).order_by()
    rows = declarations.values_list("sketch", "juror", "verdict").union(
        given_back.values_list("sketch", "juror", Value(GIVEN_BACK)), all=True
    )
    said = [row for row in rows if row[0] in sketches]
    closed = {(sketch, juror) for sketch, juror, word in said if word != Verdict.IMPARTIAL}
    return sum(word != GIVEN_BACK for _sketch, _juror, word in said), closed


def personal_position(seed: int, juror: int, sketch: int) -> int:
    """Where a sketch stands in a juror's own order: drawn, but stable, and the same if drawn again."""
    digest = hashlib.sha256(f"{seed}:{juror}:{sketch}".encode()).digest()
    return int.from_bytes(digest[:4]) >> 1
