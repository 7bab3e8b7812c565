"""Organisations and invitations. Sign-in itself is allauth's, below accounts/."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("my/organisations/", views.organisation_list, name="organisation_list"),
    path("my/organisations/new/", views.organisation_create, name="organisation_create"),
    path(
        "my/organisations/<int:pk>/",
        views.organisation_detail,
        name="organisation_detail",
    ),
    path("my/language/", views.language, name="language"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
]
