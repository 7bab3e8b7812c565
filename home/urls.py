"""The site's own pages beside the page tree."""

from django.urls import path

from home import views

app_name = "home"
urlpatterns = [
    path("my/", views.tasks, name="tasks"),
    path("calls/<slug:slug>/result/", views.result, name="result"),
]
