"""A person's sketches, the task list of one, and who stands behind it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.forms import SearchForm
from competition.selectors.organisations import co_applicants_after, organisations_matching
from competition.selectors.receipts import versions_of
from competition.selectors.sections import STATUS_LABEL, STATUS_TONE, Draft, read_draft, standing
from competition.selectors.sketches import get_own_sketch, sketches_of
from competition.services.sketches import set_co_applicants
from competition.views.common import can_edit, crumbs, own_pages


@require_safe
@own_pages
def sketch_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [(sketch, standing(sketch, now)) for sketch in sketches_of(request.user)]
    return render(request, "competition/sketch_list.html", {"rows": rows, "crumbs": crumbs()})


def _tasks(draft: Draft, editable: bool) -> list[dict]:
    sketch = draft.sketch
    tasks = [
        {
            "label": section.label,
            "url": reverse("competition:section", args=[sketch.reference, section.code]),
            "status": STATUS_LABEL[draft.status(section)],
            "tone": STATUS_TONE.get(draft.status(section), "quiet"),
        }
        for section in draft.sections
    ]
    others = draft.co_applicants
    needed = sketch.call.min_organisations - 1
    tasks.append(
        {
            "label": _("Co-applicants"),
            "url": reverse("competition:co_applicants", args=[sketch.reference]),
            "hint": ", ".join(other.name for other in others),
            "status": _("Done") if others and len(others) >= needed else _("Not started") if needed else _("Optional"),
            "tone": "done" if others and len(others) >= needed else "quiet",
        }
    )
    if not editable:
        tasks = [task | {"url": ""} for task in tasks]
    return tasks


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
        "tasks": _tasks(draft, editable),
        "editable": editable,
        "is_open": found.call.accepts_sketches_at(now),
        "versions": versions_of(found) if found.current_version_id else [],
        "can_withdraw": found.state in ("submitted", "admitted") and found.call.decided_at is None,
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
        "form": form,
        "query": query,
        "present": co_applicants_after(found),
        "matches": organisations_matching(query, sketch=found),
        "editable": can_edit(request, found),
        "crumbs": crumbs(found, _("Co-applicants")),
    }
    return render(request, "competition/co_applicants.html", context)
