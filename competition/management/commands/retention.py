"""Say, and unless it is a dry run delete, what must not be kept any longer."""

import json as json_module

from django.core.management.base import BaseCommand

from competition.clock import database_now
from competition.selectors.retention import plan
from competition.services.retention import delete_what_is_due


class Command(BaseCommand):
    help = "Delete what has been kept long enough: drafts never submitted, late attempts, dead sessions."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args, dry_run: bool, json: bool, **options) -> None:
        found = plan(database_now())
        told = {
            "dry_run": dry_run,
            "drafts": [sketch.reference for sketch in found.drafts],
            "late_attempts": found.late_attempts,
            "sessions": found.sessions,
            "calls_due_for_the_archive": [call.slug for call, _since in found.calls],
        }
        if not dry_run:
            deleted = delete_what_is_due()
            told |= {"deleted": vars(deleted)}
        if json:
            self.stdout.write(json_module.dumps(told))
            return
        verb = "would be deleted" if dry_run else "deleted"
        self.stdout.write(f"Drafts never submitted, {verb}: {', '.join(told['drafts']) or 'none'}")
        self.stdout.write(f"Late attempts, {verb}: {found.late_attempts}")
        self.stdout.write(f"Dead sessions, {verb}: {found.sessions}")
        for call, since in found.calls:
            self.stdout.write(f"Due for the archive since {since:%Y-%m-%d}, not deleted here: {call.slug}")
