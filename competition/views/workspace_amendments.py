"""Amendments of an open call: what is gathered, looked through and published, and what has been published."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition import amendment_rules
from competition.amending import read_changes
from competition.amendment_shares import shown_shares, weights_with
from competition.enums import Phase
from competition.selectors.amendment_readers import readers_of
from competition.selectors.amendments import gathering_of, shown_amendments, shown_changes
from competition.selectors.workspace import counts_by_state
from competition.services.amendment_effects import effects_of
from competition.services.amendment_publication import overtaken_changes, publish_amendment
from competition.services.amendment_rebase import keep_change, rebased
from competition.services.amendments import discard_amendment, drop_change
from competition.services.revisions import digest
from competition.views.workspace_base import CallView
from competition.workspace_amendment_forms import ChangeForm, PublishForm


class AmendmentPage(CallView):
    header_icon = "history"
    tab = "amendments"

    @cached_property
    def gathering(self):
        return gathering_of(self.call)

    @cached_property
    def changes(self) -> list:
        return read_changes(self.gathering.changes) if self.gathering else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "waiting": len(self.changes),
            "may_manage": self.may("competition.manage_call"),
        }


class Amendments(AmendmentPage):
    """What waits to be published, and everything that was."""

    template_name = "competition/workspace/amendments.html"
    page_title = _("Amendments")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        language = get_language() or self.call.default_language
        rows = shown_amendments(self.call, language, confidential=True)
        return super().get_context_data(**kwargs) | self.page_of(rows)


class ManagedAmendment(AmendmentPage):
    permission = "competition.manage_call"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:amendments"), "label": _("Amendments")}]


class AmendmentReview(ManagedAmendment):
    """Every gathered change with its difference, what the owner says about them, and how many will be told."""

    template_name = "competition/workspace/amendment_review.html"
    page_title = _("Publish an amendment")

    def form(self, data: Any = None) -> PublishForm:
        revision = self.gathering.revision if self.gathering else 0
        return PublishForm(data, call=self.call, changes=self.changes, revision=revision, now=timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        now, language = timezone.now(), get_language() or self.call.default_language
        is_open = self.call.phase_at(now) == Phase.OPEN
        overtaken = {change.key_text for change in overtaken_changes(self.call, self.changes)}
        anew = {change.key_text: rebased(self.call, change) for change in self.changes if change.key_text in overtaken}
        changes = [anew.get(change.key_text) or change for change in self.changes]
        effects = effects_of(self.call, changes)
        marks = {key: digest(change.before) for key, change in anew.items() if change is not None}
        return super().get_context_data(**kwargs) | {
            "shown": [
                (change, effects.get(change.key, ()), marks.get(change.key, ""))
                for change in shown_changes(changes, language, every_language=True)
            ],
            "shares": shown_shares(weights_with(self.call, self.changes), language),
            "overtaken": overtaken,
            "readers": readers_of(self.call, at=now, was_open=is_open),
            "states": counts_by_state(self.call),
            "is_open": is_open,
            "is_locked": amendment_rules.is_locked(self.call, now),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        act = partial(publish_amendment, by=request.user, call=self.call)
        if not self.attempt(form, lambda: act(**form.arguments())):
            messages.error(request, _("Nothing was published. Look at the fields marked below."))
            return self.render(form=form, status=422)
        messages.success(request, _("The amendment is published. Everybody with a draft or a submission is told."))
        return redirect("workspace:amendments", self.call.pk)


class _OneChange(ManagedAmendment):
    """A button beside a gathered change."""

    http_method_names = ["post"]

    def refused_url(self) -> str:
        return self.tab_url("workspace:amendment_review")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ChangeForm(request.POST)
        if form.is_valid():
            messages.success(request, self.act(form))
        return redirect("workspace:amendment_review", self.call.pk)

    def act(self, form: ChangeForm) -> str:
        """Do it; what to say then."""
        raise NotImplementedError


class ChangeDrop(_OneChange):
    def act(self, form: ChangeForm) -> str:
        amendment = drop_change(by=self.request.user, call=self.call, key=form.cleaned_data["key"])
        left = len(amendment.changes)
        text = ngettext("Removed. %(count)s change is left.", "Removed. %(count)s changes are left.", left)
        return text % {"count": left}


class ChangeKeep(_OneChange):
    """Of one that somebody else has overtaken."""

    def act(self, form: ChangeForm) -> str:
        keep_change(by=self.request.user, call=self.call, **form.cleaned_data)
        return _("Your change is kept. It takes the place of what the other has written.")


class AmendmentDiscard(ManagedAmendment):
    template_name = "competition/workspace/amendment_discard.html"
    page_title = _("Discard the gathered changes")
    header_icon = "bin"

    def refused_url(self) -> str:
        return self.tab_url("workspace:amendments")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        discard_amendment(by=request.user, call=self.call)
        messages.success(request, _("The gathered changes are discarded. The call stands as it was."))
        return redirect("workspace:amendments", self.call.pk)
