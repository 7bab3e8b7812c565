"""A person's sketches, the task list of one, and who stands behind it."""

from __future__ import annotations

import itertools

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.forms import SearchForm
from competition.selectors.access import window_of
from competition.selectors.organisations import co_applicants_after, organisations_matching
from competition.selectors.receipts import versions_of
from competition.selectors.sections import STATUS_LABEL, STATUS_TONE, Draft, Section, read_draft, standing
from competition.selectors.sketches import get_own_sketch, sketches_of
from competition.services.sketches import set_co_applicants
from competition.views.common import can_edit, crumbs, own_pages


@require_safe
@own_pages
def sketch_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [(sketch, standing(sketch, now)) for sketch in sketches_of(request.user)]
    return render(request, "competition/sketch_list.html", {"rows": rows, "crumbs": crumbs()})


def _task_groups(draft: Draft, editable: bool) -> list[dict]:
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
    last = {"title": _("Organisations") if groups and groups[-1]["title"] else "", "tasks": [_co_applicants(draft)]}
    if groups and not last["title"]:
        groups[-1]["tasks"] += last["tasks"]
    else:
        groups.append(last)
    if not editable:
        for group in groups:
            group["tasks"] = [task | {"url": ""} for task in group["tasks"]]
    return groups


def _task(draft: Draft, section: Section) -> dict:
    status, questions = draft.status(section), draft.asked_of(section)
    return {
        "label": section.label,
        "hint": ", ".join(question.label for question in questions) if len(questions) > 1 else "",
        "url": reverse("competition:section", args=[draft.sketch.reference, section.code]),
        "status": STATUS_LABEL[status],
        "tone": STATUS_TONE.get(status, "quiet"),
    }


def _co_applicants(draft: Draft) -> dict:
    others, needed = draft.co_applicants, draft.sketch.call.min_organisations - 1
    is_done = bool(others) and len(others) >= needed
    return {
        "label": _("Co-applicants"),
        "url": reverse("competition:co_applicants", args=[draft.sketch.reference]),
        "hint": ", ".join(other.name for other in others),
        "status": _("Done") if is_done else _("Not started") if needed else _("Optional"),
        "tone": "done" if is_done else "quiet",
    }


@require_safe
@own_pages
def sketch(request: HttpRequest, reference: str) -> HttpResponse:
    found = get_own_sketch(request.user, reference)
    draft, now = read_draft(found), timezone.now()
    editable = can_edit(request, found)
    context = {
        "sketch": found,
        "call": found.call,
        "standing": standing(found, now),
        "task_groups": _task_groups(draft, editable),
        "editable": editable,
        "window": window_of(found),
        "is_open": window_of(found).accepts_at(now),
        "versions": versions_of(found) if found.current_version_id else [],
        "can_withdraw": found.state in ("submitted", "admitted")
        and found.call.lets_withdraw_at(now, closes_at=window_of(found).closes_at),
        "crumbs": crumbs(found),
    }
    return render(request, "competition/sketch.html", context)


@require_http_methods(["GET", "POST"])
@own_pages
def co_applicants(request: HttpRequest, reference: str) -> HttpResponse:
    """Find organisations, add and remove them; each press is one request, so that it works without script."""
    found = get_own_sketch(request.user, reference)
    if request.method == "POST":
        try:
            chosen = co_applicants_after(found, add=request.POST.get("add"), remove=request.POST.get("remove"))
            set_co_applicants(by=request.user, sketch=found, organisations=chosen)
        except NotAllowed:
            raise
        except InvalidInput as refused:
            messages.error(request, str(next(iter(refused.errors.values()))))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("competition:co_applicants", reference)
    form = SearchForm(request.GET or None)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "sketch": found,
        "call": found.call,
        "standing": standing(found, timezone.now()),
        "form": form,
        "query": query,
        "present": co_applicants_after(found),
        "matches": organisations_matching(query, sketch=found),
        "editable": can_edit(request, found),
        "crumbs": crumbs(found, _("Co-applicants")),
    }
    return render(request, "competition/co_applicants.html", context)
