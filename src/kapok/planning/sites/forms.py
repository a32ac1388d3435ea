"""The situation as fields of a form, and back. What a form cannot show stays as it was."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kapok.errors import Refused
from kapok.planning.planner import Document, Sent
from kapok.planning.sites.documents import parse, plain
from kapok.words import gettext as _

MORE_ROWS = 2
MOST_ROWS = 40
ARRIVALS = ("booked", "walk_in", "absent", "late_min", "late_sd_min", "families")


@dataclass(frozen=True)
class Row:
    """A station in the form; all are texts."""

    name: str = ""
    seconds: str = ""
    cv: str = ""
    staff: str = ""
    seats: str = ""
    share: str = ""
    leaves: str = ""
    lanes: str = ""
    first: str = ""
    breaks: str = ""


@dataclass(frozen=True)
class Fields:
    """What the form asks, filled in."""

    site: str
    date: str
    opens: str
    closes: str
    slot_min: str
    find: str
    wait_min: str
    percent: str
    booked: str
    walk_in: str
    absent: str
    late_min: str
    late_sd_min: str
    families: str
    buses: str
    kinds: str
    width_m: str
    length_m: str
    rows: tuple[Row, ...]


def fields(document: Document) -> Fields:
    """A document as texts."""
    arrivals, hall = _mapping(document, "arrivals"), _mapping(document, "hall")
    goal = _mapping(document, "goal")
    rows = [_row(each) for each in _mappings(document, "stations")]
    buses = [f"{bus.get('at', '')} {bus.get('people', '')}" for bus in _mappings(arrivals, "buses")]
    return Fields(
        **{name: _text(document.get(name)) for name in ("site", "date", "opens", "closes")},
        slot_min=_text(document.get("slot_min", 60)),
        find=_text(document.get("find")),
        wait_min=_text(goal.get("wait_min", 15)),
        percent=_text(_percent(goal.get("share", 0.95))),
        **{name: _text(arrivals.get(name)) for name in ARRIVALS},
        buses="; ".join(buses),
        kinds=_pairs(_mapping(arrivals, "kinds")),
        width_m=_text(hall.get("width_m")),
        length_m=_text(hall.get("length_m")),
        rows=(*rows, *[Row()] * MORE_ROWS),
    )


def _row(station: Mapping[str, Any]) -> Row:
    minutes = station.get("mean_min")
    seconds = station.get("mean_s", 60 * minutes if isinstance(minutes, int | float) else None)
    breaks = [
        f"{each.get('minutes', '')} {each.get('from', '')} {each.get('to', '')}"
        for each in _mappings(station, "breaks")
    ]
    return Row(
        seconds=_text(seconds),
        lanes=_pairs(_mapping(station, "lanes")),
        first=_text(station.get("first")),
        breaks="; ".join(breaks),
        **{
            name: _text(station.get(name))
            for name in ("name", "cv", "staff", "seats", "share", "leaves")
        },
    )


def sent(document: Document, form: Sent) -> dict[str, Any]:
    """The document after a form, or a file, was sent."""
    name, content = form.files.get("file", ("", b""))
    if content:
        return plain(parse(name, content))
    found: dict[str, Any] = dict(document)
    for key in ("site", "date", "opens", "closes", "find"):
        _put(found, key, form.text(key))
    _put(found, "slot_min", _number(form.text("slot_min")))
    goal = dict(_mapping(document, "goal"))
    _put(goal, "wait_min", _number(form.text("wait_min")))
    percent = _number(form.text("percent"))
    _put(goal, "share", percent / 100 if isinstance(percent, int | float) else percent)
    hall = dict(_mapping(document, "hall"))
    for key in ("width_m", "length_m"):
        _put(hall, key, _number(form.text(key)))
    _put(found, "goal", goal)
    _put(found, "hall", hall)
    found["arrivals"] = _arrivals(_mapping(document, "arrivals"), form)
    found["stations"] = _stations(document, form)
    return found


def _arrivals(old: Mapping[str, Any], form: Sent) -> dict[str, Any]:
    found = dict(old)
    for key in ARRIVALS:
        _put(found, key, _numbers(form.text(key)))
    buses = [_words(text, 2, _("a bus as 09:00 45")) for text in _split(form.text("buses"))]
    _put(found, "buses", [{"at": at, "people": _number(n)} for at, n in buses])
    _put(found, "kinds", _mapping_of(form.text("kinds"), _("a kind of people as old 0.12")))
    return found


def _stations(document: Document, form: Sent) -> list[dict[str, Any]]:
    """Stations by their rows; a row without a name is no station."""
    old = {_text(each.get("name")): each for each in _mappings(document, "stations")}
    columns = {name: form.texts.get(f"station_{name}", ()) for name in Row.__dataclass_fields__}
    rows = [dict(zip(columns, row, strict=False)) for row in zip(*columns.values(), strict=False)]
    found = []
    for row in rows[:MOST_ROWS]:
        texts = {name: text.strip() for name, text in row.items()}
        if texts["name"]:
            found.append(_station(old.get(texts["name"], {}), texts))
    return found


def _station(old: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    found = {**old, "name": texts["name"]}
    seconds = _number(texts["seconds"])
    if texts["seconds"] != _row(old).seconds:
        for key in ("mean_min", "mean_s", "measured_s"):
            found.pop(key, None)
        _put(found, "mean_s", seconds)
    for key in ("cv", "share", "leaves"):
        _put(found, key, _number(texts[key]))
    for key in ("staff", "seats"):
        _put(found, key, _numbers(texts[key]))
    _put(found, "lanes", _mapping_of(texts["lanes"], _("a lane as old 2")))
    _put(found, "first", _split(texts["first"].replace(",", ";")))
    pauses = [_words(t, 3, _("a break as 30 11:00 13:30")) for t in _split(texts["breaks"])]
    _put(
        found,
        "breaks",
        [{"minutes": _number(n), "from": begin, "to": end} for n, begin, end in pauses],
    )
    return found


def _put(found: dict[str, Any], key: str, value: Any) -> None:
    """Keep a value; what is blank is not kept."""
    if value in ("", [], {}, None):
        found.pop(key, None)
    else:
        found[key] = value


def _mapping(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}


def _mappings(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The mappings of a list; a file may hold anything, which is refused when it is read."""
    value = document.get(key)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_text(each) for each in value)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _percent(value: Any) -> Any:
    return round(100 * value, 6) if isinstance(value, int | float) else value


def _pairs(values: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} {_text(value)}" for name, value in values.items())


def _split(text: str) -> list[str]:
    return [each.strip() for each in text.replace("；", ";").split(";") if each.strip()]


def _number(text: str) -> Any:
    """A number where it is one; else the text, which is refused by name when it is read."""
    for make in (int, float):
        convert: Callable[[str], Any] = make
        try:
            return convert(text)
        except ValueError:
            continue
    return text


def _numbers(text: str) -> Any:
    """One number, or a list of them."""
    each = [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
    if len(each) > 1:
        return [_number(part) for part in each]
    return _number(each[0]) if each else ""


def _words(text: str, n: int, example: str) -> list[str]:
    words = text.split()
    if len(words) != n:
        raise Refused(
            _("“%(text)s” is not understood; write %(example)s.")
            % {"text": text, "example": example}
        )
    return words


def _mapping_of(text: str, example: str) -> dict[str, Any]:
    pairs = [each.rsplit(maxsplit=1) for each in _split(text)]
    for pair in pairs:
        if len(pair) != 2:
            _words(pair[0], 2, example)
    return {name: _numbers(value) for name, value in pairs}
