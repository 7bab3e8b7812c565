"""The records of a call that is over: taken out, said to be kept, and what is deleted here when."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.archive import stream
from competition.retention import sketches_go_at
from competition.selectors.call_records import records, records_of
from competition.selectors.retention import contents_of
from competition.services.endings import ARCHIVABLE
from competition.services.records import KEEP, confirm_kept, note_export
from competition.tries import count_download
from competition.views.workspace_base import CallView
from competition.workspace_forms import PlaceForm


class _OfRecords(CallView):
    permission = KEEP
    header_icon = "folder-inverse"
    tab = "overview"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.call.phase_at(timezone.now()) not in ARCHIVABLE:
            raise Http404

    def refused_url(self) -> str:
        return self.tab_url("workspace:records")


class Records(_OfRecords):
    template_name = "competition/workspace/records.html"
    page_title = _("Records and deletion")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", PlaceForm())
        return super().get_context_data(**kwargs) | {
            "records": records_of(self.call),
            "contents": contents_of(self.call),
            "goes_at": sketches_go_at(self.call),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = PlaceForm(request.POST)
        if not self.attempt(
            form, lambda: confirm_kept(by=request.user, call=self.call, place=form.cleaned_data["place"])
        ):
            return self.render(form=form, status=422)
        messages.success(request, _("It is noted where the records are kept."))
        return redirect("workspace:records", self.call.pk)


class RecordsDownload(_OfRecords):
    """Posted, because it is noted."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("workspace:records", self.call.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        count_download(request.user)
        note_export(by=request.user, call=self.call)
        now = timezone.now()
        response = StreamingHttpResponse(stream(records(self.call, now=now)), content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="{self.call.slug}-{now:%Y-%m-%d}.zip"'
        response["X-Content-Type-Options"] = "nosniff"
        return response
