"""The form of a call out to a file, and in from one: first looked at, then confirmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from accounts.errors import InvalidInput
from competition.question_files import BYTES_AT_MOST, BadFile, Read, read_file, to_csv, to_json
from competition.services.question_import import form_of, import_questions, try_import
from competition.views.workspace_base import CallView
from competition.views.workspace_questions import FormView

SALT = "competition.question_import"
FORMATS = {"json": (to_json, "application/json"), "csv": (to_csv, "text/csv")}


class QuestionExport(CallView):
    """The form as a file, for whoever may read it."""

    tab = "questions"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["extension"] not in FORMATS:
            raise Http404
        write, content_type = FORMATS[kwargs["extension"]]
        response = HttpResponse(write(form_of(self.call)), content_type=f"{content_type}; charset=utf-8")
        name = f"{self.call.slug}-form.{kwargs['extension']}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=1000,
        help_text=_("CSV or JSON in UTF-8, as the export gives it; at most 1 MB."),
    )
    replace = forms.ChoiceField(
        label=_("What becomes of the questions there are?"),
        choices=(("", _("They stay; those of the file are added")), ("yes", _("Those of the file take their place"))),
        widget=forms.RadioSelect,
        required=False,
    )


class QuestionImport(FormView):
    """Nothing is imported before the second press; between the two the page itself keeps what was uploaded, signed."""

    template_name = "competition/workspace/question_import.html"
    page_title = _("Import questions")
    header_icon = "upload"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ImportForm(initial={"replace": ""}))
        return super().get_context_data(**kwargs) | {"is_locked": self.is_locked}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "kept" in request.POST:
            return self._confirm(request.POST["kept"])
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render(form=form, status=422)
        replace = bool(form.cleaned_data["replace"])
        try:
            read = self._read(form.cleaned_data["file"])
            read = try_import(by=request.user, call=self.call, read=read, replace=replace)
        except BadFile as wrong:
            form.add_error("file", wrong.message)
            return self.render(form=form, status=422)
        kept = signing.dumps({"call": self.call.pk, "form": read.form, "replace": replace}, salt=SALT, compress=True)
        return self._preview(read, replace, "" if read.problems else kept)

    def _read(self, file: Any) -> Read:
        if file.size > BYTES_AT_MOST:
            raise BadFile(_("The file is too large. A form is at most 1 MB."))
        return read_file(file.read())

    def _preview(self, read: Read, replace: bool, kept: str) -> HttpResponse:
        """Every line of the file with what is wrong in it; a button only where nothing is."""
        questions = dict(zip(read.lines, read.form["questions"], strict=True))
        main = self.call.default_language
        rows = [
            {
                "line": line,
                "label": questions[line]["label"].get(main, "") if line in questions else "",
                "code": questions[line]["code"] if line in questions else "",
                "kind": questions[line]["kind"] if line in questions else "",
                "problems": read.problems.get(line, []),
            }
            for line in sorted({*read.lines, *read.problems})
        ]
        status = 422 if read.problems else 200
        bad = len(read.problems)
        return self.render(rows=rows, replace=replace, kept=kept, bad=bad, good=len(rows) - bad, status=status)

    def _confirm(self, kept: str) -> HttpResponse:
        try:
            data = signing.loads(kept, salt=SALT, max_age=86_400)
            if data["call"] != self.call.pk:
                raise signing.BadSignature
        except signing.BadSignature:
            return self._again(_("What was uploaded is too old or was changed on the way. Choose the file once more."))
        try:
            made = import_questions(by=self.request.user, call=self.call, form=data["form"], replace=data["replace"])
        except InvalidInput as refused:
            return self._again(next(iter(refused.errors.values())))
        count = len(made)
        text = ngettext("%(count)s question was imported.", "%(count)s questions were imported.", count)
        messages.success(self.request, text % {"count": count})
        return redirect("workspace:questions", self.call.pk)

    def _again(self, message: str | Promise) -> HttpResponse:
        form = ImportForm({"replace": ""}, {})
        form.is_valid()
        form.errors.clear()
        form.add_error("file", message)
        return self.render(form=form, status=422)
