"""The two other competitions of the demo: one open, one under assessment."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import timezone

from competition.enums import ProgrammeRole
from competition.models import Call, Sketch
from competition.services.formal_check import admit_sketches, complete_formal_check
from home.demo import jury, people
from home.demo.applicants import hand_in, needs_of, write_draft
from home.demo.calls import call_data, set_up_call, staff_of
from home.demo.dialogue import tell_dialogue
from home.demo.report import Report
from home.demo.runner import Here
from home.demo.travel import at
from home.demo.world import World
from scoring.models import Assessment
from scoring.services.assignment import publish_assignment, start_assignment

DANISH, NORDIC = "dk-2027", "nordic-2027"
# Needs of the open call that two organisations stand behind together, and how far each has come.
DANISH_SKETCHES = (
    ("n19", ("f-dk-aabyer",), True),
    ("n20", ("f-dk-region",), True),
    ("n21", ("f-dk-region",), False),
    ("n22", (), False),
)
UNDECLARED = 2  # jurors of the Nordic call who have not declared impartiality yet
DONE = 0.6  # share of the Nordic assessments that are in


def _dates(key: str, zone) -> dict[str, dt.datetime]:
    """Instants of a call in demo.json, counted in whole days from today, at its local hour."""
    today = timezone.now().astimezone(zone).date()
    dates = {}
    for row in call_data(key)["dates"]:
        hour = dt.time.fromisoformat(row.get("local_time", "09:00"))
        dates[row["id"]] = dt.datetime.combine(today + dt.timedelta(days=row["offset_days"]), hour, tzinfo=zone)
    return dates


def tell_danish(world: World, report: Report) -> Call:
    """A call that is open: four sketches, of which two are handed in."""
    dates = _dates(DANISH, ZoneInfo(call_data(DANISH)["timezone"]))
    with at(dates["opens"] - dt.timedelta(days=3)):
        call = set_up_call(
            world,
            DANISH,
            slug="faelles-behov-2027",
            opens_at=dates["opens"],
            deadline=dates["deadline"],
            questions_until=dates["questions_until"],
            pitch_at=dates["pitch"],
            result_at=dates["result"],
        )
    tell_dialogue(world, call)
    needs = {need["id"]: need for need in needs_of(DANISH)}
    handed_in = 0
    for day, (key, co, complete) in enumerate(DANISH_SKETCHES):
        with at(dates["opens"] + dt.timedelta(days=10 + 4 * day, hours=3)):
            sketch = write_draft(world, call, needs[key], co=co)
            if complete:
                hand_in(world, sketch)
                handed_in += 1
    report.step(
        "danish", f"Danish call: open, {handed_in} of {len(DANISH_SKETCHES)} sketches handed in", handed_in=handed_in
    )
    return call


def tell_nordic(world: World, report: Report, *, seed: int) -> Call:
    """A call under assessment: six sketches in three languages, most grades in, two jurors not declared."""
    dates = _dates(NORDIC, ZoneInfo(call_data(NORDIC)["timezone"]))
    deadline = dates["deadline"]
    with at(dates["opens"] - dt.timedelta(days=3)):
        call = set_up_call(
            world,
            NORDIC,
            slug="nordisk-skisstavling-2027",
            opens_at=dates["opens"],
            deadline=deadline,
            assessment_due_at=dates["jury_meeting"],
            pitch_at=dates["pitch"],
            result_at=dates["result"],
        )
    sketches: list[Sketch] = []
    for day, need in enumerate(needs_of(NORDIC)):
        with at(deadline - dt.timedelta(days=2 * day + 1, hours=2)):
            sketch = write_draft(world, call, need)
            hand_in(world, sketch)
            sketches.append(sketch)
    Here().seal(call)
    _assess(world, call, sketches, deadline, seed)
    final = Assessment.objects.filter(juror__call=call).final().count()
    every = Assessment.objects.filter(juror__call=call).standing().count()
    report.step(
        "nordic", f"Nordic call: {len(sketches)} sketches, {final} of {every} assessments sent", sent=final, of=every
    )
    return call


def _assess(world: World, call: Call, sketches: list[Sketch], deadline: dt.datetime, seed: int) -> None:
    rng = np.random.default_rng([seed, 4])
    officer = staff_of(world, NORDIC, ProgrammeRole.CASE_OFFICER)
    with at(deadline + dt.timedelta(days=1)):
        admit_sketches(by=officer, call=call, sketches=sketches)
        complete_formal_check(by=officer, call=call)
    call.refresh_from_db()
    with at(deadline + dt.timedelta(days=2)):
        jurors = jury.seat_jury(
            world, call, NORDIC, size=people.JURORS_NORDIC, employers={3: "f-se-sjoby"}, rng=rng, light=UNDECLARED
        )
        declared = jurors[UNDECLARED:]
        jury.declare_all(declared, list(call.sketches.competing()))
        run = start_assignment(by=officer, call=call)
        Here().finish(run)
        publish_assignment(by=officer, run=run)
    quality = {sketch.pk: float(rng.uniform(3.5, 6.0)) for sketch in sketches}
    severity = {juror.pk: float(rng.normal(0, 0.4)) for juror in jurors}
    opinions = jury.Opinions(quality=quality, severity=severity, seed=seed)
    handed_out = Assessment.objects.filter(juror__call=call).standing()
    able = list(
        handed_out.filter(juror__in=declared).select_related("sketch__call", "juror__user").order_by("position", "pk")
    )
    with at(deadline + dt.timedelta(days=6)):
        jury.grade(able[: round(handed_out.count() * DONE)], opinions, language=call.default_language)
