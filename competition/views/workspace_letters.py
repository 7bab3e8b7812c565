"""The outbox of a call: what was written to whom, and whether it arrived."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.selectors.outbox import letter_of, letters_of, states_of
from competition.views.workspace_base import CallView
from notifications.enums import LetterState
from notifications.services import retry_letter


class Letters(CallView):
    template_name = "competition/workspace/letters.html"
    permission = "competition.view_letters"
    page_title = _("Letters")
    header_icon = "mail"
    tab = "letters"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = self.request.GET.get("state", "")
        counts = states_of(self.call)
        page = self.page_of(letters_of(self.call, state=state))
        states = [(code, label, counts.get(code, 0)) for code, label in LetterState.choices]
        return super().get_context_data(**kwargs) | page | {"state": state, "states": states}


class LetterDetail(CallView):
    template_name = "competition/workspace/letter.html"
    permission = "competition.view_letters"
    header_icon = "mail"
    tab = "letters"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.letter = letter_of(self.call, kwargs["letter"])
        if self.letter is None:
            raise Http404

    def get_page_title(self) -> str:
        return self.letter.subject

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:letters"), "label": _("Letters")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "letter": self.letter,
            "attempts": list(self.letter.email.logs.order_by("pk")) if self.letter.email else [],
            "may_retry": self.letter.state == LetterState.FAILED,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if retry_letter(letter=self.letter):
            messages.success(request, _("The letter is queued again."))
        return redirect("workspace:letter", self.call.pk, self.letter.pk)
