"""Pages for whoever brings a list: about it, its columns, the check, its rows, taking it over."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.models import EXPORT_ALONE
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.people import tasks
from kapok.people.list_forms import BringForm
from kapok.people.lists.columns import FIELDS
from kapok.people.models import ListRow, PersonList
from kapok.people.operations import lists as operations
from kapok.people.queries import lists as queries
from kapok.people.views.page import show

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_BAR = {"purpose": None}  # a list has the purpose that it was brought for
LEAST = {"90": 0.9, "70": 0.7}  # bulk settling by likeness, in hundredths
View = Callable[[SignedInRequest, UUID], HttpResponse]


def of_list(view: View) -> View:
    """A view of one list: acts for the purpose that it was brought for; 404 out of sight."""

    @wraps(view)
    def wrapped(request: SignedInRequest, list_id: UUID) -> HttpResponse:
        try:
            purpose = queries.purpose_code(list_id)
        except PersonList.DoesNotExist:
            raise Http404 from None
        with scope.acting(scope.for_purpose(purpose)):
            return view(request, list_id)

    return wrapped


@require_safe
@never_cache
def lists(request: SignedInRequest) -> HttpResponse:
    """All lists of the acting places."""
    context = {"lists": queries.lists_in_view()}
    return show(request, "people/lists/lists.html", context | NO_BAR)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bring(request: SignedInRequest) -> HttpResponse:
    """The form that asks who, why and until when; then the file is read."""
    who = scope.require(Permission.LIST_BRING)
    form = BringForm(
        request.POST or None,
        request.FILES or None,
        purposes=queries.purposes_for_lists(),
        registers=queries.registers() if who.can(Permission.REGISTER_EDIT) else [],
        emergencies=queries.emergencies_in_force(),
    )
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    file = form.cleaned_data["file"]
    try:
        with scope.acting(scope.for_purpose(form.cleaned_data["purpose"])):
            found = operations.bring_list(
                about=form.about(),
                file_name=file.name,
                content=file.read(),
                place=who.ranges[0][0],
                by=request.user,
                at=timezone.now(),
            )
    except (Refused, NotAllowed) as error:
        form.add_error(None, str(error))
        return _form(request, form)
    return redirect("list", found.pk)


@require_safe
@never_cache
@of_list
def one_list(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """One list, as far as it has come."""
    return _page(request, list_id, {})


@require_safe
@never_cache
@of_list
def progress(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """How far the check has come; asked again and again while it runs."""
    card = queries.list_card(list_id)
    if card.status != PersonList.Status.CHECKING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "people/lists/_progress.html", {"list": card})


@require_POST
@of_list
def confirm(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """Say what the columns mean, and leave the check to be done."""
    columns = {name: request.POST.get(name, "") for name in FIELDS}

    def act() -> None:
        operations.confirm_columns(
            list_id=list_id, columns=columns, by=request.user, at=timezone.now()
        )
        tasks.leave_check(list_id, purpose=scope.current().purpose)

    return _act(request, list_id, act)


@require_POST
@of_list
def settle(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """Settle the rows that are ticked, the one whose button was pressed, or many at once."""
    return _act(request, list_id, lambda: _settle(request, list_id))


@require_POST
@of_list
def take(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """Take the list over."""

    def act() -> None:
        operations.take_list(list_id=list_id, by=request.user, at=timezone.now())

    return _act(request, list_id, act)


@require_POST
@of_list
def drop(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """Throw the list away."""
    try:
        operations.drop_list(list_id=list_id, by=request.user, at=timezone.now())
    except Refused as error:
        return _page(request, list_id, {"problem": str(error)}, status=422)
    return redirect("lists")


@require_safe
@never_cache
@of_list
def refused_rows(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """The refused rows with their reasons, as a workbook."""
    answer = HttpResponse(queries.refused_file(list_id), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="refused-{list_id}.xlsx"'
    answer["Cache-Control"] = "no-store, private"
    return answer


def _settle(request: SignedInRequest, list_id: UUID) -> None:
    said = request.POST
    bulk = said.get("bulk", "")
    choice, __, one = (bulk or said.get("choice", "")).partition(":")
    if choice not in set(operations.Choice):
        raise Refused(_("Choose what the rows are first: the same, another, or left out."))
    rows = None if bulk else _rows(said, one)
    operations.settle_rows(
        list_id=list_id,
        choice=operations.Choice(choice),
        rows=rows,
        at_least=LEAST.get(one) if bulk else None,
        by=request.user,
        at=timezone.now(),
    )


def _rows(said: QueryDict, one: str) -> list[UUID]:
    try:
        return [UUID(key) for key in ([one] if one else said.getlist("row"))]
    except ValueError:
        raise Http404 from None


def _act(request: SignedInRequest, list_id: UUID, act: Callable[[], None]) -> HttpResponse:
    """Do it and show the list; a refusal stands above it, and nothing has changed."""
    try:
        with transaction.atomic():
            act()
    except Refused as error:
        return _page(request, list_id, {"problem": str(error)}, status=422)
    where = request.POST.get("status", "")
    answer = redirect("list", list_id)
    if where in set(ListRow.Status):
        answer["Location"] += f"?status={where}"
    return answer


def _page(
    request: SignedInRequest, list_id: UUID, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    card, who = queries.list_card(list_id), scope.current()
    context |= {"list": card, "may_take": who.can(Permission.LIST_TAKE) and not card.is_mine}
    if card.status == PersonList.Status.BROUGHT:
        context["columns"] = queries.columns_of(list_id)
    elif card.status in (PersonList.Status.CHECKED, PersonList.Status.TAKEN):
        counts = queries.counts(list_id)
        wanted = request.GET.get("status") or request.POST.get("status", "")
        if wanted not in set(ListRow.Status):
            wanted = next((code for code, _label, n in counts if n), "NEW")
        number = request.GET.get("page", "1")
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
        context |= {"counts": counts, "rows": queries.rows_page(list_id, wanted, page)}
        context["n_refused"] = sum(n for code, _l, n in counts if code in ("REFUSED", "ELSEWHERE"))
        context["may_have_refused"] = card.is_mine or context["n_refused"] <= EXPORT_ALONE
        context["n_unclear"] = next(n for code, _l, n in counts if code == "UNCLEAR")
    return show(request, "people/lists/list.html", context | NO_BAR, status=status)


def _form(request: SignedInRequest, form: BringForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return show(request, "people/lists/bring.html", {"form": form} | NO_BAR, status=status)
