"""Verify a receipt offline: no database is asked."""

import json as json_module
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from competition.verification import BadReceipt, read, verify


class Command(BaseCommand):
    help = "Verify a receipt file: what was submitted against its hash, and the hash against the sealed root."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="receipt as downloaded (JSON)")
        parser.add_argument("--root", help="published root of the call, sealed or late, to compare with the file")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args, file: Path, root: str | None, json: bool, **options) -> None:
        try:
            document = read(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
        except BadReceipt as error:
            raise CommandError(str(error.message), returncode=2) from error
        verdict = verify(document)
        if root is not None:
            verdict.checks["root"] = root.strip().lower() in _roots(document).values()
        self._report(verdict, _roots(document), as_json=json)
        if not verdict.is_valid:
            sys.exit(1)

    def _report(self, verdict, roots: dict[str, str], *, as_json: bool) -> None:
        if as_json:
            report = {"number": verdict.number, "valid": verdict.is_valid, "roots": roots, **verdict.checks}
            self.stdout.write(json_module.dumps(report))
            return
        words = {True: "yes", False: "NO", None: "not sealed yet"}
        self.stdout.write(f"receipt   {verdict.number}")
        self.stdout.write(f"SHA-256   {verdict.sha256}")
        for name, value in roots.items():
            self.stdout.write(f"{name:<9} root {value}")
        for name, outcome in verdict.checks.items():
            self.stdout.write(f"{name:<9} {words[outcome]}")
        self.stdout.write("valid" if verdict.is_valid else "NOT VALID")


def _roots(document) -> dict[str, str]:
    """{"sealed" or "late": root} by which the receipt is proved; of a late one both: one has grown into the other."""
    tree = document["tree"] or {}
    if not tree.get("late"):
        return {"sealed": str(tree["root"])} if tree.get("root") else {}
    sealed = tree["sealed"] if isinstance(tree.get("sealed"), dict) else {}
    return {"late": str(tree.get("root")), "sealed": str(sealed.get("root"))}
