"""What sketches are judged by: the criteria on one page, and the scales of their grades."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.amending import Change, read_changes
from competition.amendment_rules import DEADLINE_PASSED
from competition.models import Amendment
from competition.selectors.amendments import additions, as_amended, gathering_of, named_additions
from competition.services.amendment_rows import dropped_by_removal, gather_removal, removed_codes
from competition.services.amendments import edit_count
from competition.views.workspace_base import GATHERED, CallView
from scoring.models import Criterion
from scoring.selectors.assessments import criteria_of
from scoring.selectors.criteria import criteria_on, get_scale, scale_name, scales_of
from scoring.services.amendable_criteria import closed, refusal_of_removal
from scoring.services.criteria import scale_levels, scale_templates
from scoring.services.criteria_edit import criteria_are_fixed_at, edit_count_of
from scoring.services.criteria_list import remove_criterion, save_and_arrange
from scoring.services.scales import create_scale, levels_as_amended, remove_scale, update_scale
from scoring.workspace_criteria_forms import CriteriaForm, ScaleChoiceForm, ScaleForm

SAVE_FAILED = _("Nothing was saved. Look at the fields marked below.")


class CriteriaPage(CallView):
    permission = "competition.manage_call"
    header_icon = "list-ol"
    tab = "criteria"

    @cached_property
    def gathering(self) -> Amendment | None:
        return gathering_of(self.call)

    @cached_property
    def fixed(self) -> bool:
        return criteria_are_fixed_at(self.call, timezone.now())

    @property
    def may_amend(self) -> bool:
        """Whether criteria come and go by amendment."""
        return self.gathers and not self.fixed

    @cached_property
    def changes(self) -> list[Change]:
        return read_changes(self.gathering.changes if self.gathering else ())

    @cached_property
    def going(self) -> set[str]:
        return removed_codes(self.changes, "criterion")

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("scoring_workspace:criteria"), "label": _("Criteria")}]


class Criteria(CriteriaPage):
    """Every button saves what was typed first: moving or copying a criterion loses nothing."""

    template_name = "scoring/workspace/criteria.html"
    page_title = _("Criteria")

    def crumbs(self) -> list[dict[str, Any]]:
        return []

    def form(self, data: Any = None) -> CriteriaForm:
        staying = [row for row in self.criteria if row.code not in self.going]
        return CriteriaForm(
            data,
            call=self.call,
            criteria=[as_amended(row, self.gathering, "criterion", row.code) for row in staying],
            scales=self.scales,
            revision=edit_count_of(self.criteria, self.gathering),
            fixed=self.fixed,
            scale_fixed=self.gathers,
            more_weight=sum((Decimal(values["weight"]) for values in self.coming.values()), Decimal(0)),
        )

    def leaving(self) -> list[str]:
        """What the criteria are called that the amendment is to remove."""
        return [row.name for row in self.criteria if row.code in self.going]

    @cached_property
    def coming(self) -> dict[str, dict[str, Any]]:
        return additions(self.gathering, "criterion")

    @cached_property
    def criteria(self) -> list[Criterion]:
        return criteria_on(self.scales, self.call)

    @cached_property
    def scales(self) -> list:
        return scales_of(self.call)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {
            "fixed": self.fixed,
            "may_arrange": not (self.fixed or self.gathers),
            "may_amend": self.may_amend,
            "coming": [
                (code, name, self.coming[code]["weight"]) for code, name in named_additions(self.gathering, "criterion")
            ],
            "leaving": self.leaving(),
            "total": kwargs["form"].total,
            "scales": [(scale, scale_name(scale)) for scale in self.scales],
            "at": self.request.GET.get("at", ""),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        verb, _colon, code = request.POST.get("do", "").partition(":")
        if not self.attempt(form, lambda: self.act(form, verb, code)):
            messages.error(request, SAVE_FAILED)
            return self.render(form=form, status=422)
        if verb == "remove" and code not in self.going:
            return redirect("scoring_workspace:criterion_remove", self.call.pk, code)
        if verb == "new" and self.may_amend:
            return redirect("scoring_workspace:criterion_new", self.call.pk)
        messages.success(request, GATHERED if self.gathers else _("The criteria were saved."))
        here = self.tab_url("scoring_workspace:criteria")
        return redirect(f"{here}?at={verb}:{code}#c-{code}" if verb in ("up", "down", "copy") else here)

    def act(self, form: CriteriaForm, verb: str, code: str) -> None:
        save_and_arrange(
            by=self.request.user,
            call=self.call,
            changes=form.changes(),
            new=form.new_criterion(),
            verb=verb,
            code=code,
            **form.stale_arguments(),
        )


class CriterionRemove(CriteriaPage):
    template_name = "scoring/workspace/criterion_remove.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.criterion = next((row for row in criteria_of(self.call) if row.code == kwargs["criterion"]), None)
        if self.criterion is None:
            raise Http404

    def get_page_title(self) -> str:
        return gettext("Remove “%(name)s”") % {"name": self.criterion.name}

    def refused_url(self) -> str:
        return self.tab_url("scoring_workspace:criteria")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = _("The criterion and its texts are removed for good. The weights of the others stay as they are.")
        context = {"text": text, "button": _("Remove the criterion"), "back": self.refused_url()}
        if self.gathers:
            text = _(
                "The amendment takes the criterion out. The weights of the others stay as they are, their shares grow."
            )
            dropped = dropped_by_removal(self.changes, "criterion", self.criterion.code)
            context |= {"text": text, "dropped": dropped, "button": _("Gather the removal")}
            context["revision"] = edit_count(self.call, self.gathering)
            context["refusal"] = self.refusal()
        return super().get_context_data(**kwargs) | context

    def refusal(self) -> Any:
        if self.fixed:
            return DEADLINE_PASSED
        return closed(self.call) or refusal_of_removal(self.call, self.criterion.code, self.going)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.gathers:
            revision = request.POST.get("revision", "")
            expected = int(revision) if revision.isascii() and revision[:9].isdigit() else None
            act = partial(gather_removal, by=request.user, call=self.call, kind="criterion")
            act(code=self.criterion.code, expected_revision=expected)
        else:
            remove_criterion(by=request.user, call=self.call, code=self.criterion.code)
        messages.success(request, GATHERED if self.gathers else _("The criterion was removed."))
        return redirect("scoring_workspace:criteria", self.call.pk)


class ScaleAdd(CriteriaPage):
    """First what to start from, by GET; then the words, in every language of the call."""

    template_name = "scoring/workspace/scale.html"
    page_title = _("Add a scale")

    def choice(self) -> ScaleChoiceForm:
        data = self.request.GET if "template" in self.request.GET else None
        templates = [*scale_templates(), ("own", _("Grades of your own"))]
        return ScaleChoiceForm(data, templates=templates, initial={"template": templates[0][0]})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        choice = self.choice()
        if not choice.is_valid():
            return self.render(choice=choice, status=422 if choice.is_bound else 200)
        return self.render(form=self.form(choice))

    def form(self, choice: ScaleChoiceForm, data: Any = None) -> ScaleForm:
        levels = scale_levels(**choice.cleaned_data)
        return ScaleForm(data, call=self.call, levels={level.value: level for level in levels})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        choice = self.choice()
        if not choice.is_valid():
            return self.render(choice=choice, status=422)
        form = self.form(choice, request.POST)
        if not self.attempt(form, lambda: create_scale(by=request.user, call=self.call, levels=form.wanted())):
            messages.error(request, SAVE_FAILED)
            return self.render(form=form, status=422)
        messages.success(request, _("The scale was added. Choose it for the criteria that need it."))
        return redirect("scoring_workspace:criteria", self.call.pk)


class OneScale(CriteriaPage):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.scale = get_scale(self.call, kwargs["scale"])
        if self.scale is None:
            raise Http404


class ScaleEdit(OneScale):
    template_name = "scoring/workspace/scale.html"

    def get_page_title(self) -> str:
        return gettext("Scale %(name)s") % {"name": scale_name(self.scale)}

    def form(self, data: Any = None) -> ScaleForm:
        return ScaleForm(
            data,
            call=self.call,
            levels=levels_as_amended(self.scale, self.gathering),
            revision=edit_count_of([self.scale], self.gathering),
            words_only=self.gathers,
            fixed=self.fixed,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"scale": self.scale, "fixed": self.fixed}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)

        def act() -> object:
            return update_scale(by=request.user, scale=self.scale, levels=form.wanted(), **form.stale_arguments())

        if not self.attempt(form, act):
            messages.error(request, SAVE_FAILED)
            return self.render(form=form, status=422)
        messages.success(request, GATHERED if self.gathers else _("The scale was saved."))
        return redirect("scoring_workspace:criteria", self.call.pk)


class ScaleRemove(OneScale):
    template_name = "scoring/workspace/criterion_remove.html"

    def refused_url(self) -> str:
        return self.tab_url("scoring_workspace:criteria")

    def get_page_title(self) -> str:
        return gettext("Remove the scale %(name)s") % {"name": scale_name(self.scale)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = self.tab_url("scoring_workspace:criteria")
        text = _("The scale and its words are removed for good.")
        return super().get_context_data(**kwargs) | {"text": text, "button": _("Remove the scale"), "back": back}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        remove_scale(by=request.user, scale=self.scale)
        messages.success(request, _("The scale was removed."))
        return redirect("scoring_workspace:criteria", self.call.pk)
