"""Residents sign in by telephone; administrators see what the box would have sent."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import forms, masks, messages, phone_codes, residents, texting
from kapok.access.phones import phone_index
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.errors import Refused

ASKED = "resident_phone_asked"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a code. The answer is the same whether Kapok knows the number or not."""
    form = forms.Phone(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        phone, at = form.cleaned_data["phone"], timezone.now()
        address = get_adapter().get_client_ip(request)
        try:
            phone_codes.send_code(phone=phone, address=address, at=at)
        except Refused as refusal:
            form.add_error("phone", str(refusal))
        else:
            index, shown = phone_index(phone).hex(), masks.phone(phone)
            request.session[ASKED] = {"index": index, "shown": shown}
            return redirect(_with_next("resident-code", request))
    return _page(request, "access/phone.html", form)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the code; the session that begins is a resident's."""
    asked = request.session.get(ASKED)
    if asked is None:
        return redirect(_with_next("resident-sign-in", request))
    form = forms.Code(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        index, code = bytes.fromhex(asked["index"]), form.cleaned_data["code"]
        try:
            phone_codes.take_code(phone_index=index, code=code, at=timezone.now())
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            target = _next(request) or residents.HOME
            residents.begin(request, index)
            return redirect(target)
    return _page(request, "access/phone_code.html", form, phone=asked["shown"])


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session of a resident."""
    residents.end(request)
    return redirect("start")


@require_safe
@never_cache
def outbox(request: SignedInRequest) -> HttpResponse:
    """What the box wrote by text message, for administrators."""
    require(Permission.ACCOUNT_MANAGE)
    letters = messages.outbox()
    context = {
        "letters": letters,
        "is_demo_box": settings.DEMO,
        "is_connected": messages.is_connected(),
        "codes": texting.codes(at=timezone.now()),
    }
    return render(request, "access/outbox.html", context)


def _page(request: HttpRequest, template: str, form: Form, **more: str) -> HttpResponse:
    context = {
        "form": form,
        "next": _next(request),
        "is_demo_box": settings.DEMO,
        "is_connected": messages.is_connected(),
        **more,
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: an address of Kapok's own, or nowhere."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if here else ""


def _with_next(name: str, request: HttpRequest) -> str:
    path = redirect(name)["Location"]
    target = _next(request)
    return f"{path}?{urlencode({'next': target})}" if target else path
