"""The site's own pages beside the page tree."""

from django.urls import path

from home.views import gathered, search

app_name = "home"
urlpatterns = [
    path("search/", search.search, name="search"),
    path("my/", gathered.tasks, name="tasks"),
    path("calls/<slug:slug>/result/", gathered.result, name="result"),
]
