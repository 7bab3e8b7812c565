from django.urls import path

from competition.views import (
    attachments,
    autosave,
    co_applicants,
    enquiries,
    feeds,
    meetings,
    preparation,
    public,
    receipts,
    section,
    sketch,
    sketch_status,
    start,
    submission,
    together,
    uploads,
    versions,
)

app_name = "competition"

_meeting = "calls/<slug:slug>/meetings/<int:pk>/"
_sketch = "my/sketches/<str:reference>/"

urlpatterns = [
    path("calls.atom", feeds.feed, name="feed"),
    path("calls/<slug:slug>/calendar.ics", feeds.calendar, name="calendar"),
    path("calls/<slug:slug>/amendments/", public.amendments, name="amendments"),
    path(_meeting, meetings.meeting, name="meeting"),
    path(_meeting + "register/", meetings.register, name="register"),
    path(_meeting + "unregister/", meetings.unregister, name="unregister"),
    path(_meeting + "calendar.ics", meetings.meeting_calendar, name="meeting_calendar"),
    path("calls/<slug:slug>/before-you-start/", preparation.prepare, name="prepare"),
    path("calls/<slug:slug>/questions/", enquiries.enquiries, name="enquiries"),
    path("calls/<slug:slug>/ask/", enquiries.ask, name="ask"),
    path("calls/<slug:slug>/", public.call, name="call"),
    path("programmes/<slug:slug>/", public.programme, name="programme"),
    path("receipts/", receipts.verify_receipt, name="verify_receipt"),
    path("my/calls/<slug:slug>/start/", start.start, name="start"),
    path("my/calls/<slug:slug>/code/", start.redeem, name="redeem"),
    path("my/questions/", enquiries.my_enquiries, name="my_enquiries"),
    path("my/sketches/", sketch.sketch_list, name="sketch_list"),
    path(_sketch, sketch.sketch, name="sketch"),
    path(_sketch + "status/", sketch_status.sketch_status, name="sketch_status"),
    path(_sketch + "letters/<int:pk>/", sketch_status.sketch_letter, name="sketch_letter"),
    path(_sketch + "co-applicants/", co_applicants.co_applicants, name="co_applicants"),
    path(
        _sketch + "co-applicants/<int:pk>/withdraw/", co_applicants.co_applicant_withdraw, name="co_applicant_withdraw"
    ),
    path("co-applicants/<str:token>/", co_applicants.co_applicant_answer, name="co_applicant_answer"),
    path(_sketch + "check/", submission.check, name="check"),
    path(_sketch + "submit/", submission.submit, name="submit"),
    path(_sketch + "withdraw/", submission.withdraw, name="withdraw"),
    path(_sketch + "receipt/<str:number>/", receipts.receipt, name="receipt"),
    path(_sketch + "receipt/<str:number>/json/", receipts.receipt_json, name="receipt_json"),
    path(_sketch + "receipt/<str:number>/pdf/", receipts.receipt_pdf, name="receipt_pdf"),
    path(_sketch + "autosave/<slug:code>/", autosave.autosave, name="autosave"),
    path(_sketch + "versions/", versions.versions, name="versions"),
    path(_sketch + "versions/restore/", versions.restore, name="restore"),
    path(_sketch + "presence/<slug:code>/", together.presence, name="presence"),
    path(_sketch + "files/begin/<slug:code>/", uploads.begin, name="upload_begin"),
    path(_sketch + "files/upload/<uuid:key>/", uploads.piece, name="upload_piece"),
    path(_sketch + "files/upload/<uuid:key>/finish/", uploads.finish, name="upload_finish"),
    path(_sketch + "files/upload/<uuid:key>/cancel/", uploads.cancel, name="upload_cancel"),
    path(_sketch + "files/<int:pk>/", attachments.attachment, name="attachment"),
    path(_sketch + "files/<int:pk>/remove/", attachments.attachment_remove, name="attachment_remove"),
    path(_sketch + "files/add/<slug:code>/", attachments.attachment_upload, name="attachment_upload"),
    path(_sketch + "<slug:code>/", section.section, name="section"),
]
