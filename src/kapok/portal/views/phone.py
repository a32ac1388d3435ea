"""A telephone is proven by a code, on pages that are light; the rest is as for all residents."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST

from kapok.access import forms, masks, messages, phone_codes, residents
from kapok.access.phones import phone_index
from kapok.errors import Refused
from kapok.portal import numbers
from kapok.portal.queries.doorways import Here
from kapok.portal.views import pages


@require_http_methods(["GET", "HEAD", "POST"])
@pages.at_door
def sign_in(request: HttpRequest, here: Here) -> HttpResponse:
    """Ask for a code. The answer is the same whether Kapok knows the number or not."""
    form = forms.Phone(request.POST if request.method == "POST" else None)
    fault = ""
    if form.is_bound and not form.is_valid():
        fault = " ".join(str(each) for each in form.errors.get("phone", []))
    elif form.is_bound:
        phone, address = form.cleaned_data["phone"], get_adapter().get_client_ip(request)
        try:
            phone_codes.send_code(
                phone=phone, address=address, at=timezone.now(),
                helpline=numbers.first_of(here.place, at=timezone.now()),
            )  # fmt: skip
        except Refused as refusal:
            fault = str(refusal)
        else:
            pages.remember_number(request, phone, under=pages.ASKED)
            return redirect(_onward("portal-phone-code", request, here))
    typed = request.POST.get("phone", "")[:40]
    context = {"here": here, "fault": fault, "typed": typed, "next": _next(request, here)}
    return pages.shown(request, "phone.html", context, status=422 if fault else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.at_door
def enter_code(request: HttpRequest, here: Here) -> HttpResponse:
    """Take the code; the session that begins is a resident's."""
    number = pages.number_of(request, under=pages.ASKED)
    if not number:
        return redirect(_onward("portal-phone", request, here))
    fault = ""
    if request.method == "POST":
        index = phone_index(number)
        try:
            phone_codes.take_code(
                phone_index=index, code=request.POST.get("code", "")[:20], at=timezone.now()
            )
        except Refused as refusal:
            fault = str(refusal)
        else:
            target = _next(request, here)
            residents.begin(request, index)
            pages.remember_number(request, number)
            return redirect(target)
    context = {
        "here": here,
        "fault": fault,
        "phone": masks.phone(number),
        "next": _next(request, here),
        "is_demo_box": settings.DEMO,
        "is_connected": messages.is_connected(),
    }
    return pages.shown(request, "phone_code.html", context, status=422 if fault else 200)


@require_POST
@pages.at_door
def sign_out(request: HttpRequest, here: Here) -> HttpResponse:
    """The next person with this telephone or computer sees nothing."""
    residents.end(request)
    return redirect("portal-home", here.code)


def _next(request: HttpRequest, here: Here) -> str:
    asked = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    own = redirect("portal-own", here.code)["Location"]
    return asked if is_ours and asked.startswith("/c/") else own


def _onward(name: str, request: HttpRequest, here: Here) -> str:
    path = redirect(name, here.code)["Location"]
    return f"{path}?{urlencode({'next': _next(request, here)})}"
