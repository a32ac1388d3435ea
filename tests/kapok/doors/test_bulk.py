"""Reports from a list: tried, taken once, refused rows back with their reasons."""

import io

import fastexcel
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.kapok.matters.conftest import GRID

from kapok.access import scope
from kapok.access.scope import acting
from kapok.doors.operations.bulk import bring
from kapok.errors import Refused
from kapok.matters.models import Matter

pytestmark = pytest.mark.django_db
LIST = (
    "编号,种类,地点代码,内容,a.sort\n"
    f"1,lamp,{GRID},灯坏了,\n2,nothing,{GRID},x,\n3,rubbish,{GRID},沙发,bulky\n4,rubbish,{GRID},y,gold\n"
)


@pytest.fixture
def worker(town):
    with acting(scope.of_appointment(town.worker, at=town.noon)):
        yield town.worker


def brought(text=LIST, *, trial=False):
    return bring(data=text.encode(), name="list.csv", trial=trial)


def n_matters(town):
    from kapok.access.scope import of_intake  # noqa: PLC0415
    from kapok.doors.entrances import PORTAL  # noqa: PLC0415

    with acting(of_intake(PORTAL.id, at=town.noon)):
        return Matter.objects.filter(door="LIST").count()


def test_a_trial_says_what_would_be_and_keeps_nothing(town, worker):
    done = brought(trial=True)
    assert (done.n_taken, [row.number for row in done.refused]) == (2, [3, 5])
    assert n_matters(town) == 0


def test_good_rows_are_taken_and_taken_once(town, worker):
    assert brought().n_taken == 2
    assert brought().n_taken == 2
    assert n_matters(town) == 2


def test_refused_rows_come_back_as_a_workbook_that_can_be_brought_again(town, worker):
    book = brought().workbook()
    sheet = fastexcel.read_excel(book).load_sheet(0).to_polars()
    assert "none of the choices" in sheet.to_series(1).to_list()[1]
    again = bring(data=book, name="refused.xlsx", trial=True)
    assert (again.n_taken, len(again.refused)) == (0, 2)


@pytest.mark.parametrize(
    ("text", "said"), [("", "empty"), ("a,b\n1,2\n", "kind"), ("kind\n" + "lamp\n" * 5001, "rows")]
)
def test_what_is_no_list_is_refused(town, worker, text, said):
    with pytest.raises(Refused, match=said):
        brought(text)


def test_it_is_brought_on_its_page(client, town):
    client.force_login(town.worker.account)
    client.cookies["django_language"] = "en"

    def post(how):
        file = SimpleUploadedFile("l.csv", LIST.encode())
        return client.post("/reports/list/", {"file": file, "how": how})

    assert "2 rows would be taken" in post("try").content.decode()
    answer = post("take")
    assert answer["Content-Disposition"].endswith('"refused.xlsx"')
    assert fastexcel.read_excel(io.BytesIO(answer.content).getvalue()).load_sheet(0).height == 2
    assert client.post("/reports/list/", {"how": "take"}).status_code == 422
    client.force_login(town.auditor.account)
    assert client.get("/reports/list/").status_code == 403
