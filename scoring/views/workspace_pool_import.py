"""A list of jurors into a pool: first looked at, every bad cell marked; then confirmed, good lines only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.office_files import XLSX
from scoring.enums import Sector, Seniority
from scoring.juror_files import BYTES_AT_MOST, BadFile, Table, heading, read_file, template_csv, template_xlsx
from scoring.selectors.pool_lines import LANGUAGES, Row, check_table
from scoring.services.pool_import import import_to_pool
from scoring.views.workspace_pool import PoolView

SALT = "scoring.pool_import"
# What a page can bear; the numbers above the table count all.
BAD_SHOWN, GOOD_SHOWN = 300, 50


class ListForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=1000,
        help_text=_("CSV or Excel (.xlsx), at most 5,000 lines and 2 MB. The first line names the columns."),
    )


class PoolTemplate(PoolView):
    """An empty list with the columns that an import knows, in the reader's language."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language, extension = get_language() or "en", kwargs["extension"]
        if extension == "csv":
            response = HttpResponse(template_csv(language), content_type="text/csv; charset=utf-8")
        elif extension == "xlsx":
            values = {
                "sector": [str(label) for label in Sector.labels],
                "seniority": [str(label) for label in Seniority.labels],
                "languages": list(LANGUAGES),
                "topics": [topic.label for topic in self.topics],
            }
            response = HttpResponse(template_xlsx(language, values, gettext("Values")), content_type=XLSX)
        else:
            raise Http404
        response["Content-Disposition"] = f'attachment; filename="jurors.{extension}"'
        return response


class PoolImport(PoolView):
    """Nothing is imported before the second press; between the two the page keeps the good lines itself, signed."""

    template_name = "scoring/workspace/pool_import.html"
    page_title = _("Import a list of jurors")
    header_icon = "upload"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ListForm())
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "kept" in request.POST:
            return self._confirm(request.POST["kept"])
        form = ListForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render(form=form, status=422)
        try:
            table = self._read(form.cleaned_data["file"])
        except BadFile as wrong:
            form.add_error("file", wrong.message)
            return self.render(form=form, status=422)
        return self._preview(table, check_table(programme=self.programme, table=table))

    def _read(self, file: Any) -> Table:
        if file.size > BYTES_AT_MOST:
            raise BadFile(_("The file is too large. A list of jurors is at most 2 MB."))
        return read_file(file.read())

    def _preview(self, table: Table, rows: list[Row]) -> HttpResponse:
        good = [row for row in rows if not row.problems]
        bad = [row for row in rows if row.problems]
        odd = [row for row in good if row.warnings]
        plain = [row for row in good if not row.warnings]
        shown = [*bad[:BAD_SHOWN], *odd[:BAD_SHOWN], *plain[:GOOD_SHOWN]]
        kept = {"programme": self.programme.pk, "entries": [row.entry for row in good]}
        language = get_language() or "en"
        return self.render(
            columns=[(column, heading(column, language)) for column in table.columns],
            unknown=table.unknown,
            rows=[_shown(row, table.columns) for row in shown],
            good=len(good),
            bad=len(bad),
            odd=len(odd),
            hidden=len(rows) - len(shown),
            kept=signing.dumps(kept, salt=SALT, compress=True) if good else "",
            status=422 if bad else 200,
        )

    def _confirm(self, kept: str) -> HttpResponse:
        try:
            data = signing.loads(kept, salt=SALT, max_age=86_400)
            if data["programme"] != self.programme.pk:
                raise signing.BadSignature
        except signing.BadSignature:
            return self._again(_("The list is no longer here. Choose the file again."))
        language = self.request.user.language
        count = import_to_pool(
            by=self.request.user, programme=self.programme, entries=data["entries"], language=language
        )
        text = ngettext("%(count)s person came into the pool.", "%(count)s people came into the pool.", count)
        messages.success(self.request, text % {"count": count})
        return redirect(self.pool_url)

    def _again(self, message: str | Promise) -> HttpResponse:
        form = ListForm({}, {})
        form.is_valid()
        form.errors.clear()
        form.add_error("file", message)
        return self.render(form=form, status=422)


def _shown(row: Row, columns: list[str]) -> dict[str, Any]:
    """A line for the table: per column the text, what is wrong and what is odd. A refused number is not repeated."""
    cells = [
        {
            "text": "" if column == "number" and column in row.problems else row.cells.get(column, "")[:120],
            "problem": row.problems.get(column, ""),
            "warning": row.warnings.get(column, ""),
        }
        for column in columns
    ]
    return {"line": row.line, "cells": cells, "is_bad": bool(row.problems)}
