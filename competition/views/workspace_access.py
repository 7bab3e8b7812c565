"""Who may write in a call: open or by code, the codes, and exceptions for one organisation."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from accounts.models import Organisation
from competition.access_forms import AccessForm, CodesForm, ExceptionForm, FindForm
from competition.enums import AccessMode, Phase
from competition.models import AccessException, Amendment, InvitationCode
from competition.selectors.codes import code_rows, codes_of
from competition.selectors.exceptions import exceptions_of, organisations_found
from competition.services.access import make_codes, revoke_code, set_access
from competition.services.exceptions import grant_exception, revoke_exception
from competition.views.workspace_base import CallView

NOTHING_SAVED = _("Nothing was saved. Look at the fields marked below.")


class AccessView(CallView):
    permission = "competition.manage_access"
    header_icon = "key"
    tab = "access"


class Access(AccessView):
    template_name = "competition/workspace/access.html"
    page_title = _("Access")

    def form(self, data: Any = None) -> AccessForm:
        return AccessForm(data, initial={"access": self.call.access, "revision": self.call.revision})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        context = super().get_context_data(**kwargs)
        phase = context["phase"]
        return (
            context
            | self.page_of(codes_of(self.call))
            | {
                "by_code": self.call.access == AccessMode.CODE,
                "may_switch": phase in (Phase.DRAFT, Phase.ANNOUNCED)
                or (phase == Phase.OPEN and self.call.access == AccessMode.CODE),
                "exceptions": exceptions_of(self.call),
                "may_grant": phase in (Phase.ANNOUNCED, Phase.OPEN, Phase.FORMAL_CHECK),
            }
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)

        gathered: list[Amendment | None] = []

        def act() -> None:
            mode, count = form.cleaned_data["access"], form.cleaned_data["revision"]
            gathered.append(set_access(by=request.user, call=self.call, access=mode, expected_revision=count))

        if not self.attempt(form, act):
            messages.error(request, NOTHING_SAVED)
            return self.render(form=form, status=422)
        if gathered[0] is not None:
            messages.success(request, _("The change is gathered. It takes effect when the amendment is published."))
            return redirect("workspace:amendments", self.call.pk)
        messages.success(request, _("The access to the call was saved."))
        return redirect("workspace:access", self.call.pk)


class AccessPart(AccessView):
    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:access"), "label": _("Access")}]


class CodesMake(AccessPart):
    template_name = "competition/workspace/codes_add.html"
    page_title = _("Make codes")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", CodesForm(call=self.call))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CodesForm(request.POST, call=self.call)
        made: list[InvitationCode] = []
        act = lambda: made.extend(make_codes(by=request.user, call=self.call, **form.code_fields()))  # noqa: E731
        if not self.attempt(form, act):
            messages.error(request, NOTHING_SAVED)
            return self.render(form=form, status=422)
        text = ngettext("%(number)d code was made.", "%(number)d codes were made.", len(made))
        messages.success(request, text % {"number": len(made)})
        return redirect("workspace:access", self.call.pk)


class CodesExport(AccessPart):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows(code_rows(self.call))
        # The mark at the beginning tells spreadsheets that the file is UTF-8.
        response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="codes-{self.call.slug}.csv"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


class CodeRevoke(AccessPart):
    template_name = "competition/workspace/code_revoke.html"
    page_title = _("Revoke a code")

    @cached_property
    def code(self) -> InvitationCode:
        found = codes_of(self.call).filter(pk=self.kwargs["code"]).first()
        if found is None:
            raise Http404
        found.call = self.call
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"code": self.code}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        revoke_code(by=request.user, code=self.code)
        messages.success(request, _("The code is revoked."))
        return redirect("workspace:access", self.call.pk)


class ExceptionAdd(AccessPart):
    """First find the organisation, then say what is granted and why; both steps are one page."""

    template_name = "competition/workspace/exception_add.html"
    permission = "competition.grant_exception"
    page_title = _("Grant an exception")
    header_icon = "time"

    @cached_property
    def found(self) -> list[Organisation]:
        return organisations_found(self.call, self.request.GET.get("q", ""))

    def form(self, data: Any = None) -> ExceptionForm:
        return ExceptionForm(data, call=self.call, found=self.found)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        query = self.request.GET.get("q", "")
        return super().get_context_data(**kwargs) | {
            "find": FindForm({"q": query}),
            "query": query.strip(),
            "found": self.found,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        act = lambda: grant_exception(by=request.user, call=self.call, **form.exception_fields())  # noqa: E731
        if not self.attempt(form, act):
            messages.error(request, NOTHING_SAVED)
            return self.render(form=form, status=422)
        text = gettext("The exception for %(name)s is public now, and the organisation is told.")
        messages.success(request, text % {"name": form.cleaned_data["organisation"]})
        return redirect("workspace:access", self.call.pk)


class ExceptionRevoke(AccessPart):
    template_name = "competition/workspace/exception_revoke.html"
    permission = "competition.grant_exception"
    page_title = _("Revoke an exception")
    header_icon = "time"

    @cached_property
    def exception(self) -> AccessException:
        found = exceptions_of(self.call).filter(pk=self.kwargs["exception"]).first()
        if found is None:
            raise Http404
        return found

    def refused_url(self) -> str:
        return self.tab_url("workspace:access")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"exception": self.exception}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        revoke_exception(by=request.user, exception=self.exception)
        messages.success(request, _("The exception is revoked, and the organisation is told."))
        return redirect("workspace:access", self.call.pk)
