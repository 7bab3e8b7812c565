"""The yardsticks: the cheapest page there can be on the site, and in Wagtail's admin.

Each goes through the whole middleware, reads one row by an index, and fills in a base template.
"""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from competition.models import Call


def site(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "benchmarks/floor.html", {"call": Call.objects.get(pk=pk)})


@login_required
def site_signed_in(request: HttpRequest, pk: int) -> HttpResponse:
    return site(request, pk)


@login_required
def admin(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "benchmarks/floor_admin.html", {"call": Call.objects.get(pk=pk)})
