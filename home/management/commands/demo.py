"""Builds the demo programme, or runs one competition live and prints what happens."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from competition.models import Call
from home.demo import others
from home.demo.pages import publish_pages
from home.demo.people import PASSWORD, logins
from home.demo.pool import fill_pool
from home.demo.report import Report
from home.demo.runner import ByWorker, Here, worker_at_work
from home.demo.story import STAGES, Story
from home.demo.travel import at
from home.demo.world import build_world

OSLO = ZoneInfo("Europe/Oslo")
HISTORIC_DEADLINE = dt.datetime(2017, 8, 21, 23, 59, tzinfo=OSLO)
# For a stage that is not the end: how long ago the deadline was, so that today is in the middle of it.
AGE = {
    "open": dt.timedelta(days=-10),
    "closed": dt.timedelta(hours=3),
    "assigned": dt.timedelta(days=5),
    "scored": dt.timedelta(days=21),
}
LIVE_SECONDS = 15


class Command(BaseCommand):
    help = "Builds the demo programme: three calls in three states, with logins for each role."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--stage", choices=STAGES, default="decided", help="how far the first call has come")
        parser.add_argument("--seed", type=int, default=1, help="grades, topics and times follow from it")
        parser.add_argument("--live", action="store_true", help="run one now, with the real worker and clock")
        parser.add_argument("--json", action="store_true", help="print the steps and figures as one JSON object")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is a call already")
        parser.add_argument("--port", type=int, default=80, help="port the site answers on")

    def handle(self, *args, **options) -> None:
        if not settings.DEBUG and not settings.DEMO_ALLOWED:
            raise CommandError("The demo has known passwords. It is only built where DEMO_ALLOWED is set.")
        if options["if_empty"] and Call.objects.exists():
            self.stdout.write("There are calls already; the demo is left as it is.")
            return
        quiet = options["json"]
        report = Report(write=lambda text: None if quiet else self.stdout.write(f"  {text}"))
        with translation.override("nb"):
            summary = self._live(report, options) if options["live"] else self._build(report, options)
        if options["json"]:
            json.dump({**summary, "seed": options["seed"], "steps": report.steps}, sys.stdout, indent=2, default=str)
            self.stdout.write("")
        else:
            self._print_logins()

    def _build(self, report: Report, options: dict) -> dict:
        if Call.objects.filter(slug__startswith="skissekonkurranse-").exists():
            raise CommandError("The demo is there already. Empty the database first, or use --if-empty.")
        stage = options["stage"]
        deadline = HISTORIC_DEADLINE if stage == "decided" else timezone.now() - AGE[stage]
        with transaction.atomic():
            with at(min(deadline, timezone.now()) - dt.timedelta(days=120)):
                world = build_world(port=options["port"])
                fill_pool(world)
            Story(
                world=world,
                report=report,
                runner=Here(),
                deadline=deadline,
                slug=f"skissekonkurranse-{deadline:%Y}",
                seed=options["seed"],
                at=at,
            ).tell(stage)
            others.tell_danish(world, report)
            others.tell_nordic(world, report, seed=options["seed"])
            publish_pages()
        return {"stage": stage}

    def _live(self, report: Report, options: dict) -> dict:
        with transaction.atomic():
            world = build_world(port=options["port"])
        now = timezone.now()
        story = Story(
            world=world,
            report=report,
            runner=ByWorker(),
            deadline=now + dt.timedelta(seconds=LIVE_SECONDS),
            slug=f"live-{now:%Y%m%d-%H%M%S}",
            seed=options["seed"],
            opens=now,
        )
        with worker_at_work() as started:
            report.step("worker", "A worker was started for this run" if started else "The site's worker answers")
            story.tell(options["stage"])
        return {"stage": options["stage"], "call": story.call.slug}

    def _print_logins(self) -> None:
        self.stdout.write(f"\nSign in with one of these and the password {PASSWORD}:")
        for login in logins():
            self.stdout.write(f"  {login.email:34} {login.role}")
