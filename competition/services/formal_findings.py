"""What case officers write down in the formal check of a sketch, condition by condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.characters import normalise_text, units
from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.clock import database_now
from competition.enums import FormalCondition, FormalVerdict
from competition.models import FormalCheck, FormalFinding, Sketch
from competition.models.formality import NOTE_LENGTH
from competition.services.formal_check import require_checking
from competition.services.revisions import merged
from competition.services.states import lock


@dataclass(frozen=True)
class FindingInput:
    """verdict: one of FormalVerdict, or "" for not looked at."""

    verdict: str
    note: str = ""


def _locked_check(sketch: Sketch) -> FormalCheck:
    """The row of the sketch, whose own row the caller has locked."""
    found, _created = FormalCheck.objects.get_or_create(sketch=sketch)
    return FormalCheck.objects.select_for_update().get(pk=found.pk)


@transaction.atomic
def take_check(*, by: User, sketch: Sketch) -> FormalCheck:
    """Become the sketch's case officer, in place of whoever is. Raises NotAllowed, IllegalTransition."""
    require("competition.check_formalities", by, sketch.call)
    locked = lock(sketch)
    require_checking(locked.call)
    row = _locked_check(locked)
    if row.officer_id != by.pk:
        row.officer = by
        row.save(update_fields=["officer", "updated_at"])
        audit.record(call=locked.call, action="competition.take_check", by=by, sketch=locked.reference)
    return row


@transaction.atomic
def save_findings(
    *,
    by: User,
    sketch: Sketch,
    findings: Mapping[str, FindingInput],
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
) -> FormalCheck:
    """Write what was found. Whoever writes first becomes the sketch's case officer.

    findings: {condition: finding}. `seen` marks verdict_<condition> and note_<condition> as the form showed them.
    Raises NotAllowed, IllegalTransition, InvalidInput, StaleEdit.
    """
    require("competition.check_formalities", by, sketch.call)
    locked = lock(sketch)
    require_checking(locked.call)
    row = _locked_check(locked)
    present = {finding.condition: finding for finding in row.findings.all()}
    wanted = _flat({name: _checked(name, value) for name, value in findings.items()})
    now_there = _flat({name: _as_input(present.get(name)) for name in findings})
    changed = merged(present=now_there, wanted=wanted, seen=seen, expected=expected_revision, count=row.revision)
    final = {**now_there, **changed}
    touched = []
    for name in findings:
        value = FindingInput(final[f"verdict_{name}"], final[f"note_{name}"])
        if _write(present.get(name) or FormalFinding(formal_check=row, condition=name), value, locked, by):
            touched.append(name)
    if touched:
        row.revision += 1
        row.officer = row.officer or by
        row.save(update_fields=["revision", "officer", "updated_at"])
        audit.record(
            call=locked.call, action="competition.save_findings", by=by, sketch=locked.reference, conditions=touched
        )
    return row


def _checked(name: str, value: FindingInput) -> FindingInput:
    if name not in FormalCondition.values or value.verdict not in ("", *FormalVerdict.values):
        raise InvalidInput({f"verdict_{name}": _("Choose one of the findings.")})
    note = normalise_text(value.note)
    if units(note) > NOTE_LENGTH:
        text = _("The note is too long: at most %(limit)s characters.") % {"limit": NOTE_LENGTH}
        raise InvalidInput({f"note_{name}": text})
    if note and not value.verdict:
        raise InvalidInput({f"verdict_{name}": _("Choose a finding to go with the note.")})
    return FindingInput(value.verdict, note)


def _as_input(finding: FormalFinding | None) -> FindingInput:
    return FindingInput(finding.verdict, finding.note) if finding else FindingInput("")


def _flat(findings: Mapping[str, FindingInput]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in findings.items():
        flat |= {f"verdict_{name}": value.verdict, f"note_{name}": value.note}
    return flat


def _write(finding: FormalFinding, value: FindingInput, sketch: Sketch, by: User) -> bool:
    """Whether anything had to be written. What was found in an earlier version is found anew by saving it again."""
    number = sketch.current_version.number if sketch.current_version else 0
    if finding.pk and FindingInput(finding.verdict, finding.note) == value and finding.version == number:
        return False
    if not value.verdict:
        return bool(finding.pk) and bool(finding.delete())
    finding.verdict, finding.note, finding.version = value.verdict, value.note, number
    finding.found_by, finding.found_at = by, database_now()
    finding.save()
    return True
