"""Programmes in the workspace: what owners set, who carries them, and who works in them. Call managers read."""

from __future__ import annotations

from typing import Any

import rules
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.models import ProgrammePartner
from competition.programme_forms import MemberForm, PartnerForm, ProgrammeForm, RolesForm
from competition.selectors.programme_settings import (
    MemberRow,
    get_managed_programme,
    member_rows,
    partners_of,
    programme_log,
    slug_is_fixed,
)
from competition.selectors.workspace import managed_programmes
from competition.services.programme_members import invite_member, set_roles
from competition.services.programme_settings import remove_partner, save_partner, update_programme
from competition.views.workspace_base import WorkspaceView
from competition.workspace import programme_pages_for

NOTHING_SAVED = _("Nothing was saved. Look at the fields marked below.")
PROGRAMMES_CRUMB = {"url": reverse_lazy("workspace:programmes"), "label": _("Programmes")}


class ProgrammeList(WorkspaceView):
    template_name = "competition/workspace/programmes.html"
    page_title = _("Programmes")
    header_icon = "folder-open-inverse"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.programmes = managed_programmes(request.user)
        if not self.programmes.exists():
            raise Http404

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.programmes.select_related("organisation")
        return super().get_context_data(**kwargs) | self.page_of(rows)


class ProgrammeView(WorkspaceView):
    """A page of one programme. Without `permission` on it, it is not found."""

    permission = "competition.manage_programme"
    header_icon = "folder-open-inverse"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.programme = get_managed_programme(request.user, kwargs["pk"])
        if not self.may(self.permission):
            raise Http404

    def may(self, permission: str) -> bool:
        return rules.has_perm(permission, self.request.user, self.programme)

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("workspace:programme", args=[self.programme.pk]), "label": self.programme.name}]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        last = {"url": "", "label": self.get_page_title()}
        return [*self.breadcrumbs_items, PROGRAMMES_CRUMB, *self.crumbs(), last]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_manage = self.may("competition.manage_programme")
        return super().get_context_data(**kwargs) | {"programme": self.programme, "may_manage": may_manage}


class ProgrammeSettings(ProgrammeView):
    template_name = "competition/workspace/programme.html"
    permission = "competition.view_programme"

    def get_page_title(self) -> str:
        return self.programme.name

    def crumbs(self) -> list[dict[str, Any]]:
        return []

    def form(self, data: Any = None) -> ProgrammeForm:
        return ProgrammeForm(data, programme=self.programme, slug_fixed=slug_is_fixed(self.programme))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {
            "pages": programme_pages_for(self.request.user, self.programme),
            "partners": partners_of(self.programme),
            "members": member_rows(self.programme),
            "entries": programme_log(self.programme)[:20],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        act = lambda: update_programme(by=request.user, programme=self.programme, **form.programme_fields())  # noqa: E731
        if not self.attempt(form, act):
            messages.error(request, NOTHING_SAVED)
            return self.render(form=form, status=422)
        messages.success(request, _("The programme was saved."))
        return redirect("workspace:programme", self.programme.pk)


class PartnerEdit(ProgrammeView):
    """A new partner, or one that is there."""

    template_name = "competition/workspace/partner.html"
    page_title = _("Partner")

    @cached_property
    def partner(self) -> ProgrammePartner | None:
        key = self.kwargs.get("partner")
        return get_object_or_404(partners_of(self.programme), pk=key) if key else None

    def form(self, data: Any = None, files: Any = None) -> PartnerForm:
        return PartnerForm(data, files, programme=self.programme, partner=self.partner)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"partner": self.partner}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST, request.FILES)

        def act() -> object:
            fields = form.partner_fields()
            return save_partner(by=request.user, programme=self.programme, partner=self.partner, **fields)

        if not self.attempt(form, act):
            messages.error(request, NOTHING_SAVED)
            return self.render(form=form, status=422)
        messages.success(request, _("The partner was saved."))
        return redirect("workspace:programme", self.programme.pk)


class PartnerRemove(ProgrammeView):
    template_name = "competition/workspace/partner_remove.html"
    page_title = _("Remove a partner")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        partner = get_object_or_404(partners_of(self.programme), pk=self.kwargs["partner"])
        return super().get_context_data(**kwargs) | {"partner": partner}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        partner = get_object_or_404(partners_of(self.programme), pk=self.kwargs["partner"])
        remove_partner(by=request.user, partner=partner)
        messages.success(request, _("The partner was removed."))
        return redirect("workspace:programme", self.programme.pk)


class MemberAdd(ProgrammeView):
    template_name = "competition/workspace/member_add.html"
    page_title = _("Give somebody a role")
    header_icon = "user"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", MemberForm(initial={"language": self.request.user.language}))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = MemberForm(request.POST)
        act = lambda: invite_member(by=request.user, programme=self.programme, **form.cleaned_data)  # noqa: E731
        if not self.attempt(form, act):
            messages.error(request, NOTHING_SAVED)
            return self.render(form=form, status=422)
        messages.success(request, gettext("%(email)s is told by letter.") % {"email": form.cleaned_data["email"]})
        return redirect("workspace:programme", self.programme.pk)


class MemberRoles(ProgrammeView):
    template_name = "competition/workspace/member_roles.html"
    header_icon = "user"

    @cached_property
    def member(self) -> MemberRow:
        rows = member_rows(self.programme)
        found = next((row for row in rows if row.user.pk == self.kwargs["user"]), None)
        if found is None:
            raise Http404
        return found

    def get_page_title(self) -> str:
        return str(self.member.user)

    def form(self, data: Any = None) -> RolesForm:
        roles = [str(role) for role in self.member.roles]
        return RolesForm(data, initial={"roles": roles, "shown": ",".join(roles)})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"member": self.member}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, member = self.form(request.POST), self.member

        def act() -> object:
            roles, expected = form.cleaned_data["roles"], form.expected()
            return set_roles(
                by=request.user, programme=self.programme, user=member.user, roles=roles, expected=expected
            )

        if not self.attempt(form, act):
            if "shown" in form.data:
                form.data = form.data.copy()
                form.data["shown"] = ",".join(str(role) for role in member.roles)
            messages.error(request, NOTHING_SAVED)
            return self.render(form=form, status=422)
        messages.success(request, gettext("The roles of %(name)s were saved.") % {"name": member.user})
        return redirect("workspace:list" if member.user == request.user else self.crumbs()[0]["url"])
