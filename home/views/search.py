"""Search over what is public: calls and pages of the reader's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from home.forms import SearchForm
from home.selectors import search_site


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The form, and below it what was found. 422 where the question cannot be answered."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    found, status = None, 200
    if form.is_bound:
        if form.is_valid():
            found = search_site(form.cleaned_data["q"], request.LANGUAGE_CODE, timezone.now())
        else:
            status = 422
    return render(request, "home/search.html", {"form": form, "found": found}, status=status)
