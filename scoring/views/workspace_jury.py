"""The jury of a call: seats, and cases of impartiality."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from accounts.guards import require
from competition.selectors.calls import topics
from competition.views.workspace_base import CallView
from scoring.declaration_forms import CaseForm
from scoring.selectors import impartiality
from scoring.selectors.giving_back import given_back_in
from scoring.selectors.objections import open_objections, publication_of
from scoring.selectors.sealed import is_sealed_to
from scoring.selectors.ties import late_ties
from scoring.selectors.wishes import wish_period
from scoring.selectors.workspace import get_juror, juror_rows, strengths_of
from scoring.services.impartiality import settle
from scoring.services.jury import change_juror, invite_juror, remove_juror
from scoring.workspace_forms import InviteForm, SeatForm

SAVE_FAILED = _("Nothing was saved. Look at the fields marked below.")


class Jury(CallView):
    template_name = "scoring/workspace/jury.html"
    permission = "scoring.manage_jury"
    page_title = _("Jury")
    header_icon = "group"
    tab = "jury"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        late = late_ties(self.call) if self.call.assessment_completed_at else []
        cases = list(impartiality.unsettled(self.call)) if self.may("scoring.settle_impartiality") else []
        against = list(open_objections(self.call)) if self.may("scoring.settle_impartiality") else []
        own = [case for case in cases if case.juror.user_id == self.request.user.pk]
        return super().get_context_data(**kwargs) | {
            "rows": juror_rows(self.call),
            "cases": [case for case in cases if case not in own],
            "objections": [one for one in against if one.juror.user_id != self.request.user.pk],
            "late_ties": [tie for tie in late if tie.juror.user_id != self.request.user.pk],
            "is_sealed": is_sealed_to(self.request.user, self.call),
            "publication": publication_of(self.call),
            "given_back": given_back_in(self.call, self.request.user),
            "wish_period": wish_period(self.call),
            "may_invite": not (self.call.cancelled_at or self.call.recommended_at),
        }


class JuryPage(CallView):
    permission = "scoring.manage_jury"
    header_icon = "user"
    tab = "jury"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("scoring_workspace:jury"), "label": _("Jury")}]


class JurorInvite(JuryPage):
    template_name = "scoring/workspace/seat.html"
    page_title = _("Invite a juror")

    def form(self, data: Any = None) -> InviteForm:
        return InviteForm(data, topics=topics(), initial={"language": self.call.default_language})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"button": _("Invite and send the letter")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)

        def act() -> object:
            person = {name: form.cleaned_data[name] for name in ("email", "language")}
            return invite_juror(by=request.user, call=self.call, **person, **form.seat())

        if not self.attempt(form, act):
            messages.error(request, _("Nobody was invited. Look at the fields marked below."))
            return self.render(form=form, status=422)
        messages.success(request, gettext("%(email)s was invited.") % {"email": form.cleaned_data["email"]})
        return redirect("scoring_workspace:jury", self.call.pk)


class OneJuror(JuryPage):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.juror = get_juror(self.call, kwargs["juror"])
        if self.juror is None:
            raise Http404

    def get_page_title(self) -> str:
        return str(self.juror.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"juror": self.juror}


class JurorEdit(OneJuror):
    template_name = "scoring/workspace/seat.html"

    def form(self, data: Any = None) -> SeatForm:
        known = topics()
        return SeatForm(data, topics=known, initial=SeatForm.initial_of(self.juror, known, strengths_of(self.juror)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"button": _("Save")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not self.attempt(form, lambda: change_juror(by=request.user, juror=self.juror, **form.seat())):
            messages.error(request, SAVE_FAILED)
            return self.render(form=form, status=422)
        messages.success(request, _("The juror was saved."))
        return redirect("scoring_workspace:jury", self.call.pk)


class JurorRemove(OneJuror):
    template_name = "scoring/workspace/remove.html"
    header_icon = "bin"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = next(row for row in juror_rows(self.call) if row.juror.pk == self.juror.pk)
        return super().get_context_data(**kwargs) | {
            "row": row,
            "open": row.assigned - row.final,
            "is_sealed": is_sealed_to(self.request.user, self.call),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        remove_juror(by=request.user, juror=self.juror)
        messages.success(request, gettext("%(name)s was taken off the jury.") % {"name": self.juror.user})
        return redirect("scoring_workspace:jury", self.call.pk)


class Settle(JuryPage):
    """A finding on one case. The reason's code is shown; the story behind it was never stored."""

    template_name = "scoring/workspace/settle.html"
    page_title = _("Settle a case of impartiality")
    header_icon = "help"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        require("scoring.settle_impartiality", request.user, self.call)
        self.case = impartiality.unsettled(self.call).filter(pk=kwargs["case"]).first()
        if self.case is None:
            raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", CaseForm())
        return super().get_context_data(**kwargs) | {"case": self.case}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CaseForm(request.POST)

        def act() -> object:
            return settle(by=request.user, declaration=self.case, **form.cleaned_data)

        if not self.attempt(form, act):
            return self.render(form=form, status=422)
        messages.success(request, _("The case is settled."))
        return redirect("scoring_workspace:jury", self.call.pk)
