"""The outbox: every message with what became of it, and the channels it leaves by."""

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
from kapok.errors import Refused
from kapok.outreach.models import Message
from kapok.outreach.operations import channels, outbox
from kapok.outreach.page_forms import ChannelForm
from kapok.outreach.queries import choices
from kapok.outreach.queries import outbox as queries
from kapok.outreach.views.common import show
from kapok.outreach.workflow import Sending


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """Channels, and the latest messages."""
    state = request.GET.get("state", "")
    found = queries.outbox(at=timezone.now(), state=state, notice=_key(request))
    context = {
        "outbox": found, "here": "outbox", "state": state, "states": Sending.choices,
        "may_manage": scope.can(Permission.CHANNEL_MANAGE),
    }  # fmt: skip
    return show(request, "outreach/outbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Set a channel up."""
    texts = scope.can(Permission.CHANNEL_MANAGE)
    if not texts:
        scope.require(Permission.GROUP_MANAGE)
    data = request.POST if request.method == "POST" else None
    form = ChannelForm(
        data, areas=choices.areas(), texts=texts, initial={"area": request.GET.get("area", "")}
    )
    problem = ""
    if form.is_bound and form.is_valid():
        try:
            _made(request, form)
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("The channel is set up. What waits for it is sent now."))
            return redirect("notices-outbox")
    wrong = bool(form.is_bound and (problem or form.errors))
    context = {"form": form, "problem": problem}
    return show(request, "outreach/channel.html", context, status=422 if wrong else 200)


def _made(request: SignedInRequest, form: ChannelForm) -> None:
    said = form.cleaned_data
    place, level = form.place()
    way = channels.Way(
        kind=said["kind"], name=said["name"], place=place, level=level, secret=form.secret(),
        per_second=said["per_second"], price_milli=said["price_milli"],
    )  # fmt: skip
    channels.make(way=way, by=request.user, at=timezone.now())


@require_POST
def stop(request: SignedInRequest, channel_id: UUID) -> HttpResponse:
    """Send nothing by it."""
    channels.stop(channel_id=channel_id, by=request.user, at=timezone.now())
    messages.success(request, _("Stopped. What waits for it waits on."))
    return redirect("notices-outbox")


@require_POST
def resume(request: SignedInRequest, channel_id: UUID) -> HttpResponse:
    """Send by it again."""
    channels.resume(channel_id=channel_id, by=request.user, at=timezone.now())
    messages.success(request, _("It is tried again at once."))
    return redirect("notices-outbox")


@require_POST
def again(request: SignedInRequest, message_id: UUID) -> HttpResponse:
    """Send one message again."""
    scope.require(Permission.CHANNEL_MANAGE)
    if not Message.objects.filter(pk=message_id).exists():
        raise Http404
    if not outbox.again(message_id=message_id, at=timezone.now()):
        raise Refused(
            _(
                "Only a message that failed or was perhaps sent goes again, of a notice that was "
                "neither withdrawn nor told again in other words."
            )
        )
    messages.success(request, _("It goes again."))
    return redirect("notices-outbox")


def _key(request: SignedInRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("notice", ""))
    except ValueError:
        return None
