"""What is asked and what came in."""

from competition.models.access import AccessException, CodeRedemption, InvitationCode
from competition.models.amendment import Amendment
from competition.models.attachment import Attachment
from competition.models.call import Call
from competition.models.co_applicant import CoApplicant
from competition.models.endorsement import Endorsement
from competition.models.enquiry import Enquiry
from competition.models.formality import DismissalProposal, FormalCheck, FormalFinding
from competition.models.history import AnswerHistory
from competition.models.meeting import InformationMeeting, MeetingRegistration
from competition.models.page import CallListPage, CallPage, ProgrammePage
from competition.models.programme import Programme, ProgrammeMember, ProgrammePartner
from competition.models.question import Question, QuestionOption, QuestionSection, Topic
from competition.models.receipt import LateRoot, ReceiptLeaf, ReceiptTree
from competition.models.records import CallRecords
from competition.models.sketch import (
    Answer,
    LateAttempt,
    Sketch,
    SketchVersion,
)
from competition.models.upload import Upload

__all__ = [
    "AccessException",
    "Amendment",
    "Answer",
    "AnswerHistory",
    "Attachment",
    "Call",
    "CallListPage",
    "CallPage",
    "CallRecords",
    "CoApplicant",
    "CodeRedemption",
    "DismissalProposal",
    "Endorsement",
    "Enquiry",
    "FormalCheck",
    "FormalFinding",
    "InformationMeeting",
    "InvitationCode",
    "LateAttempt",
    "LateRoot",
    "MeetingRegistration",
    "Programme",
    "ProgrammeMember",
    "ProgrammePage",
    "ProgrammePartner",
    "Question",
    "QuestionOption",
    "QuestionSection",
    "ReceiptLeaf",
    "ReceiptTree",
    "Sketch",
    "SketchVersion",
    "Topic",
    "Upload",
]
