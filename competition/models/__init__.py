"""What is asked and what came in."""

from competition.models.attachment import Attachment
from competition.models.call import Call
from competition.models.page import CallListPage, CallPage
from competition.models.programme import Programme, ProgrammeMember
from competition.models.question import Question, QuestionOption, Topic
from competition.models.receipt import ReceiptLeaf, ReceiptTree
from competition.models.sketch import (
    Answer,
    CoApplicant,
    LateAttempt,
    Sketch,
    SketchVersion,
)

__all__ = [
    "Answer",
    "Attachment",
    "Call",
    "CallListPage",
    "CallPage",
    "CoApplicant",
    "LateAttempt",
    "Programme",
    "ProgrammeMember",
    "Question",
    "QuestionOption",
    "ReceiptLeaf",
    "ReceiptTree",
    "Sketch",
    "SketchVersion",
    "Topic",
]
