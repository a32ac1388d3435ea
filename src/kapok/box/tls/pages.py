"""The page and the printed sheet that lead somebody through the enrolment, in both languages."""

import base64
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kapok.box.tls import enrolment as enrol
from kapok.box.tls.enrolment import Enrolment

STYLE = Path(__file__).parents[2] / "static/kapok/tls.css"
LANGUAGES = {"zh-hans": ("zh", "zh-CN"), "en": ("en", "en")}  # which anchor, and how HTML says it


def files(enrolment: Enrolment) -> dict[str, tuple[str, bytes]]:
    """All that the port without HTTPS gives: under which path, of which kind, and its bytes."""
    page = _page(enrolment, qr=f"{enrol.PATH}qr.svg")
    return enrol.files(enrolment) | {
        enrol.PATH: ("text/html; charset=utf-8", page.encode()),
        f"{enrol.PATH}page.css": ("text/css; charset=utf-8", STYLE.read_bytes()),
    }


def sheet(enrolment: Enrolment) -> str:
    """The same as one file of its own, to be printed where the box stands."""
    drawn = base64.b64encode(enrol.svg(enrolment)).decode()
    site = enrolment.page.removesuffix(enrol.PATH)
    style = mark_safe(STYLE.read_text())  # a file of ours
    return _page(enrolment, qr=f"data:image/svg+xml;base64,{drawn}", site=site, style=style)


def _page(enrolment: Enrolment, *, qr: str, site: str = "", style: str = "") -> str:
    parts, titles = [], []
    for language in LANGUAGES:
        with translation.override(language):
            titles.append(_("Let your device trust Kapok"))
            parts.append(_steps(enrolment, titles[-1], site, *LANGUAGES[language]))
    title = " · ".join(dict.fromkeys(titles))
    context = {"enrolment": enrolment, "qr": qr, "style": style, "parts": parts, "title": title}
    return render_to_string("tls/page.html", context)


def _steps(enrolment: Enrolment, title: str, site: str, anchor: str, lang: str) -> SafeString:
    context = {"enrolment": enrolment, "title": title, "site": site}
    return render_to_string("tls/_steps.html", context | {"anchor": anchor, "lang": lang})
