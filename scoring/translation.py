"""Columns that have one value per language (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from scoring.models import Criterion, GradeLevel, ImpartialityReason


@register(Criterion)
class CriterionTranslation(TranslationOptions):
    fields = ("name", "guide")


@register(GradeLevel)
class GradeLevelTranslation(TranslationOptions):
    fields = ("label",)


@register(ImpartialityReason)
class ImpartialityReasonTranslation(TranslationOptions):
    fields = ("text",)
