"""The street of the tests of matters, with a kind that asks for all sorts of things."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.kapok.matters.conftest import BODY, STREET, _english, build, kind, send, text
from tests.keeping import kept

__all__ = ["_english", "send"]


def option(code: str) -> dict[str, Any]:
    return {"code": code, "label": text(code.title())}


RUBBISH = kind(
    "rubbish",
    anonymous=True,
    self_resolve=True,
    check="none",
    messages={
        "report": {"zh": "收到（{number}），查询码 {code}", "en": "Received {number}, code {code}"},
        "close": {"zh": "已办结：{outcome}（{number}）", "en": "Settled: {outcome} ({number})"},
    },
    report_form={
        "fields": [
            {"name": "sort", "type": "choice", "label": text("Which sort"), "required": True,
             "options": [option("bulky"), option("medical")]},
            {"name": "smells", "type": "yes_no", "label": text("Does it smell?")},
            {"name": "how_bad", "type": "integer", "label": text("How bad, 1 to 5"),
             "min": 1, "max": 5, "show_when": "answers.smells == true", "required": True},
            {"name": "since", "type": "date", "label": text("Since when")},
            {"name": "attracts", "type": "choices", "label": text("What it attracts"),
             "options": [option("rats"), option("flies")]},
            {"name": "note", "type": "long_text", "label": text("More"), "max_length": 200},
            {"name": "spot", "type": "location", "label": text("Where exactly")},
            {"name": "pictures", "type": "photo", "label": text("Pictures"), "max": 3},
        ]
    },
)  # fmt: skip
SECRET = kind("secret", "CARE", anonymous=True)
NEEDS_NAME = kind("quarrel", "ORDER")
MORE = BODY | {
    "code": "doors-town",
    "jurisdiction": STREET,
    "kinds": [RUBBISH, SECRET, NEEDS_NAME],
}


@kept
def town() -> Any:
    """The street, with a second pack of its own."""
    return whole_town()


def whole_town() -> Any:
    """The same, for journeys in a browser."""
    from tests import factories  # noqa: PLC0415

    from kapok.packs import look_up  # noqa: PLC0415
    from kapok.packs.models import Pack  # noqa: PLC0415
    from kapok.packs.schema import PackBody  # noqa: PLC0415

    made = build(factories)
    noon = factories.NOON
    with factories.as_owner_of_rows():
        Pack.objects.create(
            code="doors-town", version=1, jurisdiction=STREET, title=text("Doors"),
            body=PackBody.model_validate(MORE).model_dump(mode="json", by_alias=True), text="",
            sha256="1" * 64, valid_from=noon - timedelta(days=30), state="IN_FORCE", made_at=noon,
            in_force_at=noon,
        )  # fmt: skip
        made["administrator"] = factories.Appointment(role="administrator", place=STREET)
    look_up.forget()
    return SimpleNamespace(**made)


@pytest.fixture
def make_key(town: Any) -> Any:
    """Make a key for the street as its administrator; its secret."""
    from kapok.access import scope  # noqa: PLC0415
    from kapok.doors.operations import keys  # noqa: PLC0415

    def make(*uses: str, place: int = STREET) -> str:
        with scope.acting(scope.of_appointment(town.administrator, at=town.noon)):
            made = keys.make_key(name="city", uses=uses, place=place, by=None, at=town.noon)
        return made.secret

    return make


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """So much comes at once that nothing more is stored."""
    from kapok.doors.operations import reporting, together  # noqa: PLC0415

    def stored(*_given: Any) -> Any:
        raise together.Busy

    monkeypatch.setattr(reporting.SETS, "stored", stored)
