"""Say, and unless it is a dry run delete, what must not be kept any longer."""

import json as json_module
from typing import Any

from django.core.management.base import BaseCommand

from competition.clock import database_now
from competition.selectors.retention import Plan, plan
from competition.services.retention import delete_what_is_due


class Command(BaseCommand):
    help = (
        "Delete what has been kept long enough: drafts never submitted, what was submitted to calls whose records are "
        "kept elsewhere, sent mails, late attempts, dead sessions, and files that no row points to."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args, dry_run: bool, json: bool, **options) -> None:
        told = told_of(plan(database_now()) if dry_run else delete_what_is_due())
        if json:
            self.stdout.write(json_module.dumps({"dry_run": dry_run, **told}))
            return
        verb = "would be deleted" if dry_run else "deleted"
        self.stdout.write(f"Drafts never submitted, {verb}: {', '.join(told['drafts']) or 'none'}")
        for one in told["contents"]:
            self.stdout.write(
                f"Submitted to {one['call']}, {verb}: sketches {', '.join(one['sketches'])}; "
                f"{one['versions']} versions, {one['answers']} answers, {one['earlier']} earlier texts, "
                f"{one['files']} files, {one['letters']} letters with copies"
            )
        self.stdout.write(f"Sent mails, {verb}: {told['mails']}")
        self.stdout.write(f"Late attempts, {verb}: {told['late_attempts']}")
        self.stdout.write(f"Dead sessions, {verb}: {told['sessions']}")
        self.stdout.write(f"Files that no row points to, {verb}: {', '.join(told['files']) or 'none'}")
        for one in told["waiting_for_the_archive"]:
            self.stdout.write(f"Due since {one['since']}, but nobody has said that the records are kept: {one['call']}")


def told_of(found: Plan) -> dict[str, Any]:
    """The same of what would be done and of what was done."""
    return {
        "drafts": [sketch.reference for sketch in found.drafts],
        "contents": [one.told() for one in found.contents],
        "mails": found.mails,
        "late_attempts": found.late_attempts,
        "sessions": found.sessions,
        "files": found.files,
        "waiting_for_the_archive": [{"call": call.slug, "since": f"{since:%Y-%m-%d}"} for call, since in found.waiting],
    }
