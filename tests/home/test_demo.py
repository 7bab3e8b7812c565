"""The demo is a whole competition through the real services: its figures are those of the story."""

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from competition.clock import database_now
from competition.enums import Phase, SketchState
from competition.models import Call
from home.demo.travel import at
from notifications.models import Letter
from scoring.models import Assessment, ImpartialityDeclaration, Juror, JurorProfile

pytestmark = pytest.mark.django_db


def build(capsys, **options):
    call_command("demo", json=True, stdout=io.StringIO(), **options)
    return {step["step"]: step for step in json.loads(capsys.readouterr().out)["steps"]}


def test_completed_competition(capsys):
    steps = build(capsys)
    call = Call.objects.get(slug="skissekonkurranse-2017")

    assert call.phase_at(timezone.now()) == Phase.COMPLETED
    assert steps["received"]["sketches"] == 23
    assert steps["refused"]["late_refused"] == 1
    assert (steps["checked"]["admitted"], steps["checked"]["dismissed"]) == (18, 3)
    assert (steps["decided"]["shortlisted"], steps["decided"]["awarded"]) == (5, 4)
    assert steps["assigned"]["pairs"] == steps["assessed"]["assessments"] == 54
    assert steps["assigned"]["unfilled"] == []
    assert JurorProfile.objects.filter(programme=call.programme).count() == 12
    # one juror is employed by the trust that sent two of the sketches
    blocked = ImpartialityDeclaration.objects.filter(juror__call=call, reason__code="employer")
    assert {declaration.sketch.organisation.name for declaration in blocked} == {"Nordfjell sykehus HF"}
    assert not Assessment.objects.filter(
        juror=blocked[0].juror, sketch__in=[declaration.sketch for declaration in blocked]
    ).exists()
    # the two at the line cannot be told apart by any grade
    ranking = steps["ranked"]["ranking"]
    tied = [
        row
        for row in ranking
        if row["title"]
        in ("Oppdage skolefravær før det blir vanlig", "Godt inneklima og lavere energibruk i gamle skoler")
    ]
    assert tied[0]["mean"] == tied[1]["mean"]
    assert tied[0]["rank"] == tied[1]["rank"] == 4
    # everything happened in its own time, receipts included
    versions = [sketch.current_version for sketch in call.sketches.exclude(current_version=None)]
    assert all(call.opens_at <= version.submitted_at < call.deadline for version in versions)
    assert call.receipt_tree.size == 23
    assert (
        Letter.objects.about(call).filter(kind__in=("award", "rejection")).count()
        == steps["published_result"]["letters"]
    )


def test_the_two_other_competitions(capsys):
    build(capsys, stage="open")
    danish = Call.objects.get(slug="faelles-behov-2027")
    nordic = Call.objects.get(slug="nordisk-skisstavling-2027")

    assert danish.phase_at(timezone.now()) == Phase.OPEN
    assert danish.sketches.filter(state=SketchState.SUBMITTED).count() == 2
    assert danish.sketches.filter(state=SketchState.DRAFT).count() == 2
    assert (danish.enquiries.published().count(), danish.enquiries.waiting().count()) == (2, 1)
    assert [amendment.number for amendment in danish.amendments.all()] == [1]
    assert danish.meetings.get().starts_at > timezone.now()
    assert danish.topics.count() == 3
    assert nordic.phase_at(timezone.now()) == Phase.ASSESSMENT
    assert {sketch.language for sketch in nordic.sketches.all()} == {"nb", "da", "sv"}
    undeclared = [
        juror for juror in Juror.objects.filter(call=nordic) if not juror.declarations.filter(automatic=False).exists()
    ]
    assert len(undeclared) == 2
    done = Assessment.objects.filter(juror__call=nordic).final().count()
    assert done / Assessment.objects.filter(juror__call=nordic).standing().count() == pytest.approx(0.6, abs=0.05)


def test_demo_is_not_built_over_a_demo_or_where_it_is_not_allowed(capsys, settings):
    build(capsys, stage="open")

    with pytest.raises(CommandError):
        call_command("demo", stage="open")
    call_command("demo", if_empty=True)
    settings.DEMO_ALLOWED = settings.DEBUG = False
    with pytest.raises(CommandError):
        call_command("demo", stage="open")


def test_travelling_moves_both_clocks_and_comes_back():
    long_ago = timezone.now() - dt.timedelta(days=1000)

    with at(long_ago):
        apart = abs((database_now() - timezone.now()).total_seconds())
        there = database_now()

    assert apart < 1
    assert abs((there - long_ago).total_seconds()) < 5
    assert abs((database_now() - timezone.now()).total_seconds()) < 5
