"""Receipts: the applicant's own, and their verification by anybody."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from competition.display import answered
from competition.enums import ScanState
from competition.errors import TooManyVisits
from competition.forms import VerifyForm
from competition.models import SketchVersion
from competition.selectors.access import window_of
from competition.selectors.attachments import names_in_quarantine
from competition.selectors.call_records import records_of
from competition.selectors.receipt_copy import copy_name, copy_of
from competition.selectors.receipts import (
    document_of,
    find_leaf,
    is_late,
    is_on_record,
    is_proved,
    receipt_of,
    sealed_tree,
)
from competition.selectors.sections import standing
from competition.selectors.sketches import get_own_sketch
from competition.tries import count_look_up
from competition.verification import BYTES_AT_MOST, BadReceipt, read, verify, write
from competition.views.common import crumbs, own_pages


@require_safe
@own_pages
def receipt(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """The confirmation of one version; opens again from a bookmark."""
    sketch = get_own_sketch(request.user, reference)
    version, tree = receipt_of(sketch, number), sealed_tree(sketch.call)
    held = names_in_quarantine(version)
    context = {
        "sketch": sketch,
        "call": sketch.call,
        "version": version,
        "receipt": version.leaf,
        "counts": sketch.current_version_id == version.pk and sketch.state != "withdrawn",
        "standing": standing(sketch, timezone.now()),
        "answers": answered(version.questions, version.answers, request.LANGUAGE_CODE, files=version.files),
        "unscanned": held[ScanState.WAITING],
        "unreadable": held[ScanState.INFECTED],
        "tree": tree,
        "late": tree is not None and is_late(version.leaf, tree),
        "window": window_of(sketch),
        "kept_at": records.place if version.is_emptied and (records := records_of(sketch.call)) else "",
        "is_open": window_of(sketch).accepts_at(timezone.now()),
        "crumbs": crumbs(sketch, _("Receipt %(number)s") % {"number": version.leaf.number}),
    }
    return render(request, "competition/receipt.html", context)


def _with_its_text(request: HttpRequest, reference: str, number: str) -> SketchVersion:
    """One's own version, or Http404: also where its text has gone, and nothing is left to be written down."""
    sketch = get_own_sketch(request.user, reference)
    version = receipt_of(sketch, number)
    if version.is_emptied:
        raise Http404
    version.sketch = sketch
    return version


@require_safe
@own_pages
def receipt_json(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    version = _with_its_text(request, reference, number)
    response = HttpResponse(write(document_of(version)), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipt-{version.leaf.number}.json"'
    return response


@require_safe
@own_pages
def receipt_pdf(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """The full copy that the letter brought, made anew."""
    version = _with_its_text(request, reference, number)
    response = HttpResponse(copy_of(version), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{copy_name(version)}"'
    return response


@require_http_methods(["GET", "POST"])
def verify_receipt(request: HttpRequest) -> HttpResponse:
    """By number or by file; tells whether and when something was received, never what or from whom."""
    context: dict = {"crumbs": [(_("Verify a receipt"), "")]}
    if request.method == "POST":
        form = VerifyForm(request.POST, request.FILES)
    elif "number" in request.GET:
        form = VerifyForm(request.GET)
    else:
        form = VerifyForm()
    too_many = False
    if form.is_bound and form.is_valid():
        try:
            count_look_up(get_adapter(request).get_client_ip(request))
            _look_up(form, context)
        except TooManyVisits as refused:
            form.add_error(None, str(refused))
            too_many = True
    context["form"] = form
    status = 429 if too_many else 422 if form.errors else 200
    return render(request, "competition/verify_receipt.html", context, status=status)


def _look_up(form: VerifyForm, context: dict) -> None:
    if file := form.cleaned_data["file"]:
        _look_at_file(form, file, context)
    else:
        context["leaf"] = find_leaf(form.cleaned_data["number"])
        if context["leaf"] is None:
            form.add_error("number", _("There is no receipt with this number. Check each character."))
    if leaf := context.get("leaf"):
        tree = leaf.call.receipt_tree
        context |= {"late": is_late(leaf, tree), "proved": is_proved(leaf, tree)}


def _look_at_file(form: VerifyForm, file, context: dict) -> None:
    try:
        document = read(file.read(BYTES_AT_MOST + 1))
    except BadReceipt as bad:
        form.add_error("file", str(bad.message))
        return
    verdict, leaf = verify(document), find_leaf(document["number"])
    context |= {"verdict": verdict, "leaf": leaf, "matches": verdict.is_valid and is_on_record(document, leaf)}
