"""Information meetings in the workspace: announced, changed, called off, and who comes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.enums import RegistrationState
from competition.models import InformationMeeting
from competition.selectors.meetings import meeting_of, meeting_rows, people_of
from competition.services.meetings import MANAGE, cancel_meeting, create_meeting, update_meeting
from competition.spreadsheets import csv_response
from competition.views.workspace_base import CallView
from competition.workspace_forms import ReasonForm
from competition.workspace_meeting_forms import MeetingForm


class MeetingPage(CallView):
    header_icon = "calendar"
    tab = "meetings"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:meetings"), "label": _("Meetings")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"may_manage_meetings": self.may(MANAGE)}


class Meetings(MeetingPage):
    template_name = "competition/workspace/meetings.html"
    page_title = _("Meetings")

    def crumbs(self) -> list[dict[str, Any]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | self.page_of(meeting_rows(self.call))


class MeetingAdd(MeetingPage):
    template_name = "competition/workspace/meeting_edit.html"
    permission = MANAGE
    page_title = _("New meeting")

    def form(self, data: Any = None) -> MeetingForm:
        return MeetingForm(data, call=self.call)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"back": self.tab_url("workspace:meetings")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not self.attempt(form, lambda: create_meeting(by=request.user, call=self.call, **form.typed())):
            messages.error(request, _("Nothing was saved. Look at the fields marked below."))
            return self.render(form=form, status=422)
        messages.success(
            request, _("The meeting is announced. It stands on the page of the call once that is published.")
        )
        return redirect("workspace:meetings", self.call.pk)


class OneMeeting(MeetingPage):
    permission = MANAGE

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = meeting_of(self.call, kwargs["meeting"])
        if found is None:
            raise Http404
        self.meeting: InformationMeeting = found

    def get_page_title(self) -> str:
        return self.meeting.title

    def own_url(self) -> str:
        return self.tab_url("workspace:meeting", self.meeting.pk)

    def refused_url(self) -> str:
        return self.own_url()

    @cached_property
    def is_changeable(self) -> bool:
        return self.meeting.cancelled_at is None and self.meeting.ends_at > timezone.now()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"meeting": self.meeting, "is_changeable": self.is_changeable}


class MeetingPeople(OneMeeting):
    """When and where, who has a place and who waits for one."""

    template_name = "competition/workspace/meeting.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | self.page_of(people_of(self.meeting))


class MeetingEdit(OneMeeting):
    template_name = "competition/workspace/meeting_edit.html"

    def crumbs(self) -> list[dict[str, Any]]:
        return [*super().crumbs(), {"url": self.own_url(), "label": self.meeting.title}]

    def form(self, data: Any = None) -> MeetingForm:
        return MeetingForm(data, call=self.call, meeting=self.meeting)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_changeable:
            messages.warning(request, _("The meeting is over or cancelled."))
            return redirect(self.own_url())
        return self.render()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"back": self.own_url()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)

        def act() -> object:
            return update_meeting(by=request.user, meeting=self.meeting, **form.stale_arguments(), **form.typed())

        if not self.attempt(form, act):
            messages.error(request, _("Nothing was saved. Look at the fields marked below."))
            return self.render(form=form, status=422)
        messages.success(request, _("The meeting was saved. Whoever comes is told of a new time, place or link."))
        return redirect(self.own_url())


class MeetingCancel(OneMeeting):
    template_name = "competition/workspace/confirm_reason.html"
    page_title = _("Call off the meeting")
    header_icon = "cross"

    def get_page_title(self) -> str:
        return self.page_title

    def crumbs(self) -> list[dict[str, Any]]:
        return [*super().crumbs(), {"url": self.own_url(), "label": self.meeting.title}]

    def form(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, help_text=_("At most 2000 characters. It is shown to everybody."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {
            "warning": _("The meeting is not held. Everybody who has a place or waits for one is written to."),
            "subject": self.meeting.title,
            "button": _("Call off the meeting"),
            "back": self.own_url(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)

        def act() -> object:
            return cancel_meeting(by=request.user, meeting=self.meeting, reason=form.cleaned_data["reason"])

        if not self.attempt(form, act):
            return self.render(form=form, status=422)
        messages.success(request, _("The meeting is called off. Everybody who was coming is told."))
        return redirect("workspace:meetings", self.call.pk)


class MeetingExport(OneMeeting):
    """Who comes, as a file for spreadsheets."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        heading = [
            gettext("Name"),
            gettext("E-mail address"),
            gettext("Organisation"),
            gettext("State"),
            gettext("Registered"),
        ]
        rows = (
            [
                row.user.name,
                row.user.email,
                row.organisation.name if row.organisation else "",
                str(RegistrationState(row.state).label),
                row.queued_at.astimezone(self.call.zone).strftime("%Y-%m-%d %H:%M"),
            ]
            for row in people_of(self.meeting)
        )
        return csv_response([heading, *rows], f"meeting-{self.meeting.pk}")
