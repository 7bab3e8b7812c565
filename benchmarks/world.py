"""The calls that pages are measured on, made in bulk: quick, and yet what the services would have written.

An open call with drafts for the applicant's pages, one under assessment with all its grades for the jury's and the
owner's, and one that waits for its assignment. Every call begins through the services, with one sketch handed in; the
other sketches are that one again under other names, with receipts of their own.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from accounts.enums import Country, MemberRole, OrganisationKind
from accounts.models import Membership, Organisation, User
from benchmarks import jury
from benchmarks.dialogue import add_dialogue
from benchmarks.sketches import add_drafts, add_submitted
from competition.enums import ProgrammeRole, SketchState
from competition.models import Call, Programme, Sketch
from competition.services.calls import create_call, publish_call
from competition.services.formal_check import complete_formal_check
from competition.services.programmes import create_programme, grant_programme_role
from competition.services.receipts import seal_tree
from home.demo.travel import at
from home.services import ensure_site_tree
from scoring.models import AggregationRun, AssignmentRun, Juror
from scoring.services.aggregation import execute_aggregation, start_aggregation

LANGUAGE = "nb"
DRAFTS = 60  # of one applicant: a final submission needs a fresh one each time
BUSY_JUROR = 200  # sketches of the juror whose queue is measured


@dataclass(frozen=True)
class Size:
    """One call: so many sketches, so many jurors, so many assessments of each sketch."""

    sketches: int = 200
    jurors: int = 30
    per_sketch: int = 3

    @property
    def assessments(self) -> int:
        return self.sketches * self.per_sketch

    def __str__(self) -> str:
        return f"{self.sketches:,} sketches, {self.jurors} jurors, {self.assessments:,} assessments"


SMALL, LARGE = Size(), Size(sketches=10_000, jurors=250, per_sketch=5)


@dataclass
class World:
    """What the rows of the table need to find again. `unassigned` has a jury that waits; only in a small world."""

    size: Size
    owner: User
    applicant: User
    open: Call
    drafts: list[Sketch]
    assessed: Call
    plan: AssignmentRun
    ranking: AggregationRun
    juror: Juror
    unassigned: Call | None


def build(size: Size, *, with_unassigned: bool = True) -> World:
    """Fill an empty, migrated database. The same size gives the same rows, apart from instants and random numbers."""
    rng = random.Random(1)
    ensure_site_tree(hostname="testserver")
    owner, programme = _programme()
    leads = _agencies(size.sketches)
    applicant = leads[0].memberships.first().user
    now = timezone.now()
    with at(now - dt.timedelta(days=30)):
        assessed = _call(owner, programme, "assessed", size)
        _fill(assessed, leads, applicant)
        unassigned = _call(owner, programme, "unassigned", size) if with_unassigned else None
        if unassigned:
            _fill(unassigned, leads, applicant)
    open_call = _call(owner, programme, "open", size)
    _fill(open_call, leads, applicant)
    drafts = add_drafts(open_call, leads[0], applicant, DRAFTS)
    add_dialogue(open_call)
    if unassigned:
        _admit_all(owner, unassigned)
        jury.declare_all(unassigned, jury.seat(unassigned, size.jurors, size.assessments, rng))
    plan, juror = _assess(owner, assessed, size, rng)
    return World(
        size=size,
        owner=owner,
        applicant=applicant,
        open=open_call,
        drafts=drafts,
        assessed=assessed,
        plan=plan,
        ranking=_rank(owner, assessed),
        juror=juror,
        unassigned=unassigned,
    )


def _programme() -> tuple[User, Programme]:
    owner = User.objects.create_user("owner@example.com", language=LANGUAGE, name="Programme owner")
    body = Organisation.objects.create(
        name="Programme owner", country=Country.NO, kind=OrganisationKind.PROGRAMME_OWNER, mailbox="post@example.com"
    )
    programme = create_programme(organisation=body, name="Programme", contact_mailbox="post@example.com")
    grant_programme_role(by=None, programme=programme, user=owner, role=ProgrammeRole.OWNER)
    return owner, programme


def _agencies(number: int) -> list[Organisation]:
    """So many municipalities, each with one person who writes."""
    agencies = Organisation.objects.bulk_create(
        (
            Organisation(
                name=f"Kommune {n:05}",
                country=Country.NO,
                kind=OrganisationKind.MUNICIPALITY,
                mailbox=f"post{n}@example.com",
            )
            for n in range(number)
        ),
        batch_size=2000,
    )
    users = User.objects.bulk_create(
        (User(email=f"writer{n}@example.com", language=LANGUAGE, password="!") for n in range(number)), batch_size=2000
    )
    Membership.objects.bulk_create(
        (
            Membership(user=user, organisation=agency, role=MemberRole.ADMIN)
            for user, agency in zip(users, agencies, strict=True)
        ),
        batch_size=2000,
    )
    return agencies


def _call(owner: User, programme: Programme, slug: str, size: Size) -> Call:
    """Published, opened yesterday, with 14 days left."""
    now = timezone.now()
    texts = {"title": "Skisser til tjenester som mangler", "summary": "Hva trenger dere som ingen selger?"}
    call = create_call(
        by=owner,
        programme=programme,
        slug=slug,
        languages=["nb", "en"],
        default_language=LANGUAGE,
        eligible_kinds=[OrganisationKind.MUNICIPALITY],
        opens_at=now - dt.timedelta(days=1),
        deadline=now + dt.timedelta(days=14),
        jurors_per_sketch=size.per_sketch,
        **{f"{name}_{language}": text for name, text in texts.items() for language in ("nb", "en")},
    )
    return publish_call(by=owner, call=call)


def make_open_call() -> Call:
    """A published call with one sketch handed in, in an empty, migrated database."""
    ensure_site_tree(hostname="testserver")
    owner, programme = _programme()
    call = _call(owner, programme, "rush", SMALL)
    leads = _agencies(1)
    add_submitted(call, leads, leads[0].memberships.first().user)
    return call


def _fill(call: Call, leads: list[Organisation], applicant: User) -> None:
    add_submitted(call, leads, applicant)


def _admit_all(owner: User, call: Call) -> None:
    """The deadline has passed: seal the receipts, admit everything, end the formal check."""
    seal_tree(call=call)
    call.sketches.filter(state=SketchState.SUBMITTED).update(state=SketchState.ADMITTED)
    complete_formal_check(by=owner, call=call)
    call.refresh_from_db()


def _assess(owner: User, call: Call, size: Size, rng: random.Random) -> tuple[AssignmentRun, Juror]:
    _admit_all(owner, call)
    jurors = jury.seat(call, size.jurors, size.assessments, rng)
    sketches = list(call.sketches.order_by("pk"))
    pairs = jury.pairs(sketches, jurors, size.per_sketch, busy=min(BUSY_JUROR, size.sketches))
    run = jury.hand_out(call, owner, pairs, rng)
    jury.keep_some_out(sketches, jurors, pairs, rng)
    jury.grade_all(call, rng)
    return run, jurors[0]


def _rank(owner: User, call: Call) -> AggregationRun:
    run = start_aggregation(by=owner, call=call)
    execute_aggregation(run_id=run.pk)
    run.refresh_from_db()
    jury.reopen_half(call)
    return run


def close(call: Call) -> None:
    """Let the deadline of an open call have been a second ago."""
    now = timezone.now()
    Call.objects.filter(pk=call.pk).update(deadline=now - dt.timedelta(seconds=1))


def change(sketch: Sketch) -> None:
    """As if somebody had written in the draft."""
    Sketch.objects.filter(pk=sketch.pk).update(draft_revision=F("draft_revision") + 1)
