"""A person's sketches, and the task list of one."""

from __future__ import annotations

import itertools

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from competition.enums import CoApplicantState, EndorsementRule, SketchState
from competition.models import Sketch
from competition.rules import is_lead
from competition.selectors.access import window_of
from competition.selectors.co_applicants import own_row, token_of, waiting_for
from competition.selectors.endorsements import draft_endorsed, is_asked_for
from competition.selectors.receipts import late_attempts_of, versions_of
from competition.selectors.sections import STATUS_LABEL, STATUS_TONE, Draft, Section, read_draft, standing
from competition.selectors.sketches import get_own_sketch, sketches_of
from competition.sketch_links import links_of
from competition.views.common import can_edit, crumbs, file_rows, own_pages


@require_safe
@own_pages
def sketch_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [(sketch, standing(sketch, now)) for sketch in sketches_of(request.user)]
    invitations = [(co, token_of(co)) for co in waiting_for(request.user, now)]
    context = {"rows": rows, "invitations": invitations, "crumbs": crumbs()}
    return render(request, "competition/sketch_list.html", context)


def _task_groups(draft: Draft, why_locked: str) -> list[dict]:
    """The task list below the headings of the form; who stands behind the sketch comes last."""
    groups: list[dict] = []
    for heading, sections in itertools.groupby(draft.sections, key=lambda section: section.heading):
        tasks = [_task(draft, section) for section in sections]
        groups.append(
            {
                "title": heading.title if heading else "",
                "introduction": heading.introduction if heading else "",
                "tasks": tasks,
            }
        )
    behind = [_co_applicants(draft), *([_endorsement(draft)] if is_asked_for(draft.sketch.call) else [])]
    last = {"title": _("Organisations") if groups and groups[-1]["title"] else "", "tasks": behind}
    if groups and not last["title"]:
        groups[-1]["tasks"] += last["tasks"]
    else:
        groups.append(last)
    if why_locked:
        for group in groups:
            group["tasks"] = [task | {"url": "", "locked": why_locked} for task in group["tasks"]]
    return groups


def _why_locked(sketch: Sketch, *, is_open: bool) -> str:
    """Why somebody who cannot change the sketch cannot: what holds for everybody comes first."""
    if sketch.call.cancelled_at is not None:
        return _("Locked: the call was called off.")
    if not is_open and sketch.state == SketchState.WITHDRAWN:
        return _("Locked: the sketch is withdrawn, and the deadline has passed.")
    if not is_open:
        return _("Locked: the deadline has passed.")
    if sketch.state not in (SketchState.DRAFT, SketchState.SUBMITTED, SketchState.WITHDRAWN):
        return _("Locked: the sketch can no longer be changed.")
    return _("Locked: you read this sketch, and do not write it.")


def _task(draft: Draft, section: Section) -> dict:
    status, questions = draft.status(section), draft.asked_of(section)
    return {
        "label": section.label,
        "hint": ", ".join(question.label for question in questions) if len(questions) > 1 else "",
        "url": reverse("competition:section", args=[draft.sketch.reference, section.code]),
        "status": STATUS_LABEL[status],
        "tone": STATUS_TONE.get(status, "quiet"),
        "files": file_rows(draft, *questions),
    }


def _co_applicants(draft: Draft) -> dict:
    asked = [co for co in draft.co_applicants if co.state in (CoApplicantState.INVITED, CoApplicantState.CONFIRMED)]
    confirmed = [co for co in asked if co.state == CoApplicantState.CONFIRMED]
    needed = draft.sketch.call.min_organisations - 1
    waiting = len(asked) > len(confirmed)
    if waiting:
        status, tone = _("Waiting for answers"), "action"
    elif confirmed and len(confirmed) >= needed:
        status, tone = _("Done"), "done"
    else:
        status, tone = (_("Not started") if needed else _("Optional")), "quiet"
    return {
        "label": _("Co-applicants"),
        "url": reverse("competition:co_applicants", args=[draft.sketch.reference]),
        "hint": ", ".join(co.shown_name for co in asked),
        "status": status,
        "tone": tone,
    }


def _endorsement(draft: Draft) -> dict:
    endorsed = draft_endorsed(draft.sketch, timezone.now())
    needed = draft.sketch.call.endorsement == EndorsementRule.REQUIRED
    return {
        "label": _("Endorsement"),
        "url": reverse("competition:endorsement", args=[draft.sketch.reference]),
        "hint": endorsed.record.role_title if endorsed.record else "",
        "status": endorsed.status.label,
        "tone": "done" if endorsed.is_given else "action" if needed else "quiet",
    }


@require_safe
@own_pages
def sketch(request: HttpRequest, reference: str) -> HttpResponse:
    found = get_own_sketch(request.user, reference)
    draft, now = read_draft(found), timezone.now()
    editable, is_open = can_edit(request, found), window_of(found).accepts_at(now)
    context = {
        "sketch": found,
        "call": found.call,
        "standing": standing(found, now),
        "task_groups": _task_groups(draft, "" if editable else _why_locked(found, is_open=is_open)),
        "no_longer_asked": [(one.label, draft.text(one, request.LANGUAGE_CODE)) for one in draft.no_longer_asked],
        "editable": editable,
        "window": window_of(found),
        "is_open": is_open,
        "late_attempts": [] if is_open else late_attempts_of(found),
        "versions": versions_of(found) if found.current_version_id else [],
        "leads": is_lead.test(request.user, found),
        "own_part": own_row(request.user, found) if found.my_role is None else None,  # type: ignore[attr-defined]
        "can_withdraw": found.state in ("submitted", "admitted")
        and is_lead.test(request.user, found)
        and found.call.lets_withdraw_at(now, closes_at=window_of(found).closes_at),
        "asks_mailbox": found.my_role if editable and not found.organisation.mailbox else "",  # type: ignore[attr-defined]
        "links": links_of(found, request.user),
        "crumbs": crumbs(found),
    }
    return render(request, "competition/sketch.html", context)
