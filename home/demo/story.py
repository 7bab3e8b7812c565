"""One competition from the call to the published result, told through the services that people's pages use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction

from competition.enums import ProgrammeRole
from competition.errors import DeadlinePassed
from competition.models import Call, Sketch
from competition.services.dismissals import confirm_dismissal, propose_dismissal
from competition.services.formal_check import admit_sketches, complete_formal_check
from competition.services.sketches import withdraw_sketch
from home.demo import jury, outcome
from home.demo.applicants import hand_in, needs_of, write_draft
from home.demo.calls import call_data, set_up_call, staff_of
from home.demo.report import Report
from home.demo.runner import Runner
from home.demo.world import World
from scoring.models import Assessment, Juror
from scoring.services.assignment import publish_assignment, start_assignment

KEY = "no-2017"
STAGES = ("open", "closed", "assigned", "scored", "decided")
SHORTLISTED = ("n02", "n05", "n07", "n11", "n16")
AWARDED = ("n02", "n05", "n07", "n16")
COMPANY = "f-no-malvik-drift"
EMPLOYER_OF_A_JUROR = "f-no-sh-nordfjell"  # which sent n02: that juror is kept from it
# Jurors of both give the same grades in the same order: a tie, whatever the seed.
TIED = ("n11", "n16")
TIED_GRADES = ((6, 5, 6, 6, 5), (5, 6, 5, 6, 6), (6, 6, 5, 5, 6))
# Handed in as well, and not assessed: (need it repeats, what became of it, why).
VARIANTS = (
    ("n08", "withdrawn", "Vi slår oss sammen med en annen skisse."),
    ("n12", "withdrawn", "Behovet er løst på annen måte."),
    ("n04", "company", "Søkeren er et aksjeselskap og ikke en offentlig virksomhet."),
    ("n10", "duplicate", "Samme behov er sendt inn to ganger. Den fullstendige skissen er med videre."),
    ("n13", "no_need", "Skissen beskriver et produkt og ikke et behov."),
)
LATE = "n09"


def _stay(_instant: dt.datetime) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass
class Story:
    """`at` takes the teller to an instant, or stays where the clock is.

    Planned dates lie as far from the deadline as those in demo.json do. Without `opens` the call opens that way too.
    """

    world: World
    report: Report
    runner: Runner
    deadline: dt.datetime
    slug: str
    seed: int = 1
    at: Callable[[dt.datetime], AbstractContextManager[None]] = _stay
    opens: dt.datetime | None = None
    jurors_at: int = 8
    call: Call = field(init=False)
    sketches: dict[str, Sketch] = field(default_factory=dict)
    jurors: list[Juror] = field(default_factory=list)

    def tell(self, until: str) -> None:
        """Every stage up to and including `until`."""
        stages = (self.receive, self.close, self.assign, self.score, self.decide)
        for _name, stage in zip(STAGES[: STAGES.index(until) + 1], stages, strict=False):
            stage()

    def when(self, *, day: int | None = None, hour: int = 10, **after: float) -> AbstractContextManager[None]:
        """At an hour of the nth day after the deadline, or some seconds, minutes or hours from it."""
        if day is None:
            return self.at(self.deadline + dt.timedelta(**after))
        zone = ZoneInfo(call_data(KEY)["timezone"])
        date = self.deadline.astimezone(zone).date() + dt.timedelta(days=day)
        return self.at(dt.datetime.combine(date, dt.time(hour), tzinfo=zone))

    def planned(self, name: str) -> dt.datetime:
        """A date of demo.json, as far from this deadline as it is from the one there."""
        dates = {row["id"]: dt.datetime.fromisoformat(row["at"]) for row in call_data(KEY)["dates"]}
        return self.deadline + (dates[name] - dates["deadline"])

    # -- open -----------------------------------------------------------------------------------------------------

    def receive(self) -> None:
        opens = self.opens or self.planned("opens")
        open_for = self.deadline - opens
        with self.at(opens - dt.timedelta(days=5)):
            self.call = set_up_call(
                self.world,
                KEY,
                slug=self.slug,
                opens_at=opens,
                deadline=self.deadline,
                questions_until=max(self.planned("questions_until"), opens),
                assessment_due_at=self.deadline + dt.timedelta(days=21),
                pitch_at=self.planned("pitch"),
                result_at=self.planned("result"),
            )
        self.report.step("published", f"Call “{self.call.title}” is published, open until {self.deadline.isoformat()}")
        rng = np.random.default_rng(self.seed)
        for need in needs_of(KEY):
            with self.at(self.deadline - open_for * float(rng.beta(1.2, 4.0)) * 0.98):
                self.sketches[need["id"]] = self._submit(need)
        self._submit_variants()
        received = self.call.sketches.exclude(current_version=None).count()
        self.report.step("received", f"{received} sketches handed in, each with a receipt", sketches=received)

    def _submit(self, need: dict[str, Any], **changed: Any) -> Sketch:
        sketch = write_draft(self.world, self.call, need, **changed)
        hand_in(self.world, sketch)
        sketch.refresh_from_db()
        return sketch

    def _submit_variants(self) -> None:
        needs = {need["id"]: need for need in needs_of(KEY)}
        withdrawn = 0
        for key, kind, reason in VARIANTS:
            with self.when(hours=-50):
                organisation = COMPANY if kind == "company" else ""
                title = needs[key]["title"] + " – forprosjekt"
                sketch = self._submit(needs[key], organisation=organisation, title=title)
                self.sketches[f"{key}:{kind}"] = sketch
            if kind == "withdrawn":
                with self.when(hours=-20):
                    withdraw_sketch(by=self.world.writers[needs[key]["demo_owner"]], sketch=sketch, reason=reason)
                withdrawn += 1
        with self.when(hours=-1):
            late = write_draft(self.world, self.call, needs[LATE], title=needs[LATE]["title"] + " – ny versjon")
            self.sketches["late"] = late
        self.report.step("withdrawn", f"{withdrawn} of them withdrawn again", withdrawn=withdrawn)

    # -- closed ---------------------------------------------------------------------------------------------------

    def close(self) -> None:
        self.runner.pass_deadline(self.call)
        refused = 0
        with self.when(seconds=90):
            try:
                hand_in(self.world, self.sketches["late"])
            except DeadlinePassed:
                refused += 1
        self.report.step("refused", f"{refused} sketch came after the deadline and was refused", late_refused=refused)
        with self.when(minutes=5):
            self.runner.seal(self.call)
        tree = type(self.call.receipt_tree).objects.get(call=self.call)
        self.report.step(
            "sealed", f"{tree.size} receipts sealed, root {tree.root[:16]}…", receipts=tree.size, root=tree.root
        )

    def check_formalities(self) -> None:
        officer = staff_of(self.world, KEY, ProgrammeRole.CASE_OFFICER)
        owner = staff_of(self.world, KEY, ProgrammeRole.OWNER)
        dismissed = 0
        with self.when(day=1), transaction.atomic():
            for key, kind, reason in VARIANTS:
                if kind != "withdrawn":
                    proposal = propose_dismissal(by=officer, sketch=self.sketches[f"{key}:{kind}"], reason=reason)
                    confirm_dismissal(by=owner, proposal=proposal)
                    dismissed += 1
            admitted = admit_sketches(
                by=officer, call=self.call, sketches=[self.sketches[need["id"]] for need in needs_of(KEY)]
            )
            complete_formal_check(by=officer, call=self.call)
        self.call.refresh_from_db()
        self.report.step(
            "checked",
            f"Formal check: {len(admitted)} admitted, {dismissed} dismissed with reasons",
            admitted=len(admitted),
            dismissed=dismissed,
        )

    # -- assigned -------------------------------------------------------------------------------------------------

    def assign(self) -> None:
        self.check_formalities()
        secretary = staff_of(self.world, KEY, ProgrammeRole.JURY_SECRETARY)
        with self.when(day=2):
            self.jurors = jury.seat_jury(
                self.world,
                self.call,
                KEY,
                size=self.jurors_at,
                employers={3: EMPLOYER_OF_A_JUROR},
                rng=np.random.default_rng([self.seed, 2]),
            )
            declared = jury.declare_all(self.jurors, list(self.call.sketches.competing()))
            run = start_assignment(by=secretary, call=self.call)
            self.runner.finish(run)
            jury.change_by_hand(run, by=secretary)
        with self.when(day=3, hour=14):
            publish_assignment(by=secretary, run=run)
        run.refresh_from_db()
        loads = sorted(run.metrics["loads"].values())
        self.report.step(
            "assigned",
            f"{len(self.jurors)} jurors, {declared} declarations, {run.metrics['conflicts']} conflicts: "
            f"{run.metrics['pairs']} places filled, {len(run.metrics['unfilled'])} sketches short, "
            f"total fit {run.metrics['total']:.2f}, lowest {run.metrics['lowest_fit']:.2f}, "
            f"loads {loads[0]} to {loads[-1]}",
            jurors=len(self.jurors),
            declarations=declared,
            loads=loads,
            computed_in=run.metrics["seconds"],
            **{key: run.metrics[key] for key in ("pairs", "conflicts", "unfilled", "total", "lowest_fit", "gap")},
        )

    # -- scored ---------------------------------------------------------------------------------------------------

    def opinions(self) -> jury.Opinions:
        rng = np.random.default_rng([self.seed, 3])
        best = dict(zip([key for key in SHORTLISTED if key not in TIED], (6.6, 6.4, 6.2), strict=True))
        quality = {
            self.sketches[need["id"]].pk: best.get(need["id"], float(rng.uniform(3.0, 4.7))) for need in needs_of(KEY)
        }
        severity = {juror.pk: float(rng.normal(0, 0.25)) for juror in self.jurors}
        return jury.Opinions(
            quality=quality,
            severity=severity,
            seed=self.seed,
            fixed={self.sketches[key].pk: TIED_GRADES for key in TIED},
        )

    def score(self) -> None:
        opinions = self.opinions()
        done = 0
        for day, juror in enumerate(self.jurors):
            with self.when(day=8 + day, hour=13):
                own = list(
                    Assessment.objects.standing().filter(juror=juror).select_related("sketch__call", "juror__user")
                )
                done += jury.grade(own, opinions, language=self.call.default_language)
        self.report.step("assessed", f"{done} assessments sent by {len(self.jurors)} jurors", assessments=done)

    # -- decided --------------------------------------------------------------------------------------------------

    def decide(self) -> None:
        outcome.rank(self)
        outcome.recommend_and_decide(self)
        outcome.tell_everybody(self)
