"""Finding somebody, and saying first what for."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kapok.access import scope
from kapok.access.purposes import of_role
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import NotAllowed
from kapok.people import wanted
from kapok.people.queries.find import MOST, find
from kapok.people.shown import for_acting
from kapok.people.views import page


@require_http_methods(["GET", "HEAD", "POST"])
def choose_purpose(request: SignedInRequest) -> HttpResponse:
    """Say what for, once a session; it stands on every page and can be changed there."""
    choices = of_role(scope.current().role)
    if not choices:
        raise NotAllowed(_("Your role has no purpose for which it sees people."))
    target = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = ""
    chosen = request.POST.get("purpose", "")
    if request.method == "POST" and chosen in choices:
        scope.for_purpose(chosen)  # refused where only an emergency would justify it
        request.session[page.PURPOSE] = chosen
        return redirect(target or "people")
    status = 422 if request.method == "POST" else 200
    usable = page.open_purposes(scope.current().role)
    context = {
        "purposes": usable,
        "closed": [each for code, each in choices.items() if code not in usable],
        "next": target,
        "is_wrong": request.method == "POST",
    }
    return page.private(render(request, "people/purpose.html", context, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: SignedInRequest) -> HttpResponse:
    """Where people begin: the search; for roles that see nobody, what else there is for them."""
    who = scope.current()
    if not who.can(Permission.PERSON_VIEW):
        if who.can(Permission.REQUEST_ANSWER):
            return redirect("rights-requests")
        if who.can(Permission.REGISTER_COUNT):
            return redirect("registers")
    return find_people(request)


@page.for_people(Permission.PERSON_VIEW)
def find_people(request: SignedInRequest) -> HttpResponse:
    """One box. What is typed is posted, so that no name or number stands in an address or a log."""
    typed = request.POST.get("q", "")
    asked = wanted.read(typed)
    answer = None
    if asked.kind != wanted.Kind.NOTHING:
        shown = for_acting(scope.current())
        answer = find(asked, shown, today=timezone.localdate())
    context = {"q": typed[: wanted.MOST], "answer": answer, "most": MOST}
    template = "people/_found.html" if request.htmx and answer else "people/find.html"
    return page.show(request, template, context)
