"""Publishing an amendment: every gathered change is carried out, numbered and explained in one step.

Locks are taken in the order of a submission: the head of the receipt tree first, the call's row after it. So a deadline
moves either before a submission or a sealing, or after it, and never in between.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import amendment_rules, audit, signals
from competition.amending import ADD, CHANGE, Change, amendable, encode, instant_of, read_changes, target_of
from competition.amendment_shares import weights_with
from competition.clock import database_now
from competition.enums import AmendmentKind, Phase
from competition.errors import IllegalTransition, Overtaken
from competition.models import Amendment, Call, ReceiptTree
from competition.selectors import readiness
from competition.services.amendment_effects import is_new_demand
from competition.services.amendment_rows import carry_out_rows, is_overtaken
from competition.services.amendments import edit_count, lock_gathering
from competition.services.calls import CALENDAR_DATES

REASON_LENGTH = 2000


@dataclass(frozen=True)
class Said:
    """What the owner says about the changes as a whole."""

    kind: str
    reasons: Mapping[str, str]
    no_extension_reasons: Mapping[str, str]


@transaction.atomic
def publish_amendment(
    *,
    by: User,
    call: Call,
    kind: str,
    reasons: Mapping[str, str],
    new_deadline: dt.datetime | None = None,
    questions_until: dt.datetime | None = None,
    no_extension_reasons: Mapping[str, str] | None = None,
    expected_revision: int | None = None,
) -> Amendment:
    """Carry out what is gathered, with a later deadline if one is given, and let everybody concerned be told.

    reasons: {language: text}, needed in the call's main language. questions_until: a later last day for questions.
    no_extension_reasons: {language: why a change of substance leaves the deadline where it is}, needed as reasons are.
    expected_revision: the amendment's, as it was shown. Raises NotAllowed; Refused where something was gathered since;
    Overtaken where the call has moved away from under a change; InvalidInput by argument ("reason_<language>",
    "deadline" …), with nothing lost.
    """
    require("competition.manage_call", by, call)
    tree = ReceiptTree.objects.select_for_update().get(call=call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    now = database_now()
    amendment = lock_gathering(locked) or Amendment(call=locked, created_by=by)
    if expected_revision is not None and amendment.revision != expected_revision:
        raise Refused(_("What is gathered has changed since you opened the page. Look at it once more."))
    changes = _with_dates(amendment, locked, deadline=new_deadline, questions_until=questions_until)
    _refuse_overtaken(locked, changes)
    said = Said(kind, reasons, no_extension_reasons or {})
    _refuse(locked, tree, now, changes, said)
    before, amendment.weights = locked.deadline, weights_with(locked, changes)
    _carry_out(locked, changes, now)
    _count_on(locked, amendment, changes, now)
    _fill_in(amendment, locked, changes, said)
    amendment.deadline_before, amendment.deadline_after = before, locked.deadline
    amendment.number = Amendment.objects.published().filter(call=locked).count() + 1
    amendment.published_by, amendment.published_at = by, now
    amendment.save()
    signals.amendment_published.send(sender=Amendment, amendment=amendment)
    audit.record(
        call=locked,
        action="competition.publish_amendment",
        by=by,
        number=amendment.number,
        kind=kind,
        changes=["/".join(change.key) for change in changes],
    )
    return amendment


def _with_dates(amendment: Amendment, call: Call, **dates: dt.datetime | None) -> list[Change]:
    """The gathered changes, with the dates that were given while publishing in the place of earlier ones."""
    changes = {change.key: change for change in read_changes(amendment.changes)}
    for field, value in dates.items():
        about = amendable("call", field)
        if value is None or about is None:
            continue
        key, before, after = ("call", "", field), encode(about, getattr(call, field)), encode(about, value)
        changes.pop(key, None)
        if before != after:
            changes[key] = Change(*key, before=before, after=after)
    return list(changes.values())


def _rows(changes: list[Change]) -> dict[tuple[str, str], dict[str, Any]]:
    """{(target, code): {field: JSON}}, the call itself first: its languages and dates are what others refer to."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    fields = [change for change in changes if change.op == CHANGE]
    for change in sorted(fields, key=lambda change: change.target != "call"):
        rows.setdefault((change.target, change.code), {})[change.field] = change.after
    return rows


def _refuse_overtaken(call: Call, changes: list[Change]) -> None:
    overtaken = overtaken_changes(call, changes)
    if overtaken:
        raise Overtaken([_label(change) for change in overtaken], [change.key for change in overtaken])


def _label(change: Change) -> str:
    return capfirst(str(change.label))


