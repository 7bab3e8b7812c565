"""Receipts: the applicant's own, and their verification by anybody."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from competition.display import answered
from competition.forms import VerifyForm
from competition.models import ReceiptLeaf
from competition.selectors.access import window_of
from competition.selectors.receipt_copy import copy_name, copy_of
from competition.selectors.receipts import document_of, find_leaf, is_late, receipt_of, sealed_tree
from competition.selectors.sections import standing
from competition.selectors.sketches import get_own_sketch
from competition.verification import BYTES_AT_MOST, BadReceipt, Verdict, read, verify
from competition.views.common import crumbs, own_pages


@require_safe
@own_pages
def receipt(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """The confirmation of one version; opens again from a bookmark."""
    sketch = get_own_sketch(request.user, reference)
    version, tree = receipt_of(sketch, number), sealed_tree(sketch.call)
    context = {
        "sketch": sketch,
        "call": sketch.call,
        "version": version,
        "receipt": version.leaf,
        "counts": sketch.current_version_id == version.pk and sketch.state != "withdrawn",
        "standing": standing(sketch, timezone.now()),
        "answers": answered(version.questions, version.answers, request.LANGUAGE_CODE, files=version.files),
        "tree": tree,
        "late": tree is not None and is_late(version.leaf, tree),
        "window": window_of(sketch),
        "is_open": window_of(sketch).accepts_at(timezone.now()),
        "crumbs": crumbs(sketch, _("Receipt %(number)s") % {"number": version.leaf.number}),
    }
    return render(request, "competition/receipt.html", context)


@require_safe
@own_pages
def receipt_json(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    sketch = get_own_sketch(request.user, reference)
    version = receipt_of(sketch, number)
    version.sketch = sketch
    body = json.dumps(document_of(version), ensure_ascii=False, indent=2)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipt-{version.leaf.number}.json"'
    return response


@require_safe
@own_pages
def receipt_pdf(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """The full copy that the letter brought, made anew."""
    sketch = get_own_sketch(request.user, reference)
    version = receipt_of(sketch, number)
    version.sketch = sketch
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
    if form.is_bound and form.is_valid():
        if file := form.cleaned_data["file"]:
            _look_at_file(form, file, context)
        else:
            context["leaf"] = find_leaf(form.cleaned_data["number"])
            if context["leaf"] is None:
                form.add_error("number", _("There is no receipt with this number. Check each character."))
    if leaf := context.get("leaf"):
        context["late"] = is_late(leaf, leaf.call.receipt_tree)
    context["form"] = form
    return render(request, "competition/verify_receipt.html", context, status=422 if form.errors else 200)


def _look_at_file(form: VerifyForm, file, context: dict) -> None:
    try:
        verdict = verify(read(file.read(BYTES_AT_MOST + 1)))
    except BadReceipt as bad:
        form.add_error("file", str(bad.message))
        return
    leaf = find_leaf(verdict.number)
    context |= {"verdict": verdict, "leaf": leaf, "matches": _matches(verdict, leaf)}


def _matches(verdict: Verdict, leaf: ReceiptLeaf | None) -> bool:
    """Whether the file is genuine and says what this site has on record."""
    return verdict.is_valid and leaf is not None and leaf.data_sha256 == verdict.sha256
