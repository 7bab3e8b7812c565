"""Filling the jury of a call: from the pool or by address, reminders, asking again, suggestions."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from competition.selectors.calls import topics
from notifications.services import render_letter
from scoring.models import Juror
from scoring.pool_forms import PoolFilterForm
from scoring.recruiting_forms import AnswerByForm, PastedLine, PasteForm
from scoring.selectors.effort import effort_of
from scoring.selectors.pool import pool_of
from scoring.selectors.recruiting import (
    candidates,
    chosen_profiles,
    get_suggestion,
    open_suggestions,
    pooled_by_address,
    seated_addresses,
    waiting_invitations,
)
from scoring.services.jury import letter_context
from scoring.services.recruiting import (
    AT_ONCE_AT_MOST,
    Person,
    close_suggestion,
    invite_again,
    invite_people,
    remind_invited,
)
from scoring.views.workspace_jury import JuryPage, OneJuror

SALT = "scoring.invite_people"
LANGUAGES = dict(settings.LANGUAGES)


class JurorPick(JuryPage):
    """The programme's pool, to choose from."""

    template_name = "scoring/workspace/pick.html"
    page_title = _("Choose from the pool")
    header_icon = "group"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = PoolFilterForm(self.request.GET, topics=topics())
        page = self.page_of(pool_of(self.call.programme, asked := form.asked()))
        now = timezone.now()
        return (
            super().get_context_data(**kwargs)
            | page
            | {
                "filter": form,
                "narrowed": bool(asked),
                "rows": candidates(self.call, page["page_obj"].object_list, user=self.request.user, now=now),
                "counts_conflicts": self.call.deadline <= now,
                "effort": effort_of(self.call),
            }
        )


class InvitePeople(JuryPage):
    """The letter, and to whom it goes, before anything is sent. Between the presses the page keeps the list, signed."""

    template_name = "scoring/workspace/invite_people.html"
    page_title = _("Invite to the jury")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("paste", PasteForm())
        kwargs.setdefault("form", kwargs["paste"])
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "kept" in request.POST:
            return self._send(request)
        if "addresses" in request.POST:
            return self._pasted(PasteForm(request.POST))
        if "suggestion" in request.POST:
            return self._suggested(request.POST["suggestion"])
        keys = [int(key) for key in request.POST.getlist("chosen") if re.fullmatch(r"[0-9]{1,18}", key)]
        profiles = chosen_profiles(self.call, keys[:AT_ONCE_AT_MOST])
        if not profiles:
            messages.warning(request, _("Nobody was chosen."))
            return redirect("scoring_workspace:pick", self.call.pk)
        seated = seated_addresses(self.call, [profile.user.email for profile in profiles])
        people = [
            Person(profile.user.email, str(profile.user), profile.pk)
            for profile in profiles
            if profile.user.email not in seated
        ]
        return self._preview(people, [])

    def _pasted(self, form: PasteForm) -> HttpResponse:
        if not form.is_valid():
            return self.render(paste=form, status=422)
        lines: list[PastedLine] = form.cleaned_data["addresses"]
        good = [line for line in lines if not line.problem]
        seated = seated_addresses(self.call, [line.email for line in good])
        pooled = pooled_by_address(self.call, [line.email for line in good])
        people = [Person(line.email, line.name, pooled.get(line.email)) for line in good if line.email not in seated]
        bad = [{"number": line.number, "text": line.text, "problem": line.problem} for line in lines if line.problem]
        bad += [
            {"number": line.number, "text": line.text, "problem": _("This person is in the jury already.")}
            for line in good
            if line.email in seated
        ]
        return self._preview(people, sorted(bad, key=lambda line: line["number"]), paste=form)

    def _suggested(self, key: str) -> HttpResponse:
        suggestion = get_suggestion(self.call, int(key)) if re.fullmatch(r"[0-9]{1,18}", key) else None
        if suggestion is None:
            raise Http404
        pooled = pooled_by_address(self.call, [suggestion.email]).get(suggestion.email)
        if suggestion.email in seated_addresses(self.call, [suggestion.email]):
            messages.warning(self.request, _("This person is in the jury already."))
            return redirect("scoring_workspace:invitations", self.call.pk)
        return self._preview([Person(suggestion.email, suggestion.name, pooled)], [], suggestion=suggestion.pk)

    def _preview(
        self, people: list[Person], bad: list[dict[str, Any]], suggestion: int | None = None, **context: Any
    ) -> HttpResponse:
        kept = {
            "call": self.call.pk,
            "people": [[one.email, one.name, one.profile] for one in people],
            "suggestion": suggestion,
        }
        context.setdefault("paste", PasteForm())
        context.setdefault("form", AnswerByForm(call=self.call))
        return self.render(
            people=people,
            bad=bad,
            letters=self._letters() if people else [],
            kept=signing.dumps(kept, salt=SALT, compress=True) if people else "",
            is_preview=True,
            status=422 if bad else 200,
            **context,
        )

    def _letters(self) -> list[dict[str, str]]:
        """The letter in every language, with the call as it is now and a seat of the usual size."""
        seat = Juror(call=self.call)
        found = []
        for code, name in LANGUAGES.items():
            context = letter_context(seat, "https://…")
            subject, text, _html = render_letter(kind="jury_invitation", language=code, context=context)
            found.append({"code": code, "language": name, "subject": subject, "text": text})
        return found

    def _send(self, request: HttpRequest) -> HttpResponse:
        try:
            data = signing.loads(request.POST["kept"], salt=SALT, max_age=86_400)
            if data["call"] != self.call.pk:
                raise signing.BadSignature
        except signing.BadSignature:
            messages.error(request, _("The list is no longer here. Choose again."))
            return redirect("scoring_workspace:invite_people", self.call.pk)
        people = [Person(email, name, profile) for email, name, profile in data["people"]]
        form, made = AnswerByForm(request.POST, call=self.call), []

        def act() -> None:
            until = form.cleaned_data["answer_by"]
            suggestion = get_suggestion(self.call, data["suggestion"]) if data["suggestion"] else None
            made.extend(
                invite_people(by=request.user, call=self.call, people=people, answer_by=until, suggestion=suggestion)
            )

        if not self.attempt(form, act):
            return self._preview(people, [], data["suggestion"], form=form)
        text = ngettext("%(count)s person was invited.", "%(count)s people were invited.", len(made))
        messages.success(request, text % {"count": len(made)})
        return redirect("scoring_workspace:jury", self.call.pk)