def overtaken_changes(call: Call, changes: list[Change]) -> list[Change]:
    """Changes whose field is no longer as it was when they were made."""
    present = {row: target_of(row[0]).read(call, row[1]) for row in _rows(changes)}
    missing = object()
    return [
        change
        for change in changes
        if (
            present[change.target, change.code].get(change.field, missing) != change.before
            if change.op == CHANGE
            else is_overtaken(call, change)
        )
    ]


def _refuse(call: Call, tree: ReceiptTree, now: dt.datetime, changes: list[Change], said: Said) -> None:
    """Everything that stands against it, by the argument it concerns."""
    if not amendment_rules.runs_by_amendment(call, now):
        raise IllegalTransition(_("Only a call that has opened, and is not completed, changes by amendment."))
    if not changes:
        raise Refused(_("Nothing is gathered."))
    new = next((change for change in changes if change.moves_deadline), None)
    if new and (tree.sealed_at is not None or call.phase_at(now) != Phase.OPEN):
        raise InvalidInput({"deadline": _("The deadline has passed and cannot be moved.")})
    errors: dict[str, Any] = {}
    for change in changes:
        if refusal := amendment_rules.refusal_of(call, now, change.target, change.field, change.after):
            errors[change.field if change.target == "call" else ""] = f"{_label(change)}: {refusal}"
    if said.kind not in AmendmentKind.values:
        errors["kind"] = _("Say what the change amounts to.")
    elif refusal := amendment_rules.refused_kind(said.kind, changes):
        errors["kind"] = refusal
    errors = _refused_dates(call, now, changes, said) | errors | _refused_reasons(call, said)
    if errors:
        raise InvalidInput(errors)


def _refused_dates(call: Call, now: dt.datetime, changes: list[Change], said: Said) -> dict[str, Any]:
    """What is wrong with the deadline and the last day of questions, taken together."""
    after = {change.field: instant_of(change.after) for change in changes if change.target == "call" and change.is_date}
    deadline, questions = after.get("deadline"), after.get("questions_until")
    declined = said.no_extension_reasons.get(call.default_language, "")
    refusals = {
        "deadline": amendment_rules.refused_deadline_of(call, now, said.kind, deadline, declined),
        "questions_until": amendment_rules.refused_question_end(questions, deadline or call.deadline),
    }
    return {field: refusal for field, refusal in refusals.items() if refusal}


def _refused_reasons(call: Call, said: Said) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    if not said.reasons.get(call.default_language, "").strip():
        errors[f"reason_{call.default_language}"] = _("Give the reason, at least in the call's main language.")
    texts = {f"reason_{language}": text for language, text in said.reasons.items()}
    texts |= {f"no_extension_reason_{language}": text for language, text in said.no_extension_reasons.items()}
    for name, text in texts.items():
        if len(text) > REASON_LENGTH:
            errors[name] = _("At most %(limit)s characters.") % {"limit": REASON_LENGTH}
    return errors


def _carry_out(call: Call, changes: list[Change], now: dt.datetime) -> None:
    """Write every row, and refuse where the call would lack something that it did not lack before."""
    lacked = {problem.part for problem in readiness.problems(call)}
    for (kind, code), values in _rows(changes).items():
        target_of(kind).apply(call, code, values)
    carry_out_rows(call, changes, now)
    fresh = Call.objects.get(pk=call.pk)
    if lacking := [problem for problem in readiness.problems(fresh) if problem.part not in lacked]:
        raise InvalidInput({"": lacking[0].text})


def _count_on(call: Call, amendment: Amendment, changes: list[Change], now: dt.datetime) -> None:
    call.revision = edit_count(call, amendment) + 1  # forms that showed the call or the gathered changes are old now
    call.changed_at = now
    call.dates_revision += any(change.target == "call" and change.field in CALENDAR_DATES for change in changes)
    if any(asks_more(change) for change in changes):
        call.asks_more_since = now
    call.save(update_fields=["revision", "changed_at", "dates_revision", "asks_more_since"])


def asks_more(change: Change) -> bool:
    """Whether applicants must answer something after it that they did not have to answer before."""
    if change.op == ADD:
        return change.target == "question" and change.after["required"]
    return is_new_demand(change)


def _fill_in(amendment: Amendment, call: Call, changes: list[Change], said: Said) -> None:
    is_extended = any(change.moves_deadline for change in changes)
    amendment.kind = said.kind
    amendment.changes = [change.as_json() for change in changes]
    for language in call.languages:
        declined = "" if is_extended else said.no_extension_reasons.get(language, "").strip()
        setattr(amendment, f"reason_{language}", said.reasons.get(language, "").strip())
        setattr(amendment, f"no_extension_reason_{language}", declined)
