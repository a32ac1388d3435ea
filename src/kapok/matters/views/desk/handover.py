"""The hand-over at the end of a shift: one page, signed by who goes and by who comes."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.matters.operations import desk
from kapok.matters.queries.desk import handover as queries
from kapok.matters.views.common import for_desk, show

SEND = Permission.MATTER_SEND


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk(SEND, words=True)
def hand_over(request: SignedInRequest) -> HttpResponse:
    """How things stand now, with the note of who goes; posted, it is signed."""
    at = timezone.now()
    now = queries.standing(at=at)
    if request.method == "POST":
        made = desk.hand_over(
            place=now.place,
            level=now.level,
            note=request.POST.get("note", "").replace("\x00", ""),
            figures=queries.figures(now),
            lines=queries.kept_lines(now),
            by=request.user,
            at=at,
        )
        messages.success(request, _("Signed. Now the one who comes signs with their own account."))
        return redirect("matters-handed-over", made.pk)
    context = {"standing": now, "now": at, "signed": queries.signed(), "desk": scope.current()}
    return show(request, "matters/handover.html", context)


@require_safe
@for_desk(SEND, words=True)
def handed_over(request: SignedInRequest, hand_over_id: UUID) -> HttpResponse:
    """A hand-over as it was signed, to print, or to sign as the one who comes."""
    found = queries.signed(hand_over_id)
    if not found:
        raise Http404
    return show(request, "matters/handed_over.html", {"signed": found[0]})


@require_POST
@for_desk(SEND, words=True)
def take_over(request: SignedInRequest, hand_over_id: UUID) -> HttpResponse:
    """Sign as the one who comes."""
    desk.take_over(hand_over_id=hand_over_id, by=request.user, at=timezone.now())
    messages.success(request, _("You have taken the desk over."))
    return redirect("matters-handed-over", hand_over_id)
