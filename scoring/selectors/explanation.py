"""Reads why each juror judges a sketch and each other does not, from what the run was computed from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property

from competition.models import Sketch
from competition.selectors.vetoes import without_vetoed
from scoring.assignment import Chosen, NotChosen, Problem, explain_pairs
from scoring.assignment.io import problem_from_bytes
from scoring.models import AssignmentPair, AssignmentRecord, AssignmentRun, ImpartialityDeclaration, Juror

Key = tuple[int, int]


@dataclass(frozen=True)
class Reason:
    """One juror and one sketch.

    code: "chosen", or a reason of scoring.assignment.explain.NotChosen. fall: what the total would lose by insisting,
    None where that cannot be told. rank: 1 for the best fit of all candidates. conflict: the declared reason in words,
    of a "conflict". load, most: what the juror carries, and could. colleagues: names of those of the same group.
    """

    sketch: int
    reference: str
    title: str
    juror: int
    name: str
    code: str
    fit: float | None = None
    terms: dict[str, float] = field(default_factory=dict)
    topics: dict[str, float] = field(default_factory=dict)
    fall: float | None = None
    rank: int | None = None
    candidates: int | None = None
    locked: bool = False
    by_hand: bool = False
    places: int = 0
    conflict: str = ""
    load: int = 0
    most: int = 0
    colleagues: tuple[str, ...] = ()

    @property
    def chosen(self) -> bool:
        return self.code == "chosen"


class RunStory:
    """What can be told about one finished run to one person: never a sketch that a veto keeps from them."""

    def __init__(self, run: AssignmentRun, user: Any) -> None:
        self.run, self.user = run, user

    @cached_property
    def problem(self) -> Problem | None:
        """What the run was computed from; None for a run from before that was kept."""
        packed = AssignmentRecord.objects.filter(run=self.run).values_list("problem", flat=True).first()
        return problem_from_bytes(bytes(packed)) if packed else None

    @cached_property
    def pairs(self) -> dict[Key, dict[str, Any]]:
        rows = AssignmentPair.objects.filter(run=self.run).values()
        return {(row["sketch_id"], row["juror_id"]): dict(row) for row in rows}

    @cached_property
    def sketches(self) -> dict[int, tuple[str, str]]:
        """{primary key: (reference, title)} of the call's competing sketches that the person may see."""
        seen = without_vetoed(Sketch.objects.competing().filter(call_id=self.run.call_id), self.user)
        rows = seen.order_by("reference").values_list("pk", "reference", "current_version__title")
        return {pk: (reference, title or "") for pk, reference, title in rows}

    @cached_property
    def jurors(self) -> dict[int, str]:
        """{primary key: name} of who serves or has a pair in the run, by name."""
        judging = {juror for _sketch, juror in self.pairs}
        seats = Juror.objects.serving().filter(call_id=self.run.call_id) | Juror.objects.filter(pk__in=judging)
        names = {seat.pk: str(seat.user) for seat in seats.select_related("user")}
        return dict(sorted(names.items(), key=lambda item: (item[1].lower(), item[0])))

    @cached_property
    def is_whole(self) -> bool:
        """Whether nothing is kept from the person in this call."""
        return len(self.sketches) == Sketch.objects.competing().filter(call_id=self.run.call_id).count()

    @property
    def as_computed(self) -> bool:
        """Whether the pairs are still those that were found."""
        return not any(row.get("by_hand") for row in self.pairs.values()) and len(self.pairs) == self.run.metrics.get(
            "pairs", len(self.pairs)
        )

    def of_sketch(self, sketch: int) -> list[Reason]:
        """Every juror about one sketch: who judges it first, then by what insisting would cost."""
        return self._told(sketch=sketch)

    def of_juror(self, juror: int) -> list[Reason]:
        """Every sketch about one juror, those judged first."""
        return self._told(juror=juror)

    def of_all(self) -> list[Reason]:
        """Every juror about every sketch."""
        return self._told()

    @property
    def size(self) -> int:
        """How many reasons there are in all."""
        return len(self.sketches) * len(self.jurors)

    def _told(self, *, sketch: int | None = None, juror: int | None = None) -> list[Reason]:
        problem = self.problem
        if problem is None:
            return []
        if (sketch is not None and sketch not in problem.sketches) or (
            juror is not None and juror not in problem.jurors
        ):
            return []
        best = self.run.parameters.get("policy", "optimal") == "optimal" and self.as_computed
        best = best and abs(self.run.metrics.get("gap", 0.0)) < 1e-2
        try:
            chosen, others = explain_pairs(problem, self.pairs, best=best, sketch=sketch, juror=juror)
        except RuntimeError:  # the pairs are not the best there are, as after a change by hand
            chosen, others = explain_pairs(problem, self.pairs, best=False, sketch=sketch, juror=juror)
        conflicts = self._conflicts(sketch, juror)
        loads = Counter(juror for _sketch, juror in self.pairs)
        most = dict(zip(problem.jurors, problem.load_max.tolist(), strict=True))
        found = [*map(self._chosen, chosen), *(self._other(item, conflicts, loads, most) for item in others)]
        told = [reason for reason in found if reason is not None]
        return sorted(told, key=lambda r: (not r.chosen, r.fit is None, -(r.fit or 0), r.reference, r.name.lower()))

    def _chosen(self, item: Chosen) -> Reason | None:
        key = (int(item.sketch), int(item.juror))
        if key[0] not in self.sketches or key[1] not in self.jurors:
            return None
        row = self.pairs[key]
        return Reason(
            key[0], *self.sketches[key[0]], key[1], self.jurors[key[1]], "chosen",
            fit=item.affinity, terms=item.terms, topics=row["terms"].get("topics") or {}, rank=item.rank,
            candidates=item.candidates, locked=item.locked, by_hand=bool(row.get("by_hand")),
        )  # fmt: skip

    def _other(self, item: NotChosen, conflicts: dict[Key, str], loads: Counter, most: dict) -> Reason | None:
        key = (int(item.sketch), int(item.juror))
        if key[0] not in self.sketches or key[1] not in self.jurors or key in self.pairs:
            return None
        return Reason(
            key[0], *self.sketches[key[0]], key[1], self.jurors[key[1]], item.reason,
            fit=item.affinity, terms=item.terms, fall=item.fall, places=item.places_lost,
            conflict=conflicts.get(key, ""), load=loads[key[1]], most=most[item.juror],
            colleagues=tuple(self.jurors.get(int(other), "") for other in item.instead_of),
        )  # fmt: skip

    def _conflicts(self, sketch: int | None, juror: int | None) -> dict[Key, str]:
        about = Q(juror__call=self.run.call_id)
        if sketch is not None or juror is not None:
            about &= Q(sketch=sketch) if sketch is not None else Q(juror=juror)
        declared = ImpartialityDeclaration.objects.filter(about).exclude(reason=None).select_related("reason")
        return {(one.sketch_id, one.juror_id): str(one.reason) for one in declared}


def sketch_by_reference(story: RunStory, reference: str) -> int | None:
    return next((pk for pk, (known, _title) in story.sketches.items() if known == reference), None)


def counted(reasons: Iterable[Reason]) -> dict[str, int]:
    """{code: number of reasons}."""
    return dict(Counter(reason.code for reason in reasons))
