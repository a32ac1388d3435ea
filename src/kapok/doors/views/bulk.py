"""A list of reports from a file: tried first, then taken; refused rows come back with reasons."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.access.sheets import Format
from kapok.doors.operations.bulk import Done, bring
from kapok.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bring_list(request: SignedInRequest) -> HttpResponse:
    """Choose a file; “try” changes nothing, “take” reports its rows."""
    require(Permission.MATTER_REPORT)
    if request.method != "POST":
        return render(request, "doors/bulk.html", {})
    file = request.FILES.get("file")
    how = request.POST.get("how", "try")
    try:
        if file is None or isinstance(file, list):
            raise Refused(_("Choose a file first."))
        done = bring(data=file.read(), name=file.name or "", trial=how != "take")
    except Refused as refusal:
        return render(request, "doors/bulk.html", {"fault": str(refusal)}, status=422)
    if how == "take" and done.refused:
        return _refused(done)
    if how == "take":
        messages.success(request, _("%(n)s reports were taken.") % {"n": done.n_taken})
        return redirect("reports-list")
    return render(request, "doors/bulk.html", {"done": done, "shown": done.refused[:50]})


def _refused(done: Done) -> HttpResponse:
    """What was taken is taken; the other rows come back to be mended."""
    answer = HttpResponse(done.workbook(), content_type=Format.XLSX.content_type)
    answer["Content-Disposition"] = 'attachment; filename="refused.xlsx"'
    answer["Cache-Control"] = "private, no-store"
    return answer
