"""Languages that people here speak, by their codes (BCP 47), most spoken first."""

from django.utils.translation import gettext_lazy as _

LANGUAGES = {
    "cmn": _("Mandarin"),
    "yue": _("Cantonese"),
    "hak": _("Hakka"),
    "nan": _("Hokkien or Teochew"),
    "en": _("English"),
    "ms": _("Malay"),
    "ta": _("Tamil"),
    "ug": _("Uyghur"),
    "bo": _("Tibetan"),
    "za": _("Zhuang"),
    "csl": _("Chinese sign language"),
    "ar": _("Arabic"),
    "fr": _("French"),
}


def language_name(code: str) -> str:
    """The name of a language, or its code where Kapok has no name for it."""
    return str(LANGUAGES.get(code, code))
