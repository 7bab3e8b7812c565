"""The pool of jurors of a programme: who is in it, and what is known of them."""

from __future__ import annotations

from typing import Any

import rules
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.models import Topic
from competition.selectors.calls import topics
from competition.views.workspace_base import WorkspaceView
from scoring.pool_forms import AddForm, PoolFilterForm, ProfileForm
from scoring.selectors.pool import get_pool_programme, get_profile, pool_of, pool_rows, profile_strengths
from scoring.services.pool import add_to_pool, change_profile

NOTHING_SAVED = _("Nothing was saved. Look at the fields marked below.")


class PoolView(WorkspaceView):
    """A page below the pool of one programme."""

    header_icon = "group"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.programme = get_pool_programme(request.user, kwargs["pk"])
        if not rules.has_perm("scoring.manage_pool", request.user, self.programme):
            raise Http404

    @cached_property
    def topics(self) -> list[Topic]:
        return topics()

    @property
    def pool_url(self) -> str:
        return reverse("scoring_pool:pool", args=[self.programme.pk])

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.pool_url, "label": _("Pool of jurors")}]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = list(self.breadcrumbs_items)
        if rules.has_perm("competition.view_programme", self.request.user, self.programme):
            url = reverse("workspace:programme", args=[self.programme.pk])
            items.append({"url": url, "label": self.programme.name})
        return [*items, *self.crumbs(), {"url": "", "label": self.get_page_title()}]

    def get_page_subtitle(self) -> str:
        return self.programme.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"programme": self.programme}


class Pool(PoolView):
    template_name = "scoring/workspace/pool.html"
    page_title = _("Pool of jurors")

    def crumbs(self) -> list[dict[str, Any]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = PoolFilterForm(self.request.GET, topics=self.topics)
        page = self.page_of(pool_of(self.programme, asked := form.asked()))
        return (
            super().get_context_data(**kwargs)
            | page
            | {
                "filter": form,
                "narrowed": bool(asked),
                "rows": pool_rows(page["page_obj"].object_list),
            }
        )


class PoolAdd(PoolView):
    template_name = "scoring/workspace/pool_profile.html"
    page_title = _("Add somebody to the pool")
    header_icon = "user"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", AddForm(topics=self.topics, initial={"language": self.request.user.language}))
        return super().get_context_data(**kwargs) | {"button": _("Add to the pool")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AddForm(request.POST, topics=self.topics)

        def act() -> object:
            person = {name: form.cleaned_data[name] for name in ("email", "name", "language")}
            return add_to_pool(by=request.user, programme=self.programme, facts=form.facts(), **person)

        if not self.attempt(form, act):
            messages.error(request, NOTHING_SAVED)
            return self.render(form=form, status=422)
        messages.success(request, gettext("%(email)s is told by letter.") % {"email": form.cleaned_data["email"]})
        return redirect(self.pool_url)


class PoolProfile(PoolView):
    template_name = "scoring/workspace/pool_profile.html"
    header_icon = "user"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.profile = get_profile(self.programme, kwargs["profile"])

    def get_page_title(self) -> str:
        return str(self.profile.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if "form" not in kwargs:
            known = ProfileForm.initial_of(self.profile, self.topics, profile_strengths(self.profile))
            kwargs["form"] = ProfileForm(topics=self.topics, initial=known)
        return super().get_context_data(**kwargs) | {"profile": self.profile, "button": _("Save")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ProfileForm(request.POST, topics=self.topics)

        def act() -> object:
            data = form.cleaned_data
            fields = {"state": data["state"], "expected": data["revision"]}
            return change_profile(by=request.user, profile=self.profile, facts=form.facts(), **fields)

        if not self.attempt(form, act):
            messages.error(request, NOTHING_SAVED)
            return self.render(form=form, status=422)
        messages.success(request, gettext("What the pool knows of %(name)s was saved.") % {"name": self.profile})
        return redirect(self.pool_url)
