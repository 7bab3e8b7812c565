"""Organisations and invitations. Sign-in itself is allauth's, below accounts/."""

from django.urls import path

from accounts.views import account, find, invitations, organisations

app_name = "accounts"
urlpatterns = [
    path("my/organisations/", organisations.organisation_list, name="organisation_list"),
    path("my/organisations/find/", find.organisation_find, name="organisation_find"),
    path("my/organisations/new/", organisations.organisation_create, name="organisation_create"),
    path(
        "my/organisations/<int:pk>/",
        organisations.organisation_detail,
        name="organisation_detail",
    ),
    path("my/language/", account.language, name="language"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
