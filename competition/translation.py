"""Columns that have one value per language (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from competition.models import (
    AccessException,
    Amendment,
    Call,
    Enquiry,
    InformationMeeting,
    Programme,
    Question,
    QuestionOption,
    QuestionSection,
    Topic,
)


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    fields = ("name", "introduction")


@register(Call)
class CallTranslation(TranslationOptions):
    fields = ("title", "summary", "body", "who_may_apply", "how_judged")


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ("label", "help_text", "jury_label")


@register(QuestionSection)
class QuestionSectionTranslation(TranslationOptions):
    fields = ("title", "introduction")


@register(QuestionOption)
class QuestionOptionTranslation(TranslationOptions):
    fields = ("label",)


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("label",)


@register(Amendment)
class AmendmentTranslation(TranslationOptions):
    fields = ("reason", "no_extension_reason")


@register(Enquiry)
class EnquiryTranslation(TranslationOptions):
    fields = ("question", "answer")


@register(InformationMeeting)
class InformationMeetingTranslation(TranslationOptions):
    fields = ("title", "description", "place")


@register(AccessException)
class AccessExceptionTranslation(TranslationOptions):
    fields = ("reason",)
