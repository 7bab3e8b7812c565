"""Organisations and invitations. Sign-in itself is allauth's, below accounts/."""

from django.urls import path

from accounts.views import account, codes, find, invitations, joining, members, organisations

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
    path("my/organisations/<int:pk>/join/", joining.join, name="join"),
    path("my/organisations/<int:pk>/requests/<int:request_pk>/", joining.join_request, name="join_request"),
    path("my/organisations/<int:pk>/mailbox/", organisations.mailbox, name="mailbox"),
    path("my/organisations/<int:pk>/domains/", joining.mail_domains, name="mail_domains"),
    path("my/organisations/<int:pk>/members/<int:member_pk>/", members.member, name="member"),
    path(
        "my/organisations/<int:pk>/invitations/<int:invitation_pk>/",
        members.waiting_invitation,
        name="waiting_invitation",
    ),
    path("my/organisations/<int:pk>/leave/", members.leave, name="leave"),
    path("my/account/delete/", account.delete, name="account_delete"),
    path("my/language/", account.language, name="language"),
    # At allauth's own addresses, in front of its pages.
    path("accounts/login/code/confirm/", codes.login_code, name="login_code"),
    path("accounts/confirm-email/", codes.address_code, name="address_code"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
