"""The juror's pages, and the jury as agencies see it."""

from django.urls import path

from scoring.views import assess, impartiality, invitation, juror, jury, objections, proceedings, profile

app_name = "scoring"
urlpatterns = [
    path("my/sketches/<str:reference>/jury/", objections.objections, name="objections"),
    path("jury/", jury.home, name="jury_home"),
    path("jury/invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("jury/profile/", profile.profiles, name="profiles"),
    path("jury/profile/data/", profile.data, name="profile_data"),
    path("jury/profile/<int:pk>/", profile.profile, name="profile"),
    path("jury/profile/<int:pk>/leave/", profile.leave, name="profile_leave"),
    path("jury/<slug:slug>/", jury.queue, name="queue"),
    path("jury/<slug:slug>/impartiality/", impartiality.declare, name="impartiality"),
    path("jury/<slug:slug>/impartiality/<int:pk>/", impartiality.settle, name="settle"),
    path("jury/<slug:slug>/objections/<int:pk>/", objections.settle, name="settle_objection"),
    path("jury/<slug:slug>/wishes/", juror.wishes, name="wishes"),
    path("jury/<slug:slug>/dates.ics", juror.dates, name="jury_dates"),
    path("jury/<slug:slug>/step-back/", juror.step_back, name="step_back"),
    path("jury/<slug:slug>/proceedings/", proceedings.proceedings, name="proceedings"),
    path("jury/<slug:slug>/finish/", jury.finish, name="finish"),
    path("jury/<slug:slug>/<str:reference>/", assess.assess, name="assess"),
    path("jury/<slug:slug>/<str:reference>/give-back/", juror.give_back, name="give_back"),
    path("jury/<slug:slug>/<str:reference>/autosave/", assess.autosave, name="autosave"),
    path("jury/<slug:slug>/<str:reference>/reopen/", assess.reopen, name="reopen"),
    path("jury/<slug:slug>/<str:reference>/files/<int:pk>/", assess.attachment, name="attachment"),
    path(
        "jury/<slug:slug>/<str:reference>/files/<int:pk>/preview/",
        assess.attachment_preview,
        name="attachment_preview",
    ),
]
