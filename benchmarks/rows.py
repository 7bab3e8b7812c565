"""The pages and jobs that are measured, each with its budget: one row of the table each."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from benchmarks.measure import Row
from benchmarks.world import World, close
from competition.models import Call
from scoring.enums import AssessmentState
from scoring.models import AggregationRun, Assessment, AssignmentRun
from scoring.services.aggregation import execute_aggregation, start_aggregation
from scoring.services.assignment import execute_assignment, start_assignment

Get = Callable[[], object]
KILOBYTE = 1000


def getter(client: Client, name: str, *args: object, query: str = "") -> Get:
    address = reverse(name, args=args) + query
    return lambda: client.get(address, secure=True)


def signed_in(user: User | None) -> Client:
    """Of somebody who is signed in; of a visitor without `user`."""
    client = Client(headers={"accept-language": "nb"})
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.cookies[settings.SESSION_COOKIE_NAME]["secure"] = True
    return client


def floor_of(world: World) -> Get:
    return getter(signed_in(None), "floor", world.open.pk)


def rows_of(world: World) -> list[Row]:
    """In the order of the table; the open call is closed on the way."""
    rows = [*_floors(world), *_applicant(world), *_juror(world), *_owner(world)]
    return [*rows, *_jobs(world)]


def _floors(world: World) -> list[Row]:
    owner = signed_in(world.owner)
    return [
        Row("floor: nothing but a row and the base page", floor_of(world)),
        Row("floor, signed in", getter(owner, "floor_signed_in", world.open.pk)),
        Row("floor of the workspace: Wagtail's base page", getter(owner, "floor_admin", world.open.pk)),
    ]


def _applicant(world: World) -> list[Row]:
    client, counter = signed_in(world.applicant), itertools.count()
    writing, *drafts = world.drafts
    fresh = iter(drafts)
    chosen = {}

    def autosave():
        text = f"Skrevet for {next(counter)}. gang. " + "Mange møter dette behovet hver dag. " * 40
        return client.post(autosaving, {"need": text}, headers={"hx-request": "true"}, secure=True)

    def submit():
        address = reverse("competition:submit", args=[chosen["draft"].reference])
        return client.post(address, {"key": uuid.uuid4()}, secure=True)

    autosaving = reverse("competition:autosave", args=[writing.reference, "need"])
    return [
        Row(
            "public call page, made anew",
            getter(signed_in(None), "competition:call", world.open.slug, query="?anew"),
            budget_ms=15,
            budget_sql=8,
        ),
        Row(
            "public call page, kept",
            getter(signed_in(None), "competition:call", world.open.slug),
            budget_ms=5,
            budget_sql=8,
        ),
        Row(
            "form section, GET",
            getter(client, "competition:section", writing.reference, "need"),
            budget_ms=20,
            budget_sql=10,
        ),
        Row("autosave of a section", autosave, budget_ms=15, budget_sql=8),
        Row(
            "final submission",
            submit,
            prepare=lambda: chosen.update(draft=next(fresh)),
            budget_ms=40,
            budget_sql=20,
            status=302,
        ),
    ]


def _juror(world: World) -> list[Row]:
    client, slug, counter = signed_in(world.juror.user), world.assessed.slug, itertools.count()
    assessment = world.juror.assessments.filter(state=AssessmentState.STARTED).select_related("sketch").first()
    address = reverse("scoring:assess", args=[slug, assessment.sketch.reference])
    codes = list(world.assessed.criteria.values_list("code", flat=True))
    form: dict[str, object] = {"comment": "", "private_note": "", "next": "1"}
    form |= {f"grade-{code}": "5" for code in codes}

    def prepare():
        """What the juror's page would hold now, with another reason typed."""
        text = f"Lest {next(counter)}. gang. " + "Behovet er godt beskrevet. " * 10
        form["revision"] = Assessment.objects.values_list("revision", flat=True).get(pk=assessment.pk)
        form.update({f"reason-{code}": text for code in codes})

    return [
        Row(
            f"juror's queue, {world.juror.assessments.count()} rows",
            getter(client, "scoring:queue", slug),
            budget_ms=40,
            budget_sql=10,
        ),
        Row("scoring form, GET", lambda: client.get(address, secure=True), budget_ms=25, budget_sql=12),
        Row(
            "scoring form, POST",
            lambda: client.post(address, form, secure=True),
            prepare=prepare,
            budget_ms=25,
            budget_sql=12,
            status=302,
        ),
    ]


def _owner(world: World) -> list[Row]:
    client, size, call = signed_in(world.owner), world.size, world.assessed
    return [
        Row(
            "owner's list, 50 rows",
            getter(client, "workspace:sketches", world.open.pk),
            first=lambda: close(world.open),  # the formal check is when the list is worked through
            budget_ms=60,
            budget_sql=12,
            budget_bytes=60 * KILOBYTE,
        ),
        Row(
            f"ranking, {size.sketches:,} rows",
            getter(client, "scoring_workspace:ranking", call.pk),
            budget_ms=60,
            budget_sql=12,
        ),
        Row(
            f"assignment overview, {size.jurors} x {size.sketches:,}",
            getter(client, "scoring_workspace:assignment_run", call.pk, world.plan.pk),
            budget_ms=80,
            budget_sql=10,
        ),
        Row(
            f"assignment matrix, a page of {size.jurors} x {size.sketches:,}",
            getter(client, "scoring_workspace:assignment_matrix", call.pk, world.plan.pk),
            budget_ms=80,
            budget_sql=10,
        ),
    ]


def _jobs(world: World) -> list[Row]:
    """What the Celery tasks call, with everything stored; starting a run is not part of it."""
    queued: dict[str, int] = {}

    def aggregate():
        Assessment.objects.filter(juror__call=world.assessed).update(state=AssessmentState.FINAL)
        AggregationRun.objects.exclude(pk=world.ranking.pk).delete()
        queued["run"] = start_aggregation(by=world.owner, call=_fresh(world.assessed)).pk
        _write_out()

    def assign():
        AssignmentRun.objects.filter(call=world.unassigned).delete()
        queued["run"] = start_assignment(by=world.owner, call=_fresh(world.unassigned)).pk
        _write_out()

    rows = [
        Row(
            f"aggregate {world.size.assessments:,} assessments",
            lambda: execute_aggregation(run_id=queued["run"]),
            prepare=aggregate,
            budget_ms=100,
            budget_sql=6,
            runs=3 if world.size.sketches > 1000 else None,
        )
    ]
    if world.unassigned:
        row = Row(
            f"assign {world.size.assessments:,} juror slots",
            lambda: execute_assignment(run_id=queued["run"]),
            prepare=assign,
            budget_ms=300,
            budget_sql=10,
        )
        rows.insert(0, row)
    return rows


def _fresh(call: Call | None) -> Call:
    """As a request would have read it."""
    return Call.objects.get(pk=call.pk)  # type: ignore[union-attr]


def _write_out() -> None:
    """What the preparation left to write must not be paid by the run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
