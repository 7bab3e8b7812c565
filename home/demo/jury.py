"""The jury of a demo competition: invited, declared, assigned, and grading with opinions of their own."""

from __future__ import annotations

import numpy as np

from accounts.models import Organisation, User
from competition.enums import ProgrammeRole
from competition.models import Call, Sketch, Topic
from home.demo import people
from home.demo.calls import call_data, staff_of
from home.demo.world import World, data, user
from scoring.enums import JurorRole, JurorState, Verdict
from scoring.models import Assessment, AssignmentRun, ImpartialityDeclaration, Juror
from scoring.selectors.assignment_desk import desk
from scoring.services.assessments import ScoreInput, finalise, save_assessment
from scoring.services.assignment_edit import edit_draft
from scoring.services.impartiality import declare
from scoring.services.jury import answer_invitation, invite_juror


def seat_jury(
    world: World,
    call: Call,
    key: str,
    *,
    size: int,
    employers: dict[int, str],
    rng: np.random.Generator,
    light: int = 0,
) -> list[Juror]:
    """Invite `size` jurors, who accept.

    employers: number of the juror -> key of the organisation employing them. light: how many of the first jurors have
    little time.
    """
    by = staff_of(world, key, ProgrammeRole.JURY_SECRETARY)
    topics = list(Topic.objects.order_by("code"))
    expected = 3 * max(call.sketches.received().count(), 1) / size
    jurors = []
    for number in range(1, size + 1):
        email = people.juror_email(number, call_data(key)["owner"])
        user(email, language=call.default_language)
        known = rng.choice(len(topics), size=5, replace=False)
        juror = invite_juror(
            by=by,
            call=call,
            email=email,
            organisation=_employer(world, employers.get(number)),
            role=JurorRole.CHAIR if number == 1 else JurorRole.JUROR,
            topics={topics[i]: round(float(rng.uniform(0.4, 1.0)), 2) for i in known},
            load_min=int(expected * 0.5),
            load_max=3 if number <= light else max(int(expected * 1.6) + 1, 4),
            language=call.default_language,
        )
        if juror.state == JurorState.INVITED:
            juror = answer_invitation(juror=juror, accept=True, by=juror.user)
        jurors.append(juror)
    return jurors


def change_by_hand(run: AssignmentRun, *, by: User) -> None:
    """Swap one juror of a draft for another who breaks no rule, and say why: the first such swap that there is."""
    run.refresh_from_db()
    for listed in desk(run, by, None).listed:
        table = desk(run, by, listed.pk)
        comes = next((each for each in table.candidates if each.may_be_added and not each.would_break), None)
        goes = max(table.on_it, key=lambda each: (each.load, each.name), default=None)
        if comes is not None and goes is not None:
            reason = data()["by_hand"][run.call.default_language]
            edit_draft(
                by=by, run=run, kind="swap", sketch=listed.pk, juror=comes.juror, replaced=goes.juror, reason=reason
            )
            return


def _employer(world: World, key: str | None) -> Organisation | None:
    return world.organisations[key] if key else None


def declare_all(jurors: list[Juror], sketches: list[Sketch]) -> int:
    """Every juror declares impartiality for every sketch that the system has not blocked. Returns how many did."""
    settled = set(ImpartialityDeclaration.objects.filter(juror__in=jurors).values_list("juror_id", "sketch_id"))
    declared = 0
    for juror in jurors:
        for sketch in sketches:
            if (juror.pk, sketch.pk) not in settled:
                declare(by=juror.user, juror=juror, sketch=sketch, verdict=Verdict.IMPARTIAL)
                declared += 1
    return declared


class Opinions:
    """Grades as jurors would give them: the sketch's quality, the juror's severity, and chance, on whole grades.

    quality: key of the sketch -> mean grade. fixed: key of the sketch -> grades of its first, second, ... juror.
    Grades depend only on the seed and on who grades what.
    """

    def __init__(
        self,
        *,
        quality: dict[int, float],
        severity: dict[int, float],
        seed: int,
        fixed: dict[int, tuple[tuple[int, ...], ...]] | None = None,
    ):
        self.quality = quality
        self.severity = severity
        self.seed = seed
        self.fixed = fixed or {}

    def grades(self, assessment: Assessment, codes: list[str], low: int, high: int) -> dict[str, int]:
        if assessment.sketch_id in self.fixed:
            colleagues = list(
                Assessment.objects.standing()
                .filter(sketch_id=assessment.sketch_id)
                .order_by("juror_id")
                .values_list("pk", flat=True)
            )
            rows = self.fixed[assessment.sketch_id]
            return dict(zip(codes, rows[colleagues.index(assessment.pk) % len(rows)], strict=True))
        rng = np.random.default_rng([self.seed, assessment.sketch_id, assessment.juror_id])
        level = self.quality[assessment.sketch_id] + self.severity.get(assessment.juror_id, 0.0)
        drawn = np.clip(np.rint(level + rng.normal(0, 0.55, size=len(codes))), low, high).astype(int)
        return dict(zip(codes, drawn.tolist(), strict=True))


def grade(assessments: list[Assessment], opinions: Opinions, *, language: str, finish: bool = True) -> int:
    """Fill in and send assessments. Returns how many."""
    done = 0
    for assessment in assessments:
        criteria = list(assessment.sketch.call.criteria.select_related("scale"))
        values = [level.value for level in criteria[0].scale.levels.all()]
        grades = opinions.grades(assessment, [criterion.code for criterion in criteria], min(values), max(values))
        reason = data()["reasons"][language]["grade"]
        saved = save_assessment(
            by=assessment.juror.user,
            assessment=assessment,
            scores={code: ScoreInput(value=value, reason=reason) for code, value in grades.items()},
            comment=reason,
        )
        if finish:
            finalise(by=assessment.juror.user, assessment=saved)
        done += 1
    return done
