"""Languages and time. Source strings are English; people meet Norwegian first."""

from config.settings.parts.core import ROOT

USE_I18N = True
LANGUAGE_CODE = "nb"
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGES = [
    ("nb", "Norsk bokmål"),
    ("nn", "Norsk nynorsk"),
    ("da", "Dansk"),
    ("sv", "Svenska"),
    ("en", "English"),
]
LOCALE_PATHS = [ROOT / "locale"]

WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = False

MODELTRANSLATION_DEFAULT_LANGUAGE = "nb"
MODELTRANSLATION_LANGUAGES = ("nb", "nn", "da", "sv", "en")
MODELTRANSLATION_FALLBACK_LANGUAGES = {  # what is nearest to the reader, when a text is not translated
    "default": ("nb", "nn", "da", "sv", "en"),
    "nb": ("nn", "da", "sv", "en"),
    "nn": ("nb", "da", "sv", "en"),
    "da": ("nb", "nn", "sv", "en"),
    "sv": ("nb", "nn", "da", "en"),
    "en": ("nb", "nn", "da", "sv"),
}

USE_TZ = True
TIME_ZONE = "Europe/Oslo"