class Invitations(JuryPage):
    """Who has not answered, who was reminded when, and whom others suggest; one press reminds all who may be."""

    template_name = "scoring/workspace/invitations.html"
    page_title = _("Invitations and suggestions")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = waiting_invitations(self.call, timezone.now())
        return super().get_context_data(**kwargs) | {
            "waiting": waiting,
            "suggestions": list(open_suggestions(self.call)),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        count = remind_invited(by=request.user, call=self.call)
        text = ngettext("%(count)s reminder was written.", "%(count)s reminders were written.", count)
        messages.success(
            request, text % {"count": count} if count else _("Everybody who may be reminded has heard from us today.")
        )
        return redirect("scoring_workspace:invitations", self.call.pk)


class JurorAgain(OneJuror):
    """A new link for somebody who declined, did not answer in time, or was taken off."""

    template_name = "scoring/workspace/invite_again.html"
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", AnswerByForm(call=self.call))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AnswerByForm(request.POST, call=self.call)

        def act() -> object:
            return invite_again(by=request.user, juror=self.juror, answer_by=form.cleaned_data["answer_by"])

        if not self.attempt(form, act):
            return self.render(form=form, status=422)
        messages.success(request, _("A new invitation was written. The old link does not work any more."))
        return redirect("scoring_workspace:invitations", self.call.pk)


class SuggestionDismiss(JuryPage):
    """Not taken up: what stands of the person is erased."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("scoring_workspace:invitations", self.call.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        suggestion = get_suggestion(self.call, kwargs["suggestion"])
        if suggestion is None:
            raise Http404
        close_suggestion(by=request.user, suggestion=suggestion, taken_up=False)
        messages.success(request, _("The suggestion is answered, and who it was about is erased."))
        return redirect("scoring_workspace:invitations", self.call.pk)
