"""The shape of a call's form: its sections, and the order of everything."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.models import QuestionSection
from competition.selectors.form_structure import moved, name_of_item, order_of, parts_of, section_named
from competition.services.form_edit import (
    arrange_form,
    copy_section,
    create_section,
    remove_section,
    update_section,
)
from competition.views.workspace_questions import FormView
from competition.workspace_question_forms import SectionForm

ITEMS_AT_MOST = 500


class FormArrange(FormView):
    """Takes a pressed button (`move`: "up question:need") or, from the script, the whole order that was dragged."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        before = order_of(parts_of(self.call))
        direction, _space, item = request.POST.get("move", "").partition(" ")
        if direction in ("up", "down"):
            order = moved(before, item, up=direction == "up")
        else:
            order = request.POST.get("order", "").split()[:ITEMS_AT_MOST]
            item = request.POST.get("item", "")
        revision = request.POST.get("revision", "")
        expected = int(revision[:12]) if revision.isascii() and revision.isdigit() else None
        arrange_form(by=request.user, call=self.call, order=order, expected_revision=expected)
        self._announce(before, order, item)
        here = urlencode({"moved": item, "direction": direction})
        return redirect(f"{self.refused_url()}?{here}")

    def _announce(self, before: list[str], order: list[str], item: str) -> None:
        if item not in order:
            return
        name = name_of_item(self.call, item)
        if before == order:
            messages.info(self.request, _("“%(name)s” stays where it is.") % {"name": name})
            return
        place = [one for one in order if one.split(":")[0] == item.split(":", maxsplit=1)[0]].index(item) + 1
        messages.success(self.request, _("“%(name)s” is now number %(place)s.") % {"name": name, "place": place})


class SectionEditor(FormView):
    template_name = "competition/workspace/section_edit.html"
    section: QuestionSection

    def form(self, data: Any = None) -> SectionForm:
        return SectionForm(data, section=self.section)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_locked:
            messages.error(request, _("The call is open: sections can no longer be changed."))
            return redirect(self.refused_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"section": self.section, "is_new": not self.section.pk}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not self.attempt(form, lambda: self.save(form)):
            messages.error(request, _("Nothing was saved. Look at the fields marked below."))
            return self.render(form=form, status=422)
        messages.success(request, _("The section was saved."))
        return redirect("workspace:questions", self.call.pk)

    def save(self, form: SectionForm) -> object:
        raise NotImplementedError


class SectionNew(SectionEditor):
    page_title = _("New section")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.section = QuestionSection(call=self.call)

    def save(self, form: SectionForm) -> object:
        return create_section(by=self.request.user, call=self.call, **form.typed())


class SectionEdit(SectionEditor):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = section_named(self.call, kwargs["section"])
        if found is None:
            raise Http404
        self.section = found

    def get_page_title(self) -> str:
        return self.section.title

    def save(self, form: SectionForm) -> object:
        update = partial(update_section, by=self.request.user, section=self.section)
        return update(**form.stale_arguments(), **form.typed())


class SectionAct(FormView):
    """One press on a section of the list."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        section = section_named(self.call, kwargs["section"])
        if section is None:
            raise Http404
        self.act(section)
        return redirect(self.refused_url())

    def act(self, section: QuestionSection) -> None:
        raise NotImplementedError


class SectionRemove(SectionAct):
    """Says what becomes of the questions, and asks once more."""

    http_method_names = ["get", "post"]
    template_name = "competition/workspace/section_remove.html"
    page_title = _("Remove the heading")
    header_icon = "bin"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        section = section_named(self.call, kwargs["section"])
        if section is None:
            raise Http404
        return self.render(section=section, is_locked=self.is_locked, questions=section.questions.count())

    def act(self, section: QuestionSection) -> None:
        remove_section(by=self.request.user, section=section)
        messages.success(self.request, _("The heading was removed. Its questions stand in what was above it."))


class SectionCopy(SectionAct):
    def act(self, section: QuestionSection) -> None:
        copy_section(by=self.request.user, section=section)
        messages.success(self.request, _("The section was copied, with its questions."))
