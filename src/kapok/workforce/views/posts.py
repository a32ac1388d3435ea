"""Posts, their posters, calls to them, and the texts that tell their risks."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.workforce import forms, operations, posters, queries
from kapok.workforce.queries.posts import PostCard
from kapok.workforce.views.common import account_named, done, for_service, one_code, sent, tried

MANAGE, VIEW = Permission.TEAM_MANAGE, Permission.WORKER_VIEW


@require_http_methods(["GET", "POST"])
@for_service(VIEW)
def posts(request: SignedInRequest) -> HttpResponse:
    """The posts here, and the form that makes one."""
    form = forms.MakePost(sent(request))
    if request.method == "POST" and form.is_valid():
        made = tried(form, "codes", lambda: _make(request, form))
        if made is not None:
            return done(request, _("The post is made. Print its poster."), "staff-post", made.pk)
    context = {
        "posts": queries.posts(timezone.localdate()),
        "areas": queries.known_areas(),
        "briefings": queries.briefings(),
        "form": form,
        "may_manage": scope.can(MANAGE),
    }
    return render(request, "workforce/posts.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_service(VIEW)
def post(request: SignedInRequest, post_id: UUID) -> HttpResponse:
    """One post, those who are called to it, and the form that calls somebody."""
    card = _card(post_id)
    hour = forms.now_rounded(timezone.localtime())
    first = {"starts_at": hour, "ends_at": hour + forms.SHIFT}
    form = forms.CallToPost(sent(request), initial=first)
    if request.method == "POST" and form.is_valid():
        made = tried(form, "who", lambda: _call(request, card.id, form))
        if made is not None:
            said = _("%(name)s is asked.") % {"name": made}
            return done(request, said, "staff-post", card.id)
    context = {
        "site": card,
        "calls": queries.open_calls(card.id),
        "form": form,
        "people": queries.known_people(at=timezone.now()),
    }
    return render(request, "workforce/post.html", context, status=422 if form.errors else 200)


@require_safe
@for_service(MANAGE)
def poster(request: SignedInRequest, post_id: UUID) -> HttpResponse:
    """The poster of a post, to be printed on A4."""
    card = _card(post_id)
    address = request.build_absolute_uri(reverse("post-here", args=[card.token]))
    context = {
        "site": card,
        "qr": mark_safe(posters.drawn(address)),  # drawn by segno of our own address
        "where": request.build_absolute_uri(reverse("post-code")),
    }
    return render(request, "workforce/poster.html", context)


@require_POST
@for_service(MANAGE)
def change(request: SignedInRequest, post_id: UUID) -> HttpResponse:
    """Make older posters void, or close a post."""
    if request.POST.get("do") == "close":
        operations.close_post(post_id=post_id, by=request.user, at=timezone.now())
        return done(request, _("The post is closed."), "staff-posts")
    operations.renew_poster(post_id=post_id, by=request.user, at=timezone.now())
    said = _("Posters printed so far are void. Print the new one.")
    return done(request, said, "staff-post", post_id)


@require_POST
@for_service(MANAGE)
def withdraw(request: SignedInRequest, call_id: UUID) -> HttpResponse:
    """Take a call back."""
    call = operations.withdraw_call(call_id=call_id, by=request.user, at=timezone.now())
    return done(request, _("The call is withdrawn."), "staff-post", call.post_id)


@require_http_methods(["GET", "POST"])
@for_service(MANAGE)
def briefings(request: SignedInRequest) -> HttpResponse:
    """The texts that tell risks, and the form that writes one or a new version."""
    form = forms.MakeBriefing(sent(request))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        made = tried(form, "codes", lambda: operations.make_briefing(
            title=asked["title"],
            text=asked["text"],
            code=one_code(asked["codes"]),
            by=request.user,
            at=timezone.now(),
        ))  # fmt: skip
        if made is not None:
            said = _("Written as version %(n)d. Whoever serves reads it before.") % {
                "n": made.version
            }
            return done(request, said, "staff-briefings")
    context = {
        "briefings": queries.briefings(),
        "areas": queries.known_areas(),
        "form": form,
    }
    return render(request, "workforce/briefings.html", context, status=422 if form.errors else 200)


def _make(request: SignedInRequest, form: forms.MakePost) -> object:
    asked = form.cleaned_data
    return operations.make_post(
        name=asked["name"],
        code=one_code(asked["codes"]),
        risk=asked["risk"],
        briefing_id=asked["briefing"],
        adults_only=asked["adults_only"],
        renews_daily=asked["renews_daily"],
        by=request.user,
        at=timezone.now(),
    )


def _call(request: SignedInRequest, post_id: UUID, form: forms.CallToPost) -> object:
    asked = form.cleaned_data
    user = account_named(asked["who"])
    operations.call_to_post(
        post_id=post_id,
        accounts=[user.pk],
        starts_at=asked["starts_at"],
        ends_at=asked["ends_at"],
        by=request.user,
        at=timezone.now(),
    )
    return user


def _card(post_id: UUID) -> PostCard:
    card = queries.post_card(post_id, timezone.localdate())
    if card is None or not scope.can(VIEW, card.place):
        raise Http404
    return card
