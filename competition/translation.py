"""Columns that have one value per language (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from competition.models import Call, Programme, Question, QuestionOption, Topic


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    fields = ("name",)


@register(Call)
class CallTranslation(TranslationOptions):
    fields = ("title", "summary", "body", "who_may_apply", "how_judged")


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ("label", "help_text")


@register(QuestionOption)
class QuestionOptionTranslation(TranslationOptions):
    fields = ("label",)


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("label",)
