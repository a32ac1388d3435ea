"""What the schema found wrong, in sentences that say what to do."""

import difflib
import types
import typing
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel
from pydantic_core import ErrorDetails

from kapok.packs.schema import Text

SHOWN = 60
MISSING_LANGUAGE = {"zh", "en"}


def sentence(error: ErrorDetails, root: type[BaseModel]) -> str:
    """The sentence for one error of pydantic's."""
    kind, path = error["type"], error["loc"]
    name = str(path[-1]) if path else ""
    model = _model_at(root, path[:-1])
    if kind == "extra_forbidden":
        return _unknown(name, model)
    if kind == "missing":
        return _missing(name, model)
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind in {"model_type", "model_attributes_type"} and _model_at(root, path) is Text:
        return _("Write both languages: {zh: …, en: …}.")
    return _of_value(kind, error)


def _of_value(kind: str, error: ErrorDetails) -> str:
    """About the value alone, whatever it stands in."""
    value, context = _shown(error["input"]), error.get("ctx", {})
    if kind in {"enum", "literal_error"}:
        return _unexpected(error["input"], str(context["expected"]))
    if kind == "string_pattern_mismatch":
        return _not_a_code(value, str(context["pattern"]))
    for kinds, said in _SENTENCES:
        if kind in kinds:
            return said() % ({"value": value} | _limits(context))
    return _("“%(value)s” does not fit here: %(reason)s.") % {
        "value": value,
        "reason": error["msg"],
    }


_SENTENCES: tuple[tuple[frozenset[str], Any], ...] = (
    (
        frozenset({"int_type", "int_parsing", "int_from_float", "float_type", "float_parsing"}),
        lambda: _("A number is expected here, not “%(value)s”."),
    ),
    (
        frozenset({"string_type"}),
        lambda: _("Words are expected here, not “%(value)s”. Put them in quotes."),
    ),
    (
        frozenset({"bool_type", "bool_parsing"}),
        lambda: _("Write true or false here, not “%(value)s”."),
    ),
    (
        frozenset({"tuple_type", "list_type"}),
        lambda: _("A list is expected here: lines that begin with “- ”, or […]."),
    ),
    (
        frozenset({"dict_type", "model_type", "model_attributes_type"}),
        lambda: _("Lines of the form “name: value” are expected here, not “%(value)s”."),
    ),
    (
        frozenset({"date_from_datetime_parsing", "date_parsing", "date_type"}),
        lambda: _("“%(value)s” is no date. Write it as 2021-06-12."),
    ),
    (
        frozenset({"time_parsing", "time_type"}),
        lambda: _("“%(value)s” is no time of day. Write it as 08:30."),
    ),
    (
        frozenset({"greater_than", "greater_than_equal"}),
        lambda: _("“%(value)s” is too small: at least %(limit)s is needed."),
    ),
    (
        frozenset({"less_than", "less_than_equal"}),
        lambda: _("“%(value)s” is too great: at most %(limit)s is possible."),
    ),
    (frozenset({"string_too_short"}), lambda: _("Something must be written here.")),
    (
        frozenset({"string_too_long", "too_long"}),
        lambda: _("This is too long: at most %(limit)s are possible."),
    ),
    (frozenset({"too_short"}), lambda: _("At least %(limit)s are needed here.")),
)


def _limits(context: Mapping[str, Any]) -> dict[str, Any]:
    for name in ("gt", "ge", "lt", "le", "max_length", "min_length"):
        if name in context:
            return {"limit": context[name]}
    return {"limit": ""}


def _unknown(name: str, model: type[BaseModel] | None) -> str:
    names = _names_of(model)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return _("“%(name)s” is not known here. Did you mean “%(near)s”?") % {
            "name": name,
            "near": near[0],
        }
    return _("“%(name)s” is not known here. Known are: %(names)s.") % {
        "name": name,
        "names": ", ".join(names),
    }


def _missing(name: str, model: type[BaseModel] | None) -> str:
    if model is Text and name in MISSING_LANGUAGE:
        return _("The words are missing in one language: “%(name)s”.") % {"name": name}
    return _("“%(name)s” is missing here. Add it.") % {"name": name}


def _unexpected(value: object, expected: str) -> str:
    words = [word.strip(" '") for word in expected.replace(" or ", ", ").split(",")]
    near = difflib.get_close_matches(str(value), words, n=1, cutoff=0.5)
    if near:
        return _("“%(value)s” is not known here. Did you mean “%(near)s”?") % {
            "value": _shown(value),
            "near": near[0],
        }
    return _("“%(value)s” is not known here. Known are: %(names)s.") % {
        "value": _shown(value),
        "names": ", ".join(words),
    }


def _not_a_code(value: str, pattern: str) -> str:
    if pattern.startswith("^#"):
        return _("“%(value)s” is no colour. Write it as #c1272d.") % {"value": value}
    if "A-Z]{2}" in pattern:
        return _("“%(value)s” is no country. Write its two letters, such as CN.") % {"value": value}
    return _(
        "“%(value)s” is no code. Codes are small letters, digits and “_”, with a letter first."
    ) % {"value": value}


def _names_of(model: type[BaseModel] | None) -> list[str]:
    if model is None:
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(root: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model that a path of the schema leads to."""
    found: Any = root
    for step in path:
        if isinstance(found, type) and issubclass(found, BaseModel):
            fields = {field.alias or name: field for name, field in found.model_fields.items()}
            found = fields[str(step)].annotation if str(step) in fields else None
        else:
            found = _inside(found)
        found = _without_none(found)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _without_none(annotation: Any) -> Any:
    """``X`` of ``X | None`` and of ``Annotated[X, …]``."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _without_none(typing.get_args(annotation)[0])
    if origin in {typing.Union, types.UnionType}:
        rest = [arg for arg in typing.get_args(annotation) if arg is not type(None)]
        return _without_none(rest[0])
    return annotation


def _inside(annotation: Any) -> Any:
    """``X`` of ``tuple[X, ...]`` and of ``dict[str, X]``."""
    arguments = typing.get_args(annotation)
    if not arguments:
        return None
    return arguments[1] if typing.get_origin(annotation) is dict else arguments[0]


def _shown(value: object) -> str:
    text = "…" if isinstance(value, dict | list) else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
