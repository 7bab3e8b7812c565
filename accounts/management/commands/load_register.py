"""Loads a file of a public register, so that agencies find themselves by name or number."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import Refused
from accounts.register.adapters import ADAPTERS
from accounts.register.files import BadFile, read_rows
from accounts.services.register import load_register


class Command(BaseCommand):
    help = "Loads a register's own file (CSV or JSON, also .gz) of organisations in NO, DK or SE."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("country", choices=sorted(ADAPTERS), type=str.upper)
        parser.add_argument("file", type=Path)
        parser.add_argument("--companies", action="store_true", help="load companies too, not only public bodies")
        parser.add_argument("--partial", action="store_true", help="keep what the file does not mention")
        parser.add_argument("--encoding", default="utf-8-sig", help="of the file; latin-1 for some Swedish ones")

    def handle(self, *args, **options) -> None:
        try:
            loaded = load_register(
                country=options["country"],
                rows=read_rows(options["file"], encoding=options["encoding"]),
                companies=options["companies"],
                partial=options["partial"],
            )
        except (BadFile, Refused, LookupError) as error:
            raise CommandError(str(error)) from error
        for row, why in loaded.broken:
            self.stderr.write(f"row {row}: {why}")
        self.stdout.write(
            f"{loaded.read} rows read: {loaded.loaded} organisations loaded, {loaded.left_out} left out, "
            f"{loaded.broken_rows} broken, {loaded.gone} no longer there."
        )
