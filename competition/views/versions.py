"""Submitted versions beside each other and beside the draft; an answer of one goes back into the draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from competition.selectors.receipts import versions_of
from competition.selectors.sections import read_draft, standing
from competition.selectors.sketches import get_own_sketch
from competition.selectors.versions import DRAFT, compare, get_version, state_of_draft, state_of_version
from competition.views.common import can_edit, crumbs, own_pages, put_back


def _chosen(request: HttpRequest, numbers: list[str]) -> tuple[str, str]:
    """What is compared with what: as asked for, and otherwise the last version with the draft."""
    first, second = request.GET.get("from", ""), request.GET.get("to", "")
    return (
        first if first in numbers or first == DRAFT else next(iter(numbers), DRAFT),
        second if second in numbers else DRAFT,
    )


@require_safe
@own_pages
def versions(request: HttpRequest, reference: str) -> HttpResponse:
    sketch = get_own_sketch(request.user, reference)
    draft, found, language = read_draft(sketch), versions_of(sketch), request.LANGUAGE_CODE
    first, second = _chosen(request, [str(version.number) for version in found])

    def state(key: str):
        return state_of_draft(draft, language) if key == DRAFT else state_of_version(get_version(sketch, key), language)

    now = state_of_draft(draft, language)
    may = can_edit(request, sketch) and second == DRAFT != first
    context = {
        "sketch": sketch,
        "call": sketch.call,
        "standing": standing(sketch, timezone.now()),
        "versions": found,
        "first": first,
        "second": second,
        "may_restore": may,
        "rows": compare(
            state(first), state(second), language=language, restorable=frozenset(now.questions if may else ())
        ),
        "crumbs": crumbs(sketch, _("Compare versions")),
    }
    return render(request, "competition/versions.html", context)


@require_POST
@own_pages
def restore(request: HttpRequest, reference: str) -> HttpResponse:
    """Put one answer of a version into the draft. What somebody has saved since the page was made stays."""
    sketch = get_own_sketch(request.user, reference)
    version, code = get_version(sketch, request.POST.get("version", "")), request.POST.get("code", "")
    if result := put_back(request, sketch, {code: version.answers.get(code)}):
        _say(request, result, code)
    return redirect(f"{reverse('competition:versions', args=[reference])}?from={version.number}")


def _say(request: HttpRequest, result, code: str) -> None:
    if result.open:
        messages.error(request, _("Nothing was changed: somebody has saved this answer since you opened the page."))
    elif code not in result.values or code in result.unkept:
        messages.error(request, _("Nothing was changed: the form no longer takes this answer."))
    else:
        messages.success(request, _("The answer is back in the draft. It is not submitted yet."))
