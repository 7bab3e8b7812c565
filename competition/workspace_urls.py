"""The owner's workspace below /admin/calls/: lists, and the parts of a call's hub that are about the call itself."""

from django.urls import path

from competition.views import (
    workspace_access,
    workspace_amendments,
    workspace_calls,
    workspace_create,
    workspace_enquiries,
    workspace_letters,
    workspace_list,
    workspace_log,
    workspace_meetings,
    workspace_overview,
    workspace_questions,
    workspace_sketches,
)

app_name = "workspace"
urlpatterns = [
    path("", workspace_list.CallList.as_view(), name="list"),
    path("new/", workspace_create.CallCreate.as_view(), name="create"),
    path("<int:pk>/", workspace_overview.CallOverview.as_view(), name="overview"),
    path("<int:pk>/edit/", workspace_calls.CallEdit.as_view(), name="edit"),
    path("<int:pk>/publish/", workspace_calls.CallPublish.as_view(), name="publish"),
    path("<int:pk>/cancel/", workspace_calls.CallCancel.as_view(), name="cancel"),
    path("<int:pk>/questions/", workspace_questions.Questions.as_view(), name="questions"),
    path("<int:pk>/questions/<slug:question>/", workspace_questions.QuestionEdit.as_view(), name="question"),
    path("<int:pk>/amendments/", workspace_amendments.Amendments.as_view(), name="amendments"),
    path("<int:pk>/amendments/review/", workspace_amendments.AmendmentReview.as_view(), name="amendment_review"),
    path("<int:pk>/amendments/drop/", workspace_amendments.ChangeDrop.as_view(), name="amendment_drop"),
    path("<int:pk>/amendments/discard/", workspace_amendments.AmendmentDiscard.as_view(), name="amendment_discard"),
    path("<int:pk>/enquiries/", workspace_enquiries.Enquiries.as_view(), name="enquiries"),
    path("<int:pk>/enquiries/publish/", workspace_enquiries.EnquiriesPublish.as_view(), name="enquiries_publish"),
    path("<int:pk>/enquiries/<int:enquiry>/", workspace_enquiries.EnquiryDetail.as_view(), name="enquiry"),
    path("<int:pk>/enquiries/<int:enquiry>/merge/", workspace_enquiries.EnquiryMerge.as_view(), name="enquiry_merge"),
    path(
        "<int:pk>/enquiries/<int:enquiry>/decline/",
        workspace_enquiries.EnquiryDecline.as_view(),
        name="enquiry_decline",
    ),
    path(
        "<int:pk>/enquiries/<int:enquiry>/reopen/", workspace_enquiries.EnquiryReopen.as_view(), name="enquiry_reopen"
    ),
    path("<int:pk>/meetings/", workspace_meetings.Meetings.as_view(), name="meetings"),
    path("<int:pk>/meetings/new/", workspace_meetings.MeetingAdd.as_view(), name="meeting_add"),
    path("<int:pk>/meetings/<int:meeting>/", workspace_meetings.MeetingPeople.as_view(), name="meeting"),
    path("<int:pk>/meetings/<int:meeting>/edit/", workspace_meetings.MeetingEdit.as_view(), name="meeting_edit"),
    path("<int:pk>/meetings/<int:meeting>/cancel/", workspace_meetings.MeetingCancel.as_view(), name="meeting_cancel"),
    path("<int:pk>/meetings/<int:meeting>/export/", workspace_meetings.MeetingExport.as_view(), name="meeting_export"),
    path("<int:pk>/sketches/", workspace_sketches.Sketches.as_view(), name="sketches"),
    path("<int:pk>/sketches/admit/", workspace_sketches.SketchesAdmit.as_view(), name="admit"),
    path("<int:pk>/sketches/late/", workspace_sketches.LateAttempts.as_view(), name="late"),
    path("<int:pk>/sketches/complete/", workspace_sketches.FormalCheckComplete.as_view(), name="complete_check"),
    path("<int:pk>/sketches/<slug:reference>/", workspace_sketches.SketchDetail.as_view(), name="sketch"),
    path("<int:pk>/sketches/<slug:reference>/dismiss/", workspace_sketches.SketchDismiss.as_view(), name="dismiss"),
    path("<int:pk>/access/", workspace_access.Access.as_view(), name="access"),
    path("<int:pk>/access/codes/", workspace_access.CodesMake.as_view(), name="codes_add"),
    path("<int:pk>/access/codes/export/", workspace_access.CodesExport.as_view(), name="codes_export"),
    path("<int:pk>/access/codes/<int:code>/revoke/", workspace_access.CodeRevoke.as_view(), name="code_revoke"),
    path("<int:pk>/access/exceptions/", workspace_access.ExceptionAdd.as_view(), name="exception_add"),
    path(
        "<int:pk>/access/exceptions/<int:exception>/revoke/",
        workspace_access.ExceptionRevoke.as_view(),
        name="exception_revoke",
    ),
    path("<int:pk>/letters/", workspace_letters.Letters.as_view(), name="letters"),
    path("<int:pk>/letters/<int:letter>/", workspace_letters.LetterDetail.as_view(), name="letter"),
    path("<int:pk>/log/", workspace_log.Log.as_view(), name="log"),
]
